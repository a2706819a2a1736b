"""A small menu that opens at what it belongs to."""

from collections.abc import Sequence

from msgspec import Struct
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Offset, Region
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mfadrill.core.plain import plain
from mfadrill.tui.cells import cell_len, fit


class Item(Struct, frozen=True):
    """One line of a menu, and a remark beside it."""

    id: str
    label: str
    remark: str = ""


class Menu(ModalScreen[str]):
    """Answers with the id of the chosen item, or None."""

    DEFAULT_CSS = """
    Menu { background: transparent; }
    Menu OptionList {
        position: absolute;
        height: auto;
        max-height: 80%;
        background: $boost;
        border: round $border;
        border-title-color: $primary;
        padding: 0;
        scrollbar-size-vertical: 1;
        &:focus { border: round $border; }
    }
    """
    BINDINGS = [Binding("escape", "close", "Close", show=False)]
    KEYS = (("↑↓", "move"), ("enter", "choose"), ("esc", "closes"))

    def __init__(self, title: str, items: Sequence[Item], anchor: Region, current: str = "") -> None:
        super().__init__()
        self._heading, self.items, self._anchor, self._current = title, list(items), anchor, current

    def compose(self) -> ComposeResult:
        options = [Option(self._prompt(item), id=item.id) for item in self.items]
        menu = OptionList(*options)
        menu.border_title = plain(self._heading).replace("[", "\\[")
        yield menu

    def remark(self, item: str, remark: str) -> None:
        """Say something beside an item, once it is known."""
        index = next(n for n, found in enumerate(self.items) if found.id == item)
        self.items[index] = Item(item, self.items[index].label, remark)
        if self.is_mounted:
            self.query_one(OptionList).replace_option_prompt(item, self._prompt(self.items[index]))
            self._place()

    def _label_width(self) -> int:
        return max(cell_len(item.label) for item in self.items)

    def _prompt(self, item: Item) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(plain(item.label) + " " * (self._label_width() - cell_len(item.label)))
        if item.remark:
            # A line that went on below would move the others away from where they were clicked.
            room = max(8, self.app.size.width - self._label_width() - 6)
            remark = plain(item.remark)
            text.append("  " + (remark if cell_len(remark) <= room else fit(remark, room)), "dim")
        return text

    def on_mount(self) -> None:
        menu = self.query_one(OptionList)
        menu.highlighted = next((n for n, item in enumerate(self.items) if item.id == self._current), 0)
        self._place()

    def on_resize(self) -> None:
        self._place()

    def _place(self) -> None:
        """Below the anchor if there is room, else where there is."""
        remark = max(cell_len(item.remark) for item in self.items)
        width = self._label_width() + (remark + 2 if remark else 0) + 4
        width = max(20, cell_len(self._heading) + 6, width)
        width = min(width, self.app.size.width)
        height = min(len(self.items) + 2, self.app.size.height)
        x = max(0, min(self._anchor.x, self.app.size.width - width))
        below = self._anchor.bottom
        y = below if below + height <= self.app.size.height else max(0, self._anchor.y - height)
        menu = self.query_one(OptionList)
        menu.styles.width = width
        menu.styles.offset = Offset(x, y)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)
