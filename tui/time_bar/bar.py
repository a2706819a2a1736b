"""The time bar: the clock and the timeline, what comes next, and the controls."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.cells import cell_len, fit
from mfadrill.tui.time_bar.time_view import TimeView
from mfadrill.tui.time_bar.timeline_strip import TimelineStrip
from mfadrill.tui.time_bar.window import span_in_words

#: Actions, their names, and shorter ones for where there is no room.
CONTROLS = (
    ("time.back-week", "‹ week", "‹ w"),
    ("time.back-day", "‹ day", "‹ d"),
    ("time.back-hour", "‹ hour", "‹ h"),
    ("time.forward-hour", "hour ›", "h ›"),
    ("time.forward-day", "day ›", "d ›"),
    ("time.forward-week", "week ›", "w ›"),
    ("time.next", "next »", "next »"),
    ("time.until", "until…", "until"),
    ("time.date", "date…", "date"),
    ("time.start", "start", "start"),
    ("time.undo", "undo", "undo"),
)

#: From this width on, the controls have their longer names.
ROOMY = 90


class TimeBar(Widget):
    HELP = (
        "Time: the clock stands still until it is moved, by hours, days and weeks, to the next event or to a date. "
        "[ and ], or the wheel over the strip, show more or less of the timeline. "
        "Going back loses nothing; acting in the past starts a new branch. u undoes the last act."
    )
    DEFAULT_CSS = """
    TimeBar { height: 3; background: $boost; padding: 0 1; }
    TimeBar Horizontal { height: 1; }
    TimeBar #clock { width: auto; text-style: bold; margin: 0 2 0 0; }
    TimeBar #zone { width: auto; color: $text-muted; margin: 0 2 0 0; }
    TimeBar #past { width: auto; background: $warning; color: $background; padding: 0 1; margin: 0 2 0 0; }
    TimeBar #crowd { width: auto; margin: 0 2 0 0; }
    TimeBar #zoom { width: auto; margin: 0 0 0 1; }
    TimeBar #told { width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="time-bar")
        self.view: TimeView | None = None
        self._digest, self._tone = "", ""
        self._speed = ""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield ActionLine(id="clock")
            yield Static("", id="zone", markup=False)
            yield Static("in the past", id="past", markup=False)
            yield ActionLine(id="crowd")
            yield TimelineStrip()
            yield ActionLine(id="zoom")
        yield ActionLine(id="told")
        yield ActionLine(id="controls")

    def _show_controls(self) -> None:
        links: list[Link] = []
        for id_, long, short in CONTROLS:
            label = long if self.size.width >= ROOMY else short
            links += [Link(f" {label} ", "button", f"app.do('{id_}')"), Link(" ")]
        self.query_one("#controls", ActionLine).show_links(links)

    def show(self, view: TimeView) -> None:
        self.view = view
        self._show_clock()
        self.query_one("#zone", Static).update(view.zone)
        self.query_one(TimelineStrip).show(view)
        crowd = self.query_one("#crowd", ActionLine)
        crowd.show_links([Link(f"crowd: {view.crowd}", "accent", "app.do('time.crowd')")])
        crowd.display = bool(view.crowd)
        self.query_one("#past").display = bool(view.past)
        self._show_zoom()
        self._tell()

    def show_speed(self, speed: str) -> None:
        """Show that time passes at a speed, or with an empty one that it stands still."""
        self._speed = speed
        self._show_clock()

    def _show_clock(self) -> None:
        """The sign plays and pauses, the speed beside it can be changed."""
        if self.view is None:
            return
        links = [Link("▶" if self._speed else "‖", "", "app.do('time.play')"), Link(f" {self.view.clock}")]
        if self._speed:
            links.append(Link(f" {self._speed}", "warn", "app.do('time.speed')"))
        self.query_one("#clock", ActionLine).show_links(links)

    @on(TimelineStrip.Zoomed)
    def _show_zoom(self) -> None:
        """How much of the timeline the strip shows: where there is room, from when to when."""
        if self.view is None:
            return
        strip = self.query_one(TimelineStrip)
        roomy = self.size.width >= ROOMY
        shown = span_in_words(*strip.bounds, self.view.zone) if roomy else strip.window.name
        self.query_one("#zoom", ActionLine).show_links(
            (
                Link("-", "button", "app.do('time.zoom-out')"),
                Link(f" {shown} ", "muted"),
                Link("+", "button", "app.do('time.zoom-in')"),
            )
        )

    def zoom(self, by: int) -> None:
        """Show more of the timeline (+1) or less (-1), around the clock."""
        self.query_one(TimelineStrip).zoom(by)

    def tell(self, digest: str, tone: str = "good") -> None:
        """Say what the last journey or act brought, or why it was refused."""
        self._digest, self._tone = digest, tone
        self._tell()

    def on_resize(self) -> None:
        self._show_controls()
        self._show_zoom()
        self._tell()

    def _tell(self) -> None:
        """The news, what acting would mean, and what comes next as far as there is room."""
        view = self.view
        if view is None:
            return
        width = max(10, self.size.width - 2)
        parts = [part for part in ((self._digest, self._tone), (view.past, "warn")) if part[0]]
        opens = "app.do('time.digest')"
        links: list[Link] = []
        for text, tone in parts:
            links += [Link(text, tone, opens if text == self._digest else ""), Link("  │  ", "muted")]
        used = sum(cell_len(link.text) for link in links)
        if used > width:  # the news count most; what acting means stands at the clock too
            links = [Link(fit(parts[0][0], width), parts[0][1], opens if self._digest else "")]
            used = width
        links.append(Link(fit(view.next, max(0, width - used)).rstrip(), "", "app.do('time.next')"))
        self.query_one("#told", ActionLine).show_links(links)
