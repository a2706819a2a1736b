"""Two branches side by side: who stands otherwise at an instant, what was sent and refused, what was done otherwise.

Users that both worlds share are one object, so only those are looked at twice that something happened to.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from msgspec import Struct

from mfadrill.core.events import Event, LoginRefused, MailSent, PeriodExpired
from mfadrill.core.login import login_decision
from mfadrill.core.policies import USER_PORTAL
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.status import totp_status
from mfadrill.core.users import User, UserId
from mfadrill.core.what_if import NOTHING_KNOWN, facts_of_log_in, groups_in_policies
from mfadrill.core.words import local
from mfadrill.core.world import World
from mfadrill.sim.branches import parting
from mfadrill.sim.census import ENROLLED, EXPIRED, RUNNING, STATUSES, Census, Counts
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.timeline import Act, Timeline


class Trait(StrEnum):
    """What can be said of a user in one branch and not in the other."""

    ENROLLED = "TOTP enrolled"
    RUNNING = "in enrollment"
    EXPIRED = "enrollment expired"
    LOCKED_OUT = "locked out at the next log-in"
    ACCOUNT_LOCKED = "account locked"
    REQUIRED = "MFA required"
    MAILED = "got more mails"
    EXISTS = "exists"


class Difference(Struct, frozen=True):
    """Whom a trait holds for in one branch only, by username."""

    trait: Trait
    one: tuple[UserId, ...]
    other: tuple[UserId, ...]


class Side(Struct, frozen=True):
    """One branch at the instant. `runs_until` is where its log ends; what is later is as it will be by itself.

    Mails, refused log-ins and expired periods are those up to the instant since the branches parted; `acts` are
    those that the other does not have.
    """

    name: str
    runs_until: datetime
    counts: Counts
    locked_out: int
    mails: int
    refused: int
    expired: int
    acts: tuple[Act, ...]


class LockoutDay(Struct, frozen=True):
    """Log-ins refused as locked out, and periods that expired, on one day of the organization's, in each branch."""

    day: date
    refused: tuple[int, int]
    expired: tuple[int, int]


class Comparison(Struct, frozen=True):
    """Two branches at an instant. They have everything in common up to `parted_at`."""

    at: datetime
    parted_at: datetime
    zone: str
    one: Side
    other: Side
    differences: tuple[Difference, ...]
    days: tuple[LockoutDay, ...]

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.one, self.other


class Course(Struct, frozen=True):
    """How many users have each status at these instants, in each branch."""

    instants: tuple[datetime, ...]
    one: tuple[Counts, ...]
    other: tuple[Counts, ...]


def ends(one: Timeline, other: Timeline) -> datetime:
    """Where the longer of the two ends."""
    return max(one.until, other.until)


def compare(one: Timeline, other: Timeline, at: datetime) -> Comparison:
    """The branches at an instant. What is later than a branch's end is as it will be if nobody does anything."""
    position, parted_at = parting(one, other)
    lines = run_until(one, at), run_until(other, at)
    worlds = [line.world_at(line.position_at(at)) for line in lines]
    counts, locked_out, only = _stand_otherwise(worlds[0], worlds[1], at)
    zone = worlds[0].organization.zone
    facts = [
        _Facts(islice(line.events, position, max(position, line.position_at(at))), zone) for line in lines
    ]
    both = facts[0].mails - facts[1].mails, facts[1].mails - facts[0].mails
    only[Trait.MAILED] = (list(both[0]), list(both[1]))
    acts = [[act for act in line.acts if act.position >= position and act.at <= at] for line in (one, other)]
    sides = [
        Side(
            name=branch.name,
            runs_until=branch.until,
            counts=counts[n],
            locked_out=locked_out[n],
            mails=facts[n].mails.total(),
            refused=facts[n].refused.total(),
            expired=facts[n].expired.total(),
            acts=tuple(not_among(acts[n], acts[1 - n])),
        )
        for n, branch in enumerate((one, other))
    ]
    return Comparison(
        at=at,
        parted_at=min(parted_at, at),
        zone=zone,
        one=sides[0],
        other=sides[1],
        differences=tuple(
            Difference(trait, tuple(sorted(only[trait][0])), tuple(sorted(only[trait][1])))
            for trait in Trait
            if any(only.get(trait, ()))
        ),
        days=tuple(
            LockoutDay(
                day,
                (facts[0].refused[day], facts[1].refused[day]),
                (facts[0].expired[day], facts[1].expired[day]),
            )
            for day in sorted({day for found in facts for day in (*found.refused, *found.expired)})
        ),
    )


def course(one: Timeline, other: Timeline, most: int = 14) -> Course:
    """The counts of both, from where they parted to where the longer one ends: by day, or by several days where
    those would be more than `most` instants.
    """
    _, since = parting(one, other)
    until = ends(one, other)
    days = -(-(until - since) // timedelta(days=1))
    step = timedelta(days=max(1, -(-days // max(1, most - 1))))
    instants = [since]
    while instants[-1] < until:
        instants.append(min(instants[-1] + step, until))
    return Course(tuple(instants), _counts(one, instants), _counts(other, instants))


def _counts(branch: Timeline, instants: list[datetime]) -> tuple[Counts, ...]:
    census = Census(branch)
    census.follow()
    return tuple(census.at(instants))


def run_until(branch: Timeline, at: datetime) -> Timeline:
    """The branch, or where it ends before the instant a private copy on which everything up to there has happened."""
    if at <= branch.until:
        return branch
    ahead = Simulation.standing_at(branch, len(branch), branch.until)
    ahead.travel_to(at)
    return ahead.timeline


class _Facts:
    """What the two differ in that only the log tells."""

    def __init__(self, events: Iterable[Event], zone: str) -> None:
        self.mails: Counter[UserId] = Counter()
        self.refused: Counter[date] = Counter()
        self.expired: Counter[date] = Counter()
        expired: Counter[datetime] = Counter()
        for event in events:
            kind = type(event)
            if kind is MailSent:
                assert isinstance(event, MailSent)
                self.mails[event.user] += 1
            elif kind is PeriodExpired:
                expired[event.at] += 1
            elif isinstance(event, LoginRefused) and event.decision.outcome is LoginOutcome.LOCKED_OUT:
                self.refused[local(event.at, zone).date()] += 1
        # Thousands of periods end at the same instant, which need not be turned into a day one by one.
        for at, number in expired.items():
            self.expired[local(at, zone).date()] += number


#: The place of a status among STATUSES, and the traits that hold.
_Standing = tuple[int, frozenset[Trait]]

_OF_STATUS = {ENROLLED: Trait.ENROLLED, RUNNING: Trait.RUNNING, EXPIRED: Trait.EXPIRED}


def _standing_in(world: World, now: datetime) -> Callable[[User], _Standing]:
    """Tells of each user how they stand. Who has the same in all that matters stands alike, and is asked once."""
    known: dict[object, _Standing] = {}
    named = groups_in_policies(world)
    column = {status: n for n, status in enumerate(STATUSES)}

    def standing(user: User) -> _Standing:
        facts = facts_of_log_in(user, named, now)
        found = known.get(facts)
        if found is None:
            status = column[totp_status(user, world.organization, now)]
            outcome = login_decision(world, user, USER_PORTAL, NOTHING_KNOWN, now).outcome
            holds = {
                Trait.LOCKED_OUT: outcome is LoginOutcome.LOCKED_OUT,
                Trait.ACCOUNT_LOCKED: user.is_locked(now),
                Trait.REQUIRED: user.required,
                Trait.EXISTS: True,
            }
            traits = {trait for trait, so in holds.items() if so}
            if status in _OF_STATUS:
                traits.add(_OF_STATUS[status])
            found = known[facts] = status, frozenset(traits)
        return found

    return standing


def _stand_otherwise(
    one: World, other: World, now: datetime
) -> tuple[list[Counts], list[int], dict[Trait, tuple[list[UserId], list[UserId]]]]:
    """For each world the counts by status and who is locked out, and for each trait who has it in one only."""
    in_one, in_other = _standing_in(one, now), _standing_in(other, now)
    alike = (one.organization, one.policies) == (other.organization, other.policies)
    standings: tuple[Counter[_Standing], Counter[_Standing]] = Counter(), Counter()
    pairs: dict[tuple[_Standing | None, _Standing | None], list[UserId]] = {}
    others = other.users
    for id_, user in one.users.items():
        twin = others.get(id_)
        here = in_one(user)
        standings[0][here] += 1
        if twin is None:
            pairs.setdefault((here, None), []).append(id_)
            continue
        there = here if alike and twin is user else in_other(twin)
        standings[1][there] += 1
        if here is not there and here != there:
            pairs.setdefault((here, there), []).append(id_)
    if standings[1].total() < len(others):
        for id_, user in others.items():
            if id_ not in one.users:
                there = in_other(user)
                standings[1][there] += 1
                pairs.setdefault((None, there), []).append(id_)
    only: dict[Trait, tuple[list[UserId], list[UserId]]] = {trait: ([], []) for trait in Trait}
    for (here, there), users in pairs.items():
        mine, theirs = (frozenset[Trait]() if side is None else side[1] for side in (here, there))
        for trait in mine - theirs:
            only[trait][0].extend(users)
        for trait in theirs - mine:
            only[trait][1].extend(users)
    counts: list[Counts] = []
    locked_out: list[int] = []
    for found in standings:
        by_status = [0] * len(STATUSES)
        for (status, _), number in found.items():
            by_status[status] += number
        counts.append(Counts(*by_status))
        locked_out.append(sum(n for (_, traits), n in found.items() if Trait.LOCKED_OUT in traits))
    return counts, locked_out, only


def not_among(acts: Iterable[Act], others: Iterable[Act]) -> Iterable[Act]:
    """The acts for which the others have no same one, at the same instant."""
    left: dict[datetime, list[Act]] = {}
    for act in others:
        left.setdefault(act.at, []).append(act)
    for act in acts:
        same = next((one for one in left.get(act.at, ()) if one.command == act.command), None)
        if same is None:
            yield act
        else:
            left[act.at].remove(same)
