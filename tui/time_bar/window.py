"""The part of the timeline that the strip shows: all of it, or a span from an hour to a year."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from mfadrill.core.words import MONTHS, local

#: The names and spans that can be shown, narrow ones first; besides them, everything can.
SPANS: tuple[tuple[str, timedelta], ...] = (
    ("hour", timedelta(hours=1)),
    ("6 h", timedelta(hours=6)),
    ("day", timedelta(days=1)),
    ("3 days", timedelta(days=3)),
    ("week", timedelta(days=7)),
    ("month", timedelta(days=30)),
    ("quarter", timedelta(days=91)),
    ("year", timedelta(days=365)),
)
ALL = len(SPANS)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Window:
    """What the strip shows. It stays put while the clock is in it, and follows the clock when that leaves."""

    def __init__(self) -> None:
        self.level = ALL
        self._since: datetime | None = None

    @property
    def name(self) -> str:
        return "all" if self.level == ALL else SPANS[self.level][0]

    def zoom(self, by: int, around: datetime, bounds: tuple[datetime, datetime]) -> bool:
        """Show more (+1) or less (-1), with this instant where it is; whether that could be done."""
        start, end = self.bounds(around, *bounds)
        level = self._next(by, bounds[1] - bounds[0])
        if level is None:
            return False
        share = max(0.0, min(1.0, (around - start) / (end - start)))
        self.level = level
        self._since = None if level == ALL else around - SPANS[level][1] * share
        return True

    def _next(self, by: int, whole: timedelta) -> int | None:
        """The next level; everything has its place among them by how long it is."""
        if self.level == ALL:
            among = [n for n, (_, span) in enumerate(SPANS) if (span - whole) * by > timedelta(0)]
            return (among[0] if by > 0 else among[-1]) if among else None
        level = self.level + by
        if not 0 <= level < ALL:
            return ALL if level == ALL and whole > SPANS[-1][1] else None
        low, high = sorted((SPANS[self.level][1], SPANS[level][1]))
        return ALL if low < whole < high else level

    def bounds(self, now: datetime, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """The first instant that is shown and the first after that, for a timeline from start to end."""
        if self.level == ALL:
            return start, end
        span = SPANS[self.level][1]
        since = now - span / 4 if self._since is None else self._since
        if not since <= now < since + span:
            since = now - span / 4
        self._since = max(start, since)
        return self._since, self._since + span


def span_in_words(start: datetime, end: datetime, zone: str) -> str:
    """The visible span, such as `2 Mar–16 Mar`, or `2 Mar 09:00–15:00` on one day."""
    first, last = local(start, zone), local(end, zone)
    if end - start > 300 * DAY or first.year != last.year:
        return f"{MONTHS[first.month - 1]} {first.year}–{MONTHS[last.month - 1]} {last.year}"
    if end - start > 2 * DAY:
        return f"{first.day} {MONTHS[first.month - 1]}–{last.day} {MONTHS[last.month - 1]}"
    return f"{first.day} {MONTHS[first.month - 1]} {first:%H:%M}–{last:%H:%M}"


def ticks(start: datetime, end: datetime, zone: str, width: int) -> list[datetime]:
    """Instants in UTC where the zone's clocks show a ten minutes, an hour, a quarter of the day, midnight, a Monday
    or the first of a month: the finest of these of which each has four cells.
    """
    span = end - start
    for step in (10 * MINUTE, HOUR, 6 * HOUR):
        if width * step >= 4 * span:
            return _on_the_clock(start, end, zone, step)
    days = _midnights(start, end, zone)
    if width * DAY >= 4 * span:
        found = days
    elif width * 7 * DAY >= 4 * span:
        found = [at for at in days if at.weekday() == 0]
    else:
        found = [at for at in days if at.day == 1]
    return [at.astimezone(UTC) for at in found]


def _on_the_clock(start: datetime, end: datetime, zone: str, step: timedelta) -> list[datetime]:
    """Walked in UTC, so that an hour that the clocks skip or show twice is skipped or shown twice."""
    short = min(step, HOUR)
    here = local(start, zone)
    at = start.astimezone(UTC) - timedelta(
        minutes=here.minute % max(1, short // MINUTE), seconds=here.second, microseconds=here.microsecond
    )
    found: list[datetime] = []
    while (at := at + short) < end:
        if step <= HOUR or local(at, zone).hour % (step // HOUR) == 0:
            found.append(at)
    return found


def _midnights(start: datetime, end: datetime, zone: str) -> list[datetime]:
    here = local(start, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return [here + n * DAY for n in range(1, (end - start).days + 2) if here + n * DAY < end]


def clock_changes(start: datetime, end: datetime, zone: str) -> list[tuple[datetime, timedelta]]:
    """The instants in UTC, after start and up to the end, at which the zone's clocks change, and by how much."""
    return [(at, by) for at, by in _changes(start.year, end.year + 1, zone) if start < at <= end]


@lru_cache(maxsize=64)
def _changes(first: int, last: int, zone: str) -> tuple[tuple[datetime, timedelta], ...]:
    """The changes of the clocks in these years."""

    def offset(at: datetime) -> timedelta:
        return local(at, zone).utcoffset() or timedelta(0)

    found: list[tuple[datetime, timedelta]] = []
    day, until = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
    while day < until:
        low, high = day, day + DAY
        day = high
        if (before := offset(low)) == (after := offset(high)):
            continue
        while high - low > MINUTE:
            middle = low + (high - low) // (2 * MINUTE) * MINUTE
            low, high = (middle, high) if offset(middle) == before else (low, middle)
        found.append((high, after - before))
    return tuple(found)


def change_in_words(at: datetime, by: timedelta, zone: str) -> str:
    """Such as `29 Mar 03:00: the clocks go forward 1 h`."""
    there = local(at, zone)
    way = "forward" if by > timedelta(0) else "back"
    size = f"{abs(by) // HOUR} h" if abs(by) % HOUR == timedelta(0) else f"{abs(by) // MINUTE} min"
    return f"{there.day} {MONTHS[there.month - 1]} {there:%H:%M}: the clocks go {way} {size}"


#: What a change of the clocks does not change.
STILL_24_HOURS = "a period lasts its days × 24 h all the same"
