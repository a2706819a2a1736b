"""A QR code drawn from half blocks, two modules a cell, black on white whatever the theme."""

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from mfadrill.tui.user_portal.qr_matrix import QUIET_ACROSS, QUIET_DOWN, Matrix, matrix

#: Readers need the real contrast: a theme's colors, and a terminal's own, may be inverted or too close.
BLACK_ON_WHITE = Style(color="#000000", bgcolor="#ffffff")

HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def lines(modules: Matrix) -> tuple[str, ...]:
    """The code with its quiet zone; a last line that is half used is white below."""
    if not modules:
        return ()
    width = len(modules[0]) + 2 * QUIET_ACROSS
    side = (False,) * QUIET_ACROSS
    above = [(False,) * width] * QUIET_DOWN
    rows = [*above, *((*side, *row, *side) for row in modules), *above]
    if len(rows) % 2:
        rows.append((False,) * width)
    return tuple(
        "".join(HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )


class QrCode(Widget):
    """Shows one URI; empty without one."""

    DEFAULT_CSS = """
    QrCode { width: auto; height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._uri = ""
        self._lines: tuple[str, ...] = ()

    def show(self, uri: str) -> None:
        if uri != self._uri:
            self._uri = uri
            self._lines = lines(matrix(uri)) if uri else ()
            self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return len(self._lines[0]) if self._lines else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        if y >= len(self._lines):
            return Strip.blank(self.size.width)
        return Strip([Segment(self._lines[y], BLACK_ON_WHITE)]).adjust_cell_length(self.size.width)
