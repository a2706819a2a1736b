"""The events about one user, in words."""

from collections.abc import Sequence

from mfadrill.core.events import (
    ChallengeFailed,
    Event,
    LoginRefused,
    PasswordRefused,
    PeriodExpired,
    UserLockedOut,
)
from mfadrill.core.narrative import in_words
from mfadrill.core.users import UserId
from mfadrill.core.words import when


def activity(events: Sequence[Event], length: int, user: UserId) -> list[Event]:
    """Of the first `length` events those about the user, newest first."""
    return [events[n] for n in range(length - 1, -1, -1) if user in events[n].touches]


def event_line(event: Event, zone: str) -> tuple[str, str]:
    """When, and by whom what happened."""
    by = "" if event.actor in event.touches else f" (by {event.actor})"
    return when(event.at, zone), in_words(event, zone) + by


def is_bad(event: Event) -> bool:
    """Whether it kept the user out."""
    return isinstance(event, ChallengeFailed | LoginRefused | PasswordRefused | PeriodExpired | UserLockedOut)
