"""The strip: a part of the timeline on one row."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.tui.cells import Piece
from mfadrill.tui.time_bar.window import clock_changes, ticks

#: Sign and tone of each kind; where several share a cell, the first one here is shown.
SIGNS: dict[str, tuple[str, str]] = {
    "PERIOD_ENDS": ("✗", "bad"),
    "LOCKED": ("⊘", "bad"),
    "ACTIVATION": ("▲", "accent"),
    "REMINDER": ("!", "warn"),
    "UNLOCK": ("○", "good"),
    "PUSH_TIMES_OUT": ("○", "muted"),
    "EVENT": ("+", "good"),
    "CLOCKS_CHANGE": ("⇄", "warn"),
}
_ORDER = list(SIGNS)


class Marks(Struct, frozen=True):
    """What is on the timeline: the instants of each kind in order. A kind may come twice: recorded and ahead.

    There may be a million, so they are looked up by instant and never walked through.
    """

    series: tuple[tuple[str, Sequence[datetime]], ...] = ()

    @classmethod
    def of(cls, marks: Iterable[tuple[datetime, str]]) -> "Marks":
        """The marks of instants and kinds in any order."""
        return cls(tuple(by_kind(marks).items()))

    @property
    def last(self) -> Iterator[datetime]:
        """The last instant of each kind."""
        return (instants[-1] for _, instants in self.series if instants)

    def between(self, since: datetime, until: datetime) -> list[tuple[str, Sequence[datetime]]]:
        """The instants of each kind from since on and before until."""
        found = (
            (kind, instants[bisect_left(instants, since) : bisect_left(instants, until)])
            for kind, instants in self.series
        )
        return [(kind, instants) for kind, instants in found if instants]


def by_kind(marks: Iterable[tuple[datetime, str]]) -> Mapping[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for at, kind in sorted(marks):
        found.setdefault(kind, []).append(at)
    return found


def cell_of(at: datetime, start: datetime, end: datetime, width: int) -> int:
    """The cell of an instant on a strip of that width, its ends left out."""
    share = (at - start) / (end - start)
    return 1 + max(0, min(width - 3, int(share * (width - 2))))


def edge(cell: int, start: datetime, end: datetime, width: int) -> datetime:
    """The instant at which a cell begins; the one after the last begins after the end."""
    if cell > width - 2:
        return end + timedelta(microseconds=1)
    # A division may land just below the whole number that it should; a microsecond more is in the cell for sure.
    exact = start + (end - start) * max(0, cell - 1) / max(1, width - 2)
    return exact if cell_of(exact, start, end, width) >= cell else exact + timedelta(microseconds=1)


def instant_of(cell: int, start: datetime, end: datetime, width: int) -> datetime:
    """The instant at which a cell begins: to the hour, or where a cell is shorter than that to the minute."""
    share = max(0.0, min(1.0, (cell - 1) / max(1, width - 2)))
    instant = start + (end - start) * share
    if end - start >= timedelta(minutes=1) * (width - 2):
        instant = instant.replace(second=0, microsecond=0)
    if end - start >= timedelta(hours=1) * (width - 2):
        instant = instant.replace(minute=0)
    return max(start, instant)


def destination(cell: int, start: datetime, end: datetime, marks: Marks, width: int) -> datetime:
    """Where a click on a cell goes: to the last mark in it, or else to where it begins."""
    since, until = edge(cell, start, end, width), edge(cell + 1, start, end, width)
    there = [instants[-1] for _, instants in marks.between(since, until)]
    return max(there) if there else instant_of(cell, start, end, width)


def strip(now: datetime, start: datetime, end: datetime, marks: Marks, zone: str, width: int) -> list[Piece]:
    """The strip's cells: what is behind the clock is drawn solid, what is ahead thin."""
    if width < 5:
        return []
    here = cell_of(now, start, end, width)
    cells: list[Piece] = [("━", "accent") if n < here else ("─", "muted") for n in range(width)]
    for tick in ticks(start, end, zone, width):
        n = cell_of(tick, start, end, width)
        cells[n] = ("┿", "accent") if n < here else ("┼", "muted")
    changes = Marks((("CLOCKS_CHANGE", [at for at, _ in clock_changes(start, end, zone)]),))
    shown: dict[int, int] = {}
    for kind, instants in (*changes.series, *marks.series):
        rank = _ORDER.index(kind)
        for n in _cells(instants, start, end, width):
            shown[n] = min(shown.get(n, len(_ORDER)), rank)
    for n, rank in shown.items():
        cells[n] = SIGNS[_ORDER[rank]]
    cells[0], cells[-1] = ("┣", "accent"), ("┤", "muted")
    cells[here] = ("●", "strong")
    return cells


def _cells(instants: Sequence[datetime], start: datetime, end: datetime, width: int) -> Iterator[int]:
    """The cells in which there are any of the instants: from each, on to the first one after its cell."""
    at = bisect_left(instants, start)
    while at < len(instants) and instants[at] <= end:
        cell = cell_of(instants[at], start, end, width)
        yield cell
        at = max(at + 1, bisect_left(instants, edge(cell + 1, start, end, width), at))
