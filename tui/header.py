"""The header line: what is simulated, on which branch, and the switch between the panes."""

from msgspec import Struct
from textual.app import ComposeResult
from textual.containers import Horizontal

from mfadrill.core.plain import plain
from mfadrill.core.words import count
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.cells import cell_len, fit


class HeaderView(Struct, frozen=True):
    """What the header says; `pane` is the one on screen where there is room for one only."""

    title: str
    organization: str
    users: int
    branch: str
    pane: str = ""
    busy: bool = False


def header_links(view: HeaderView, width: int) -> list[Link]:
    """The parts that fit; the organization's name is cut before anything is lost."""
    rest = [count(view.users, "user"), f"branch: {view.branch}"]
    if view.title and view.title != view.organization:
        rest.append(view.title)
    if view.busy:
        rest.append("working…")
    while len(rest) > 2 and cell_len(" ─ ".join(rest)) > width - 32:
        del rest[2 if not view.busy or len(rest) > 3 else 1]
    organization = plain(view.organization)
    room = max(8, width - cell_len(" ─ ".join(["mfadrill", *rest])) - 5)
    if cell_len(organization) > room:
        organization = fit(organization, room).rstrip()
    links = [Link(" mfadrill", "accent")]
    for part in (organization, *rest):
        warn = part == "working…" or (part.startswith("branch: ") and view.branch != "main")
        links += [Link(" ─ ", "muted"), Link(plain(part), "warn" if warn else "")]
    return links


def switch_links(view: HeaderView) -> list[Link]:
    if not view.pane:
        return []
    links: list[Link] = []
    for pane, label in (("admin", "Admin"), ("user", "User Portal")):
        active = pane == view.pane
        links.append(
            Link(f" {label} ", "active" if active else "button", "" if active else "app.do('app.pane')")
        )
    return links


class Header(Horizontal):
    DEFAULT_CSS = """
    Header { height: 1; background: $panel; }
    Header #header-title { width: 1fr; }
    Header #header-switch { width: auto; }
    """

    def __init__(self) -> None:
        super().__init__(id="header")
        self._view: HeaderView | None = None

    def compose(self) -> ComposeResult:
        yield ActionLine(id="header-title")
        yield ActionLine(id="header-switch")

    def show(self, view: HeaderView) -> None:
        self._view = view
        self.on_resize()

    def on_resize(self) -> None:
        if self._view is None:
            return
        switch = switch_links(self._view)
        width = self.size.width - sum(cell_len(link.text) for link in switch)
        self.query_one("#header-title", ActionLine).show_links(header_links(self._view, width))
        self.query_one("#header-switch", ActionLine).show_links(switch)
