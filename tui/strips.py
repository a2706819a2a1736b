"""Lines of pieces whose tones are colors of the theme."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from mfadrill.tui.cells import Piece, fit_pieces

TONES = ("muted", "good", "warn", "bad", "accent", "strong")

#: What a widget that uses Tones has among its COMPONENT_CLASSES.
TONE_CLASSES = frozenset(f"tone--{tone}" for tone in TONES)


def tone_css(widget: str) -> str:
    """The colors of the tones, for a widget's DEFAULT_CSS."""
    return f"""
    {widget} > .tone--muted {{ color: $text-muted; }}
    {widget} > .tone--good {{ color: $success; }}
    {widget} > .tone--warn {{ color: $warning; }}
    {widget} > .tone--bad {{ color: $error; }}
    {widget} > .tone--accent {{ color: $primary; }}
    {widget} > .tone--strong {{ text-style: bold; }}
    """


class Tones:
    """Draws pieces for one widget; styles are kept until they are forgotten."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[str, str], Style] = {}

    def strip(self, pieces: list[Piece], width: int, over: str = "") -> Strip:
        """The pieces on `width` cells; `over` is a component class whose colors lie below the tones."""
        segments: list[Segment] = []
        for text, tone in fit_pieces(pieces, width):
            style = self._style(tone, over)
            if segments and segments[-1].style == style:
                # One change of color less to be sent.
                text = segments.pop().text + text
            segments.append(Segment(text, style))
        return Strip(segments, width)

    def _style(self, tone: str, over: str) -> Style:
        found = self._styles.get((tone, over))
        if found is None:
            widget = self._widget
            found = widget.rich_style
            if over:
                found += widget.get_component_rich_style(over)
            # What is muted would be hard to read on the color of the cursor.
            if tone and not (tone == "muted" and over.endswith("cursor")):
                found += widget.get_component_rich_style(f"tone--{tone}", partial=True)
            self._styles[tone, over] = found
        return found

    def forget(self) -> None:
        """The colors are others than before: the theme, or the focus, changed."""
        self._styles.clear()
