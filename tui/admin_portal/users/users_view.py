"""What the Users tab shows, computed from the world: which users match, and the row of each."""

from bisect import bisect_left
from collections.abc import Sequence, Set
from datetime import datetime

from msgspec import Struct

from mfadrill.core.organization import Organization
from mfadrill.core.status import totp_status
from mfadrill.core.users import User, UserId
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.status_text import TONES, status_in_short, status_line
from mfadrill.tui.admin_portal.users.filters import Filters, tests
from mfadrill.tui.cells import cell_len, fit
from mfadrill.tui.directory import Directory


class UserRow(Struct, frozen=True):
    """One line of the list."""

    username: str
    name: str
    state: str
    locked: bool
    department: str
    mfa: str
    tone: str
    required: bool


class UsersView(Struct, frozen=True):
    """The users that match, by username, and what is needed to show any of them."""

    users: Sequence[User]
    total: int
    organization: Organization
    now: datetime
    filters: Filters

    def index_of(self, user: UserId) -> tuple[int, bool]:
        """Where the user is, or would be, and whether it is there."""
        index = bisect_left(self.users, user, key=lambda found: found.id)
        return index, index < len(self.users) and self.users[index].id == user

    def row(self, index: int) -> UserRow:
        return user_row(self.users[index], self.organization, self.now)

    def hidden(self, selected: Set[UserId]) -> int:
        """How many of the selected users are not among these."""
        if len(self.users) < len(selected):
            return len(selected) - sum(user.id in selected for user in self.users)
        return sum(not self.index_of(user)[1] for user in selected)

    @property
    def empty(self) -> str:
        """What would fill an empty list."""
        if not self.total:
            return "There are no users yet.\nA scenario has them: mfadrill tui --scenario NAME, or a file of your own."
        widen = ["search for less" if self.filters.text else ""]
        if self.filters != Filters(text=self.filters.text):
            widen.append("clear a filter (c clears all)")
        nobody = (
            "The only user does not match."
            if self.total == 1
            else f"None of the {self.total:,} users matches."
        )
        return f"{nobody}\nTo see some, " + " or ".join(part for part in widen if part)


def users_view(directory: Directory, world: World, now: datetime, filters: Filters) -> UsersView:
    """The users of the directory that the filters let through."""
    organization = world.organization
    found = directory.search(filters.text)
    for test in tests(filters, organization, now):
        found = [user for user in found if test(user)]
    return UsersView(found, len(directory.users), organization, now, filters)


def user_row(user: User, organization: Organization, now: datetime) -> UserRow:
    return UserRow(
        username=user.username,
        name=user.name if user.name != user.username else "",
        state=user.state.label,
        locked=user.is_locked(now),
        department=user.department,
        mfa=status_in_short(user, organization, now),
        tone=TONES[totp_status(user, organization, now)],
        required=user.required,
    )


def user_in_full(user: User, organization: Organization, now: datetime, width: int) -> str:
    """Who the user is, and below it the status; a status that needs two rows has both."""
    status = status_line(user, organization, now)
    if cell_len(status) > width:
        return status
    who = user.username if user.name == user.username else f"{user.username}, {user.name}"
    return fit(", ".join(part for part in (who, user.department, user.email) if part), width) + "\n" + status


def selection_in_words(selected: int, hidden: int) -> str:
    """Such as `3 selected (1 hidden)`."""
    return f"{selected:,} selected" + (f" ({hidden:,} hidden)" if hidden else "")
