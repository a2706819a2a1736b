"""The strip: the timeline from the start to the last thing ahead, on one row."""

from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.core.words import local
from mfadrill.tui.cells import Piece


class Mark(Struct, frozen=True, order=True):
    """Something on the timeline: recorded, or still ahead."""

    at: datetime
    kind: str


#: Sign and tone of each kind; where several share a cell, the first one here is shown.
SIGNS: dict[str, tuple[str, str]] = {
    "PERIOD_ENDS": ("✗", "bad"),
    "LOCKED": ("⊘", "bad"),
    "ACTIVATION": ("▲", "accent"),
    "REMINDER": ("!", "warn"),
    "UNLOCK": ("○", "good"),
    "PUSH_TIMES_OUT": ("○", "muted"),
    "EVENT": ("+", "good"),
}
_ORDER = list(SIGNS)


def cell_of(at: datetime, start: datetime, end: datetime, width: int) -> int:
    """The cell of an instant on a strip of that width, its ends left out."""
    share = (at - start) / (end - start)
    return 1 + max(0, min(width - 3, int(share * (width - 2))))


def instant_of(cell: int, start: datetime, end: datetime, width: int) -> datetime:
    """The instant at which a cell begins: to the hour, or where a cell is shorter than that to the minute."""
    share = max(0.0, min(1.0, (cell - 1) / max(1, width - 2)))
    instant = (start + (end - start) * share).replace(second=0, microsecond=0)
    if end - start >= timedelta(hours=1) * (width - 2):
        instant = instant.replace(minute=0)
    return max(start, instant)


def destination(cell: int, start: datetime, end: datetime, marks: tuple[Mark, ...], width: int) -> datetime:
    """Where a click on a cell goes: to the last mark in it, or else to where it begins."""
    there = [mark.at for mark in marks if cell_of(mark.at, start, end, width) == cell]
    return max(there) if there else instant_of(cell, start, end, width)


def strip(
    now: datetime, start: datetime, end: datetime, marks: tuple[Mark, ...], zone: str, width: int
) -> list[Piece]:
    """The strip's cells: what is behind the clock is drawn solid, what is ahead thin."""
    if width < 5:
        return []
    here = cell_of(now, start, end, width)
    cells: list[Piece] = [("━", "accent") if n < here else ("─", "muted") for n in range(width)]
    for tick in _ticks(start, end, zone, width):
        n = cell_of(tick, start, end, width)
        cells[n] = ("┿", "accent") if n < here else ("┼", "muted")
    shown: dict[int, int] = {}
    for mark in marks:
        n = cell_of(mark.at, start, end, width)
        shown[n] = min(shown.get(n, len(_ORDER)), _ORDER.index(mark.kind))
    for n, rank in shown.items():
        cells[n] = SIGNS[_ORDER[rank]]
    cells[0], cells[-1] = ("┣", "accent"), ("┤", "muted")
    cells[here] = ("●", "strong")
    return cells


def _ticks(start: datetime, end: datetime, zone: str, width: int) -> list[datetime]:
    """Midnights: of every day, Monday or first of the month, as there is room for."""
    days = max(1, (end - start).days)
    midnight = local(start, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    every_day = [midnight + timedelta(days=n) for n in range(1, days + 1)]
    if width >= 4 * days:
        return every_day
    if width * 7 >= 4 * days:
        return [found for found in every_day if found.weekday() == 0]
    return [found for found in every_day if found.day == 1]
