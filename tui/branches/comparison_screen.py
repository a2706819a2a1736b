"""Two branches side by side."""

import asyncio
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.sim.comparison import Comparison, Course, compare, course, ends
from mfadrill.sim.timeline import Timeline
from mfadrill.tui.admin_portal.bulk.bulk_view import ResultLine
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.aside import aside
from mfadrill.tui.branches.branches_view import (
    ComparisonLine,
    comparison_heading,
    comparison_line,
    comparison_lines,
    instant_in_words,
)
from mfadrill.tui.cells import Piece
from mfadrill.tui.choice import Choice
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.line_list import LineList

AT_END, AT_NOW = "where the longer one ends", "now"


class ComparisonList(LineList):
    DEFAULT_CSS = """
    ComparisonList { height: 24; max-height: 24; }
    """
    has_header = True

    def __init__(self, names: tuple[str, str]) -> None:
        super().__init__(id="comparison")
        self._names = names
        self.lines: list[ComparisonLine] = []

    def show(self, lines: list[ComparisonLine]) -> None:
        self.lines = lines
        self.lines_changed()

    def line_count(self) -> int:
        return len(self.lines)

    def header(self, width: int) -> list[Piece]:
        return comparison_heading(self._names, width)

    def line(self, index: int, width: int) -> list[Piece]:
        return comparison_line(self.lines[index], width)

    def empty(self) -> str:
        return "comparing…"

    def describe(self, index: int) -> str | None:
        return self.lines[index].label


class ComparisonScreen(Dialog[None]):
    HELP = (
        "Two branches at one instant: the numbers of both, who stands otherwise with their names, the acts that only "
        "one of them has, and both over time. Mails and lock-outs are counted since they parted."
    )
    DEFAULT_CSS = """
    ComparisonScreen #box { width: 110; }
    ComparisonScreen #instant { height: auto; color: $text-muted; }
    """
    KEYS = (("↑↓", "scroll"), ("enter", "names"), ("tab", "next"), ("esc", "closes"))

    def __init__(self, one: Timeline, other: Timeline, now: datetime) -> None:
        super().__init__()
        self.one, self.other, self.now = one, other, now
        self._course: Course | None = None

    def compose(self) -> ComposeResult:
        with Box(f"{self.one.name} beside {self.other.name}"):
            yield Choice((AT_END, AT_NOW), AT_END, id="instant-choice")
            yield Words(id="instant")
            yield ComparisonList((self.one.name, self.other.name))
            with Horizontal(classes="buttons"):
                yield RowButton("close", id="close", primary=True)

    def on_mount(self) -> None:
        self._fit()
        self.query_one(ComparisonList).focus()
        self._look()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        self.query_one(ComparisonList).styles.height = max(6, min(24, self.app.size.height - 8))

    @on(Choice.Changed)
    def _look(self) -> None:
        at_end = self.query_one(Choice).value == AT_END
        aside(self, "comparison", self._compare, ends(self.one, self.other) if at_end else self.now)

    async def _compare(self, at: datetime) -> None:
        found, over_time = await asyncio.to_thread(self._computed, at)
        self._course = over_time
        self.query_one("#instant", Words).say(instant_in_words(found))
        self.query_one(ComparisonList).show(comparison_lines(found, over_time))

    def _computed(self, at: datetime) -> tuple[Comparison, Course]:
        return compare(self.one, self.other, at), self._course or course(self.one, self.other)

    @on(ComparisonList.Opened)
    def _opened(self, event: ComparisonList.Opened) -> None:
        line = self.query_one(ComparisonList).lines[event.index]
        if line.names:
            title = line.label.partition("  ")[0]
            self.app.push_screen(ResultSheet(title, [ResultLine(name) for name in line.names]))

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.dismiss(None)
