"""The phone beside a field that asks for a code: scan, see the code, use it, wait for the next one."""

from datetime import timedelta

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button

from mfadrill.tui.user_portal.phone_view import PhoneView
from mfadrill.tui.user_portal.screen import Line, PortalScreen, Row, button, line

STEP = timedelta(seconds=30)


class PhoneStrip(Vertical):
    """The one entry that the portal asks for. The whole phone is in the drawer."""

    DEFAULT_CSS = """
    PhoneStrip { height: auto; border-left: outer $secondary; padding-left: 1; background: $boost; }
    PhoneStrip Button { min-width: 0; }
    """

    class Scanned(Message):
        """The phone was pointed at the QR code."""

    class CodeUsed(Message):
        """Type this code into the portal."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._phone = PhoneView()

    def compose(self) -> ComposeResult:
        yield line(id="reading")
        with Row():
            yield button("scan QR code", "scan")
            yield button("use code", "use")
            yield button("next code (30 s)", "next")

    def show(self, phone: PhoneView) -> None:
        self._phone = phone
        entry = phone.wanted
        if entry is not None:
            reading = Content.assemble(
                "Phone  ", (entry.grouped, "bold"), f"  {phone.left} s left", (_off(phone), "$text-warning")
            )
        elif phone.can_scan:
            reading = Content("Phone  this code is not in its app yet")
        else:
            reading = Content("Phone  no entry of this account in its app")
        if phone.can_scan:
            reading = Content("Phone  scan the QR code first")
        self.query_one("#reading", Line).put(reading)
        scan, use = self.query_one("#scan", Button), self.query_one("#use", Button)
        scan.display = phone.can_scan
        use.display = entry is not None and not phone.can_scan
        self.query_one("#next").display = use.display
        if scan.has_focus and use.display:
            # Enter scans, and Enter again uses the code.
            self.screen.set_focus(use)

    @on(Button.Pressed, "#scan")
    def _scan(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Scanned())

    @on(Button.Pressed, "#use")
    def _use(self, event: Button.Pressed) -> None:
        event.stop()
        if self._phone.wanted is not None:
            self.post_message(self.CodeUsed(self._phone.wanted.code))

    @on(Button.Pressed, "#next")
    def _next(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(PortalScreen.Waited(STEP))


def _off(phone: PhoneView) -> str:
    return "" if not phone.offset_seconds else f"  clock {offset(phone.offset_seconds)}"


def offset(seconds: int) -> str:
    """Such as `+30 s`, `-4 min`."""
    sign, size = "+" if seconds > 0 else "-", abs(seconds)
    minutes, rest = divmod(size, 60)
    parts = [f"{minutes} min" if minutes else "", f"{rest} s" if rest or not minutes else ""]
    return sign + " ".join(part for part in parts if part)
