"""The Events tab: the log, newest first, and all of the event at the cursor."""

import asyncio
from datetime import datetime
from typing import Any

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from mfadrill.core.events import Event
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.registry import bindings
from mfadrill.tui.admin_portal.events.event_sheet import EventSheet
from mfadrill.tui.admin_portal.events.events_view import (
    EventFilters,
    EventLog,
    event_fields,
    event_in_full,
    event_row,
    matching,
    narrowed,
    short_name,
)
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.aside import LONG, aside
from mfadrill.tui.cells import Piece, cell_len, fit
from mfadrill.tui.dialog import Field, Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.messages import Travel
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
        self.searching = False

    def line_count(self) -> int:
        return self.event_log.count

    def empty(self) -> str:
        if self.searching:
            return "Searching…"
        if self.event_log.matching is not None:
            return "No event matches. c clears the filters."
        return "Nothing has happened yet."

    def header(self, width: int) -> list[Piece]:
        what, subject = event_widths(width)
        return [(f"{fit('When', AT)} {fit('By', ACTOR)} {fit('What', what)} {fit('Whom', subject)}", "")]

    def line(self, index: int, width: int) -> list[Piece]:
        row = event_row(self.event_log.newest(index), self.event_log.zone, self.event_log.world)
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
        return event_in_full(self.event_log.newest(index), self.event_log.zone, self.event_log.world)


def filter_links(filters: EventFilters, touching: str, width: int) -> list[Link]:
    """The filters and what they are set to, cut where there is no room; `touching` is a name."""
    links: list[Link] = []
    for most in (40, 16, 12, 8):
        brief = most <= 12
        links = []
        for label, is_set, action in (
            (f"{_cut(filters.kind or 'kind', most)} ▾", filters.kind, "kind"),
            (
                f"{filters.actor} ▾" if brief and filters.actor else f"by {filters.actor or 'whom'} ▾",
                filters.actor,
                "actor",
            ),
            ("bad" if brief else "problems", filters.bad, "problems"),
            (_cut(touching or "this user", max(9, most)), touching, "same-user"),
            ("✗" if most == 8 else "clear", "", "clear"),
            ("go there", "", "jump"),
        ):
            if action != "clear" or filters != EventFilters():
                tone = "active" if is_set else "button"
                links += [Link(f" {label} ", tone, f"app.do('events.{action}')"), Link(" ")]
        if sum(cell_len(link.text) for link in links[:-1]) <= width:
            break
    return links[:-1]


def _cut(text: str, most: int) -> str:
    return fit(text, most) if cell_len(text) > most else text


class EventsTab(Tab):
    HELP = (
        "Events: everything that happened up to the clock, newest first, with the names of the vendor's log. Narrow "
        "it, open an event with enter, or go to its instant with t; nothing that lies after it is lost."
    )
    DEFAULT_CSS = """
    EventsTab EventList { height: 1fr; }
    EventsTab #event-details { height: 3; background: $boost; padding: 0 1; }
    EventsTab #event-filters { padding: 0 1; }
    EventsTab #event-search { background: $surface; }
    EventsTab #event-search:focus { background: $panel; }
    """
    BINDINGS = bindings(Area.EVENTS)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.filters = EventFilters()
        self._moment: Moment | None = None
        self._looked_at: int | None = None  # of a search that goes on: how many events it has looked at

    def compose(self) -> ComposeResult:
        yield Field(placeholder="/ search what, whom, event…", id="event-search", select=False)
        yield ActionLine(id="event-filters")
        yield EventList()
        yield Words(id="event-details")

    @property
    def event_list(self) -> EventList:
        return self.query_one(EventList)

    @property
    def event(self) -> Event | None:
        """The event at the cursor."""
        events = self.event_list
        return events.event_log.newest(events.cursor) if events.line_count() else None

    @property
    def situation(self) -> dict[str, Any]:
        return {"events": self.event_list.line_count(), "events_filtered": self.filters != EventFilters()}

    def focus_first(self) -> None:
        self.event_list.focus()

    def show(self, moment: Moment) -> None:
        self._moment = moment
        self._narrow()

    def _narrow(self, *, as_found: bool = False) -> None:
        """Show what matches; a long log is looked through in a thread, and shown as it is found if that is wished."""
        assert self._moment is not None
        moment = self._moment
        log = EventLog(moment.timeline.events, moment.position, moment.zone, world=moment.world)
        self._show_filters()
        if log.length <= LONG or self.filters == EventFilters():
            self.workers.cancel_group(self, "narrow")
            self._show_log(narrowed(log, self.filters))
        else:
            aside(self, "narrow", self._narrow_aside, log, as_found)

    async def _narrow_aside(self, log: EventLog, as_found: bool) -> None:
        """Look through the log stretch by stretch, the newest first; who types on waits for one of them at the most.

        The search of a stretch cannot be stopped, and a search of the whole log would go on beside the next one.
        """
        found: list[int] = []
        shown = structs.replace(log, matching=found)
        for end in range(log.length, 0, -LONG):
            stretch = range(end - 1, max(-1, end - 1 - LONG), -1)
            found += await asyncio.to_thread(matching, log, self.filters, stretch)
            if as_found and stretch[-1] > 0:
                self._show_log(shown, searched=log.length - stretch[-1])
        self._show_log(shown)

    def _show_log(self, log: EventLog, searched: int | None = None) -> None:
        self._looked_at = searched
        self.event_list.event_log = log
        self.event_list.searching = searched is not None
        self.event_list.lines_changed()
        self._show_filters()
        self._show_details()

    def _show_filters(self) -> None:
        log = self.event_list.event_log
        touching = short_name(self.filters.touching, log.world) if self.filters.touching else ""
        links = filter_links(self.filters, touching, max(20, self.size.width - 2))
        looked = "" if self._looked_at is None else f", {self._looked_at * 100 // log.length} % searched…"
        links.append(Link(f"  {log.count:,} of {log.length:,}{looked}", "muted"))
        self.query_one("#event-filters", ActionLine).show_links(links)

    def on_resize(self) -> None:
        self._show_filters()

    def _set(self, **changes: object) -> None:
        self.filters = structs.replace(self.filters, **changes)
        self._narrow(as_found=True)

    @on(EventList.Moved)
    def _moved(self, event: EventList.Moved) -> None:
        event.stop()
        self._show_details()

    @on(EventList.Opened)
    def _opened(self, event: EventList.Opened) -> None:
        event.stop()
        if self._moment is not None:
            found = self.event_list.event_log.newest(event.index)
            self.app.push_screen(EventSheet(event_fields(found, self._moment.world), found.at), self._wished)

    def _wished(self, at: datetime | None) -> None:
        if at is not None:
            self.post_message(Travel(at))

    @on(Input.Changed, "#event-search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self.filters.text:
            self._set(text=event.value)

    @on(Input.Submitted, "#event-search")
    def _searched(self, event: Input.Submitted) -> None:
        event.stop()
        self.event_list.focus()

    def _show_details(self) -> None:
        events = self.event_list
        self.query_one("#event-details", Words).say(
            (events.describe(events.cursor) or "") if events.line_count() else ""
        )

    # Actions

    def action_jump(self) -> None:
        if self.event is not None:
            self.post_message(Travel(self.event.at))

    def action_search(self) -> None:
        self.query_one("#event-search").focus()

    def action_problems(self) -> None:
        self._set(bad=not self.filters.bad)

    def action_same_user(self) -> None:
        event = self.event
        touched = event.touches[:1] if event is not None and not self.filters.touching else ()
        self._set(touching=touched[0] if touched else "")

    def action_clear(self) -> None:
        self.filters = EventFilters()
        self.query_one("#event-search", Input).value = ""
        self._narrow()

    def action_kind(self) -> None:
        self._choose("Kind of event", "kind", sorted({kind.name for kind in Event.__subclasses__()}))

    def action_actor(self) -> None:
        self._choose("By whom", "actor", ["admin", "user", "system"])

    def _choose(self, title: str, field: str, values: list[str]) -> None:
        line = self.query_one("#event-filters", ActionLine)
        items = [Item("", "any"), *(Item(value, value) for value in values)]

        def chosen(value: str | None) -> None:
            if value is not None:
                self._set(**{field: value})

        self.app.push_screen(Menu(title, items, line.region, getattr(self.filters, field)), chosen)
