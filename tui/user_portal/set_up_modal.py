"""The Set Up Multi-Factor Authentication modal."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Button, RadioSet

from mfadrill.core.factors import Factor
from mfadrill.core.portal import LeaveBrowser
from mfadrill.core.setting_up import SkipEnrollment
from mfadrill.tui.user_portal.factor_choice import FactorChoice
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line
from mfadrill.tui.user_portal.view import PortalView, Visit


class SetUpModal(PortalScreen):
    """Which factor to set up; Set Up Later only where set-up can wait."""

    DEFAULT_CSS = """
    SetUpModal #box { border: round $primary; padding: 0 1; height: auto; margin-top: 1; }
    SetUpModal #offer { margin: 1 0; }
    SetUpModal #way-out.-never { color: $text-warning; }
    """

    FIRST = "offer"

    class Chosen(Message):
        """Go on to the set-up of this factor."""

        def __init__(self, factor: Factor) -> None:
            super().__init__()
            self.factor = factor

    def __init__(self, browser: str, *, id: str) -> None:
        super().__init__(browser, id=id)
        self._visit: Visit | None = None
        self._owed = False

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield line("Set Up Multi-Factor Authentication", id="title", classes="title")
            yield line(id="intro")
            yield FactorChoice(id="offer")
            yield line(id="owed", classes="hint")
            with Row():
                yield button("Continue", "continue", "primary")
                yield button("Set Up Later", "later")
                yield button("log out", "leave")
            yield line(id="way-out", classes="gap")
            yield line(id="error", classes="error")

    def show(self, view: PortalView) -> None:
        self.put("#intro", f"{view.organization} asks for a second factor for {view.resource}.")
        self.query_one(FactorChoice).offer(view.factors, afresh=view.visit != self._visit)
        self._visit = view.visit
        self._owed = view.totp_owed
        self.query_one("#later").display = view.skippable
        self.put("#way-out", view.way_out)
        self.query_one("#way-out").set_class(not view.skippable, "-never")
        self._hint()

    def _hint(self) -> None:
        other = self._owed and self.query_one(FactorChoice).chosen is not Factor.TOTP
        self.put(
            "#owed", "TOTP is still owed afterwards: this comes back at the next log-in." if other else ""
        )

    @on(RadioSet.Changed)
    def _changed(self) -> None:
        self._hint()

    @on(FactorChoice.GoOn)
    @on(Button.Pressed, "#continue")
    def _continue(self) -> None:
        chosen = self.query_one(FactorChoice).chosen
        if chosen is not None:
            self.refuse("")
            self.post_message(self.Chosen(chosen))

    @on(Button.Pressed, "#later")
    def _later(self) -> None:
        self.ask(SkipEnrollment(self.browser))

    @on(Button.Pressed, "#leave")
    def _leave(self) -> None:
        self.ask(LeaveBrowser(self.browser))
