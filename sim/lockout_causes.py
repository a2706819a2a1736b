"""Why a user cannot get in: the events that led there, and the latest admin action that would have prevented it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.core.accounts import ActivateUsers, UnlockUsers
from mfadrill.core.commands import Command
from mfadrill.core.events import (
    ChallengeFailed,
    EnrollmentSkipped,
    Event,
    LoginRefused,
    MailSent,
    OrganizationCreated,
    OrganizationUpdated,
    PasswordRefused,
    PasswordSet,
    PeriodExpired,
    PeriodStarted,
    RequirementRemoved,
    RequirementSet,
    TotpDeleted,
    TotpEnrolled,
    UserActivated,
    UserCreated,
    UserLockedOut,
    UserSuspended,
    UserUnlocked,
)
from mfadrill.core.evolve import evolve
from mfadrill.core.factors import Factor
from mfadrill.core.login import login_decision
from mfadrill.core.narrative import in_words
from mfadrill.core.policies import USER_PORTAL, Context
from mfadrill.core.sessions import LoginDecision, LoginOutcome, Rule
from mfadrill.core.status import days_left
from mfadrill.core.users import MAX_DAYS, UserId, UserState
from mfadrill.core.words import count, when
from mfadrill.core.world import World
from mfadrill.sim.denial_causes import denial_causes

#: The facts of the way into an expired period.
_OF_THE_PERIOD = (
    RequirementSet,
    RequirementRemoved,
    PeriodStarted,
    PeriodExpired,
    MailSent,
    EnrollmentSkipped,
    LoginRefused,
    TotpEnrolled,
    TotpDeleted,
    UserCreated,
    UserActivated,
    UserSuspended,
)
#: The facts of the way into `account_locked`.
_OF_THE_LOCK = (PasswordRefused, ChallengeFailed, UserLockedOut, UserUnlocked, PasswordSet)
_OF_THE_STATE = (UserCreated, UserActivated, UserSuspended)


class Prevention(Struct, frozen=True):
    """An admin action that would have prevented it: require MFA again, or reset TOTP, with so many days.

    It is meant to be done just before `before`; `days` is the least number that lasts until the instant asked about.
    """

    before: datetime
    days: int


class Causes(Struct, frozen=True):
    """Whether the user is kept out now and by what, the events that led there, and what would have prevented it."""

    decision: LoginDecision
    chain: tuple[Event, ...]
    prevention: Prevention | None = None
    #: The period's days, and how many would have been needed when it started.
    days: int | None = None
    days_needed: int | None = None
    started_at: datetime | None = None
    #: For a user who is denied, the latest act but for which the user would not be.
    turned: Event | None = None
    instead: LoginOutcome | None = None

    @property
    def kept_out(self) -> bool:
        return self.decision.outcome in KEPT_OUT


KEPT_OUT = frozenset(
    {
        LoginOutcome.LOCKED_OUT,
        LoginOutcome.ACCOUNT_LOCKED,
        LoginOutcome.NOT_ACTIVATED,
        LoginOutcome.DENIED,
    }
)


def lockout_causes(events: Sequence[Event], length: int, world: World, user: UserId, now: datetime) -> Causes:
    """What led to what the user meets at the User Portal now.

    `events` is a log of which the first `length` have happened, and `world` the world after these. For an expired
    period, the latest prevention is an admin action at the last instant before the end: requiring MFA again, or
    resetting TOTP, with days enough that the new period would still run now. Where TOTP was off for the organization
    by then, it is the last instant before that, because nothing can be reset while TOTP is off.
    For a user who is denied it is the latest act but for which the user would not be (`denial_causes`).
    """
    found = world.users[user]
    decision = login_decision(world, found, USER_PORTAL, Context(), now)
    match decision.outcome:
        case LoginOutcome.ACCOUNT_LOCKED:
            return Causes(decision, tuple(_since_last_success(events, length, user)))
        case LoginOutcome.NOT_ACTIVATED:
            return Causes(decision, tuple(_of(events, length, user, _OF_THE_STATE)))
        case LoginOutcome.DENIED:
            denial = denial_causes(events, length, found, now)
            return Causes(decision, denial.chain, turned=denial.turned, instead=denial.instead)
        case _:
            chain = tuple(_of(events, length, user, _OF_THE_PERIOD))
    period = found.period
    if decision.outcome is not LoginOutcome.LOCKED_OUT or period is None:
        return Causes(decision, chain)
    before = _totp_off_since(events, length, period.ends_at) or period.ends_at
    days = days_to_last(before, now)
    return Causes(
        decision,
        chain,
        prevention=None if days > MAX_DAYS else Prevention(before, days),
        days=period.days,
        days_needed=days_to_last(period.starts_at, now),
        started_at=period.starts_at,
    )


def days_to_last(since: datetime, now: datetime) -> int:
    """The least number of days for which a period that starts then still runs now."""
    return (now - since) // timedelta(days=1) + 1


def _of(
    events: Sequence[Event], length: int, user: UserId, kinds: tuple[type[Event], ...]
) -> Iterator[Event]:
    for index in range(length):
        event = events[index]
        if isinstance(event, kinds) and user in event.touches:
            yield event


def _since_last_success(events: Sequence[Event], length: int, user: UserId) -> list[Event]:
    """The bad log-ins that the lock counts: those after the last unlock."""
    found: list[Event] = []
    for event in _of(events, length, user, _OF_THE_LOCK):
        if isinstance(event, UserUnlocked):
            found.clear()
        found.append(event)
    return found


def _totp_off_since(events: Sequence[Event], length: int, instant: datetime) -> datetime | None:
    """Since when TOTP was off for the organization just before the instant; None where it was on."""
    since: datetime | None = None
    for index in range(length):
        event = events[index]
        if event.at >= instant:
            break
        if isinstance(event, OrganizationCreated | OrganizationUpdated):
            off = Factor.TOTP not in event.organization.factors
            since = (since or event.at) if off else None
    return since


def causes_in_words(causes: Causes, world: World, user: UserId, now: datetime) -> tuple[str, ...]:
    """What keeps the user out or will, and what would have prevented it, a sentence each."""
    zone = world.organization.zone
    found = world.users[user]
    match causes.decision.outcome:
        case LoginOutcome.LOCKED_OUT:
            return tuple(_of_an_expired_period(causes, zone))
        case LoginOutcome.ACCOUNT_LOCKED:
            then = _meets_after(UnlockUsers((user,)), world, user, now)
            return (
                "Too many bad log-ins locked the account. This is not an expired period: resetting TOTP does not help.",
                f"Unlocking the account helps at any time. Unlocked now, the user meets: {then.label}.",
            )
        case LoginOutcome.NOT_ACTIVATED:
            again = "Activated" if found.state is UserState.STAGED else "Reactivated"
            then = _meets_after(ActivateUsers((user,)), world, user, now)
            return (*_of_a_suspension(causes, zone), f"{again} now, the user meets: {then.label}.")
        case LoginOutcome.DENIED:
            return (_of_a_denial(causes, zone),)
        case _:
            pass
    period = found.period
    if found.required and found.totp is None and period is not None and not period.is_over(now):
        left = count(days_left(period.ends_at, now), "day")
        return (
            f"Not locked out. In {left} the enrollment period ends ({when(period.ends_at, zone)}): "
            "without TOTP the user is locked out then.",
        )
    return ("Not locked out, and no enrollment period is running that could lead there.",)


def _meets_after(command: Command, world: World, user: UserId, now: datetime) -> LoginOutcome:
    """What the user would meet if this were done now."""
    after = evolve(world, command.decide(world, now).events)
    return login_decision(after, after.users[user], USER_PORTAL, Context(), now).outcome


def _of_a_suspension(causes: Causes, zone: str) -> Iterator[str]:
    last = causes.chain[-1] if causes.chain else None
    if isinstance(last, UserSuspended):
        yield (
            f"Latest admin action that would have prevented it: not to suspend the user on {when(last.at, zone)}, "
            "or to reactivate the user at any time since."
        )
    else:
        yield "The user is staged: to activate the user, at any time since, would have prevented it."


def _of_a_denial(causes: Causes, zone: str) -> str:
    turned = causes.turned
    if turned is not None:
        instead = f" The user would now meet: {causes.instead.label}." if causes.instead is not None else ""
        return (
            f"Latest admin action that would have prevented it: leaving undone, on {when(turned.at, zone)}, "
            f"this: {in_words(turned, zone)}." + instead
        )
    denying = [name for r in causes.decision.reasons if r.rule is Rule.POLICY_DENIES for name in r.names]
    if len(denying) > 1:
        return (
            f"No single action would have prevented it: {len(denying)} policies deny, {', '.join(denying)}."
        )
    return "No single action since the user was created would have prevented it."


def _suspensions(causes: Causes, zone: str) -> Iterator[str]:
    """While the period ran, the user may have been suspended, and it ran on."""
    since: datetime | None = None
    for event in causes.chain:
        if causes.started_at is None or event.at < causes.started_at:
            continue
        if isinstance(event, UserSuspended):
            since = event.at
        elif isinstance(event, UserActivated) and since is not None:
            yield f"Suspended from {when(since, zone)} to {when(event.at, zone)}: the period kept its end meanwhile."
            since = None


def _of_an_expired_period(causes: Causes, zone: str) -> Iterator[str]:
    yield from _suspensions(causes, zone)
    prevention = causes.prevention
    if prevention is None:
        yield "No period of up to a year would still run: only enrolling, or removing the requirement, helps."
        return
    yield (
        f"Latest admin action that would have prevented it: until {when(prevention.before, zone)}, "
        f"require MFA again or reset TOTP MFA with {count(prevention.days, 'day')} or more."
    )
    if causes.days_needed is not None and causes.started_at is not None and causes.days_needed <= MAX_DAYS:
        yield (
            f"Or at the start: {causes.days_needed} days instead of {causes.days} on "
            f"{when(causes.started_at, zone)}; the period would still run now."
        )
