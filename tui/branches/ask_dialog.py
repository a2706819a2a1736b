"""Asks for one value: a name, or days."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label

from mfadrill.core.refusals import Refusal
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words


class AskDialog(Dialog[str]):
    """Answers with what was typed, once `check` takes it; its refusal is explained in place."""

    DEFAULT_CSS = """
    AskDialog #box { width: 60; }
    AskDialog .row { height: 1; margin: 1 0 0 0; }
    AskDialog #value { width: 1fr; margin: 0 0 0 1; }
    AskDialog #said { margin: 1 0 0 0; min-height: 1; }
    """
    KEYS = (("enter", "do it"), ("tab", "next"), ("esc", "closes"))

    def __init__(self, title: str, label: str, value: str, verb: str, check: Callable[[str], object]) -> None:
        super().__init__()
        self._title, self._label, self._value, self._verb, self._check = title, label, value, verb, check

    def compose(self) -> ComposeResult:
        with Box(self._title):
            with Horizontal(classes="row"):
                yield Label(self._label)
                yield Field(self._value, id="value")
            yield Words(id="said", classes="problem")
            with Horizontal(classes="buttons"):
                yield RowButton(self._verb, id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#value").focus()

    @on(Input.Changed)
    def _edited(self) -> None:
        self.query_one("#said", Words).say("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        value = self.query_one("#value", Input).value
        try:
            self._check(value)
        except Refusal as refusal:
            self.query_one("#said", Words).say(refusal.text, problem=True)
            self.query_one("#value").focus()
        else:
            self.dismiss(value)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
