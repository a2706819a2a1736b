"""The line above the portal: who is at the keyboard, and what can be opened."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widgets import Button

from mfadrill.tui.user_portal.drawers import Drawer
from mfadrill.tui.user_portal.screen import Line, button, line
from mfadrill.tui.user_portal.view import PortalView

#: From this width on there is room to say what the person is doing.
ROOMY = 72


class PortalHeader(Horizontal):
    """The drawers' buttons; that of an open one is marked."""

    DEFAULT_CSS = """
    PortalHeader { height: 1; background: $panel; }
    PortalHeader #who { width: 1fr; height: 1; padding-left: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    PortalHeader Button { min-width: 0; margin-left: 1; background: $panel; }
    PortalHeader.-attacker, PortalHeader.-attacker Button { background: $error-muted; color: $text-error; }
    PortalHeader Button.-open { background: $primary-muted; color: $text-primary; }
    """

    class Toggled(Message):
        """Open this drawer, or close it."""

        def __init__(self, drawer: Drawer) -> None:
            super().__init__()
            self.drawer = drawer

    class SeatChanged(Message):
        """The attacker sits down at the keyboard, or leaves."""

    def compose(self) -> ComposeResult:
        yield line(id="who")
        yield button("why?", Drawer.WHY)
        yield button("Devices", Drawer.PHONE)
        yield button("Inbox (0)", Drawer.INBOX)
        yield button("Attacker", "seat")

    def on_mount(self) -> None:
        self._view: PortalView | None = None

    def on_resize(self, event: Resize) -> None:
        self._say_who()

    def _say_who(self) -> None:
        if self._view is None:
            return
        name = "nobody yet" if self._view.person is None else self._view.person.username
        doing = f"{self._view.doing} " if self.size.width >= ROOMY else ""
        title = "ATTACKER" if self._view.attacker else "USER PORTAL"
        who = Content.assemble((title, "bold"), "  ", (doing, "dim"), (name, "bold" if doing else "dim"))
        self.query_one("#who", Line).put(who)

    def show(self, view: PortalView, open_drawer: Drawer | None) -> None:
        self._view = view
        self._say_who()
        self.set_class(view.attacker, "-attacker")
        seat = self.query_one("#seat", Button)
        if str(seat.label) != (label := "User" if view.attacker else "Attacker"):
            seat.label = label
        self.query_one("#inbox").display = not view.attacker
        label, inbox = f"Inbox ({len(view.inbox)})", self.query_one("#inbox", Button)
        if str(inbox.label) != label:
            inbox.label = label
        self.query_one("#why").display = bool(view.reasons)
        for drawer in Drawer:
            self.query_one(f"#{drawer}").set_class(drawer is open_drawer, "-open")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "seat":
            self.post_message(self.SeatChanged())
        else:
            self.post_message(self.Toggled(Drawer(str(event.button.id))))
