"""Lines of pieces whose tones are colors of the theme."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.style import Style as ThemedStyle
from textual.widget import Widget

from mfadrill.tui.cells import Piece, fit_pieces

#: The style of each tone. (As component classes, each widget would work out all of them whenever it is styled.)
TONES = {
    "muted": "$text-muted",
    "good": "$success",
    "warn": "$warning",
    "bad": "$error",
    "accent": "$primary",
    "strong": "bold",
    "key": "$footer-key-foreground",
    "button": "$foreground on $panel",
    "active": "bold $background on $primary",
}


def tone_style(tone: str) -> Style:
    """What a tone adds to the style of its widget, in the theme of the running application."""
    return ThemedStyle.parse(TONES[tone]).rich_style


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
                found += tone_style(tone)
            self._styles[tone, over] = found
        return found

    def forget(self) -> None:
        """The colors are others than before: the theme, or the focus, changed."""
        self._styles.clear()
