"""The chart of past and coming states."""

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from mfadrill.tui.admin_portal.overview.overview_view import (
    OverviewView,
    axis,
    chart_rows,
    column_of,
    counts_in_words,
    index_of,
)
from mfadrill.tui.cells import Piece
from mfadrill.tui.messages import Travel
from mfadrill.tui.strips import Tones

HEIGHT = 7


class Chart(Widget, can_focus=True):
    """Left and right, or a click, move along it; enter sets the clock to that instant."""

    DEFAULT_CSS = """
    Chart { height: 10; color: $foreground; background: $surface; }
    Chart:focus { background: $boost; }
    """
    BINDINGS = [
        Binding("left", "step(-1)", "Earlier", show=False),
        Binding("right", "step(1)", "Later", show=False),
        Binding("enter", "travel", "Go there", show=False),
    ]
    ALLOW_SELECT = False

    class Moved(Message):
        """The marker is somewhere else."""

    def __init__(self) -> None:
        super().__init__(id="chart")
        self.view: OverviewView | None = None
        self.cursor: int | None = None
        self.tones = Tones(self)
        self._rows: tuple[object, list[list[Piece]]] | None = None

    def show(self, view: OverviewView) -> None:
        """Show other counts; the marker goes back to now."""
        self.view, self.cursor = view, None
        self._rows = None
        self.refresh()

    @property
    def columns(self) -> int:
        return max(2, self.size.width)

    @property
    def at(self) -> int:
        """The column of the marker; now, until it is moved."""
        if self.cursor is not None:
            return min(self.cursor, self.columns - 1)
        return 0 if self.view is None else column_of(self.view.now, self.view.instants, self.columns)

    @property
    def says(self) -> str:
        """The instant of the marker, and the counts there."""
        view = self.view
        if view is None:
            return ""
        if self.cursor is None:
            return counts_in_words(view.now, view.everybody, view.zone)
        index = index_of(self.at, self.columns)
        return counts_in_words(view.instants[index], view.counts[index], view.zone)

    def render_line(self, y: int) -> Strip:
        view = self.view
        if view is None:
            return self.tones.strip([("counting…", "muted")] if y == 0 else [], self.size.width)
        key = (view, self.columns, self.at)
        if self._rows is None or self._rows[0] != key:
            rows = chart_rows(view, self.columns, HEIGHT) + axis(view, self.columns, self.at)
            self._rows = key, rows
        rows = self._rows[1]
        return self.tones.strip(rows[y] if y < len(rows) else [], self.size.width)

    def notify_style_update(self) -> None:
        self.tones.forget()
        super().notify_style_update()

    def on_focus(self) -> None:
        self.tones.forget()

    def on_blur(self) -> None:
        self.tones.forget()

    def move_to(self, column: int) -> None:
        self.cursor = max(0, min(column, self.columns - 1))
        self.refresh()
        self.post_message(self.Moved())

    def action_step(self, by: int) -> None:
        self.move_to(self.at + by)

    def action_travel(self) -> None:
        if self.view is not None and self.cursor is not None:
            self.post_message(Travel(self.view.instants[index_of(self.at, self.columns)]))

    def on_click(self, event: events.Click) -> None:
        self.move_to(event.x)
        if event.chain == 2:
            self.action_travel()
