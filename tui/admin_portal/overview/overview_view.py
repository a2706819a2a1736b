"""What the Overview tab shows: how far everybody is, over time, who is next, by group and by department."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.core.factors import FactorStatus
from mfadrill.core.words import MONTHS, count, local, when
from mfadrill.sim.census import STATUSES, Census, Counts, Ending, Share, Standings, standings
from mfadrill.tui.admin_portal.status_text import TONES
from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.moment import Moment

#: The letter of each status on the chart, so that it is read without colors too.
LETTERS = {
    FactorStatus.ENROLLED: "E",
    FactorStatus.IN_ENROLLMENT: "i",
    FactorStatus.ENROLLMENT_EXPIRED: "X",
    FactorStatus.PRE_ENROLLMENT: "p",
    FactorStatus.NOT_ENROLLED: "·",
    FactorStatus.DISABLED: "-",
}

MINUTE = timedelta(minutes=1)

#: So many instants of the timeline are counted; the chart shows those that it has columns for.
INSTANTS = 240


class OverviewView(Struct, frozen=True):
    """Everything that the tab shows. `instants` and `counts` go together, from the start to the last coming change."""

    standings: Standings
    instants: tuple[datetime, ...]
    counts: tuple[Counts, ...]
    now: datetime
    zone: str
    #: Whether the log goes on after now, so that what follows is what was recorded.
    recorded: bool = False

    @property
    def everybody(self) -> Counts:
        return self.standings.everybody.counts

    @property
    def shares(self) -> tuple[Share, ...]:
        """The groups, then the departments."""
        return self.standings.groups + self.standings.departments


def overview_view(moment: Moment, census: Census) -> OverviewView:
    """Count the moment, and the whole timeline that it lies on."""
    start = moment.timeline.start
    with census.lock:
        census.follow()
        end = max(census.last_change(), moment.now) + timedelta(days=1)
        step = -(-(end - start) // (INSTANTS - 1) // MINUTE) * MINUTE
        instants = tuple(start + step * number for number in range(INSTANTS))
        counts = tuple(census.at(instants))
    return OverviewView(
        standings(moment.world, moment.now),
        instants,
        counts,
        moment.now,
        moment.zone,
        recorded=moment.position < len(moment.timeline),
    )


def chart_heading(view: OverviewView) -> str:
    """What the part of the chart after now is: what was recorded, where the clock went back."""
    after = "as recorded" if view.recorded else "if nobody acts"
    return f"Over time (E i X p · as above; after ● {after})"


def status_line(status: FactorStatus, counts: Counts, width: int) -> list[Piece]:
    """Such as `E Enrolled       12  25% ███`."""
    number = counts[STATUSES.index(status)]
    share = number / counts.users if counts.users else 0.0
    room = max(4, width - 36)
    bar = "█" * round(share * room) or ("▏" if number else "")
    tone = TONES[status]
    return [
        (f"{LETTERS[status]} ", tone),
        (fit(status.label, 16), ""),
        (f"{number:>9,} {share:>5.0%}  ", "strong" if number else "muted"),
        (bar, tone),
    ]


def shown_statuses(counts: Counts) -> tuple[FactorStatus, ...]:
    """The statuses with a line: all while TOTP is on, else that it is off."""
    if counts.disabled:
        return (FactorStatus.DISABLED,)
    return STATUSES[:-1]


def column_of(instant: datetime, instants: Sequence[datetime], columns: int) -> int:
    """The column of the chart that an instant lies in."""
    span = instants[-1] - instants[0]
    return max(0, min(columns - 1, round((instant - instants[0]) / span * (columns - 1))))


def index_of(column: int, columns: int) -> int:
    """Which of the counted instants a column shows."""
    return round(column / max(1, columns - 1) * (INSTANTS - 1))


def stack(counts: Counts, height: int) -> list[FactorStatus | None]:
    """The statuses of a column of so many cells, from the bottom up; none is lost that anybody has."""
    users = counts.users
    if not users:
        return [None] * height
    cells = [max(1, round(number / users * height)) if number else 0 for number in counts]
    while sum(cells) != height:
        by = 1 if sum(cells) < height else -1
        wide = [n for n in range(len(cells)) if cells[n] > (1 if by < 0 else 0)] or [0]
        largest = max(wide, key=lambda n: (counts[n] / users * height - cells[n]) * by)
        cells[largest] += by
    return [status for status, number in zip(STATUSES, cells, strict=True) for _ in range(number)]


def chart_rows(view: OverviewView, columns: int, height: int) -> list[list[Piece]]:
    """The stacked columns, top row first."""
    stacks = [stack(view.counts[index_of(column, columns)], height) for column in range(columns)]
    rows: list[list[Piece]] = []
    for row in range(height - 1, -1, -1):
        found = [column[row] for column in stacks]
        rows.append(
            [(LETTERS[status], TONES[status]) if status is not None else (" ", "") for status in found]
        )
    return rows


def axis(view: OverviewView, columns: int, cursor: int) -> list[list[Piece]]:
    """The line with now and the cursor, and the dates below it."""
    now = column_of(view.now, view.instants, columns)
    line = ["─"] * columns
    line[now] = "●"
    if cursor != now:
        line[cursor] = "▲"
    first, last = _date(view.instants[0], view.zone), _date(view.instants[-1], view.zone)
    label = "now"
    dates = list(fit(first, columns))
    dates[columns - len(last) :] = list(last)
    at = max(len(first) + 1, min(now - 1, columns - len(last) - len(label) - 1))
    if at + len(label) < columns - len(last):
        dates[at : at + len(label)] = list(label)
    return [[("".join(line), "accent")], [("".join(dates), "muted")]]


def _date(instant: datetime, zone: str) -> str:
    there = local(instant, zone)
    return f"{there.day} {MONTHS[there.month - 1]} {there.year}"


def counts_in_words(at: datetime, counts: Counts, zone: str) -> str:
    """Such as `Mon 9 Mar 2026 09:00: 3 enrolled · 2 expired`."""
    parts = [
        f"{number:,} {status.label.lower()}"
        for status, number in zip(STATUSES, counts, strict=True)
        if number
    ]
    return f"{when(at, zone)}: {' · '.join(parts) or 'nobody'}"


def ending_line(ending: Ending, view: OverviewView, width: int) -> list[Piece]:
    """When periods end, of how many, and of whom."""
    names = ", ".join(ending.users[:20])
    return [
        (fit(when(ending.at, view.zone), 22), "warn"),
        (fit(count(len(ending.users), "period"), 16), ""),
        (fit(names, max(0, width - 38)), "muted"),
    ]


def share_widths(width: int) -> int:
    """The cells of the name of a group or department."""
    return max(10, width - 39)


def share_heading(width: int) -> list[Piece]:
    name = fit("Group or department", share_widths(width))
    return [(f"{name}{'Users':>7}{'Req.':>7}{'Enrolled':>9}{'In enr.':>8}{'Expired':>8}", "")]


def share_line(share: Share, width: int) -> list[Piece]:
    counts = share.counts
    enrolled = f"{counts.enrolled / share.users:.0%}" if share.users else "–"
    name = share.name or "no department"
    kind = "" if share.group is None else " (group)"
    return [
        (fit(name + kind, share_widths(width)), "strong" if share.group else ""),
        (f"{share.users:>7,}{share.required:>7,}", ""),
        (f"{enrolled:>9}", "good" if counts.enrolled else "muted"),
        (f"{counts.in_enrollment:>8,}", "warn" if counts.in_enrollment else "muted"),
        (f"{counts.expired:>8,}", "bad" if counts.expired else "muted"),
    ]
