"""The phone drawer: the authenticator app, its clock, and prompts that wait."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from mfadrill.core.handling_phones import SetPhoneClock
from mfadrill.core.portal import AnswerPush
from mfadrill.core.users import user_id
from mfadrill.tui.user_portal.phone_strip import STEP, PhoneStrip, offset
from mfadrill.tui.user_portal.phone_view import Entry, PhoneView
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line, shown
from mfadrill.tui.user_portal.view import PortalView

#: How far the buttons move the clock of the phone, in seconds.
SHIFTS = {"minus-4-min": -240, "minus-30-s": -30, "plus-30-s": 30, "plus-4-min": 240}


class PhoneDrawer(PortalScreen):
    """Enter on an entry, or a click, types its code into the portal."""

    DEFAULT_CSS = """
    PhoneDrawer OptionList { height: auto; max-height: 5; background: $panel; }
    PhoneDrawer Vertical { height: auto; }
    PhoneDrawer #none { color: $text-muted; }
    """

    FIRST = "entries"

    def __init__(self, browser: str, *, id: str) -> None:
        super().__init__(browser, id=id)
        self._phone = PhoneView()
        self._drawn: tuple[tuple[Entry, ...], int] | None = None

    def compose(self) -> ComposeResult:
        yield line(id="title", classes="title")
        with Vertical(id="prompt-box"):
            yield line(id="prompt")
            with Row():
                yield button("approve", "approve", "success")
                yield button("deny", "deny", "error")
        yield OptionList(id="entries", markup=False, compact=True)
        yield line(id="none")
        with Row():
            yield button("scan QR code", "scan")
            yield button("use code", "use")
            yield button("next code (30 s)", "next")
        yield line(id="clock", classes="gap")
        with Row():
            yield button("-4 min", "minus-4-min")
            yield button("-30 s", "minus-30-s")
            yield button("+30 s", "plus-30-s")
            yield button("+4 min", "plus-4-min")
            yield button("set right", "set-right")
        yield line(id="error", classes="error")

    def show(self, view: PortalView) -> None:
        phone = self._phone = view.phone
        self.put("#title", f"{phone.owner}'s phone" if phone.owner else "Nobody's phone: pick a user first")
        self.query_one("#prompt-box").display = phone.prompt_left is not None
        self.put("#prompt", f"Log-in at {view.organization}? {phone.prompt_left} s left to answer.")
        self._show_entries(phone)
        app = "No entry in the authenticator app." if not phone.entries else ""
        self.put("#none", f"{app} A QR code is on the screen: scan it." if phone.can_scan else app)
        self.query_one("#scan").display = phone.can_scan
        for selector in ("#use", "#next"):
            self.query_one(selector).display = bool(phone.entries)
        off = f"{offset(phone.offset_seconds)} off" if phone.offset_seconds else "right"
        self.put("#clock", f"Its clock: {phone.clock} ({off})" if phone.owner else "")
        for id_ in SHIFTS:
            self.query_one(f"#{id_}").display = bool(phone.owner)
        self.query_one("#set-right").display = bool(phone.offset_seconds)

    def _show_entries(self, phone: PhoneView) -> None:
        entries = self.query_one("#entries", OptionList)
        entries.display = bool(phone.entries)
        if (phone.entries, phone.left) == self._drawn:
            return
        self._drawn = phone.entries, phone.left
        prompts = [_described(entry, phone.left) for entry in phone.entries]
        if len(prompts) == entries.option_count:
            for index, prompt in enumerate(prompts):
                entries.replace_option_prompt_at_index(index, prompt)
            return
        entries.clear_options()
        entries.add_options(Option(prompt) for prompt in prompts)
        entries.highlighted = 0 if prompts else None

    def first_focus(self) -> OptionList | Button | None:
        if not self._phone.owner:
            return None
        if self._phone.prompt_left is None and self._phone.entries and not self._phone.can_scan:
            return self.query_one("#entries", OptionList)
        prompted = self._phone.prompt_left is not None
        first = "#approve" if prompted else "#scan" if self._phone.can_scan else "#minus-4-min"
        return self.query_one(first, Button)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._use(event.option_index)

    def _use(self, index: int | None) -> None:
        if index is not None and index < len(self._phone.entries):
            self.post_message(PhoneStrip.CodeUsed(self._phone.entries[index].code))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        match event.button.id:
            case "scan":
                self.post_message(PhoneStrip.Scanned())
            case "use":
                self._use(self.query_one("#entries", OptionList).highlighted)
            case "next":
                self.post_message(self.Waited(STEP))
            case "approve" | "deny":
                self.ask(AnswerPush(self.browser, approve=event.button.id == "approve"))
            case "set-right":
                self._set_clock(0)
            case id_ if id_ in SHIFTS:
                self._set_clock(self._phone.offset_seconds + SHIFTS[id_])

    def _set_clock(self, seconds: int) -> None:
        self.ask(SetPhoneClock(user_id(self._phone.owner), seconds))


def _described(entry: Entry, left: int) -> Content:
    use = "this QR code's account" if entry.use == "on screen" else entry.use
    about = (f"  {use}, scanned {entry.scanned}", "dim")
    return shown(Content.assemble((entry.grouped, "bold"), f"  {left:>2} s  ", entry.label, about))
