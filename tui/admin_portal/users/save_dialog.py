"""The name under which the filters are saved."""

from collections.abc import Set

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words

MOST = 40


class SaveDialog(Dialog[str]):
    """Answers with the name, or None."""

    def __init__(self, described: str, names: Set[str]) -> None:
        super().__init__()
        self._described, self._names = described, names

    def compose(self) -> ComposeResult:
        with Box("Save these filters"):
            yield Words(self._described, classes="muted")
            yield Words("Name:", classes="heading")
            yield Field(id="name")
            yield Words(id="problem")
            with Horizontal(classes="buttons"):
                yield RowButton("Save", id="do", primary=True)
                yield RowButton("Cancel", id="cancel")

    @property
    def name_typed(self) -> str:
        return self.query_one("#name", Input).value.strip()

    @on(Input.Changed)
    def _typed(self) -> None:
        replaces = self.name_typed in self._names
        self.query_one("#problem", Words).say("This replaces the one of that name." if replaces else "")

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _done(self) -> None:
        name = self.name_typed
        if 0 < len(name) <= MOST:
            self.dismiss(name)
        else:
            said = f"A name of up to {MOST} characters is needed."
            self.query_one("#problem", Words).say(said, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
