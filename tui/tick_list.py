"""Things to tick, such as groups: as many as there may be."""

from collections.abc import Iterable, Sequence

from textual import on
from textual.message import Message

from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.line_list import LineList


class TickList(LineList):
    """Space, enter or a click ticks a line."""

    DEFAULT_CSS = """
    TickList { width: 1fr; height: 1; background: $boost; }
    """
    box_width = 1000  # the whole line is the box
    #: Lines on screen; the others scroll.
    most = 5

    class Changed(Message):
        """Other lines are ticked than before."""

    def __init__(self, nothing: str, *, id: str) -> None:
        super().__init__(id=id)
        self._nothing = nothing
        self.options: tuple[tuple[str, str], ...] = ()
        self.ticked: frozenset[str] = frozenset()

    def show(self, options: Sequence[tuple[str, str]], ticked: Iterable[str]) -> None:
        """Show ids with their names; what is ticked and not among them counts as not ticked."""
        self.options = tuple(options)
        self.ticked = frozenset(ticked) & {id_ for id_, _ in options}
        self.styles.height = min(len(options), self.most) or 2
        self.lines_changed()

    def line_count(self) -> int:
        return len(self.options)

    def line(self, index: int, width: int) -> list[Piece]:
        id_, name = self.options[index]
        ticked = id_ in self.ticked
        return [("☑ " if ticked else "☐ ", ""), (fit(name, width - 2), "strong" if ticked else "")]

    def empty(self) -> str:
        return self._nothing

    @on(LineList.Toggled)
    @on(LineList.Opened)
    def _tick(self, event: LineList.Moved) -> None:
        event.stop()
        self.ticked ^= {self.options[event.index][0]}
        self.refresh()
        self.post_message(self.Changed())
