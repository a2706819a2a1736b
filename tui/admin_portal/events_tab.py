"""The Events tab: the log, newest first."""

from datetime import datetime

from mfadrill.core.world import World
from mfadrill.tui.admin_portal.events_view import EventLog, event_row
from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.line_list import LineList


class EventsTab(LineList):
    """Every event up to the clock; the names are those of the vendor's log."""

    has_header = True

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.event_log = EventLog((), 0, "UTC")

    def show(self, world: World, now: datetime) -> None:
        self.lines_changed()

    def show_log(self, log: EventLog) -> None:
        self.event_log = log

    def line_count(self) -> int:
        return self.event_log.length

    def header(self, width: int) -> list[Piece]:
        return [(f" {fit('When', 17)}{fit('Event', 27)}{fit('Whom', max(8, width - 45))}", "")]

    def line(self, index: int, width: int) -> list[Piece]:
        row = event_row(self.event_log.newest(index), self.event_log.zone)
        return [
            (f" {fit(row.at, 16)} ", "muted"),
            (fit(row.name, 26) + " ", "bad" if "expired" in row.name or "lockout" in row.name else ""),
            (row.touches + ("  " if row.touches and row.says else ""), "strong"),
            (row.says, "muted"),
        ]

    def describe(self, index: int) -> str | None:
        event = self.event_log.newest(index)
        row = event_row(event, self.event_log.zone)
        return f"{row.at} {row.name} by {event.actor}\n{row.touches} {row.says}"
