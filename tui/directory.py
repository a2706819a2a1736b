"""The users of one world in order, and the search among them."""

from collections.abc import Sequence
from functools import cached_property

import immutables

from mfadrill.core.users import User, UserId


class Listing:
    """Users in some order, each with the text in which a search looks.

    It remembers the latest search: who types on narrows what was found, and waits less with every letter.
    """

    def __init__(self, users: list[User], texts: list[str]) -> None:
        self.users = users
        self._texts = texts
        self._latest: tuple[list[str], list[User], list[str]] | None = None

    @property
    def texts(self) -> list[str]:
        return self._texts

    def search(self, text: str) -> list[User]:
        """The users in whose names or mail address every word is found."""
        words = text.casefold().split()
        if not words:
            return self.users
        users, texts, new = self.users, self.texts, words
        if self._latest is not None and all(any(old in word for word in words) for old in self._latest[0]):
            before, users, texts = self._latest
            new = [word for word in words if word not in before]
        # The longest first: it leaves the fewest to be asked for the others.
        for word in sorted(new, key=len, reverse=True):
            found = [at for at, text in enumerate(texts) if word in text]
            users, texts = [users[at] for at in found], [texts[at] for at in found]
        self._latest = words, users, texts
        return users

    def picked(self, places: Sequence[int]) -> "Listing":
        """The users at these places, in this order."""
        users, texts = self.users, self.texts
        return Listing([users[at] for at in places], [texts[at] for at in places])

    def reversed(self) -> "Listing":
        return Listing(self.users[::-1], self.texts[::-1])


class Directory(Listing):
    """The users of one world by username, with what a search looks through; made once for each world."""

    def __init__(self, users: "immutables.Map[UserId, User]", before: "Directory | None" = None) -> None:
        self.source = users
        same = _in_order_of(before, users)
        self._before = before if same is not None else None
        super().__init__(same or sorted(users.values(), key=lambda user: user.id), [])

    @cached_property
    def texts(self) -> list[str]:  # type: ignore[override]
        before, self._before = self._before, None
        if before is None or "texts" not in before.__dict__:
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
