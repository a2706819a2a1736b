"""One of a few things, all of them in sight."""

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from mfadrill.tui.cells import cell_len

GAP = 3


class Choice(Static, can_focus=True):
    """Left and right, space, or a click chooses another."""

    DEFAULT_CSS = """
    Choice { width: auto; height: 1; }
    Choice:hover { background: $boost; }
    Choice:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    """
    BINDINGS = [
        Binding("left", "move(-1)", "Before", show=False),
        Binding("right,space,enter", "move(1)", "Next", show=False),
    ]
    ALLOW_SELECT = False

    value: reactive[str] = reactive("", init=False)

    class Changed(Message):
        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice, self.value = choice, choice.value

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(self, options: Sequence[str], value: str, *, id: str) -> None:
        super().__init__(markup=False, id=id)
        self.options = tuple(options)
        self.set_reactive(Choice.value, value)

    def render(self) -> Text:
        marked = (f"{'●' if option == self.value else '○'} {option}" for option in self.options)
        return Text((" " * GAP).join(marked), no_wrap=True)

    def watch_value(self) -> None:
        self.refresh()
        self.post_message(self.Changed(self))

    def action_move(self, by: int) -> None:
        at = self.options.index(self.value) + by
        self.value = self.options[at % len(self.options)]

    def on_click(self, event: events.Click) -> None:
        x = 0
        for option in self.options:
            end = x + 2 + cell_len(option)
            if x <= event.x < end:
                self.value = option
            x = end + GAP
