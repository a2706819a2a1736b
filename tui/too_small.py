"""What is shown where the terminal is too small for anything else."""

from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

MIN_WIDTH, MIN_HEIGHT = 80, 24


def is_too_small(size: Size) -> bool:
    return size.width < MIN_WIDTH or size.height < MIN_HEIGHT


def size_message(size: Size) -> str:
    return (
        f"mfadrill needs {MIN_WIDTH}×{MIN_HEIGHT} cells.\n"
        f"This terminal has {size.width}×{size.height}.\n"
        "Make it larger, or ctrl+q to quit."
    )


class TooSmall(ModalScreen[None]):
    """Covers everything until there is room."""

    DEFAULT_CSS = """
    TooSmall { align: center middle; background: $background; }
    TooSmall Static { width: 100%; text-align: center; }
    """

    def compose(self) -> ComposeResult:
        yield Static("", markup=False)

    def on_mount(self) -> None:
        self.show_size(self.app.size)

    def show_size(self, size: Size) -> None:
        self.query_one(Static).update(size_message(size))
