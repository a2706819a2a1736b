"""Occurrences: what will happen by itself, derived from the state."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum

from msgspec import Struct

from mfadrill.core.accounts import activate
from mfadrill.core.events import SYSTEM, ChallengeFailed, Event, MailSent, PeriodExpired, UserUnlocked
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization
from mfadrill.core.portal import lockout_facts, settled, step_of
from mfadrill.core.sessions import ChallengeFailure, Session
from mfadrill.core.users import Mail, MailKind, User, UserId, UserState
from mfadrill.core.world import World


class OccurrenceKind(IntEnum):
    """What can happen by itself. At one instant they happen in this order."""

    ACTIVATION = 1
    UNLOCK = 2
    PUSH_TIMES_OUT = 3
    REMINDER = 4
    PERIOD_ENDS = 5

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS = {
    OccurrenceKind.ACTIVATION: "scheduled activation",
    OccurrenceKind.UNLOCK: "account unlocks",
    OccurrenceKind.PUSH_TIMES_OUT: "push prompt times out",
    OccurrenceKind.REMINDER: "reminder",
    OccurrenceKind.PERIOD_ENDS: "period ends",
}


class Occurrence(Struct, frozen=True, gc=False, order=True):
    """What will happen when, to which user or in which browser."""

    at: datetime
    kind: OccurrenceKind
    subject: str


def _reminded_at(user: User, organization: Organization) -> datetime | None:
    reminded = user.state is UserState.ACTIVATED and Factor.TOTP in organization.factors
    return user.period.reminder_at if reminded and user.period is not None else None


#: When something will happen to a user, if it will.
_AT: dict[OccurrenceKind, Callable[[User, Organization], datetime | None]] = {
    OccurrenceKind.PERIOD_ENDS: lambda user, _: None if user.period is None else user.period.ends_at,
    OccurrenceKind.REMINDER: _reminded_at,
    OccurrenceKind.UNLOCK: lambda user, _: None if user.lockout is None else user.lockout.until,
    OccurrenceKind.ACTIVATION: lambda user, _: user.activation_at,
}


def occurrences_of_user(user: User, organization: Organization) -> list[Occurrence]:
    """What will happen to the user by itself, past instants included."""
    found: list[Occurrence] = []
    for kind, when in _AT.items():
        at = when(user, organization)
        if at is not None:
            found.append(Occurrence(at, kind, user.id))
    return found


def occurrences_of_session(browser: str, session: Session) -> list[Occurrence]:
    """What will happen to the log-in in a browser by itself."""
    if session.push_prompt is None:
        return []
    return [Occurrence(session.push_prompt.expires_at, OccurrenceKind.PUSH_TIMES_OUT, browser)]


def occurrences(world: World, after: datetime) -> list[Occurrence]:
    """Everything that will happen by itself after an instant, if nobody does anything. Not sorted."""
    organization = world.organization
    found = [
        occurrence
        for user in world.users.values()
        # Most users have nothing ahead, and asking them takes longer than looking.
        if (user.period is not None and user.period.ends_at > after)
        or user.lockout is not None
        or user.activation_at is not None
        for occurrence in occurrences_of_user(user, organization)
        if occurrence.at > after
    ]
    for browser, session in world.browsers.items():
        found += [o for o in occurrences_of_session(browser, session) if o.at > after]
    return found


def still_due(world: World, occurrence: Occurrence) -> bool:
    """Whether the occurrence still follows from the world."""
    if occurrence.kind is OccurrenceKind.PUSH_TIMES_OUT:
        session = world.browsers.get(occurrence.subject)
        if session is None or occurrence not in occurrences_of_session(occurrence.subject, session):
            return False
        decision = step_of(world, session, occurrence.at).decision
        return decision is not None and Factor.PUSH in decision.challenge
    user = world.users.get(UserId(occurrence.subject))
    return user is not None and _AT[occurrence.kind](user, world.organization) == occurrence.at


def happen(world: World, occurrence: Occurrence) -> list[Event]:
    """The facts of an occurrence that is still due."""
    at, subject = occurrence.at, UserId(occurrence.subject)
    match occurrence.kind:
        case OccurrenceKind.PERIOD_ENDS:
            return [PeriodExpired(at, SYSTEM, subject)]
        case OccurrenceKind.REMINDER:
            period = world.users[subject].period
            assert period is not None
            mail = Mail(MailKind.REMINDER, at, period.days, period.ends_at)
            return [MailSent(at, SYSTEM, subject, mail)]
        case OccurrenceKind.UNLOCK:
            return [UserUnlocked(at, SYSTEM, subject)]
        case OccurrenceKind.ACTIVATION:
            _, facts = activate(world.users[subject], world.organization, at, SYSTEM)
            return facts
        case OccurrenceKind.PUSH_TIMES_OUT:
            session = world.browsers[occurrence.subject]
            assert session.user is not None
            user = world.users[session.user]
            timed_out = ChallengeFailed(
                at, SYSTEM, user.id, occurrence.subject, Factor.PUSH, ChallengeFailure.PUSH_TIMED_OUT
            )
            facts = [timed_out, *lockout_facts(user, world.organization, at)]
            return settled(world, occurrence.subject, facts, at).events
