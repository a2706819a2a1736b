"""What the Events tab shows: the log up to the clock, newest first."""

from collections.abc import Sequence

from msgspec import Struct

from mfadrill.core.events import (
    ActivationScheduled,
    ChallengeFailed,
    ChallengePassed,
    Event,
    LoginRefused,
    MailSent,
    OrganizationUpdated,
    PasswordRefused,
    PeriodExpired,
    PeriodStarted,
    PolicyCreated,
    PolicyUpdated,
    RequirementRemoved,
    RequirementSet,
    TotpEnrolled,
    UserLockedOut,
)
from mfadrill.core.words import CHALLENGE_FAILURES, count, day, local, when


class EventLog(Struct, frozen=True):
    """The first `length` events of a log that only grows."""

    events: Sequence[Event]
    length: int
    zone: str

    def newest(self, index: int) -> Event:
        return self.events[self.length - 1 - index]


class EventRow(Struct, frozen=True):
    """One event: when, its name in the vendor's log, whom it touches, and what it says."""

    at: str
    name: str
    touches: str
    says: str


def event_row(event: Event, zone: str) -> EventRow:
    there = local(event.at, zone)
    return EventRow(
        f"{day(event.at, zone)} {there:%H:%M}", event.name, ", ".join(event.touches), says(event, zone)
    )


def says(event: Event, zone: str) -> str:
    """What the event's name does not tell."""
    match event:
        case RequirementSet():
            return f"MFA required, {count(event.days, 'day')}"
        case RequirementRemoved():
            return "MFA no longer required"
        case PeriodStarted():
            return f"period until {when(event.period.ends_at, zone)}"
        case PeriodExpired():
            return "period over"
        case MailSent():
            return "reminder" if event.mail.kind == "REMINDER" else "MFA now enabled"
        case TotpEnrolled():
            return event.totp.device
        case OrganizationUpdated():
            return event.change
        case PolicyCreated() | PolicyUpdated():
            return "ON" if event.policy.on else "OFF"
        case PasswordRefused():
            return f"wrong credentials for {event.username}"
        case ChallengeFailed():
            return CHALLENGE_FAILURES[event.failure]
        case ChallengePassed():
            return event.factor.label
        case LoginRefused():
            return event.decision.outcome.label
        case UserLockedOut():
            until = event.lockout.until
            return f"until {when(until, zone)}" if until is not None else "until unlocked"
        case ActivationScheduled():
            return f"activation {when(event.activation_at, zone)}"
        case _:
            return ""
