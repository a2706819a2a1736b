"""The Events tab: the log, newest first, and all of the event at the cursor."""

from textual import on
from textual.app import ComposeResult

from mfadrill.tui.admin_portal.events.events_view import EventLog, event_in_full, event_row
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.cells import Piece, cell_len, fit
from mfadrill.tui.dialog import Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.moment import Moment

AT, ACTOR = 12, 6

#: What happened has at least this room; the subject at least this, if it needs it.
WHAT, SUBJECT = 25, 12


def event_widths(width: int) -> tuple[int, int]:
    """The cells for what happened, and for its subject at the most."""
    left = max(WHAT + 1, width - AT - ACTOR - 3)
    subject = max(SUBJECT, min(24, left - 33))
    return max(WHAT, left - 1 - subject), subject


class EventList(LineList):
    """Every event up to the clock."""

    has_header = True

    def __init__(self) -> None:
        super().__init__(id="events-list")
        self.event_log = EventLog((), 0, "UTC")

    def line_count(self) -> int:
        return self.event_log.length

    def header(self, width: int) -> list[Piece]:
        what, subject = event_widths(width)
        return [(f"{fit('When', AT)} {fit('By', ACTOR)} {fit('What', what)} {fit('Whom', subject)}", "")]

    def line(self, index: int, width: int) -> list[Piece]:
        row = event_row(self.event_log.newest(index), self.event_log.zone)
        what, subject = event_widths(width)
        # A short subject leaves its room to the words.
        spare = max(0, subject - cell_len(row.subject)) if cell_len(row.what) > what else 0
        return [
            (fit(row.at, AT) + " ", "muted"),
            (fit(row.actor, ACTOR) + " ", "muted"),
            (fit(row.what, what + spare) + " ", "bad" if row.bad else ""),
            (fit(row.subject, subject - spare), "strong"),
        ]

    def describe(self, index: int) -> str | None:
        return event_in_full(self.event_log.newest(index), self.event_log.zone)


class EventsTab(Tab):
    DEFAULT_CSS = """
    EventsTab EventList { height: 1fr; }
    EventsTab #event-details { height: 3; background: $boost; padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        yield EventList()
        yield Words(id="event-details")

    @property
    def event_list(self) -> EventList:
        return self.query_one(EventList)

    def focus_first(self) -> None:
        self.event_list.focus()

    def show(self, moment: Moment) -> None:
        self.event_list.event_log = EventLog(moment.timeline.events, moment.position, moment.zone)
        self.event_list.lines_changed()
        self._show_details()

    @on(EventList.Moved)
    def _moved(self, event: EventList.Moved) -> None:
        event.stop()
        self._show_details()

    def _show_details(self) -> None:
        events = self.event_list
        self.query_one("#event-details", Words).say(
            (events.describe(events.cursor) or "") if events.line_count() else ""
        )
