"""The dialog that asks for the name of a group."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label

from mfadrill.core.commands import Command
from mfadrill.core.refusals import Refusal
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.messages import Perform


class NameDialog(Dialog[Receipt]):
    """Answers with the receipt of the command that is made of the name. A refusal is explained in place."""

    DEFAULT_CSS = """
    NameDialog #box { width: 60; }
    NameDialog .row { height: 1; margin: 1 0 0 0; }
    NameDialog #name { width: 1fr; margin: 0 0 0 1; }
    NameDialog #said { margin: 1 0 0 0; min-height: 1; }
    NameDialog .buttons { margin: 1 0 0 0; }
    """
    KEYS = (("enter", "do it"), ("tab", "next"), ("esc", "closes"))

    def __init__(self, title: str, verb: str, name: str, make: Callable[[str], Command]) -> None:
        super().__init__()
        self._heading, self._verb, self._name, self._make = title, verb, name, make

    def compose(self) -> ComposeResult:
        with Box(self._heading):
            with Horizontal(classes="row"):
                yield Label("Name")
                yield Field(self._name, id="name")
            yield Words(id="said", classes="problem")
            with Horizontal(classes="buttons"):
                yield RowButton(self._verb, id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#name").focus()

    @on(Input.Changed)
    def _edited(self) -> None:
        self.query_one("#said", Words).say("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        self.post_message(Perform(self._make(self.query_one("#name", Input).value), self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.query_one("#said", Words).say(answer.text, problem=True)
            self.query_one("#name").focus()
        else:
            self.leave(answer)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
