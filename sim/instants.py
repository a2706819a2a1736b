"""Spans and instants as people write them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mfadrill.core.refusals import Refusal

UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}

UNIT_WORDS = {
    "s": "s sec second seconds",
    "min": "min minute minutes",
    "h": "h hour hours",
    "d": "d day days",
    "w": "w week weeks",
}

_UNIT = {word: UNITS[unit] for unit, words in UNIT_WORDS.items() for word in words.split()}

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PART = re.compile(r"\s*(\d{1,6})\s*([a-z]+)\s*(?:,|and)?")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?\s*(\S.*)?", re.ASCII
)
_SPOKEN = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(\d\d?)\s+([a-z]{3,9})\s+(\d{4})(?:,?\s+(\d\d?):(\d\d)(?::(\d\d))?)?\s*(\S.*)?",
    re.ASCII | re.IGNORECASE,
)
#: Codes of authenticator apps count from 1970, and ten years after the last of these a date is still a date.
FIRST_YEAR, LAST_YEAR = 1971, 2999

_OFFSET = re.compile(r"(?:UTC)?([+-])(\d\d):?(\d\d)")


class UnreadableTime(Refusal):
    """A span or an instant that cannot be read."""


def parse_span(text: str) -> timedelta:
    """Such as `8 days`, `36h`, `1 day 12 h`, `-2 days`. Raises UnreadableTime."""
    rest = text.strip().casefold()
    sign = -1 if rest.startswith(("-", "\u2212")) else 1
    rest = rest.lstrip("+-\u2212").strip()
    total, end = timedelta(0), 0
    while end < len(rest):
        part = _PART.match(rest, end)
        unit = _UNIT.get(part[2]) if part else None
        if part is None or unit is None:
            raise UnreadableTime(
                f"{text[:40]!r} is not a span of time; write one such as '8 days' or '36 h'."
            )
        try:
            total += int(part[1]) * unit
        except OverflowError:
            raise UnreadableTime(f"{text[:40]!r} is too long a span of time.") from None
        end = part.end()
    if not rest:
        raise UnreadableTime("A span of time is missing; write one such as '8 days' or '36 h'.")
    return sign * total


def parse_instant(text: str, zone: str | None, time_of_day: time = time()) -> datetime:
    """Such as `2026-03-09 09:00`, `9 Mar 2026 09:00 Europe/Berlin`, `2026-03-09T09:00+01:00`; in UTC.

    Without a zone of its own it is in `zone`; without either it raises UnreadableTime, as for what is no instant.
    Where no time is given it is `time_of_day`.
    """
    stripped = text.strip()
    if iso := _ISO.fullmatch(stripped):
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
        clock, written_zone = (iso[4], iso[5], iso[6]), iso[8]
        fraction = timedelta(microseconds=int((iso[7] or "").ljust(6, "0")))
    elif (spoken := _SPOKEN.fullmatch(stripped)) and spoken[2][:3].casefold() in _MONTHS:
        year, month, day = int(spoken[3]), _MONTHS.index(spoken[2][:3].casefold()) + 1, int(spoken[1])
        clock, written_zone = (spoken[4], spoken[5], spoken[6]), spoken[7]
        fraction = timedelta()
    else:
        raise UnreadableTime(f"{text[:40]!r} is not a date; write one such as '2026-03-09 09:00'.")
    try:
        hour, minute, second = (int(part or 0) for part in clock)
        at = time(hour, minute, second) if clock[0] else time_of_day
        local = datetime.combine(date(year, month, day), at)  # (the zone follows)
    except ValueError as error:
        raise UnreadableTime(f"{text[:40]!r} is not a date: {error}.") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableTime(
            f"{text[:40]!r} is out of reach; choose a year from {FIRST_YEAR} to {LAST_YEAR}."
        )
    if written_zone is None and zone is None:
        raise UnreadableTime(
            f"{text[:40]!r} has no zone; write it as '{local:%Y-%m-%d %H:%M} Europe/Berlin' "
            f"or '{local:%Y-%m-%dT%H:%M}+01:00'."
        )
    instant = _in_zone(local, written_zone or zone or "UTC")
    # While the wall clock is frozen, freezegun's own class stands in for datetime, and no log can hold that.
    return EPOCH + (instant - EPOCH) + fraction


def _in_zone(local: datetime, zone: str) -> datetime:
    if zone in ("Z", "UTC"):
        return local.replace(tzinfo=UTC)
    if (offset := _OFFSET.fullmatch(zone)) and int(offset[2]) < 24 and int(offset[3]) < 60:
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return (local - span if offset[1] == "+" else local + span).replace(tzinfo=UTC)
    try:
        there = local.replace(tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnreadableTime(
            f"{zone[:40]!r} is not a time zone; use a name such as 'Europe/Berlin'."
        ) from None
    instant = there.astimezone(UTC)
    if instant.astimezone(there.tzinfo).replace(tzinfo=None) != local:
        raise UnreadableTime(f"{local:%Y-%m-%d %H:%M} does not exist in {zone}: the clocks skip it.")
    return instant
