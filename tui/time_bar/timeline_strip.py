"""The strip as a widget: hovering says what is there and who, a click goes there, the wheel zooms."""

from collections.abc import Callable
from datetime import datetime

from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from mfadrill.core.plain import plain
from mfadrill.core.words import when
from mfadrill.tui.messages import Travel
from mfadrill.tui.strips import Tones
from mfadrill.tui.time_bar.strip import Marks, destination, edge, instant_of, strip
from mfadrill.tui.time_bar.time_view import TimeView
from mfadrill.tui.time_bar.window import Window

#: Says what lies from one instant on and before another.
Says = Callable[[Marks, datetime, datetime], list[str]]


class TimelineStrip(Widget):
    DEFAULT_CSS = "TimelineStrip { height: 1; width: 1fr; min-width: 10; }"
    ALLOW_SELECT = False

    class Zoomed(Message):
        """Another part of the timeline is shown."""

    def __init__(self) -> None:
        super().__init__(id="strip")
        self.view: TimeView | None = None
        self.window = Window()
        self.says: Says | None = None
        self.tones = Tones(self)
        self._cell: int | None = None

    def notify_style_update(self) -> None:
        self.tones.forget()
        super().notify_style_update()
        self.refresh()

    def show(self, view: TimeView) -> None:
        self.view, self._cell = view, None
        self.refresh()

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first and the last instant on the strip."""
        assert self.view is not None
        return self.window.bounds(self.view.now, self.view.start, self.view.end)

    def zoom(self, by: int, around: datetime | None = None) -> None:
        """Show more (+1) or less (-1) around an instant, or else the clock."""
        if self.view is not None and self.window.zoom(
            by, around or self.view.now, (self.view.start, self.view.end)
        ):
            self._cell = None
            self.refresh()
            self.post_message(self.Zoomed())

    def render_line(self, y: int) -> Strip:
        view, width = self.view, self.size.width
        if view is None or y:
            return Strip.blank(width)
        return self.tones.strip(strip(view.now, *self.bounds, view.marks, view.zone, width), width)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        view, width = self.view, self.size.width
        if view is None or event.x == self._cell:
            return
        self._cell = event.x
        start, end = self.bounds
        instant = destination(event.x, start, end, view.marks, width)
        since, until = edge(event.x, start, end, width), edge(event.x + 1, start, end, width)
        lines = self.says(view.marks, since, until) if self.says is not None else []
        said = "\n".join([f"{when(instant, view.zone)} – click to go there", *lines])
        self.tooltip = Text(plain(said, keep="\n"))

    def on_leave(self) -> None:
        self._cell = None

    def on_click(self, event: events.Click) -> None:
        if self.view is not None:
            self.post_message(Travel(destination(event.x, *self.bounds, self.view.marks, self.size.width)))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._zoom_at(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._zoom_at(event, 1)

    def _zoom_at(self, event: events.MouseEvent, by: int) -> None:
        event.stop()
        if self.view is not None:
            self.zoom(by, instant_of(event.x, *self.bounds, self.size.width))
