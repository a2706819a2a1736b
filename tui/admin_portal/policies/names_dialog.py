"""The names behind a number."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.users import User, UserId
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.line_list import LineList


class NamesList(LineList):
    """Users by username."""

    DEFAULT_CSS = """
    NamesList { height: auto; min-height: 3; max-height: 20; }
    """
    has_header = True

    def __init__(self, users: Sequence[User]) -> None:
        super().__init__(id="names")
        self.users = users

    def on_mount(self) -> None:
        self.styles.height = min(len(self.users), 16) + 1
        self.lines_changed()

    def line_count(self) -> int:
        return len(self.users)

    def header(self, width: int) -> list[Piece]:
        return [(self._columns("User", "Name", "Department", width), "")]

    def line(self, index: int, width: int) -> list[Piece]:
        user = self.users[index]
        return [(self._columns(user.username, user.name, user.department, width), "")]

    def _columns(self, username: str, name: str, department: str, width: int) -> str:
        last = min(18, width // 4)
        first = (width - last - 2) // 2
        return f"{fit(username, first)} {fit(name, width - first - last - 2)} {fit(department, last)}"


class NamesDialog(Dialog[None]):
    """Who they are."""

    KEYS = (("↑↓", "move"), ("esc", "closes"))
    DEFAULT_CSS = """
    NamesDialog #box { width: 80; }
    """

    def __init__(self, title: str, users: Sequence[UserId], world: World) -> None:
        super().__init__()
        self._heading = title
        self.users = [world.users[id_] for id_ in sorted(users) if id_ in world.users]

    def compose(self) -> ComposeResult:
        with Box(self._heading):
            yield Words(count(len(self.users), "user"), classes="muted")
            yield NamesList(self.users)
            with Horizontal(classes="buttons"):
                yield RowButton("close", id="close")

    def on_mount(self) -> None:
        self.query_one(NamesList).focus()

    @on(Button.Pressed, "#close")
    @on(LineList.Opened)
    def _close(self) -> None:
        self.dismiss(None)
