"""The users of one world in order, and the search among them."""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import compress, repeat
from operator import contains

import immutables

from mfadrill.core.users import User, UserId


class Listing:
    """Users in some order, each with the text in which a search looks.

    It remembers the latest search: who types on narrows what was found, and waits less with every letter.
    """

    def __init__(self, users: list[User], texts: Callable[[], list[str]]) -> None:
        self.users = users
        self._make_texts = texts
        self._latest: tuple[list[str], Sequence[int], list[str], list[User]] | None = None

    @cached_property
    def texts(self) -> list[str]:
        """Made for the first search: an order that is only looked at needs none."""
        return self._make_texts()

    def search(self, text: str) -> list[User]:
        """The users in whose names or mail address every word is found."""
        words = text.casefold().split()
        if not words:
            return self.users
        new, places, texts, users = words, range(len(self.users)), self.texts, self.users
        if self._latest is not None and all(any(old in word for word in words) for old in self._latest[0]):
            before, places, texts, users = self._latest
            new = [word for word in words if word not in before]
        # The longest first: it leaves the fewest to be asked for the others.
        for word in sorted(new, key=len, reverse=True):
            # Without a step of Python for each of 100,000 users, and without touching who is not found.
            hits = [*map(contains, texts, repeat(word))]
            if not all(hits):
                places = [*compress(places, hits)]
                texts = [*map(self.texts.__getitem__, places)]
                users = [*map(self.users.__getitem__, places)]
        self._latest = words, places, texts, users
        return users

    def picked(self, places: Sequence[int]) -> "Listing":
        """The users at these places, in this order."""
        return Listing([*map(self.users.__getitem__, places)], lambda: [*map(self.texts.__getitem__, places)])

    def reversed(self) -> "Listing":
        return Listing(self.users[::-1], lambda: self.texts[::-1])


class Directory(Listing):
    """The users of one world by username, with what a search looks through; made once for each world."""

    def __init__(self, users: "immutables.Map[UserId, User]", before: "Directory | None" = None) -> None:
        self.source = users
        same = _in_order_of(before, users)
        # One that was never searched has nothing to give, and would keep alive all that came before it.
        self._before = before if same is not None and before is not None and "texts" in vars(before) else None
        super().__init__(same or sorted(users.values(), key=lambda user: user.id), self._made_texts)

    def _made_texts(self) -> list[str]:
        before, self._before = self._before, None
        if before is None:
            return [_text(user) for user in self.users]
        # Most changes are not those of a name, and making a text takes longer than comparing.
        return [
            text if user is old or _names(user) == _names(old) else _text(user)
            for user, old, text in zip(self.users, before.users, before.texts, strict=True)
        ]


def _text(user: User) -> str:
    return f"{user.username} {user.first_name} {user.last_name} {user.email}".casefold()


def _names(user: User) -> tuple[str, str, str, str]:
    return user.username, user.first_name, user.last_name, user.email


def _in_order_of(before: Directory | None, users: "immutables.Map[UserId, User]") -> list[User] | None:
    """The users in the order that they had before, which saves sorting; None if they are not the same ones."""
    if before is None or len(before.users) != len(users):
        return None
    found = [users.get(user.id) for user in before.users]
    return None if None in found else [user for user in found if user is not None]
