"""What all dialogs have in common: a box in the middle, a title, and escape to leave."""

from typing import TypeVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input

Answer = TypeVar("Answer")


class Box(VerticalScroll, can_focus=False):
    """The frame of a dialog; scrolls where the terminal is too low for it."""

    DEFAULT_CSS = """
    Box {
        width: 72;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        padding: 0 2;
        background: $surface;
        border: round $border;
        border-title-color: $primary;
        border-title-style: bold;
        border-subtitle-color: $text-muted;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, title: str, subtitle: str = "esc closes", *, id: str = "box") -> None:
        super().__init__(id=id)
        self._title, self._subtitle = title, subtitle

    def on_mount(self) -> None:
        # Titles are markup otherwise, and they may have names in them.
        self.border_title = self._title.replace("[", "\\[")
        self.border_subtitle = self._subtitle


class Dialog(ModalScreen[Answer]):
    """A modal screen with a box in the middle."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
    }
    Dialog .heading { color: $primary; text-style: bold; margin: 1 0 0 0; }
    Dialog .muted { color: $text-muted; }
    Dialog .problem { color: $error; height: auto; }
    Dialog .buttons { height: 1; margin: 1 0; }
    Dialog .buttons Button { margin: 0 2 0 0; }
    """
    BINDINGS = [Binding("escape", "close", "Close", show=False)]

    def action_close(self) -> None:
        self.dismiss(None)


class RowButton(Button):
    """A button of one row."""

    DEFAULT_CSS = """
    RowButton { min-width: 6; padding: 0 2; background: $panel !important; }
    RowButton.-primary { background: $primary !important; color: $background; }
    """

    def __init__(self, label: str, *, id: str, primary: bool = False) -> None:
        super().__init__(label, id=id, compact=True, variant="primary" if primary else "default")


class Field(Input):
    """An input of one row whose cursor does not blink: a blink is a repaint, over SSH too."""

    DEFAULT_CSS = """
    Field { height: 1; background: $panel; }
    Field:focus { background: $panel-lighten-1; }
    """

    def __init__(self, value: str = "", placeholder: str = "", *, id: str) -> None:
        super().__init__(value, placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
