"""In: where the user stands, and what can be set up from here."""

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Button

from mfadrill.core.factors import SELF_SET_UP, Factor
from mfadrill.core.portal import LeaveBrowser
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line
from mfadrill.tui.user_portal.view import PortalView


class Welcome(PortalScreen):
    """The portal itself has nothing else to rehearse."""

    DEFAULT_CSS = """
    Welcome #headline { border-left: outer $success; padding: 0 1; margin-top: 1; text-style: bold; }
    Welcome #left { color: $text-warning; }
    """

    FIRST = "log-out"

    class SetUp(Message):
        """Set this factor up without being asked to."""

        def __init__(self, factor: Factor) -> None:
            super().__init__()
            self.factor = factor

    def compose(self) -> ComposeResult:
        yield line(id="headline")
        yield line(id="left", classes="gap")
        yield line(id="standing", classes="gap")
        with Row(classes="gap"):
            for factor in SELF_SET_UP:
                yield button(f"set up {factor.label}", f"set-up-{factor.lower()}")
            yield button("log out", "log-out", "primary")
        yield line(id="error", classes="error gap")

    def show(self, view: PortalView) -> None:
        name = "" if view.person is None else view.person.name
        self.put("#headline", f"✓ Welcome, {name}. You are in {view.resource}.")
        self.put(
            "#left", f"TOTP is not set up yet: {view.way_out}." if view.totp_owed and view.way_out else ""
        )
        self.put("#standing", "\n".join(view.standing))
        for factor in SELF_SET_UP:
            self.query_one(f"#set-up-{factor.lower()}").display = factor in view.factors

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.refuse("")
        if event.button.id == "log-out":
            self.ask(LeaveBrowser(self.browser))
            return
        for factor in SELF_SET_UP:
            if event.button.id == f"set-up-{factor.lower()}":
                self.post_message(self.SetUp(factor))
