"""The users of one world in order, and the search among them."""

from functools import cached_property

import immutables

from mfadrill.core.users import User, UserId


class Directory:
    """The users of one world by username, with what a search looks through; made once for each world."""

    def __init__(self, users: "immutables.Map[UserId, User]", before: "Directory | None" = None) -> None:
        self.source = users
        self.users: list[User] = _in_order_of(before, users) or sorted(
            users.values(), key=lambda user: user.id
        )

    @cached_property
    def texts(self) -> list[str]:
        return [f"{u.username} {u.first_name} {u.last_name} {u.email}".casefold() for u in self.users]

    def search(self, text: str) -> list[User]:
        """The users in whose names or mail address every word is found."""
        words = text.casefold().split()
        if not words:
            return self.users
        pairs = zip(self.users, self.texts, strict=True)
        if len(words) == 1:
            word = words[0]
            return [user for user, found in pairs if word in found]
        return [user for user, found in pairs if all(word in found for word in words)]


def _in_order_of(before: Directory | None, users: "immutables.Map[UserId, User]") -> list[User] | None:
    """The users in the order that they had before, which saves sorting; None if they are not the same ones."""
    if before is None or len(before.users) != len(users):
        return None
    found = [users.get(user.id) for user in before.users]
    return None if None in found else [user for user in found if user is not None]
