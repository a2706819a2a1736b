"""The row of the sheet's pages."""

from textual.binding import Binding

from mfadrill.tui.action_line import ActionLine, Link

PAGES = {
    "details": "Details",
    "groups": "Groups",
    "factors": "Factors",
    "activity": "Activity",
    "log-in": "Log-in now",
    "why": "Why?",
}


class PageLine(ActionLine, can_focus=True):
    """Left and right, or a click, change the page."""

    DEFAULT_CSS = """
    PageLine { background: $boost; margin: 0 0 1 0; }
    PageLine:focus { background: $panel-lighten-1; }
    """
    BINDINGS = [
        Binding("left", "screen.turn(-1)", "Previous page", show=False),
        Binding("right", "screen.turn(1)", "Next page", show=False),
    ]

    def show_page(self, current: str) -> None:
        self.show_links(
            Link(f" {label} ", "active" if page == current else "", f"screen.page('{page}')")
            for page, label in PAGES.items()
        )
