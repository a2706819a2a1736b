"""The row of chips: what the list is narrowed to, piece by piece."""

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget

from mfadrill.core.plain import plain
from mfadrill.tui.admin_portal.users.filter_chips import Chip
from mfadrill.tui.cells import cell_len, fit

ADD = "+ filter ▾"
GAP = 1


class Placed(Chip, frozen=True):
    """A chip on its row; the one that adds others has no field."""

    x: int
    y: int
    width: int


def placed(chips: Sequence[Chip], width: int) -> list[Placed]:
    """The chips in rows of this width, after the one that adds others."""
    found: list[Placed] = []
    x = y = 0
    for chip in (Chip("", ADD), *chips):
        text = chip.text + (" ×" if chip.field else "")
        text = f" {fit(text, min(cell_len(text), max(1, width - 2)))} "
        if x and x + cell_len(text) > width:
            x, y = 0, y + 1
        found.append(Placed(chip.field, text, x, y, cell_len(text)))
        x += cell_len(text) + GAP
    return found


class Chips(Widget, can_focus=True):
    """Left and right go from chip to chip, enter changes one, delete removes it; so do clicks on it and on its ×."""

    DEFAULT_CSS = """
    Chips {
        height: auto;
        & > .chips--chip { background: $panel; color: $accent; }
        & > .chips--add { background: $panel; color: $foreground; }
        & > .chips--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """
    COMPONENT_CLASSES = {"chips--chip", "chips--add", "chips--cursor"}
    BINDINGS = [
        Binding("left", "step(-1)", "Left", show=False),
        Binding("right", "step(1)", "Right", show=False),
        Binding("enter,space", "open", "Change", show=False),
        Binding("delete,backspace", "remove", "Remove", show=False),
    ]
    ALLOW_SELECT = False

    class Opened(Message):
        """A chip is to be changed; without a field, another is to be added."""

        def __init__(self, field: str, region: Region) -> None:
            super().__init__()
            self.field, self.region = field, region

    class Removed(Message):
        def __init__(self, field: str) -> None:
            super().__init__()
            self.field = field

    def __init__(self) -> None:
        super().__init__(id="chips")
        self.chips: tuple[Chip, ...] = ()
        self.cursor = 0

    def show(self, chips: Sequence[Chip]) -> None:
        if tuple(chips) != self.chips:
            self.chips = tuple(chips)
            self.cursor = min(self.cursor, len(self.chips))
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return placed(self.chips, width)[-1].y + 1

    def render(self) -> Text:
        text = Text(no_wrap=True, end="")
        y = 0
        for index, chip in enumerate(placed(self.chips, self.size.width)):
            if chip.y > y:
                text.append("\n")
                y = chip.y
            elif index:
                text.append(" " * GAP)
            text.append(plain(chip.text), self._style(index, chip))
        return text

    def _style(self, index: int, chip: Chip) -> Style:
        name = "cursor" if self.has_focus and index == self.cursor else "chip" if chip.field else "add"
        return self.get_component_rich_style(f"chips--{name}")

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    @property
    def field(self) -> str:
        """The filter at the cursor."""
        return ("", *(chip.field for chip in self.chips))[self.cursor]

    def action_step(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, len(self.chips)))
        self.refresh()

    def action_open(self) -> None:
        self.post_message(self.Opened(self.field, self.region_of(self.cursor)))

    def action_remove(self) -> None:
        if self.field:
            self.post_message(self.Removed(self.field))

    def region_of(self, index: int) -> Region:
        """Where a chip is on screen."""
        chip = placed(self.chips, self.size.width)[index]
        return Region(self.region.x + chip.x, self.region.y + chip.y, chip.width, 1)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        for index, chip in enumerate(placed(self.chips, self.size.width)):
            if chip.y == event.y and chip.x <= event.x < chip.x + chip.width:
                self.cursor = index
                self.refresh()
                if chip.field and event.x >= chip.x + chip.width - 2:
                    self.action_remove()
                else:
                    self.action_open()
