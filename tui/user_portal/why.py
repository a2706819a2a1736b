"""The why? drawer: the reasons that led to what the portal shows, in their order."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from mfadrill.tui.user_portal.screen import Line, line, numbered
from mfadrill.tui.user_portal.view import Place, PortalView


class Why(VerticalScroll):
    """Scrolls when there are more reasons than room."""

    DEFAULT_CSS = """
    Why .title { text-style: bold; color: $text-primary; }
    Why #origin { color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        yield line(id="title", classes="title")
        yield line(id="origin")
        yield line(id="reasons")

    def show(self, view: PortalView) -> None:
        inside = view.place in (Place.WELCOME, Place.DONE)
        at = f", at {view.resource}" if view.resource else ""
        title = "Why, as the rules stand now:" if inside else f"Why{at}:"
        self.query_one("#title", Line).put(title)
        origin = self.query_one("#origin", Line)
        origin.put(f"From {view.origin}")
        origin.display = bool(view.origin)
        self.query_one("#reasons", Line).put(numbered(view.reasons))
