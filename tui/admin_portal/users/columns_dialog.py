"""Which columns the list of users has."""

from collections.abc import Set

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.tui.admin_portal.users.columns import ALL, Column, places
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.tick import Tick


class ColumnsDialog(Dialog[frozenset[Column]]):
    """Answers with the columns to show, or None."""

    KEYS = (("space", "tick"), ("tab", "next"), ("esc", "closes"))

    def __init__(self, shown: Set[Column], width: int) -> None:
        super().__init__()
        self._shown, self._width = frozenset(shown), width

    def compose(self) -> ComposeResult:
        with Box("Columns"):
            for column in Column:
                if column is not Column.USER:
                    yield Tick(column.label, column in self._shown, id=f"column-{column.value}")
            yield Words(id="room")
            with Horizontal(classes="buttons"):
                yield RowButton("Show", id="do", primary=True)
                yield RowButton("All", id="all")
                yield RowButton("Cancel", id="cancel")

    def on_mount(self) -> None:
        self._say()

    @property
    def ticked(self) -> frozenset[Column]:
        ticks = [column for column in Column if column is not Column.USER]
        chosen = [column for column in ticks if self.query_one(f"#column-{column.value}", Tick).value]
        return frozenset({Column.USER, *chosen})

    @on(Tick.Changed)
    def _say(self) -> None:
        there = {place.column for place in places(self._width, self.ticked)}
        left_out = [column.label for column in Column if column in self.ticked - there]
        said = "All of them fit." if not left_out else f"No room now for: {', '.join(left_out)}. Hide others."
        self.query_one("#room", Words).say(said)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        answers = {"do": self.ticked, "all": ALL}
        self.dismiss(answers.get(event.button.id or ""))
