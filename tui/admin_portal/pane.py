"""The Admin Portal pane: a row of tabs, and the tab that is shown."""

from datetime import datetime

from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from mfadrill.core.world import World
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.actions import Area, bindings
from mfadrill.tui.admin_portal.events_tab import EventsTab
from mfadrill.tui.admin_portal.events_view import EventLog
from mfadrill.tui.admin_portal.mfa_tab import MfaTab
from mfadrill.tui.admin_portal.policies_tab import PoliciesTab
from mfadrill.tui.admin_portal.users_tab import UsersTab

TABS = {"users": "Users", "policies": "Conditional Policies", "mfa": "MFA", "events": "Events"}


class AdminPortal(Widget):
    DEFAULT_CSS = """
    AdminPortal { background: $surface; }
    AdminPortal #admin-tabs { background: $boost; padding: 0 1; }
    AdminPortal:focus-within #admin-tabs { background: $panel; }
    AdminPortal ContentSwitcher { height: 1fr; }
    """
    BINDINGS = bindings(Area.ADMIN)

    class TabShown(Message):
        pass

    def __init__(self, *, id: str = "admin-portal") -> None:
        super().__init__(id=id)
        self._world: World | None = None
        self._now: datetime | None = None
        self._log = EventLog((), 0, "UTC")
        self._stale = set(TABS)

    def compose(self) -> ComposeResult:
        yield ActionLine(id="admin-tabs")
        with ContentSwitcher(initial="users"):
            yield UsersTab(id="users")
            yield PoliciesTab(id="policies")
            yield MfaTab(id="mfa")
            yield EventsTab(id="events")

    def on_mount(self) -> None:
        self._show_tabs()

    @property
    def tab(self) -> str:
        return self.query_one(ContentSwitcher).current or "users"

    @property
    def users(self) -> UsersTab:
        return self.query_one(UsersTab)

    def show_log(self, log: EventLog) -> None:
        """The log that the next `show` is to show."""
        self._log = log

    def show(self, world: World, now: datetime) -> None:
        """Show the world. A tab that is not on screen is computed when it comes there."""
        self._world, self._now = world, now
        self._stale = set(TABS)
        self._refresh_tab()

    def _refresh_tab(self) -> None:
        if self._world is None or self._now is None or self.tab not in self._stale:
            return
        self._stale.discard(self.tab)
        self.query_one(EventsTab).show_log(self._log)
        shown = self.query_one(f"#{self.tab}")
        assert isinstance(shown, UsersTab | PoliciesTab | MfaTab | EventsTab)
        shown.show(self._world, self._now)

    def _show_tabs(self) -> None:
        links = [Link("ADMIN PORTAL", "strong"), Link("  ")]
        for tab, label in TABS.items():
            links.append(Link(f" {label} ", "active" if tab == self.tab else "", f"app.do('admin.{tab}')"))
        self.query_one("#admin-tabs", ActionLine).show_links(links)

    def show_tab(self, tab: str) -> None:
        """Bring a tab on screen, and the focus into it."""
        self.query_one(ContentSwitcher).current = tab
        self._show_tabs()
        self._refresh_tab()
        self.focus_tab()
        self.post_message(self.TabShown())

    def focus_tab(self) -> None:
        targets = {
            "users": "#users-list",
            "policies": "#policies-list",
            "mfa": "#mfa Tick",
            "events": "#events-list",
        }
        self.query(targets[self.tab]).first().focus()

    def action_show_tab(self, tab: str) -> None:
        self.show_tab(tab)
