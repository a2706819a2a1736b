"""What the Users tab shows, computed from the world: which users match, in which order, and the row of each."""

from collections.abc import Callable, Sequence, Set
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization
from mfadrill.core.status import Alert, alerts
from mfadrill.core.users import User, UserId
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.status_text import TONES, status_in_short
from mfadrill.tui.admin_portal.users.columns import Column
from mfadrill.tui.admin_portal.users.filters import Filters, missing, status_of, tests
from mfadrill.tui.admin_portal.users.order import GroupNames, Sorting, ordered, sort_key
from mfadrill.tui.admin_portal.users.status_details import Latest, nothing, status_details
from mfadrill.tui.directory import Directory, Listing


class UserRow(Struct, frozen=True):
    """One line of the list."""

    username: str
    name: str
    state: str
    locked: bool
    department: str
    groups: str
    alerts: str
    grave: bool
    mfa: str
    tone: str
    required: bool


class UsersView(Struct, frozen=True):
    """The users that match, in order, and what is needed to show any of them."""

    users: Sequence[User]
    total: int
    world: World
    now: datetime
    filters: Filters
    sorting: Sorting
    factor: Factor | None
    key: Callable[[User], Any]
    groups: GroupNames
    latest: Latest = nothing

    @property
    def organization(self) -> Organization:
        return self.world.organization

    def index_of(self, user: UserId) -> tuple[int, bool]:
        """Where the user is, or would be, and whether it is there."""
        known = self.world.users.get(user)
        if known is None and self.sorting.column is not Column.USER:
            return 0, False
        wanted = (user if known is None else self.key(known), user)
        low, high = 0, len(self.users)
        while low < high:
            middle = (low + high) // 2
            found = self.users[middle]
            there = (self.key(found), found.id)
            if there > wanted if self.sorting.backward else there < wanted:
                low = middle + 1
            else:
                high = middle
        return low, low < len(self.users) and self.users[low].id == user

    def row(self, index: int) -> UserRow:
        return user_row(self.users[index], self.organization, self.now, self.factor, self.groups)

    def details(self, user: User) -> str:
        return status_details(self.factor, user, self.organization, self.now, self.latest)

    def hidden(self, selected: Set[UserId]) -> int:
        """How many of the selected users are not among these."""
        if len(selected) > 100:
            return len(selected) - sum(user.id in selected for user in self.users)
        return sum(not self.index_of(user)[1] for user in selected)

    @property
    def empty(self) -> str:
        """What would fill an empty list."""
        if not self.total:
            return "There are no users yet.\nA scenario has them: mfadrill tui --scenario NAME, or a file of your own."
        widen = ["search for less (esc searches for nothing)" if self.filters.text else ""]
        if self.filters != Filters(text=self.filters.text):
            widen.append("clear a filter (c clears all)")
        nobody = (
            "The only user does not match."
            if self.total == 1
            else f"None of the {self.total:,} users matches."
        )
        lines = [nobody, *missing(self.filters, self.world)]
        return "\n".join([*lines, "To see some, " + " or ".join(part for part in widen if part)])


class Lists:
    """Makes the views of one directory after another, and keeps what the next may need: orders, and what
    the filters but the text let through."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._orders: dict[tuple[Any, ...], Listing] = {}
        self._narrowed: tuple[Any, Listing] | None = None
        self._groups = GroupNames({})
        self._groups_of: object = None

    def is_ready(self, sorting: Sorting, factor: Factor | None, world: World, now: datetime) -> bool:
        """Whether the users are in this order already."""
        return self._place(sorting, factor, world, now) in self._orders

    def _place(self, sorting: Sorting, factor: Factor | None, world: World, now: datetime) -> tuple[Any, ...]:
        """What an order depends on."""
        match sorting.column:
            case Column.MFA:
                return sorting, factor, world.organization, now
            case Column.ALERTS:
                return sorting, world.organization, now
            case Column.GROUPS:
                return sorting, world.groups
            case _:
                return (sorting,)

    def order(self, sorting: Sorting, factor: Factor | None, world: World, now: datetime) -> Listing:
        """The users in this order. Long work when it is not ready."""
        place = self._place(sorting, factor, world, now)
        found = self._orders.get(place)
        if found is None:
            turned = structs.replace(sorting, backward=not sorting.backward)
            other = self._orders.get(self._place(turned, factor, world, now))
            if other is not None:
                found = other.reversed()
            else:
                found = ordered(self.directory, sorting, sort_key(sorting.column, factor, world, now))
            # One order for each column and direction: those of other instants are not asked for again.
            self._orders = {at: old for at, old in self._orders.items() if at[0] != sorting}
            self._orders[place] = found
        return found

    def view(
        self,
        world: World,
        now: datetime,
        filters: Filters,
        sorting: Sorting = Sorting(),  # noqa: B008  (frozen)
        factor: Factor | None = Factor.TOTP,
        latest: Latest = nothing,
    ) -> UsersView:
        """The users that the filters let through."""
        listing = self.order(sorting, factor, world, now)
        rest = structs.replace(filters, text="")
        if rest.any:
            asked = (listing, rest, world.organization, now)
            if self._narrowed is None or self._narrowed[0] != asked:
                self._narrowed = asked, _narrowed(listing, rest, world.organization, now)
            listing = self._narrowed[1]
        found = listing.search(filters.text)
        if world.groups is not self._groups_of:
            self._groups, self._groups_of = GroupNames(world.groups), world.groups
        key = sort_key(sorting.column, factor, world, now)
        total = len(self.directory.users)
        return UsersView(found, total, world, now, filters, sorting, factor, key, self._groups, latest)


def _narrowed(listing: Listing, filters: Filters, organization: Organization, now: datetime) -> Listing:
    users = listing.users
    places: Sequence[int] = range(len(users))
    for test in tests(filters, organization, now):
        places = [at for at in places if test(users[at])]
    return listing.picked(places)


def user_row(
    user: User, organization: Organization, now: datetime, factor: Factor | None, groups: GroupNames
) -> UserRow:
    found = alerts(user, organization, now)
    return UserRow(
        username=user.username,
        name=user.name if user.name != user.username else "",
        state=user.state.label,
        locked=user.is_locked(now),
        department=user.department,
        groups=groups(user.groups),
        alerts=found[0] + (f" +{len(found) - 1}" if len(found) > 1 else "") if found else "",
        grave=Alert.LOCKED_OUT in found or Alert.ACCOUNT_LOCKED in found,
        mfa=status_in_short(user, organization, now, factor),
        tone=TONES[status_of(factor, user, organization, now)],
        required=user.required,
    )


def selection_in_words(selected: int, hidden: int) -> str:
    """Such as `3 selected (1 hidden)`."""
    return f"{selected:,} selected" + (f" ({hidden:,} hidden)" if hidden else "")
