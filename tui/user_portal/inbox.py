"""The inbox drawer: the mails of the user, and the way from a mail to the log-in."""

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from mfadrill.tui.user_portal.inbox_view import Letter
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line, shown
from mfadrill.tui.user_portal.view import PortalView


class OpenedMail(VerticalScroll, can_focus=True):
    """Has the focus, and with it the keys that scroll, only where there is something to scroll."""

    DEFAULT_CSS = """
    OpenedMail { height: 1fr; scrollbar-size-vertical: 1; }
    OpenedMail:focus { background: $boost; scrollbar-color: $primary; }
    OpenedMail > .hint { width: 1fr; }
    OpenedMail #subject { text-style: bold; }
    OpenedMail #body { margin-top: 1; }
    """

    def allow_focus(self) -> bool:
        return self.max_scroll_y > 0


class InboxDrawer(PortalScreen):
    """The newest mail is open; the list is there when there are several."""

    DEFAULT_CSS = """
    InboxDrawer { overflow: hidden; }
    InboxDrawer #mails {
        height: auto; max-height: 4; background: $panel; margin-bottom: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    class SetUpOpened(Message):
        """The link of the mail of this day."""

        def __init__(self, day: str) -> None:
            super().__init__()
            self.day = day

    class SaveWished(Message):
        """The mails are to be saved as files."""

    def __init__(self, browser: str, *, id: str) -> None:
        super().__init__(browser, id=id)
        self._letters: tuple[Letter, ...] = ()
        self._read: set[Letter] = set()

    def compose(self) -> ComposeResult:
        yield line(id="none", classes="hint")
        yield OptionList(id="mails", markup=False, compact=True)
        with OpenedMail(id="opened"):
            yield line(id="subject")
            yield line(id="head", classes="hint")
            yield line(id="body")
        with Row(id="with-mail"):
            yield button("Set Up MFA", "open-set-up", "primary")
            yield button("save as .eml…", "save")
        yield line(id="error", classes="error")

    def show(self, view: PortalView) -> None:
        if view.person is None:
            none = "Nobody's inbox: pick a user first."
        else:
            none = (
                ""
                if view.inbox
                else f"No mail for {view.person.username}. A mail comes when a period starts."
            )
        self.put("#none", none)
        mails = self.query_one("#mails", OptionList)
        if view.inbox != self._letters:
            self._letters = view.inbox
            mails.clear_options()
            mails.add_options(Option(self._entry(letter)) for letter in view.inbox)
            mails.highlighted = 0 if view.inbox else None
        mails.display = len(view.inbox) > 1
        self._open()

    def _entry(self, letter: Letter) -> Content:
        """A mail in the list; one that was not opened yet has a dot."""
        mark = ("  ", "") if letter in self._read else ("● ", "bold")
        return shown(Content.assemble(mark, (f"{letter.day}  ", "dim"), letter.subject))

    @property
    def letter(self) -> Letter | None:
        """The mail that is open."""
        index = self.query_one("#mails", OptionList).highlighted
        return self._letters[index] if index is not None and index < len(self._letters) else None

    def _open(self) -> None:
        letter = self.letter
        self.query_one("#opened").display = self.query_one("#with-mail").display = letter is not None
        if letter is None:
            return
        self.put("#subject", letter.subject)
        self.put("#head", f"From: {letter.sender}\nTo: {letter.to}\nDate: {letter.sent}")
        self.put("#body", letter.body)
        if letter not in self._read:
            self._read.add(letter)
            mails = self.query_one("#mails", OptionList)
            mails.replace_option_prompt_at_index(self._letters.index(letter), self._entry(letter))

    def first_focus(self) -> Button | OptionList | None:
        if not self._letters:
            return None
        if len(self._letters) > 1:
            return self.query_one("#mails", OptionList)
        return self.query_one("#open-set-up", Button)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._open()
        self.query_one(OpenedMail).scroll_home(animate=False)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one("#open-set-up").focus()

    @on(Button.Pressed, "#open-set-up")
    def _set_up(self, event: Button.Pressed) -> None:
        event.stop()
        if self.letter is not None:
            self.post_message(self.SetUpOpened(self.letter.day))

    @on(Button.Pressed, "#save")
    def _save(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.SaveWished())
