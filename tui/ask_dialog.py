"""Asks for one value: a name, or days."""

from collections.abc import Callable
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label

from mfadrill.core.commands import Command
from mfadrill.core.refusals import Refusal
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.messages import Perform

Answer = TypeVar("Answer")


class _Asking(Dialog[Answer]):
    """One field and two buttons; a refusal is explained in place."""

    DEFAULT_CSS = """
    _Asking #box { width: 60; }
    _Asking .row { height: 1; margin: 1 0 0 0; }
    _Asking #value { width: 1fr; margin: 0 0 0 1; }
    _Asking #said { margin: 1 0 0 0; min-height: 1; }
    """
    KEYS = (("enter", "do it"), ("tab", "next"), ("esc", "closes"))

    def __init__(self, title: str, label: str, value: str, verb: str) -> None:
        super().__init__()
        self._title, self._label, self._value, self._verb = title, label, value, verb

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
        self.give(self.query_one("#value", Input).value)

    def give(self, value: str) -> None:
        """Do what is to be done with the value."""
        raise NotImplementedError

    def refuse(self, refusal: Refusal) -> None:
        self.query_one("#said", Words).say(refusal.text, problem=True)
        self.query_one("#value").focus()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)


class AskDialog(_Asking[str]):
    """Answers with what was typed, once `check` does not refuse it."""

    def __init__(self, title: str, label: str, value: str, verb: str, check: Callable[[str], object]) -> None:
        super().__init__(title, label, value, verb)
        self._check = check

    def give(self, value: str) -> None:
        try:
            self._check(value)
        except Refusal as refusal:
            self.refuse(refusal)
        else:
            self.dismiss(value)


class NameDialog(_Asking[Receipt]):
    """Answers with the receipt of the command that is made of the name."""

    def __init__(self, title: str, verb: str, name: str, make: Callable[[str], Command]) -> None:
        super().__init__(title, "Name", name, verb)
        self._make = make

    def give(self, value: str) -> None:
        self.post_message(Perform(self._make(value), self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.refuse(answer)
        else:
            self.leave(answer)
