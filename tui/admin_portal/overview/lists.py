"""The lists of the Overview tab: statuses, the next ends of periods, groups and departments."""

from mfadrill.tui.admin_portal.overview.overview_view import (
    OverviewView,
    ending_line,
    share_heading,
    share_line,
    shown_statuses,
    status_line,
)
from mfadrill.tui.cells import Piece
from mfadrill.tui.line_list import LineList


class OverviewList(LineList):
    """Lines of one view. Up at the first line and down at the last one leave it."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.view: OverviewView | None = None

    def show(self, view: OverviewView) -> None:
        self.view = view
        self.lines_changed()
        self.styles.height = max(1, min(self.most, self.line_count())) + self.header_height

    #: Rows at the most.
    most = 6

    def action_cursor_up(self) -> None:
        if self.cursor == 0:
            self.screen.focus_previous()
        else:
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        if self.cursor >= self.line_count() - 1:
            self.screen.focus_next()
        else:
            super().action_cursor_down()


class StatusList(OverviewList):
    """How many have each status; enter shows them."""

    def line_count(self) -> int:
        return 0 if self.view is None else len(shown_statuses(self.view.everybody))

    def line(self, index: int, width: int) -> list[Piece]:
        assert self.view is not None
        counts = self.view.everybody
        return status_line(shown_statuses(counts)[index], counts, width)

    def empty(self) -> str:
        return "counting…"


class EndingList(OverviewList):
    """Whose periods end next; enter shows them."""

    most = 5

    def line_count(self) -> int:
        return 0 if self.view is None else len(self.view.standings.endings)

    def line(self, index: int, width: int) -> list[Piece]:
        assert self.view is not None
        return ending_line(self.view.standings.endings[index], self.view, width)

    def empty(self) -> str:
        return "No enrollment period is running."


class ShareList(OverviewList):
    """How far groups and departments are; enter shows their users."""

    has_header = True
    most = 10

    def line_count(self) -> int:
        return 0 if self.view is None else len(self.view.shares)

    def header(self, width: int) -> list[Piece]:
        return share_heading(width)

    def line(self, index: int, width: int) -> list[Piece]:
        assert self.view is not None
        return share_line(self.view.shares[index], width)
