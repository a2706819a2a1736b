"""The census: how many users have which TOTP status, at any instant of a timeline and after its end.

It is had by one pass over the log, and grows with it: what is counted once is not counted again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple, Self

from msgspec import Struct

from mfadrill.core.accounts import activate
from mfadrill.core.events import (
    SYSTEM,
    ActivationScheduled,
    Event,
    OrganizationCreated,
    OrganizationUpdated,
    PeriodStarted,
    RequirementRemoved,
    RequirementSet,
    TotpDeleted,
    TotpEnrolled,
    UserActivated,
    UserCreated,
    UserSuspended,
)
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.status import totp_status
from mfadrill.core.users import GroupId, User, UserId, UserState
from mfadrill.core.world import Draft, World
from mfadrill.sim.timeline import Timeline

#: The statuses in the order in which they are counted and shown.
STATUSES = (
    FactorStatus.ENROLLED,
    FactorStatus.IN_ENROLLMENT,
    FactorStatus.ENROLLMENT_EXPIRED,
    FactorStatus.PRE_ENROLLMENT,
    FactorStatus.NOT_ENROLLED,
    FactorStatus.DISABLED,
)

ENROLLED, RUNNING, EXPIRED, PRE, NOT, DISABLED = range(len(STATUSES))


class Counts(NamedTuple):
    """So many users have each status; one field for each of STATUSES, in that order."""

    enrolled: int = 0
    in_enrollment: int = 0
    expired: int = 0
    pre_enrollment: int = 0
    not_enrolled: int = 0
    disabled: int = 0

    @property
    def users(self) -> int:
        return sum(self)


def counts_of(users: Iterable[User], world: World, now: datetime) -> Counts:
    """How many of the users have each status in this world."""
    organization = world.organization
    found = Counter(totp_status(user, organization, now) for user in users)
    return Counts(*(found[status] for status in STATUSES))


# Over time

#: The facts about a user that a status can depend on. Nothing else in a log is looked at.
_TELLING = (
    UserCreated,
    UserActivated,
    UserSuspended,
    ActivationScheduled,
    RequirementSet,
    RequirementRemoved,
    PeriodStarted,
    TotpEnrolled,
    TotpDeleted,
)
_OF_USER = frozenset(_TELLING)
_OF_ORGANIZATION = frozenset({OrganizationCreated, OrganizationUpdated})

#: A status while TOTP is on, and the end of the period where it is that of a period.
_Standing = tuple[int, datetime | None]


class _Directory(Draft):
    """What the facts about users are applied to; log-ins are of no interest."""

    def change_session(self, browser: str, **changes: object) -> Self:  # noqa: ARG002
        return self


class Census:
    """The counts of one timeline at any instant; `follow` takes in what was added to the log."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.counted = 0
        #: For those who count in threads: a thread that nobody waits for any more still counts.
        self.lock = Lock()
        self._directory = _Directory(timeline.world_at(0))
        #: At each instant, how many more users have each status from then on, while TOTP is on.
        self._changes: dict[datetime, list[int]] = {}
        #: From each of these instants on, TOTP is on or off.
        self._switched: list[tuple[datetime, bool]] = [(timeline.start, self._totp_is_on)]
        self._scheduled: set[UserId] = set()
        for user in timeline.world_at(0).users.values():
            self._enters(timeline.start, _standing(user))

    @property
    def _totp_is_on(self) -> bool:
        return Factor.TOTP in self._directory.organization.factors

    def follow(self, length: int | None = None) -> None:
        """Take in the log up to this length (all of it, without one)."""
        events = self.timeline.events
        length = len(events) if length is None else length
        for event in events[self.counted : max(length, self.counted)]:
            kind = type(event)
            if kind in _OF_USER:
                self._note_user(event)
            elif kind in _OF_ORGANIZATION:
                event.apply(self._directory)
                self._switched.append((event.at, self._totp_is_on))
        self.counted = max(length, self.counted)

    def _note_user(self, event: Event) -> None:
        assert isinstance(event, _TELLING)
        users = self._directory.users
        if isinstance(event, UserCreated):
            event.apply(self._directory)
            self._enters(event.at, _standing(event.user))
            id_ = event.user.id
        else:
            id_ = event.user
            before = _standing(users[id_])
            event.apply(self._directory)
            after = _standing(users[id_])
            if after != before:
                self._leaves(event.at, before)
                self._enters(event.at, after)
        if users[id_].activation_at is not None:
            self._scheduled.add(id_)
        elif self._scheduled:
            self._scheduled.discard(id_)

    def _enters(self, at: datetime, standing: _Standing) -> None:
        status, ends_at = standing
        if ends_at is None:
            _change(self._changes, at, status, 1)
        elif at < ends_at:
            _change(self._changes, at, RUNNING, 1)
            _expire(self._changes, ends_at, 1)
        else:
            _change(self._changes, at, EXPIRED, 1)

    def _leaves(self, at: datetime, standing: _Standing) -> None:
        status, ends_at = standing
        if ends_at is None:
            _change(self._changes, at, status, -1)
        elif at < ends_at:
            _change(self._changes, at, RUNNING, -1)
            _expire(self._changes, ends_at, -1)
        else:
            _change(self._changes, at, EXPIRED, -1)

    def _with_activations(self) -> dict[datetime, list[int]]:
        """The changes, those included that scheduled activations will bring if nobody does anything."""
        if not self._scheduled:
            return self._changes
        changes = {at: list(change) for at, change in self._changes.items()}
        for id_ in self._scheduled:
            user = self._directory.users[id_]
            at = user.activation_at
            if at is None or user.state is UserState.ACTIVATED or _standing(user)[0] != PRE:
                continue
            _, facts = activate(user, self._directory.organization, at, SYSTEM)
            period = next((fact.period for fact in facts if isinstance(fact, PeriodStarted)), None)
            _change(changes, at, PRE, -1)
            if period is None:
                _change(changes, at, NOT, 1)
            else:
                _change(changes, at, RUNNING, 1)
                _expire(changes, period.ends_at, 1)
        return changes

    def last_change(self) -> datetime:
        """The instant after which no status changes any more, if nobody does anything."""
        changing = [at for at, change in self._with_activations().items() if any(change)]
        return max([self.timeline.start, self._switched[-1][0], *changing])

    def at(self, instants: Sequence[datetime]) -> list[Counts]:
        """The counts at these instants, which must be in order.

        Where the log ends they go on as they will be if nobody does anything.
        """
        changes = self._with_activations()
        ahead = iter(sorted(changes))
        switches = iter(self._switched)
        upcoming, switch = next(ahead, None), next(switches, None)
        running, on = [0] * len(STATUSES), True
        found: list[Counts] = []
        for instant in instants:
            while upcoming is not None and upcoming <= instant:
                running = [old + more for old, more in zip(running, changes[upcoming], strict=True)]
                upcoming = next(ahead, None)
            while switch is not None and switch[0] <= instant:
                on = switch[1]
                switch = next(switches, None)
            found.append(Counts(*running) if on else Counts(disabled=sum(running)))
        return found


def _standing(user: User) -> _Standing:
    """What `totp_status` says while TOTP is on, the passing of time left open."""
    if user.totp is not None:
        return ENROLLED, None
    if not user.required:
        return NOT, None
    if user.state is UserState.STAGED:
        return PRE, None
    if user.period is None:
        return NOT, None
    return RUNNING, user.period.ends_at


def _change(changes: dict[datetime, list[int]], at: datetime, status: int, by: int) -> None:
    found = changes.get(at)
    if found is None:
        found = changes[at] = [0] * len(STATUSES)
    found[status] += by


def _expire(changes: dict[datetime, list[int]], at: datetime, by: int) -> None:
    _change(changes, at, RUNNING, -by)
    _change(changes, at, EXPIRED, by)


# At one instant, by what users belong to


class Share(Struct, frozen=True):
    """A group or a department: its users, of how many MFA is required, and their statuses."""

    name: str
    required: int
    counts: Counts
    group: GroupId | None = None

    @property
    def users(self) -> int:
        return self.counts.users


class Ending(Struct, frozen=True):
    """Periods that end at the same instant, and whose they are, by username."""

    at: datetime
    users: tuple[UserId, ...]


class Standings(Struct, frozen=True):
    """One world, counted: all of it, by group and by department, and the period ends that come next."""

    everybody: Share
    groups: tuple[Share, ...]
    departments: tuple[Share, ...]
    endings: tuple[Ending, ...]
    account_locked: int
    suspended: int


def standings(world: World, now: datetime) -> Standings:
    """Count a world in one pass over its users."""
    organization = world.organization
    of: dict[tuple[bool, str], list[int]] = {(True, id_): [0] * (1 + len(STATUSES)) for id_ in world.groups}
    everybody = [0] * (1 + len(STATUSES))
    ends: dict[datetime, list[UserId]] = {}
    locked = suspended = 0
    column = {status: n for n, status in enumerate(STATUSES)}
    for user in world.users.values():
        status = column[totp_status(user, organization, now)]
        everybody[status] += 1
        everybody[-1] += user.required
        keys = [(True, group) for group in user.groups] + [(False, user.department)]
        for key in keys:
            counted = of.get(key)
            if counted is None:
                counted = of[key] = [0] * (1 + len(STATUSES))
            counted[status] += 1
            counted[-1] += user.required
        if status == RUNNING and user.period is not None:
            ends.setdefault(user.period.ends_at, []).append(user.id)
        locked += user.lockout is not None and user.is_locked(now)
        suspended += user.state is UserState.SUSPENDED
    groups = [
        Share(world.groups[GroupId(id_)].name, counted[-1], Counts(*counted[:-1]), GroupId(id_))
        for (is_group, id_), counted in of.items()
        if is_group and GroupId(id_) in world.groups
    ]
    departments = [
        Share(name, counted[-1], Counts(*counted[:-1]))
        for (is_group, name), counted in of.items()
        if not is_group
    ]
    return Standings(
        Share("", everybody[-1], Counts(*everybody[:-1])),
        tuple(sorted(groups, key=lambda share: share.name.casefold())),
        tuple(sorted(departments, key=lambda share: (share.name == "", share.name.casefold()))),
        tuple(Ending(at, tuple(sorted(ends[at]))) for at in sorted(ends)),
        locked,
        suspended,
    )
