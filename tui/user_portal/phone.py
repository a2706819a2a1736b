"""The drawer of devices: the phone with its apps and its clock, and the security keys."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from mfadrill.core.challenges import AnswerPush
from mfadrill.core.handling_keys import CopySecurityKey, PlugSecurityKey
from mfadrill.core.handling_phones import LosePhone, ReplacePhone, SetPhoneClock
from mfadrill.core.phones import ATTACKER
from mfadrill.core.users import user_id
from mfadrill.sim.ceremonies import new_key
from mfadrill.tui.user_portal.phone_strip import STEP, PhoneStrip, offset
from mfadrill.tui.user_portal.phone_view import Entry, Key, PhoneView
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line, shown
from mfadrill.tui.user_portal.view import PortalView

#: How far the buttons move the clock of the phone, in seconds.
SHIFTS = {"minus-4-min": -240, "minus-30-s": -30, "plus-30-s": 30, "plus-4-min": 240}


class PhoneDrawer(PortalScreen):
    """Enter on an entry, or a click, types its code into the portal. The attacker has devices, too."""

    DEFAULT_CSS = """
    PhoneDrawer OptionList { height: auto; max-height: 5; background: $panel; }
    PhoneDrawer Vertical { height: auto; }
    PhoneDrawer #none { color: $text-muted; }
    PhoneDrawer #prompt { color: $text-warning; }
    PhoneDrawer #lost { color: $text-error; }
    """

    FIRST = "entries"

    def __init__(self, browser: str, *, id: str) -> None:
        super().__init__(browser, id=id)
        self._phone = PhoneView()
        self._drawn: tuple[tuple[Entry, ...], int] | None = None
        self._keys_drawn: list[Content] = []

    def compose(self) -> ComposeResult:
        yield line(id="title", classes="title")
        with Vertical(id="prompt-box"):
            yield line(id="prompt")
            with Row():
                yield button("approve", "approve", "success")
                yield button("deny", "deny", "error")
        yield line(id="lost")
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
        with Row():
            yield button("lose the phone", "lose")
            yield button("new phone", "replace")
        yield line(id="keys-title", classes="gap")
        yield OptionList(id="keys", markup=False, compact=True)
        with Row():
            yield button("plug in or unplug", "plug")
            yield button("let the attacker copy it", "copy")
            yield button("another key", "another-key")
        yield line(id="error", classes="error")

    def show(self, view: PortalView) -> None:
        phone = self._phone = view.phone
        self.put("#title", f"{phone.owner}'s phone" if phone.owner else "Nobody's phone: pick a user first")
        self.query_one("#prompt-box").display = bool(phone.prompts)
        self.put("#prompt", _prompt_text(phone, view.organization))
        self.put("#lost", "Lost, with its codes and the push prompts that go to it." if phone.lost else "")
        self._show_entries(phone)
        app = "" if phone.entries or phone.lost else "No entry in the authenticator app."
        self.put("#none", f"{app} A QR code is on the screen: scan it." if phone.can_scan else app)
        self.query_one("#scan").display = phone.can_scan
        for selector in ("#use", "#next"):
            self.query_one(selector).display = bool(phone.entries)
        off = f"{offset(phone.offset_seconds)} off" if phone.offset_seconds else "right"
        in_hand = bool(phone.owner) and not phone.lost
        self.put("#clock", f"Its clock: {phone.clock} ({off})" if in_hand else "")
        for id_ in SHIFTS:
            self.query_one(f"#{id_}").display = in_hand and not phone.is_attacker
        self.query_one("#set-right").display = in_hand and bool(phone.offset_seconds)
        self.query_one("#lose").display = in_hand and not phone.is_attacker
        self.query_one("#replace").display = bool(phone.owner) and not phone.is_attacker
        self._show_keys(phone)

    def _show_keys(self, phone: PhoneView) -> None:
        keys = self.query_one("#keys", OptionList)
        none = "No security key yet; one is handed out when one is registered." if phone.owner else ""
        self.put("#keys-title", "Security keys" if phone.keys else none)
        keys.display = bool(phone.keys)
        prompts = [_key_described(key) for key in phone.keys]
        if prompts != self._keys_drawn:
            self._keys_drawn = prompts
            kept = keys.highlighted
            keys.clear_options()
            keys.add_options(Option(prompt) for prompt in prompts)
            keys.highlighted = min(kept or 0, len(prompts) - 1) if prompts else None
        for selector in ("#plug", "#copy"):
            self.query_one(selector).display = bool(phone.keys) and not phone.is_attacker
        self.query_one("#another-key").display = bool(phone.keys)

    @property
    def _key(self) -> Key | None:
        """The key that is marked."""
        index = self.query_one("#keys", OptionList).highlighted
        return self._phone.keys[index] if index is not None and index < len(self._phone.keys) else None

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
        phone = self._phone
        if not phone.prompts and phone.entries and not phone.can_scan:
            return self.query_one("#entries", OptionList)
        wanted = ["#approve"] if phone.prompts else ["#scan", "#minus-4-min", "#replace", "#another-key"]
        buttons = (self.query_one(selector, Button) for selector in wanted)
        return next((button for button in buttons if button.display), None)

    @on(OptionList.OptionSelected, "#keys")
    def _key_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one("#plug").focus()

    @on(OptionList.OptionSelected, "#entries")
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
                if self._phone.prompts:
                    browser = self._phone.prompts[-1].browser
                    self.ask(AnswerPush(browser, approve=event.button.id == "approve"))
            case "lose":
                self.ask(LosePhone(user_id(self._phone.owner)))
            case "replace":
                self.ask(ReplacePhone(user_id(self._phone.owner)))
            case "another-key":
                holder = ATTACKER if self._phone.is_attacker else user_id(self._phone.owner)
                self.ask(partial(new_key, holder=holder))
            case "plug" | "copy":
                self._handle_key(copy=event.button.id == "copy")
            case "set-right":
                self._set_clock(0)
            case id_ if id_ in SHIFTS:
                self._set_clock(self._phone.offset_seconds + SHIFTS[id_])

    def _set_clock(self, seconds: int) -> None:
        self.ask(SetPhoneClock(user_id(self._phone.owner), seconds))

    def _handle_key(self, *, copy: bool) -> None:
        key = self._key
        if key is not None and copy:
            self.ask(CopySecurityKey(key.serial))
        elif key is not None:
            self.ask(PlugSecurityKey(key.serial, not key.plugged_in))


def _prompt_text(phone: PhoneView, organization: str) -> str:
    """What the push app asks, and that somebody else's log-in asks where it does."""
    if not phone.prompts:
        return ""
    prompt = phone.prompts[-1]
    strange = (
        "" if prompt.caused_here else f" {prompt.username} is not logging in here: somebody else sent it."
    )
    more = f" {len(phone.prompts)} prompts wait." if len(phone.prompts) > 1 else ""
    return f"Log-in at {organization}? {prompt.left} s left to answer.{strange}{more}"


def _key_described(key: Key) -> Content:
    plugged = "plugged in" if key.plugged_in else "unplugged"
    return shown(
        Content.assemble((key.serial, "bold"), f"  {plugged}, counter {key.counter}  ", (key.about, "dim"))
    )


def _described(entry: Entry, left: int) -> Content:
    use = "this QR code's account" if entry.use == "on screen" else entry.use
    about = (f"  {use}, scanned {entry.scanned}", "dim")
    return shown(Content.assemble((entry.grouped, "bold"), f"  {left:>2} s  ", entry.label, about))
