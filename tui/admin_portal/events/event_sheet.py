"""The sheet of one event: all of it, and the way to its instant."""

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.tui.cells import fit
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words


class EventSheet(Dialog[datetime]):
    """Answers with the instant to go to, or None."""

    KEYS = (("enter", "press"), ("tab", "next"), ("esc", "closes"))

    def __init__(self, fields: list[tuple[str, str]], at: datetime) -> None:
        super().__init__()
        self.fields, self.at = fields, at

    def compose(self) -> ComposeResult:
        with Box("Event"):
            yield Words("\n".join(f"{fit(name, 14)} {value}" for name, value in self.fields), id="fields")
            with Horizontal(classes="buttons"):
                yield RowButton("go there", id="go")
                yield RowButton("close", id="close", primary=True)

    def on_mount(self) -> None:
        self.query_one("#close").focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(self.at if event.button.id == "go" else None)
