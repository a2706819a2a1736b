"""The result sheet: what an action did, by outcome, with the names."""

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.tui.admin_portal.bulk.bulk_view import ResultLine
from mfadrill.tui.cells import Piece
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.line_list import LineList


class ResultList(LineList):
    """The lines of a result; there may be one for each of 100,000 users."""

    DEFAULT_CSS = """
    ResultList { height: auto; max-height: 16; margin: 1 0 0 0; }
    """

    def __init__(self, lines: Sequence[ResultLine]) -> None:
        super().__init__(id="lines")
        self._lines = lines

    def line_count(self) -> int:
        return len(self._lines)

    def line(self, index: int, width: int) -> list[Piece]:
        line = self._lines[index]
        return [(line.text, line.tone)]

    def describe(self, index: int) -> str | None:
        return self._lines[index].text.strip()

    def on_mount(self) -> None:
        self.lines_changed()
        self.styles.height = min(16, max(1, len(self._lines)))


class ResultSheet(Dialog[None]):
    """Shown after an action on users. A key that means nothing here closes it, and then does its work."""

    KEYS = (("↑↓", "scroll"), ("enter esc", "closes"), ("any other key", "closes and does its work"))

    def __init__(
        self, title: str, lines: Sequence[ResultLine], note: str = "", *, can_undo: bool = False
    ) -> None:
        super().__init__()
        self._heading, self.lines, self.note, self.can_undo = title, lines, note, can_undo
        self._keys: list[events.Key] = []
        if can_undo:
            self.KEYS = (("u", "undo"), *self.KEYS)

    def compose(self) -> ComposeResult:
        with Box(self._heading):
            yield ResultList(self.lines)
            if self.note:
                yield Words(self.note, classes="muted")
            with Horizontal(classes="buttons"):
                yield RowButton("close", id="close", primary=True)
                if self.can_undo:
                    yield RowButton("undo (u)", id="undo")

    def on_mount(self) -> None:
        self.query_one("#lines").focus()

    def on_key(self, event: events.Key) -> None:
        """Close, and hand the key on; more may come before the sheet is gone, and none of them is lost."""
        if not self._keys and event.key in self.active_bindings:
            return
        event.stop()
        self._keys.append(events.Key(event.key, event.character))
        if not self.is_current:
            self._hand_on()
        elif len(self._keys) == 1:
            # A key that is on its way to a widget is lost with it, so the next ones come here at once.
            self.set_focus(None)
            self.call_after_refresh(self._make_way)

    def _make_way(self) -> None:
        if self.is_current:
            self.dismiss(None)
        self._hand_on()

    def _hand_on(self) -> None:
        for key in self._keys:
            self.app.call_later(self.app.post_message, key)
        self._keys.clear()

    @on(Button.Pressed, "#undo")
    def _undo(self) -> None:
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "app.do('time.undo')")

    @on(ResultList.Opened)
    @on(ResultList.Toggled)
    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.dismiss(None)
