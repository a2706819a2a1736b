"""Setting up a security key, or pairing a phone for push."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Button

from mfadrill.core.factors import Factor
from mfadrill.core.setting_up import PairPush, SkipEnrollment
from mfadrill.sim.ceremonies import touch_key
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line
from mfadrill.tui.user_portal.view import PortalView

WORDS = {
    Factor.WEBAUTHN: (
        "Set up your security key",
        "Plug the key in and touch it. It makes a new credential for this portal, and the portal verifies its "
        "attestation: challenge, origin and signature.",
        "touch the security key",
    ),
    Factor.PUSH: (
        "Pair your phone",
        "Log-ins will then ask on this phone. There is one phone a user: a new one replaces the old.",
        "pair the phone",
    ),
}


class FactorSetUp(PortalScreen):
    """One button does it: the device is simulated."""

    FIRST = "do"

    class Left(Message):
        """Back to where the set-up was started."""

    def __init__(self, browser: str, *, id: str) -> None:
        super().__init__(browser, id=id)
        self._view: PortalView | None = None

    def compose(self) -> ComposeResult:
        yield line(id="title", classes="title gap")
        yield line(id="text")
        with Row(classes="gap"):
            yield button("", "do", "primary")
            yield button("Set Up Later", "later")
            yield button("back", "back")
        yield line(id="owed", classes="hint gap")
        yield line(id="way-out", classes="hint")
        yield line(id="error", classes="error gap")

    def show(self, view: PortalView) -> None:
        self._view = view
        title, text, do = WORDS.get(view.factor or Factor.WEBAUTHN, WORDS[Factor.WEBAUTHN])
        self.put("#title", title)
        self.put("#text", text)
        button = self.query_one("#do", Button)
        if str(button.label) != do:
            button.label = do
        self.query_one("#later").display = view.skippable
        owed = view.totp_owed and Factor.TOTP in view.factors
        self.put(
            "#owed",
            "TOTP is still owed afterwards: its set-up comes back at the next log-in." if owed else "",
        )
        self.put("#way-out", view.way_out)

    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        view = self._view
        if view is None or view.person is None:
            return
        if view.factor is Factor.PUSH:
            whose = "the attacker" if view.attacker else view.person.name
            self.ask(PairPush(self.browser, f"{whose}'s phone", self.holder))
        else:
            self.ask(partial(touch_key, browser=self.browser, holder=self.holder))

    @on(Button.Pressed, "#later")
    def _later(self) -> None:
        self.ask(SkipEnrollment(self.browser))

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.post_message(self.Left())
