"""A list of any length that draws only the lines on screen."""

from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mfadrill.core.plain import plain
from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.registry import own_bindings
from mfadrill.tui.cells import Piece
from mfadrill.tui.strips import Tones


class LineList(ScrollView, can_focus=True):
    """Lines by number, one of them under the cursor; subclasses say what a line shows.

    A cursor movement repaints two lines.
    """

    DEFAULT_CSS = """
    LineList {
        background: $surface;
        color: $foreground;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        overflow-x: hidden;
        & > .list--header { color: $text-muted; background: $boost; }
        & > .list--cursor { background: $block-cursor-blurred-background; }
        &:focus > .list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """
    COMPONENT_CLASSES = {"list--header", "list--cursor"}
    BINDINGS = own_bindings(Area.LISTS)
    ALLOW_SELECT = False

    #: Whether the first line on screen is a heading that does not scroll.
    has_header = False
    #: Cells at the left that are a box of their own for the mouse.
    box_width = 0

    class Moved(Message):
        """The cursor is on another line. `index` is the line meant: quick keys may have moved the cursor on."""

        def __init__(self, line_list: "LineList") -> None:
            super().__init__()
            self.line_list = line_list
            self.index = line_list.cursor

        @property
        def control(self) -> "LineList":
            return self.line_list

    class Opened(Moved):
        """Enter, or a double click."""

    class Toggled(Moved):
        """Space, or a click on the box."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor = 0
        self.tones = Tones(self)

    # What subclasses say

    def line_count(self) -> int:
        raise NotImplementedError

    def line(self, index: int, width: int) -> list[Piece]:
        """The pieces of a line that is `width` cells wide."""
        raise NotImplementedError

    def header(self, width: int) -> list[Piece]:
        return []

    def empty(self) -> str:
        """What an empty list says."""
        return "Nothing here."

    def describe(self, index: int) -> str | None:
        """What hovering over the line shows."""
        return None

    # Drawing

    @property
    def header_height(self) -> int:
        return 1 if self.has_header else 0

    def lines_changed(self) -> None:
        """There are other lines than before."""
        count = self.line_count()
        self.cursor = max(0, min(self.cursor, count - 1))
        size = Size(0, count + self.header_height)
        height = self.size.height
        if height and (self.virtual_size.height > height) == (size.height > height):
            # No scrollbar comes or goes: the screen need not be laid out again, which takes 20 ms.
            self.set_reactive(ScrollView.virtual_size, size)  # pyright: ignore[reportArgumentType]
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.window_virtual_size = size.height
            self.scroll_y = min(self.scroll_y, self.max_scroll_y)
        else:
            self.virtual_size = size
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        room = width - 1  # for the scrollbar, whether it is there or not, so that nothing moves
        index = y - self.header_height + self.scroll_offset.y
        if y < self.header_height:
            return self.tones.strip(self.header(room), width, "list--header")
        if 0 <= index < self.line_count():
            over = "list--cursor" if index == self.cursor else ""
            return self.tones.strip(self.line(index, room), width, over)
        if self.line_count() == 0:
            return self.tones.strip(self._empty_line(y - self.header_height, width), width)
        return self.tones.strip([], width)

    def _empty_line(self, row: int, width: int) -> list[Piece]:
        lines = self.empty().splitlines()
        return [("  " + lines[row - 1], "muted")] if 1 <= row <= len(lines) else []

    def notify_style_update(self) -> None:
        self.tones.forget()
        super().notify_style_update()

    def on_focus(self) -> None:
        self._restyle_cursor()

    def on_blur(self) -> None:
        self._restyle_cursor()

    def _restyle_cursor(self) -> None:
        self.tones.forget()
        self._refresh_index(self.cursor)

    def _refresh_index(self, index: int) -> None:
        y = index - self.scroll_offset.y + self.header_height
        if self.header_height <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # Moving

    def move_to(self, index: int) -> None:
        """Put the cursor on a line and bring it on screen."""
        index = max(0, min(index, self.line_count() - 1))
        old, self.cursor = self.cursor, index
        if old != index:
            self._refresh_index(old)
            self._refresh_index(index)
            self.has_moved()
        self.bring_on_screen()

    def has_moved(self) -> None:
        """The cursor came to another line."""
        self.post_message(self.Moved(self))

    def bring_on_screen(self) -> None:
        height = max(1, self.size.height - self.header_height)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    @property
    def _page(self) -> int:
        return max(1, self.size.height - self.header_height - 1)

    def action_cursor_up(self) -> None:
        self.move_to(self.cursor - 1)

    def action_cursor_down(self) -> None:
        self.move_to(self.cursor + 1)

    def action_page_up(self) -> None:
        self.move_to(self.cursor - self._page)

    def action_page_down(self) -> None:
        self.move_to(self.cursor + self._page)

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(self.line_count() - 1)

    def action_open(self) -> None:
        if self.line_count():
            self.post_message(self.Opened(self))

    def action_toggle_line(self) -> None:
        if self.line_count():
            self.post_message(self.Toggled(self))

    # The mouse

    def index_at(self, y: int) -> int | None:
        """The line at a row of the widget, if there is one."""
        index = y - self.header_height + self.scroll_offset.y
        return index if y >= self.header_height and 0 <= index < self.line_count() else None

    def on_click(self, event: events.Click) -> None:
        index = self.index_at(event.y)
        if index is None:
            return
        self.move_to(index)
        if event.x < self.box_width:
            self.action_toggle_line()
        elif event.chain == 2:
            self.action_open()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        index = self.index_at(event.y)
        said = None if index is None else self.describe(index)
        tooltip = None if said is None else Text(plain(said, keep="\n"))
        if tooltip != self.tooltip:
            self.tooltip = tooltip

    def on_leave(self) -> None:
        self.tooltip = None
