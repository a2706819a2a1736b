"""The dialog before something that hurts is done."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.tui.dialog import Box, Dialog, RowButton, Words


class ConfirmDialog(Dialog[bool]):
    """Answers whether to do it. Cancel has the focus: the key that asked does not also confirm."""

    HELP = "What it would do to how many, before anything is changed. It can be undone afterwards, too."
    KEYS = (("tab", "next"), ("enter", "press"), ("esc", "leaves all as it is"))
    DEFAULT_CSS = """
    ConfirmDialog #box { width: 68; }
    ConfirmDialog #touches { margin: 1 0 0 0; height: auto; color: $warning; }
    ConfirmDialog .buttons { margin: 1 0 0 0; }
    """

    def __init__(self, title: str, lines: list[str], verb: str) -> None:
        super().__init__()
        self._title, self._lines, self._verb = title, lines, verb

    def compose(self) -> ComposeResult:
        with Box(f"{self._title}?", "esc leaves all as it is"):
            yield Words("\n".join(self._lines), id="touches")
            with Horizontal(classes="buttons"):
                yield RowButton(self._verb, id="do")
                yield RowButton("cancel", id="cancel", primary=True)

    def on_mount(self) -> None:
        self.query_one("#cancel").focus()

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "do")
