"""Where the next log-ins in this browser come from."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.policies import Context
from mfadrill.core.refusals import Refusal
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.log_in_context import ContextFields


class ContextDialog(Dialog[Context]):
    """Answers with the context that is set; what is wrong with it is said, and what was typed stays."""

    HELP = (
        "Conditional access policies may ask where a log-in comes from. What is left empty is unknown, and a policy "
        "whose conditions need what is unknown does not apply."
    )
    KEYS = (("tab", "next"), ("←→", "device"), ("enter", "set"), ("esc", "closes"))

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._origin = context

    def compose(self) -> ComposeResult:
        with Box("Log in from"):
            yield Words("Holds for every log-in in this browser, until it is changed.", classes="muted")
            yield ContextFields(self._origin)
            yield Words(id="context-said")
            with Horizontal(classes="buttons"):
                yield RowButton("set", id="set", primary=True)
                yield RowButton("nothing is known", id="clear")
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#from-country").focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#set")
    def _set(self) -> None:
        try:
            self.leave(self.query_one(ContextFields).context)
        except Refusal as wrong:
            self.query_one("#context-said", Words).say(wrong.text, problem=True)

    @on(Input.Changed)
    def _edited(self) -> None:
        self.query_one("#context-said", Words).say("")

    @on(Button.Pressed, "#clear")
    def _clear(self) -> None:
        self.leave(Context())

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.leave(None)
