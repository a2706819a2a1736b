"""What all dialogs have in common: a box in the middle, a title, and escape to leave."""

from typing import TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from mfadrill.core.plain import plain

Answer = TypeVar("Answer")

#: Keys and what they do, in words.
Keys = tuple[tuple[str, str], ...]


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
        self.border_title = plain(self._title).replace("[", "\\[")
        self.border_subtitle = f"[@click=screen.close]{self._subtitle}[/]"


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
    /* What a dialog is for stays in sight where the terminal is too low for the rest. */
    Dialog #box > .buttons { dock: bottom; height: 2; margin: 0; padding: 1 0 0 0; background: $surface; }
    """
    BINDINGS = [
        Binding("escape", "close", "Close", show=False),
        # Not the question mark: it may be typed in a field.
        Binding("f1", "explain", "Help", show=False),
    ]

    #: The keys that work here, for the key line.
    KEYS: Keys = (("tab", "next"), ("enter", "press"), ("esc", "closes"))

    _leaving: tuple[Answer | None] | None = None

    def leave(self, answer: Answer | None) -> None:
        """Close with this answer, or do so as soon as nothing lies over the dialog any more."""
        if self.is_current:
            self.dismiss(answer)
        else:
            self._leaving = (answer,)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if self._leaving is not None:
            self.dismiss(self._leaving[0])

    @property
    def focus_chain(self) -> list[Widget]:
        # Textual goes by the place on the screen, and the buttons stay at the bottom while the rest scrolls.
        buttons = set(self.query("#box > .buttons > *"))
        return sorted(super().focus_chain, key=lambda widget: widget in buttons)

    def action_close(self) -> None:
        self.dismiss(None)

    def action_explain(self) -> None:
        """Say what the dialog is for, and which keys work in it."""
        keys = "\n".join(f"{key}  {does}" for key, does in self.KEYS)
        self.app.push_screen(DialogHelp("\n\n".join(part for part in (self.HELP or "", keys) if part)))


class Words(Static):
    """Text that may have names in it: it is never markup, and steers no terminal."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(plain(text, keep="\n"), markup=False, id=id, classes=classes)

    def say(self, text: str, *, problem: bool = False) -> None:
        self.update(plain(text, keep="\n"))
        self.set_class(problem, "problem")


class RowButton(Button):
    """A button of one row."""

    DEFAULT_CSS = """
    RowButton { min-width: 6; padding: 0 2; background: $panel !important; }
    RowButton.-primary { background: $primary !important; color: $background; }
    """

    def __init__(self, label: str, *, id: str, primary: bool = False) -> None:
        super().__init__(label, id=id, compact=True, variant="primary" if primary else "default")
        # While Textual shows a button as pressed, it ignores further presses; quick people press twice.
        self.active_effect_duration = 0

    def watch_label(self) -> None:
        # Another label has another width.
        self.refresh(layout=True)


class Field(Input):
    """An input of one row whose cursor does not blink: a blink is a repaint, over SSH too.

    What is typed takes the place of what was filled in, unless `select` is off, as where a search is refined.
    """

    DEFAULT_CSS = """
    Field { height: 1; background: $panel; }
    Field:focus { background: $panel-lighten-1; }
    """

    #: What is typed does not change the size of a field, so that the screen need not be laid out for each letter.
    virtual_size = Reactive(Size(0, 0))

    def __init__(self, value: str = "", placeholder: str = "", *, id: str, select: bool = True) -> None:
        super().__init__(value, placeholder, id=id, compact=True, select_on_focus=select)
        self.cursor_blink = False


class DialogHelp(Dialog[None]):
    """The help of the dialog below it."""

    KEYS = (("esc", "closes"),)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        with Box("Help"):
            yield Words(self.text, id="help")

    def action_explain(self) -> None:
        self.dismiss(None)
