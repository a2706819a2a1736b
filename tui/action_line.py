"""A line of text in which pieces can be clicked."""

from collections.abc import Iterable

from msgspec import Struct
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from mfadrill.core.plain import plain
from mfadrill.tui.cells import cell_len
from mfadrill.tui.strips import tone_style


class Link(Struct, frozen=True):
    """A piece of a line. With an action (`app.do('…')`) it can be clicked."""

    text: str
    tone: str = ""
    action: str = ""


class ActionLine(Widget):
    """Text on one row; its links run actions."""

    DEFAULT_CSS = """
    ActionLine {
        height: 1;
        text-wrap: nowrap;
        text-overflow: clip;
    }
    """
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.auto_links = False
        self._links: tuple[Link, ...] = ()

    def show_links(self, links: Iterable[Link]) -> None:
        """Show these pieces; nothing is repainted when they are the same as before."""
        before, self._links = self._links, tuple(links)
        if self._links != before:
            self.refresh(layout=self.styles.auto_dimensions)

    def render(self) -> Text:
        text = Text(no_wrap=True, end="")
        for link in self._links:
            style = tone_style(link.tone) if link.tone else Style()
            if link.action:
                style += Style.from_meta({"@click": link.action})
            text.append(plain(link.text), style)
        return text

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    @property
    def places(self) -> list[tuple[int, Link]]:
        """The links that can be clicked, and the cell where each begins within the line."""
        places, x = [], 0
        for link in self._links:
            if link.action:
                places.append((x, link))
            x += cell_len(link.text)
        return places

    @property
    def plain(self) -> str:
        """What is shown, as text."""
        return "".join(link.text for link in self._links)
