"""A trainee's screen, to be looked at."""

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.classroom import messages
from mfadrill.tui.classroom.trainee_list import idle_in_words


class ScreenView(ScrollView, can_focus=True):
    """The rows as they are; where there are more than fit, it scrolls."""

    DEFAULT_CSS = """
    ScreenView { height: 1fr; background: $background; scrollbar-size: 1 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="screen-view")
        self._rows: list[str] = []
        self._strips: list[Strip] = []

    def show(self, screen: messages.Screen) -> None:
        if screen.rows == self._rows:
            return
        self._rows = screen.rows
        self._strips = [Strip(Text.from_ansi(row).render(self.app.console)) for row in screen.rows]
        self.virtual_size = Size(screen.width, len(screen.rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        x, top = self.scroll_offset
        width = self.size.width
        if top + y >= len(self._strips):
            return Strip.blank(width, self.rich_style)
        return self._strips[top + y].crop_extend(x, x + width, self.rich_style)


class WatchScreen(Screen[None]):
    """Shows one trainee until escape. Nothing that is typed here gets there."""

    BINDINGS = [
        Binding("escape,q", "dismiss", "Back", show=False),
        Binding("m", "app.say", "Message", show=False),
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self.trainee = name

    def compose(self) -> ComposeResult:
        yield ActionLine(id="watched")
        yield ScreenView()
        yield ActionLine(id="keys")

    def on_mount(self) -> None:
        self.query_one(ScreenView).focus()
        self.query_one("#keys", ActionLine).show_links(
            [
                Link(" esc", "key", "screen.dismiss"),
                Link(" back ", "muted", "screen.dismiss"),
                Link(" m", "key", "app.say"),
                Link(f" message to {self.trainee} ", "muted", "app.say"),
                Link(" ↑↓←→", "key"),
                Link(" scroll ", "muted"),
            ]
        )

    def show(self, seen: messages.Seen) -> None:
        one = next((one for one in seen.trainees if one.name == self.trainee), None)
        links = [Link(f" {self.trainee}", "accent"), Link(" ─ ", "muted")]
        if one is None or seen.screen is None or seen.screen.name != self.trainee:
            links.append(Link("is not there; this is what was on the screen last", "warn"))
        else:
            self.query_one(ScreenView).show(seen.screen)
            width, height = one.size
            links.append(Link(f"{one.looks_at}, {one.at}, {width}×{height}, idle {idle_in_words(one.idle)}"))
        self.query_one("#watched", ActionLine).show_links(links)
