"""Jump mode: a letter on each part of the screen, which leads there."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.user_portal.pane import UserPortal

#: The letters of the tabs, in the order of their row.
TAB_LETTERS = "ugpmvecxyz"

#: For each letter the part of the screen, and where it is; the first that is on screen has it.
PARTS = (
    ("s", "search", "AdminPortal #search, AdminPortal #event-search"),
    ("f", "filters", "Chips, #event-filters"),
    ("l", "list", "AdminPortal LineList, MfaTab Tick"),
    ("b", "buttons", "Tab > ActionLine"),
    ("o", "User Portal", "UserPortal"),
    ("r", "replay", "ReplayBar"),
    ("t", "time", "TimeBar #controls"),
    ("h", "other pane", "#header-switch"),
)


class Spot(Struct, frozen=True):
    """A part of the screen; `links` is what can be clicked there when it does not take the focus."""

    letter: str
    name: str
    region: Region
    widget: Widget
    links: tuple[Link, ...] = ()


def spots(screen: Screen) -> list[Spot]:
    """The parts that are on screen, each with its letter."""
    return [*_tabs(screen), *_parts(screen)]


def _tabs(screen: Screen) -> Iterator[Spot]:
    line = screen.query_one("#admin-tabs", ActionLine)
    if line.region:
        corner = line.content_region.offset
        for letter, (x, link) in zip(TAB_LETTERS, line.places, strict=False):
            yield Spot(letter, link.text.strip(), Region(corner.x + x, corner.y, 1, 1), line, (link,))


def _parts(screen: Screen) -> Iterator[Spot]:
    taken: set[Widget] = set()
    for letter, name, selector in PARTS:
        for widget in screen.query(selector):
            links = tuple(link for _, link in widget.places) if isinstance(widget, ActionLine) else ()
            reachable = bool(links) or widget.focusable or isinstance(widget, UserPortal)
            if widget.region and reachable and widget not in taken:
                taken.add(widget)
                yield Spot(letter, name, widget.region, widget, links)
                break


def go_to(app: App[None], spot: Spot | None) -> None:
    """Put the focus there, or do what a click there would; of several buttons a menu lets one choose."""
    if spot is None:
        return
    if isinstance(spot.widget, UserPortal):
        spot.widget.focus_screen()
    elif not spot.links:
        spot.widget.focus()
    elif len(spot.links) == 1:
        app.call_later(app.run_action, spot.links[0].action)
    else:
        items = [Item(link.action, link.text.strip()) for link in spot.links]

        def chosen(action: str | None) -> None:
            if action:
                app.call_later(app.run_action, action)

        app.push_screen(Menu(spot.name, items, spot.region), chosen)


class Letter(Static):
    """The letter on a part of the screen. A click on it goes there too."""

    DEFAULT_CSS = """
    Letter {
        position: absolute; width: 1; height: 1;
        background: $warning; color: $background; text-style: bold;
    }
    """
    ALLOW_SELECT = False

    def __init__(self, spot: Spot) -> None:
        super().__init__(spot.letter, markup=False, id=f"jump-{spot.letter}")
        self.spot = spot


class JumpScreen(ModalScreen[Spot]):
    """Answers with the part of the screen to go to, or None."""

    DEFAULT_CSS = """
    JumpScreen { background: transparent; }
    """
    BINDINGS = [Binding("escape,tab,shift+tab", "leave", "Leave", show=False)]
    KEYS = (("letter", "goes there"), ("esc", "leaves"))

    def __init__(self, places: Sequence[Spot]) -> None:
        super().__init__()
        self.places = places
        self._drawn_for = self.app.size

    def compose(self) -> ComposeResult:
        for spot in self.places:
            letter = Letter(spot)
            letter.styles.offset = (min(spot.region.x, self.app.size.width - 1), spot.region.y)
            yield letter

    def action_leave(self) -> None:
        self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.dismiss(next((spot for spot in self.places if spot.letter == event.character), None))

    def on_click(self, event: events.Click) -> None:
        self.dismiss(event.widget.spot if isinstance(event.widget, Letter) else None)

    def on_resize(self, event: events.Resize) -> None:
        # The parts have moved away from under their letters.
        if event.size != self._drawn_for and self.is_current:
            self.dismiss(None)
