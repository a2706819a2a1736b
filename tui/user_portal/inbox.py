"""The inbox drawer: the mails of the user, and the way from a mail to the log-in."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from mfadrill.tui.user_portal.inbox_view import Letter
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line, shown
from mfadrill.tui.user_portal.view import PortalView


class InboxDrawer(PortalScreen):
    """The newest mail is open; the list is there when there are several."""

    DEFAULT_CSS = """
    InboxDrawer OptionList { height: auto; max-height: 4; background: $panel; margin-bottom: 1; }
    InboxDrawer #subject { text-style: bold; }
    InboxDrawer #body { margin-top: 1; }
    """

    class SetUpOpened(Message):
        """The link of the mail of this day."""

        def __init__(self, day: str) -> None:
            super().__init__()
            self.day = day

    def __init__(self, browser: str, *, id: str) -> None:
        super().__init__(browser, id=id)
        self._letters: tuple[Letter, ...] = ()

    def compose(self) -> ComposeResult:
        yield line(id="none", classes="hint")
        yield OptionList(id="mails", markup=False, compact=True)
        yield line(id="subject")
        yield line(id="head", classes="hint")
        yield line(id="body")
        with Row(classes="gap"):
            yield button("Set Up MFA", "open-set-up", "primary")
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
            mails.add_options(
                Option(shown(Content.assemble((f"{letter.sent}  ", "dim"), letter.subject)))
                for letter in view.inbox
            )
            mails.highlighted = 0 if view.inbox else None
        mails.display = len(view.inbox) > 1
        self._open()

    @property
    def _letter(self) -> Letter | None:
        index = self.query_one("#mails", OptionList).highlighted
        return self._letters[index] if index is not None and index < len(self._letters) else None

    def _open(self) -> None:
        letter = self._letter
        self.put("#subject", "" if letter is None else letter.subject)
        self.put("#head", "" if letter is None else f"{letter.sent}, from {letter.sender}\nto {letter.to}")
        self.put("#body", "" if letter is None else letter.body)
        self.query_one("#open-set-up").display = letter is not None

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

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one("#open-set-up").focus()

    @on(Button.Pressed, "#open-set-up")
    def _set_up(self) -> None:
        if self._letter is not None:
            self.post_message(self.SetUpOpened(self._letter.day))
