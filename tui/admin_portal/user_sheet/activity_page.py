"""What happened to a user: the events about it, mails among them, newest first."""

import asyncio

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from mfadrill.core.users import UserId
from mfadrill.core.words import count, when
from mfadrill.tui.admin_portal.user_sheet.activity_view import activity, event_line, is_bad
from mfadrill.tui.aside import LONG, aside
from mfadrill.tui.cells import Piece
from mfadrill.tui.dialog import Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.messages import Travel
from mfadrill.tui.moment import Moment


class ActivityList(LineList):
    DEFAULT_CSS = """
    ActivityList { height: 14; }
    """

    def __init__(self) -> None:
        super().__init__(id="activity-list")
        self.events: list = []
        self.zone = "UTC"

    def line_count(self) -> int:
        return len(self.events)

    def line(self, index: int, width: int) -> list[Piece]:
        event = self.events[index]
        at, what = event_line(event, self.zone)
        return [(at + "  ", "muted"), (what, "bad" if is_bad(event) else "")]

    def describe(self, index: int) -> str | None:
        return "  ".join(event_line(self.events[index], self.zone))

    def empty(self) -> str:
        return "Nothing happened to this user yet."


class ActivityPage(Vertical):
    """Enter on an event sets the clock to its instant."""

    DEFAULT_CSS = """
    ActivityPage { height: auto; }
    """

    def __init__(self, user: UserId) -> None:
        super().__init__(id="activity")
        self.user = user
        self._zone = "UTC"
        self._went = ""

    def compose(self) -> ComposeResult:
        yield Words(id="activity-said", classes="muted")
        yield ActivityList()

    def show(self, moment: Moment) -> None:
        self._zone = moment.zone
        if moment.position > LONG:
            self.query_one("#activity-said", Words).say("Looking through the log…")
            aside(self, "activity", self._search, moment)
        else:
            self.workers.cancel_group(self, "activity")
            self._show(activity(moment.timeline.events, moment.position, self.user))

    async def _search(self, moment: Moment) -> None:
        self._show(await asyncio.to_thread(activity, moment.timeline.events, moment.position, self.user))

    def _show(self, events: list) -> None:
        lines = self.query_one(ActivityList)
        lines.events, lines.zone = events, self._zone
        lines.lines_changed()
        said = f"{count(len(events), 'event')}, newest first; enter sets the clock to the instant of one."
        said, self._went = self._went or said, ""
        self.query_one("#activity-said", Words).say(said)

    @on(LineList.Opened)
    def _opened(self, event: LineList.Opened) -> None:
        event.stop()
        at = self.query_one(ActivityList).events[event.index].at
        self._went = f"The clock is set to {when(at, self._zone)}; what happened after that is ahead again."
        self.post_message(Travel(at))
