"""Setting up TOTP: the QR code, the key string, and the code that confirms them."""

from collections.abc import Callable
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Button, Input

from mfadrill.core.setting_up import ConfirmTotp, SkipEnrollment
from mfadrill.tui.user_portal.phone_strip import PhoneStrip
from mfadrill.tui.user_portal.qr_code import QrCode
from mfadrill.tui.user_portal.real_phone import meant_code
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, code_input, line
from mfadrill.tui.user_portal.view import PortalView

#: From this size on, everything has room beside the QR code; below it, the code field has its place under it.
WIDE, HIGH = 74, 18

#: With fewer rows than this the blank lines go: beside the QR code, or below it.
AIRY_BESIDE, AIRY_BELOW = 22, 30


class TotpSetUp(PortalScreen):
    """A wrong code says so and changes nothing."""

    DEFAULT_CSS = """
    TotpSetUp { padding: 0; }
    TotpSetUp #page { layout: grid; grid-size: 2; grid-columns: auto 1fr; grid-rows: auto; height: auto; }
    TotpSetUp #about { height: auto; padding-left: 1; }
    TotpSetUp #answer { height: auto; column-span: 2; padding: 0 1; }
    TotpSetUp #key-row { margin: 1 0; layout: vertical; }
    TotpSetUp #key { color: $text-accent; width: auto; margin-right: 2; }
    TotpSetUp #key:hover { text-style: underline; }
    TotpSetUp PhoneStrip { margin-top: 1; }
    TotpSetUp #code { margin: 1 0; }
    TotpSetUp.-tight PhoneStrip, TotpSetUp.-tight #code { margin: 0; }
    TotpSetUp.-wide { overflow-y: hidden; }
    TotpSetUp.-wide #page { grid-rows: auto 1fr; height: 1fr; }
    TotpSetUp.-wide #qr { row-span: 2; }
    TotpSetUp.-wide #about { padding: 0 1 0 2; }
    TotpSetUp.-wide #key-row { layout: horizontal; }
    TotpSetUp.-wide.-tight #key-row { margin: 0; }
    TotpSetUp.-wide PhoneStrip { margin-top: 0; }
    TotpSetUp.-wide #answer { height: 1fr; column-span: 1; padding: 0 1 0 2; overflow-y: auto; }
    """

    FIRST = "code"

    class Left(Message):
        """Back to where the set-up was started."""

        def __init__(self, secret: str) -> None:
            super().__init__()
            self.secret = secret

    def __init__(self, browser: str, wall: Callable[[], datetime], *, id: str) -> None:
        super().__init__(browser, id=id)
        self._wall = wall
        self._secret = ""
        self._now: datetime | None = None

    def compose(self) -> ComposeResult:
        with Container(id="page"):
            yield QrCode(id="qr")
            with Vertical(id="about"):
                yield line(id="title", classes="title")
                yield line(id="steps")
                with Row(id="key-row"):
                    yield line(id="key")
                    yield button("copy key", "copy")
            with Vertical(id="answer"):
                yield PhoneStrip(id="phone")
                yield code_input("code")
                yield line(id="error", classes="error")
                with Row():
                    yield button("Verify", "verify", "primary")
                    yield button("Set Up Later", "later")
                    yield button("back", "back")
                yield line(id="way-out", classes="hint")

    def fit(self, size: Size) -> None:
        wide = size.width >= WIDE and size.height >= HIGH
        self.set_class(wide, "-wide")
        self.set_class(size.height < (AIRY_BESIDE if wide else AIRY_BELOW), "-tight")

    def at(self, now: datetime) -> None:
        self._now = now

    def show(self, view: PortalView) -> None:
        if view.secret != self._secret:
            with self.prevent(Input.Changed):
                self.query_one("#code", Input).value = ""
            self.refuse("")
        self._secret = view.secret
        self.query_one(QrCode).show(view.uri)
        self.put("#title", "Set up your authenticator app")
        self.put("#steps", "Scan the QR code, or type the key, then enter the code that the app shows.")
        self.put("#key", in_fours(view.secret))
        self.query_one(PhoneStrip).show(view.phone)
        self.query_one("#later").display = view.skippable
        self.put("#way-out", view.way_out)

    def take_code(self, code: str) -> bool:
        entry = self.query_one("#code", Input)
        entry.value = code
        entry.focus()
        self.refuse("")
        return True

    @on(Input.Changed, "#code")
    def _code_changed(self) -> None:
        self.refuse("")

    @on(Input.Submitted, "#code")
    @on(Button.Pressed, "#verify")
    def _verify(self) -> None:
        entry = self.query_one("#code", Input)
        entry.focus()
        entry.select_all()  # the next code replaces one that is not right
        code = entry.value
        if self._now is not None:
            code = meant_code(self._secret, code, self._now, self._wall())
        self.ask(ConfirmTotp(self.browser, code))

    @on(Button.Pressed, "#copy")
    def _copy(self) -> None:
        self.app.copy_to_clipboard(self._secret)
        self.notify("The key is on the clipboard.")

    @on(Click, "#key")
    def _click_key(self) -> None:
        self._copy()

    @on(Button.Pressed, "#later")
    def _later(self) -> None:
        self.ask(SkipEnrollment(self.browser))

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.post_message(self.Left(self._secret))


def in_fours(secret: str) -> str:
    """The key as people read it: groups of four, on two lines."""
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    half = (len(groups) + 1) // 2
    return "\n".join(" ".join(part) for part in (groups[:half], groups[half:]) if part)
