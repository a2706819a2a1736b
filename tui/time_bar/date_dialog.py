"""The dialog that asks for a date; it shows which instant is meant before going there."""

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import duration, when
from mfadrill.sim.simulation import CannotTravel
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.time_bar.instants import EXAMPLES, read_destination


class DateDialog(Dialog[datetime]):
    """Answers with the instant, in UTC."""

    DEFAULT_CSS = """
    DateDialog Field { margin: 1 0; }
    DateDialog #meant { height: auto; min-height: 2; }
    DateDialog #meant.problem { color: $error; }
    """

    KEYS = (("enter", "go there"), ("tab", "next"), ("esc", "closes"))

    def __init__(self, now: datetime, start: datetime, zone: str) -> None:
        super().__init__()
        self.now, self.start, self.zone = now, start, zone

    def compose(self) -> ComposeResult:
        with Box("Go to a date"):
            yield Static(
                f"In {self.zone}; it is {when(self.now, self.zone)}. A day is 24 hours.", markup=False
            )
            yield Static(f"Such as {EXAMPLES}", classes="muted", markup=False)
            yield Field(id="date")
            yield Words(id="meant")
            with Horizontal(classes="buttons"):
                yield RowButton("go there", id="go", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#date").focus()

    def _say(self, text: str, *, problem: bool = False) -> None:
        self.query_one("#meant", Words).say(text, problem=problem)

    def _read(self) -> datetime:
        return read_destination(self.query_one("#date", Input).value, self.now, self.start, self.zone)

    @on(Input.Changed, "#date")
    def _typed(self) -> None:
        """Say what is meant; complain only when asked to go, for half a date is no mistake yet."""
        try:
            instant = self._read()
        except CannotTravel as refusal:
            self._say(refusal.text)
            return
        except Refusal:
            self._say("")
            return
        away = instant - self.now
        direction = "ahead" if instant >= self.now else "back"
        self._say(f"{when(instant, self.zone)}, {duration(away)} {direction}")

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        try:
            self.dismiss(self._read())
        except Refusal as refusal:
            self._say(refusal.text, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
