"""The Admin Portal pane: a row of tabs, and the tab that is shown."""

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from mfadrill.core.users import UserId
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.admin import TABS
from mfadrill.tui.actions.registry import bindings
from mfadrill.tui.admin_portal.events.events_tab import EventsTab
from mfadrill.tui.admin_portal.groups.groups_tab import GroupsTab
from mfadrill.tui.admin_portal.mfa.mfa_tab import MfaTab
from mfadrill.tui.admin_portal.overview.overview_tab import OverviewTab
from mfadrill.tui.admin_portal.policies.policies_tab import PoliciesTab
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.admin_portal.users.users_tab import UsersTab
from mfadrill.tui.moment import Moment

#: The widget of each tab.
WIDGETS: dict[str, Callable[..., Tab]] = {
    "users": UsersTab,
    "groups": GroupsTab,
    "policies": PoliciesTab,
    "mfa": MfaTab,
    "overview": OverviewTab,
    "events": EventsTab,
}


class AdminPortal(Widget):
    DEFAULT_CSS = """
    AdminPortal { background: $surface; }
    AdminPortal #admin-tabs { background: $boost; padding: 0 1; }
    AdminPortal #admin-tabs.-focused { background: $panel; }
    AdminPortal ContentSwitcher { height: 1fr; }
    """
    BINDINGS = bindings(Area.ADMIN)

    class TabShown(Message):
        pass

    def __init__(self, *, id: str = "admin-portal") -> None:
        super().__init__(id=id)
        self._moment: Moment | None = None
        self._stale = set(TABS)

    def compose(self) -> ComposeResult:
        yield ActionLine(id="admin-tabs")
        with ContentSwitcher(initial="users"):
            yield UsersTab(id="users")

    @property
    def tab(self) -> str:
        """The id of the tab on screen."""
        return self.query_one(ContentSwitcher).current or "users"

    @property
    def users(self) -> UsersTab:
        return self.query_one(UsersTab)

    @property
    def situation(self) -> dict[str, Any]:
        """What the tabs know of the situation."""
        return {field: value for tab in self.query(Tab) for field, value in tab.situation.items()}

    def show(self, moment: Moment) -> None:
        """Show this moment. A tab that is not on screen is computed when it comes there."""
        self._moment = moment
        self._stale = set(TABS)
        self._refresh_tab()

    def _refresh_tab(self) -> None:
        if self._moment is None or self.tab not in self._stale:
            return
        self._stale.discard(self.tab)
        self.query_one(f"#{self.tab}", Tab).show(self._moment)

    def mark(self, *, focused: bool) -> None:
        """Show whether the focus is here. (Textual restyles nothing below for `:focus-within` when it moves.)"""
        self.query_one("#admin-tabs").set_class(focused, "-focused")

    def on_resize(self) -> None:
        self._show_tabs()

    def _show_tabs(self) -> None:
        links = tab_links(self.tab, self.size.width - 2)
        self.query_one("#admin-tabs", ActionLine).show_links(links)

    async def show_tab(self, tab: str) -> None:
        """Bring a tab on screen, and the focus into it. Most are made when they are first wanted."""
        switcher = self.query_one(ContentSwitcher)
        if not self.query(f"#{tab}"):
            await switcher.add_content(WIDGETS[tab](id=tab), id=tab)
        switcher.current = tab
        self._show_tabs()
        self._refresh_tab()
        self.focus_tab()
        self.post_message(self.TabShown())

    def focus_tab(self) -> None:
        self.query_one(f"#{self.tab}", Tab).focus_first()

    def point_at(self, *, user: UserId, group: str = "", policy: str = "") -> None:
        """Put the cursors of the tabs that there are on these; what there is not leaves them where they are."""
        if user:
            self.users.point_at(user)
        for tab in self.query(GroupsTab) if group else ():
            tab.point_at(group)
        for tab in self.query(PoliciesTab) if policy else ():
            tab.point_at(policy)

    async def action_show_tab(self, tab: str) -> None:
        await self.show_tab(tab)


def tab_links(current: str, width: int) -> list[Link]:
    """The row of tabs, in full where there is room."""
    for title, short, gap in (
        ("ADMIN PORTAL  ", False, " "),
        ("", False, " "),
        ("", True, " "),
        ("", True, ""),
    ):
        links = [Link(title, "strong")] if title else []
        for tab, (label, short_label) in TABS.items():
            name = f"{gap}{short_label if short else label} "
            links.append(Link(name, "active" if tab == current else "", f"app.do('admin.{tab}')"))
        if sum(len(link.text) for link in links) <= width:
            break
    return links
