"""The two panes: side by side where there is room, else one at a time."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Rule

from mfadrill.tui.actions.action import Area
from mfadrill.tui.admin_portal.pane import AdminPortal
from mfadrill.tui.moment import Moment
from mfadrill.tui.user_portal.pane import UserPortal

#: The areas whose keys work on each tab.
AREAS_OF: dict[str, tuple[Area, ...]] = {
    "users": (Area.LISTS, Area.USERS),
    "groups": (Area.GROUPS,),
    "policies": (Area.POLICIES,),
    "mfa": (),
    "overview": (Area.LISTS,),
    "events": (Area.LISTS, Area.EVENTS),
}

#: From this width on, both panes are on screen.
WIDE = 120


class Panes(Horizontal):
    """`current` is the pane that has the focus, or had it last: `admin` or `user`."""

    DEFAULT_CSS = """
    Panes { height: 1fr; background: $background; }
    Panes AdminPortal { width: 1fr; }
    Panes UserPortal { width: 1fr; background: $background; }
    Panes #divider { margin: 0; color: $border-blurred; background: $background; }
    """

    def __init__(self) -> None:
        super().__init__(id="panes")
        self.current = "admin"
        self.columns = WIDE

    def compose(self) -> ComposeResult:
        yield AdminPortal()
        yield Rule.vertical(line_style="solid", id="divider")
        yield UserPortal()

    @property
    def admin(self) -> AdminPortal:
        return self.query_one(AdminPortal)

    @property
    def portal(self) -> UserPortal:
        return self.query_one(UserPortal)

    @property
    def is_wide(self) -> bool:
        return self.columns >= WIDE

    def show(self, moment: Moment) -> None:
        self.admin.show(moment)
        self.portal.show(moment.world, moment.now)

    def fit(self, columns: int) -> None:
        """Both panes where there is room. (A class on the screen would restyle every widget.)"""
        self.columns = columns
        self.admin.display = self.is_wide or self.current == "admin"
        self.query_one("#divider").display = self.is_wide
        self.portal.display = self.is_wide or self.current == "user"

    def bring(self, pane: str, *, focus: bool = True) -> None:
        """Bring a pane on screen, and the focus into it."""
        self.current = pane
        self.fit(self.columns)
        if focus and pane == "admin":
            self.admin.focus_tab()
        elif focus:
            self.call_after_refresh(self.portal.focus_screen)

    def bring_other(self) -> None:
        self.bring("user" if self.current == "admin" else "admin")

    def focus_moved(self) -> None:
        """Remember where the focus is now."""
        for pane, widget in (("user", self.portal), ("admin", self.admin)):
            if widget.has_focus_within:
                self.current = pane
                self.admin.mark(focused=pane == "admin")

    def areas_in_focus(self) -> Iterator[Area]:
        """The areas whose keys work where the focus is."""
        if not self.admin.has_focus_within:
            return
        yield from AREAS_OF[self.admin.tab]
