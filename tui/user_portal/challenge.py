"""The challenge: confirm that it is you, with any of the factors on offer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Button, Input, RadioSet

from mfadrill.core.challenges import (
    AnswerDuo,
    AnswerPush,
    AnswerTotp,
    SendPush,
)
from mfadrill.core.commands import Command
from mfadrill.core.factors import Factor
from mfadrill.core.portal import LeaveBrowser
from mfadrill.core.relying_party import ORIGIN, PHISHING_ORIGIN
from mfadrill.sim.ceremonies import touch_key
from mfadrill.tui.messages import Maker
from mfadrill.tui.user_portal.factor_choice import FactorChoice
from mfadrill.tui.user_portal.phone_strip import STEP, PhoneStrip
from mfadrill.tui.user_portal.phone_view import PhoneView
from mfadrill.tui.user_portal.real_phone import meant_code
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, code_input, line
from mfadrill.tui.user_portal.view import PortalView, Visit


class Challenge(PortalScreen):
    """One panel for each factor, and the chosen one's shows."""

    DEFAULT_CSS = """
    Challenge .panel { height: auto; margin-top: 1; }
    Challenge #by { margin-top: 1; }
    Challenge #failure { color: $text-error; display: none; margin-top: 1; }
    Challenge #code { margin-top: 1; }
    """

    def __init__(self, browser: str, wall: Callable[[], datetime], *, id: str) -> None:
        super().__init__(browser, id=id)
        self._wall = wall
        self._now: datetime | None = None
        self._view: PortalView | None = None
        self._visit: Visit | None = None
        self._corrected = False

    def compose(self) -> ComposeResult:
        yield line(id="title", classes="title gap")
        yield line(id="intro")
        yield FactorChoice(id="by")
        with Vertical(id="for-totp", classes="panel"):
            yield PhoneStrip(id="phone")
            yield code_input("code")
            with Row():
                yield button("Verify", "verify", "primary")
                yield button("wait 30 s", "wait")
        with Vertical(id="for-push", classes="panel"):
            yield line(id="prompt")
            with Row(classes="gap"):
                yield button("send a prompt", "send", "primary")
                yield button("approve", "approve", "success")
                yield button("deny", "deny", "error")
                yield button("let it time out", "time-out")
        with Vertical(id="for-webauthn", classes="panel"):
            yield line(id="key-text")
            with Row(classes="gap"):
                yield button("touch the security key", "touch", "primary")
                yield button("touch it on a phishing page", "phish")
        with Vertical(id="for-duo", classes="panel"):
            yield line(id="duo-text")
            with Row(classes="gap"):
                yield button("approve in Duo", "duo-approve", "success")
                yield button("deny in Duo", "duo-deny", "error")
        yield line(id="failure")
        yield line(id="error", classes="error")
        with Row(classes="gap"):
            yield button("cancel", "cancel")

    def at(self, now: datetime) -> None:
        self._now = now

    def show(self, view: PortalView) -> None:
        another = view.visit != self._visit
        self._visit, self._view = view.visit, view
        if another:
            with self.prevent(Input.Changed):
                self.query_one("#code", Input).value = ""
            self.refuse("")
            self._corrected = False
        self.put("#title", view.headline)
        self.put("#intro", f"A second factor is needed for {view.resource}.")
        choice = self.query_one(FactorChoice)
        choice.offer(view.factors, afresh=another)
        choice.display = len(view.factors) > 1
        self.query_one(PhoneStrip).show(view.phone)
        self.query_one("#wait").display = view.code_used
        waits = view.phone.prompt_left is not None
        phone = view.phone
        self.put(
            "#prompt",
            f"A prompt waits on {phone.prompted}, {phone.prompt_left} s left."
            if waits
            else f"A prompt goes to {phone.prompted}, to be approved there.",
        )
        # Whoever sits here can send one prompt after another; only who has the phone can answer.
        self.query_one("#send", Button).label = "send another prompt" if waits else "send a prompt"
        self.query_one("#send").display = not waits or not phone.answers_prompt
        for selector in ("#approve", "#deny"):
            self.query_one(selector).display = waits and phone.answers_prompt
        self.query_one("#time-out").display = waits
        self.put("#key-text", _key_text(phone))
        self.query_one("#phish").display = not view.attacker
        self.put("#duo-text", "Duo asks on the user's own device; it needs no set-up here.")
        self.put("#failure", f"✗ {view.failure}" if view.failure and not self._corrected else "")
        self._show_panel()

    def _show_panel(self) -> None:
        chosen = self.query_one(FactorChoice).chosen
        for factor in Factor:
            self.query_one(f"#for-{factor.lower()}").display = factor is chosen

    @on(RadioSet.Changed)
    def _changed(self) -> None:
        self.refuse("")
        self._show_panel()

    def first_focus(self) -> Button | Input | None:
        chosen = self.query_one(FactorChoice).chosen
        if chosen is Factor.TOTP:
            return self.query_one("#code", Input)
        push = "#send" if self.query_one("#send").display else "#approve"
        first = {Factor.PUSH: push, Factor.WEBAUTHN: "#touch", Factor.DUO: "#duo-approve"}
        return None if chosen is None else self.query_one(first[chosen], Button)

    def take_code(self, code: str) -> bool:
        if not self.query_one("#for-totp").display:
            return False
        entry = self.query_one("#code", Input)
        entry.value = code
        entry.focus()
        self._code_changed()
        return True

    @on(Input.Changed, "#code")
    def _code_changed(self) -> None:
        """What was wrong with the last code is not wrong with this one."""
        self._corrected = self._corrected or bool(self.query_one("#failure").display)
        self.put("#failure", "")
        self.refuse("")

    def ask(self, command: Command | Maker) -> None:
        self._corrected = False
        super().ask(command)

    @on(Input.Submitted, "#code")
    @on(Button.Pressed, "#verify")
    def _verify(self) -> None:
        entry = self.query_one("#code", Input)
        entry.focus()
        entry.select_all()  # the next code replaces one that is not right
        code = entry.value
        user = None if self._view is None else self._view.person
        if user is not None and user.totp is not None and self._now is not None:
            code = meant_code(user.totp.secret, code, self._now, self._wall())
        self.ask(AnswerTotp(self.browser, code))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "wait":
                self.post_message(self.Waited(STEP))
            case "time-out":
                left = None if self._view is None else self._view.phone.prompt_left
                self.post_message(self.Waited(timedelta(seconds=left or 0)))
            case id_ if (command := self._command(id_)) is not None:
                self.ask(command)

    def _command(self, id_: str | None) -> Command | Maker | None:
        match id_:
            case "send":
                return SendPush(self.browser)
            case "approve" | "deny":
                return AnswerPush(self.browser, approve=id_ == "approve")
            case "touch" | "phish":
                origin = PHISHING_ORIGIN if id_ == "phish" else ORIGIN
                return partial(touch_key, browser=self.browser, holder=self.holder, origin=origin)
            case "duo-approve" | "duo-deny":
                return AnswerDuo(self.browser, approve=id_ == "duo-approve")
            case "cancel":
                return LeaveBrowser(self.browser)
        return None


def _key_text(phone: PhoneView) -> str:
    """The keys at hand, and what touching one does."""
    keys = [f"{key.serial}: {'plugged in' if key.plugged_in else 'unplugged'}" for key in phone.keys]
    at_hand = " · ".join(keys) or "no security key at hand"
    return f"The key signs the portal's challenge when it is touched, and counts up. {at_hand}"
