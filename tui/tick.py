"""A box to tick, whose state is a sign and not only a color."""

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class Tick(Static, can_focus=True):
    """Space, enter or a click changes it."""

    DEFAULT_CSS = """
    Tick { width: auto; max-width: 100%; height: auto; padding: 0; }
    Tick:hover { background: $boost; }
    Tick:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    """
    BINDINGS = [Binding("space,enter", "change", "Change", show=False)]
    ALLOW_SELECT = False

    value: reactive[bool] = reactive(False, init=False)

    class Changed(Message):
        def __init__(self, tick: "Tick") -> None:
            super().__init__()
            self.tick, self.value = tick, tick.value

        @property
        def control(self) -> "Tick":
            return self.tick

    def __init__(self, label: str, value: bool = False, *, id: str) -> None:
        super().__init__(markup=False, id=id)
        self._label = label
        self.set_reactive(Tick.value, value)

    def render(self) -> Text:
        return Text(f"{'☑' if self.value else '☐'} {self._label}")

    def watch_value(self) -> None:
        self.refresh()
        self.post_message(self.Changed(self))

    def action_change(self) -> None:
        self.value = not self.value

    def on_click(self, event: events.Click) -> None:
        self.action_change()
