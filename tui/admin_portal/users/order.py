"""The order of the list of users: by any column, either way round."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from msgspec import Struct

from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.status import Alert, alerts
from mfadrill.core.users import GroupId, User, UserState
from mfadrill.core.world import Group, World
from mfadrill.tui.admin_portal.users.columns import Column
from mfadrill.tui.admin_portal.users.filters import status_of
from mfadrill.tui.directory import Listing

#: By how much an admin should care.
URGENCY = {
    status: place
    for place, status in enumerate(
        (
            FactorStatus.ENROLLMENT_EXPIRED,
            FactorStatus.IN_ENROLLMENT,
            FactorStatus.PRE_ENROLLMENT,
            FactorStatus.NOT_ENROLLED,
            FactorStatus.ENROLLED,
            FactorStatus.DISABLED,
        )
    )
}
STATES = {state: place for place, state in enumerate(UserState)}
ALERTS = {alert: place for place, alert in enumerate(Alert)}

#: After every text: who has no department or group comes last.
LAST = chr(0x10FFFF)


class Sorting(Struct, frozen=True):
    """Which column orders the list; users that are the same there are in the order of their usernames."""

    column: Column = Column.USER
    backward: bool = False

    def by(self, column: Column) -> "Sorting":
        """By another column, or by the same the other way round."""
        return Sorting(column, column is self.column and not self.backward)


def sort_key(column: Column, factor: Factor | None, world: World, now: datetime) -> Callable[[User], Any]:
    """What of a user a column orders by."""
    organization = world.organization
    match column:
        case Column.USER:
            return lambda user: user.id
        case Column.STATE:
            return lambda user: STATES[user.state]
        case Column.DEPARTMENT:
            return lambda user: user.department.casefold() or LAST
        case Column.GROUPS:
            named = GroupNames(world.groups)
            return lambda user: named(user.groups).casefold() or LAST if user.groups else LAST
        case Column.ALERTS:
            return lambda user: tuple(ALERTS[alert] for alert in alerts(user, organization, now)) or (99,)
        case Column.MFA:

            def by_status(user: User) -> tuple[int, Any]:
                status = status_of(factor, user, organization, now)
                if status is FactorStatus.PRE_ENROLLMENT:
                    return URGENCY[status], user.days or 0
                timed = status in (FactorStatus.IN_ENROLLMENT, FactorStatus.ENROLLMENT_EXPIRED)
                return URGENCY[status], user.period.ends_at if timed and user.period is not None else 0

            return by_status
        case Column.REQUIRED:
            return lambda user: not user.required


def ordered(directory: Listing, sorting: Sorting, key: Callable[[User], Any]) -> Listing:
    """The users of a directory in another order. Long work in a large organization."""
    found = directory
    if sorting.column is not Column.USER:
        # Many users are the same in any column: only what is different is sorted.
        places: defaultdict[Any, list[int]] = defaultdict(list)
        for at, same in enumerate(map(key, directory.users)):
            places[same].append(at)
        found = directory.picked([*chain.from_iterable(places[same] for same in sorted(places))])
    return found.reversed() if sorting.backward else found


class GroupNames:
    """The names of sets of groups, as one text; many users are in the same."""

    def __init__(self, groups: Mapping[GroupId, Group]) -> None:
        self._groups = groups
        self._known: dict[frozenset[GroupId], str] = {}

    def __call__(self, groups: frozenset[GroupId]) -> str:
        found = self._known.get(groups)
        if found is None:
            names = sorted(self._groups[group].name for group in groups if group in self._groups)
            found = self._known[groups] = ", ".join(names)
        return found
