"""The header line: what is simulated, on which branch, and the switch between the panes."""

from msgspec import Struct
from textual.app import ComposeResult
from textual.containers import Horizontal

from mfadrill.core.plain import plain
from mfadrill.core.words import count
from mfadrill.sim.branches import MAIN
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.cells import cell_len, fit

#: So many columns are kept for the program's name and the organization's.
LEAST_BESIDE = 32


class HeaderView(Struct, frozen=True):
    """What the header says; `pane` is the one on screen where there is room for one only.

    `workspace` is the name of the one that everything is saved in.
    """

    title: str
    organization: str
    users: int
    branch: str
    pane: str = ""
    busy: bool = False
    workspace: str = ""


def header_links(view: HeaderView, width: int) -> list[Link]:
    """The parts that fit: the title is left out first, then the users; the organization's name is cut."""
    title = "" if view.title == view.organization else view.title
    rest = {
        "users": count(view.users, "user"),
        "branch": f"branch: {view.branch}",
        "workspace": f"workspace: {view.workspace}" if view.workspace else "",
        "title": title,
        "busy": "working…" if view.busy else "",
    }
    rest = {part: text for part, text in rest.items() if text}
    for part in ("title", "users"):
        if cell_len(" ─ ".join(rest.values())) > width - LEAST_BESIDE:
            rest.pop(part, None)
    organization = plain(view.organization)
    room = max(8, width - cell_len(" ─ ".join(["mfadrill", *rest.values()])) - 5)
    if cell_len(organization) > room:
        organization = fit(organization, room).rstrip()
    links = [Link(" mfadrill", "accent")]
    for part, text in {"organization": organization, **rest}.items():
        warn = part == "busy" or (part == "branch" and view.branch != MAIN)
        links += [Link(" ─ ", "muted"), Link(plain(text), "warn" if warn else "")]
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
