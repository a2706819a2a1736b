"""The users that a typed text may mean: few, whatever the size of the organization."""

from collections.abc import Iterable, Iterator
from heapq import nsmallest

from mfadrill.core.users import User, user_id

AT_MOST = 8


def matches(users: Iterable[User], typed: str, at_most: int = AT_MOST) -> list[User]:
    """Users whose username begins with the text come first, then those with it in the username or the name."""
    text = user_id(typed)

    def ranked() -> Iterator[tuple[int, str, User]]:
        for user in users:
            if user.id.startswith(text):
                yield 0, user.id, user
            elif text in user.id or text in user.first_name.casefold() or text in user.last_name.casefold():
                yield 1, user.id, user

    return [user for _, _, user in nsmallest(at_most, ranked(), key=lambda found: found[:2])]
