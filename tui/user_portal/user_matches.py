"""The users that a typed text may mean: few, whatever the size of the organization."""

from bisect import bisect_left
from itertools import islice

from mfadrill.core.users import User, user_id
from mfadrill.tui.directory import Directory

AT_MOST = 8


def matches(directory: Directory, typed: str, at_most: int = AT_MOST) -> list[User]:
    """The users of the admin's search; those whose username begins with the text come first."""
    found, text = directory.search(typed), user_id(typed)
    first = bisect_left(found, text, key=lambda user: user.id)
    begin = [user for user in found[first : first + at_most] if user.id.startswith(text)]
    others = (user for user in found if not user.id.startswith(text))
    return [*begin, *islice(others, at_most - len(begin))]
