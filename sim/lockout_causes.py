"""Why a user cannot get in: the events that led there, and the latest admin action that would have prevented it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.core.events import (
    ChallengeFailed,
    EnrollmentSkipped,
    Event,
    LoginRefused,
    MailSent,
    PasswordRefused,
    PasswordSet,
    PeriodExpired,
    PeriodStarted,
    PolicyCreated,
    PolicyUpdated,
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
from mfadrill.core.login import login_decision
from mfadrill.core.policies import USER_PORTAL, Context
from mfadrill.core.sessions import LoginDecision, LoginOutcome, Rule
from mfadrill.core.status import days_left
from mfadrill.core.users import MAX_DAYS, UserId, UserState
from mfadrill.core.words import count, when
from mfadrill.core.world import World

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
    resetting TOTP, with days enough that the new period would still run now.
    """
    found = world.users[user]
    decision = login_decision(world, found, USER_PORTAL, Context(), now)
    match decision.outcome:
        case LoginOutcome.ACCOUNT_LOCKED:
            return Causes(decision, tuple(_since_last_success(events, length, user)))
        case LoginOutcome.NOT_ACTIVATED:
            return Causes(decision, tuple(_of(events, length, user, _OF_THE_STATE)))
        case LoginOutcome.DENIED:
            return Causes(decision, tuple(_policies(events, length, decision)))
        case _:
            chain = tuple(_of(events, length, user, _OF_THE_PERIOD))
    period = found.period
    if decision.outcome is not LoginOutcome.LOCKED_OUT or period is None:
        return Causes(decision, chain)
    days = days_to_last(period.ends_at, now)
    return Causes(
        decision,
        chain,
        prevention=None if days > MAX_DAYS else Prevention(period.ends_at, days),
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


def _policies(events: Sequence[Event], length: int, decision: LoginDecision) -> Iterator[Event]:
    """The latest event of each policy that denies."""
    names = {
        name
        for reason in decision.reasons
        if reason.rule in (Rule.POLICY_DENIES, Rule.POLICY_REQUIRES_MFA)
        for name in reason.names
    }
    latest: dict[str, Event] = {}
    for index in range(length):
        event = events[index]
        if isinstance(event, PolicyCreated | PolicyUpdated) and event.policy.name in names:
            latest[event.policy.id] = event
    yield from sorted(latest.values(), key=lambda event: event.at)


def causes_in_words(causes: Causes, world: World, user: UserId, now: datetime) -> tuple[str, ...]:
    """What keeps the user out or will, and what would have prevented it, a sentence each."""
    zone = world.organization.zone
    found = world.users[user]
    match causes.decision.outcome:
        case LoginOutcome.LOCKED_OUT:
            return tuple(_of_an_expired_period(causes, zone))
        case LoginOutcome.ACCOUNT_LOCKED:
            return (
                "Too many bad log-ins locked the account. This is not an expired period.",
                "Unlocking the account would have helped at any time since; resetting TOTP would not.",
            )
        case LoginOutcome.NOT_ACTIVATED:
            doing = "Activating" if found.state is UserState.STAGED else "Reactivating"
            return (f"The user is {found.state.label.lower()}. {doing} the user lets in again.",)
        case LoginOutcome.DENIED:
            return (
                "The latest admin action that would have prevented it: "
                + (
                    "leaving these policies OFF, or excluding a group of this user from them."
                    if causes.chain
                    else "another portal default, or a usable factor."
                ),
            )
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


def _of_an_expired_period(causes: Causes, zone: str) -> Iterator[str]:
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
