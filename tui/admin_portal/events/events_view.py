"""What the Events tab shows: the log up to the clock, newest first."""

from collections.abc import Sequence

from msgspec import Struct

from mfadrill.core.events import (
    ADMIN,
    SYSTEM,
    ChallengeFailed,
    Event,
    LoginRefused,
    PasswordRefused,
    PeriodExpired,
    UserLockedOut,
)
from mfadrill.core.narrative import in_words
from mfadrill.core.words import MONTHS, local, when

#: The events that an admin looks for when somebody cannot log in.
BAD = (ChallengeFailed, LoginRefused, PasswordRefused, PeriodExpired, UserLockedOut)


class EventLog(Struct, frozen=True):
    """The first `length` events of a log that only grows."""

    events: Sequence[Event]
    length: int
    zone: str

    def newest(self, index: int) -> Event:
        return self.events[self.length - 1 - index]


class EventRow(Struct, frozen=True):
    """One event in short: when, by whom, what happened, and to whom or what."""

    at: str
    actor: str
    what: str
    subject: str
    bad: bool


def event_row(event: Event, zone: str) -> EventRow:
    there = local(event.at, zone)
    return EventRow(
        f"{there.day:>2} {MONTHS[there.month - 1]} {there:%H:%M}",
        event.actor if event.actor in (ADMIN, SYSTEM) else "user",
        in_words(event, zone),
        ", ".join(event.touches),
        isinstance(event, BAD),
    )


def event_in_full(event: Event, zone: str) -> str:
    """All of an event: when, its name in the vendor's log, and below it by whom what happened to whom."""
    subject = ", ".join(event.touches)
    what = f"{subject}: {in_words(event, zone)}" if subject else in_words(event, zone)
    return f"{when(event.at, zone)} · {event.name}\nby {event.actor} · {what}"
