"""What is on the screen, taken down: as text, as an SVG drawing, and as what makes a terminal show it."""

from io import StringIO
from itertools import takewhile

from msgspec import Struct
from rich.color import Color
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from textual._context import visible_screen_stack
from textual.app import App
from textual.strip import Strip

SVG, TXT = ".svg", ".txt"

#: What a style may have besides its colors, with the codes that terminals know for it.
SIGNS = {
    "bold": "1",
    "dim": "2",
    "italic": "3",
    "underline": "4",
    "blink": "5",
    "reverse": "7",
    "conceal": "8",
    "strike": "9",
}


class Picture(Struct, frozen=True):
    """The rows of a screen; each is as wide as the screen."""

    width: int
    rows: tuple[Strip, ...]

    @classmethod
    def of(cls, app: App) -> "Picture":
        """What is on the screen now, what lies behind an open dialog included."""
        # Textual has no public way to the rows, nor to what shines through a dialog; its screenshots go this way, too.
        visible_screen_stack.set(app._background_screens)
        strips = app.screen._compositor.render_strips()
        return cls(app.size.width, tuple(strip.simplify() for strip in strips))

    @property
    def text(self) -> str:
        """Without colors, a line a row."""
        return "".join(f"{row.text.rstrip()}\n" for row in self.rows)

    @property
    def colored(self) -> list[str]:
        """The rows with the codes of their colors."""
        return ["".join(map((pen := Pen()).write, row)) + pen.lift() for row in self.rows]

    def written(self, suffix: str, title: str) -> str:
        """As the suffix of a file says: .svg or .txt, in small letters or large ones."""
        return self.svg(title) if suffix.lower() == SVG else self.text

    def svg(self, title: str) -> str:
        """A drawing with colors, which takes a moment."""
        console = Console(
            width=self.width,
            height=len(self.rows),
            file=StringIO(),
            force_terminal=True,
            color_system="truecolor",
            record=True,
            legacy_windows=False,
            safe_box=False,
        )
        for row in self.rows:
            console.print(Segments([*row, Segment.line()]), end="")
        return console.export_svg(title=title)

    def painted(self, before: "Picture | None" = None) -> str:
        """What makes a terminal of this size show this; after another picture, only the pieces of rows that differ."""
        known = before.rows if before is not None else ()
        pieces: list[str] = []
        pen = Pen()
        for number, row in enumerate(self.rows, 1):
            segments = [segment for segment in row if not segment.control]
            same = [segment for segment in known[number - 1] if not segment.control] if known else []
            column, changed = _changed(segments, same)
            if changed:
                pieces.append(f"\x1b[{number};{column + 1}H" + "".join(map(pen.write, changed)))
        return "".join(pieces) + (pen.lift() if pieces else "")


def _changed(segments: list[Segment], before: list[Segment]) -> tuple[int, list[Segment]]:
    """The segments without those at both ends that were there before, and the cell where they begin."""
    alike = list(takewhile(lambda pair: pair[0] == pair[1], zip(segments, before, strict=False)))
    rest, was = segments[len(alike) :], before[len(alike) :]
    if was or not before:
        after = list(takewhile(lambda pair: pair[0] == pair[1], zip(rest[::-1], was[::-1], strict=False)))
        rest = rest[: len(rest) - len(after)]
    return sum(segment.cell_length for segment, _ in alike), rest


class Pen:
    """Writes segments one after another, and says of their styles only what is another one than before."""

    def __init__(self) -> None:
        self._look: tuple[str, ...] = ("", "", "")

    def write(self, segment: Segment) -> str:
        style = segment.style or Style.null()
        signs = ";".join(code for name, code in SIGNS.items() if getattr(style, name))
        look = (signs, _color(style.color, foreground=True), _color(style.bgcolor, foreground=False))
        before, self._look = self._look, look
        if look == before:
            return segment.text
        if signs != before[0] or any(old and not new for old, new in zip(before, look, strict=True)):
            codes = ["0", *look]
        else:
            codes = [new for old, new in zip(before, look, strict=True) if new != old]
        return f"\x1b[{';'.join(code for code in codes if code)}m{segment.text}"

    def lift(self) -> str:
        self._look = ("", "", "")
        return "\x1b[0m"


def _color(color: Color | None, *, foreground: bool) -> str:
    return "" if color is None or color.is_default else ";".join(color.get_ansi_codes(foreground))
