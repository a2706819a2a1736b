"""Within how many days a period ends."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.users import MAX_DAYS
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words


class DaysDialog(Dialog[int]):
    """Answers with the days, or None."""

    def __init__(self, days: int | None) -> None:
        super().__init__()
        self._days = days

    def compose(self) -> ComposeResult:
        with Box("Period ends within"):
            yield Words(f"Days from now, from 0 to {MAX_DAYS}:", classes="heading")
            yield Field("" if self._days is None else str(self._days), id="days")
            yield Words(id="problem")
            with Horizontal(classes="buttons"):
                yield RowButton("Filter", id="do", primary=True)
                yield RowButton("Cancel", id="cancel")

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one("#problem", Words).say("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _done(self) -> None:
        typed = self.query_one("#days", Input).value.strip()
        if typed.isascii() and typed.isdigit() and int(typed[:9]) <= MAX_DAYS:
            self.dismiss(int(typed))
        else:
            said = f"Days must be a whole number from 0 to {MAX_DAYS}: {typed or 'nothing'} is not."
            self.query_one("#problem", Words).say(said, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
