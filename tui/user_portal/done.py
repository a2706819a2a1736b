"""A factor was set up."""

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Button

from mfadrill.core.factors import Factor
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line
from mfadrill.tui.user_portal.view import PortalView

NAMES = {
    Factor.TOTP: "Your authenticator app is set up.",
    Factor.PUSH: "Your phone is paired.",
    Factor.WEBAUTHN: "Your security key is set up.",
    Factor.DUO: "Duo is set up.",
}


class Done(PortalScreen):
    """Says what is set up, and what is still owed."""

    DEFAULT_CSS = """
    Done #headline { border-left: outer $success; padding: 0 1; margin-top: 1; text-style: bold; }
    """

    FIRST = "on"

    class Closed(Message):
        """On to the portal."""

    def compose(self) -> ComposeResult:
        yield line(id="headline")
        yield line(id="next", classes="gap")
        yield line(id="owed", classes="error gap")
        with Row(classes="gap"):
            yield button("on to the portal", "on", "primary")
        yield line(id="error", classes="error")

    def show(self, view: PortalView) -> None:
        factor = view.factor or Factor.TOTP
        self.put("#headline", f"✓ {NAMES[factor]}")
        self.put("#next", f"From now on, it can answer when {view.organization} asks for a second factor.")
        self.put("#owed", f"TOTP is still owed: {view.way_out}." if view.totp_owed and view.way_out else "")

    @on(Button.Pressed, "#on")
    def _on(self) -> None:
        self.post_message(self.Closed())
