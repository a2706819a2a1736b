"""The strip as a widget: hovering says the instant, a click goes there."""

from rich.text import Text
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from mfadrill.core.words import when
from mfadrill.tui.messages import Travel
from mfadrill.tui.strips import TONE_CLASSES, Tones, tone_css
from mfadrill.tui.time_bar.strip import SIGNS, cell_of, destination, strip
from mfadrill.tui.time_bar.time_view import TimeView

KIND_NAMES = {
    "PERIOD_ENDS": "period ends",
    "LOCKED": "account locked",
    "ACTIVATION": "activation",
    "REMINDER": "reminder",
    "UNLOCK": "account unlocks",
    "PUSH_TIMES_OUT": "push prompt times out",
    "EVENT": "something was done",
}


class TimelineStrip(Widget):
    DEFAULT_CSS = "TimelineStrip { height: 1; width: 1fr; min-width: 10; }" + tone_css("TimelineStrip")
    COMPONENT_CLASSES = {*TONE_CLASSES}
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="strip")
        self.view: TimeView | None = None
        self.tones = Tones(self)

    def notify_style_update(self) -> None:
        self.tones.forget()
        super().notify_style_update()

    def show(self, view: TimeView) -> None:
        self.view = view
        self.refresh()

    def render_line(self, y: int) -> Strip:
        view, width = self.view, self.size.width
        if view is None or y:
            return Strip.blank(width)
        return self.tones.strip(strip(view.now, view.start, view.end, view.marks, view.zone, width), width)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        view = self.view
        if view is None:
            return
        width = self.size.width
        instant = destination(event.x, view.start, view.end, view.marks, width)
        kinds = {mark.kind for mark in view.marks if cell_of(mark.at, view.start, view.end, width) == event.x}
        lines = [f"{when(instant, view.zone)} – click to go there"]
        lines += [f"{SIGNS[kind][0]} {KIND_NAMES[kind]}" for kind in SIGNS if kind in kinds]
        self.tooltip = Text("\n".join(lines))

    def on_click(self, event: events.Click) -> None:
        if self.view is not None:
            view = self.view
            self.post_message(Travel(destination(event.x, view.start, view.end, view.marks, self.size.width)))
