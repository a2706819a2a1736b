"""When periods end, and what is awkward about it: another time of day, or a weekend."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mfadrill.core.words import day, local, when

SATURDAY = 5
#: So many days are named.
NAMED = 3


def period_line(ends_at: datetime, now: datetime, zone: str) -> str:
    """When the period ends, why at another time of day if it does, and a warning if that is a weekend."""
    return "\n".join(
        line for line in (end_line((ends_at,), now, zone), weekend_line((ends_at,), zone)) if line
    )


def end_line(ends: Sequence[datetime], now: datetime, zone: str) -> str:
    """When the periods end, and why at another time of day if they do."""
    if not ends:
        return ""
    if len(ends) > 1:
        return f"The periods end from {when(ends[0], zone)} to {when(ends[-1], zone)} {zone}."
    (ends_at,) = ends
    line = f"The period ends {when(ends_at, zone)} {zone}."
    changed = clocks_change(now, ends_at, zone)
    if changed is None:
        return line
    return f"{line}\nNot at {local(now, zone):%H:%M}: the clocks change on {changed}, and a day is 24 hours."


def replaced_line(ends: Sequence[datetime], zone: str) -> str:
    """When the periods that are replaced would have ended."""
    if not ends:
        return ""
    until = f" to {when(ends[-1], zone)}" if len(ends) > 1 else ""
    return f"Without it: {when(ends[0], zone)}{until}."


def weekend_line(ends: Sequence[datetime], zone: str) -> str:
    """A warning when periods end on a Saturday or Sunday of the zone; empty when none does."""
    days = list(dict.fromkeys(day(end, zone) for end in ends if local(end, zone).weekday() >= SATURDAY))
    if not days:
        return ""
    are = "is a weekend" if len(days) == 1 else "are weekends"
    named = ", ".join(days[:NAMED]) + (f" and {len(days) - NAMED} more" if len(days) > NAMED else "")
    return f"! {named} {are}: nobody may be at the help desk."


def clocks_change(now: datetime, ends_at: datetime, zone: str) -> str | None:
    """The day on which the clocks of the zone change last, if that makes the end come at another time of day."""
    offset = local(ends_at, zone).utcoffset()
    if local(now, zone).utcoffset() == offset:
        return None
    before = ends_at
    while local(before, zone).utcoffset() == offset:
        before -= timedelta(hours=1)
    return day(before, zone)
