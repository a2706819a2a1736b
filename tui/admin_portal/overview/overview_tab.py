"""The Overview tab: how far the organization is, how it came there, and what comes if nobody does anything."""

import asyncio
from datetime import timedelta

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from mfadrill.core.words import count
from mfadrill.sim.census import Census
from mfadrill.tui.admin_portal.overview.chart import Chart
from mfadrill.tui.admin_portal.overview.lists import EndingList, OverviewList, ShareList, StatusList
from mfadrill.tui.admin_portal.overview.overview_view import (
    OverviewView,
    chart_heading,
    overview_view,
    shown_statuses,
)
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.admin_portal.users.filters import Filters, ShowUsers
from mfadrill.tui.aside import LONG, MANY, aside
from mfadrill.tui.dialog import Words
from mfadrill.tui.messages import OpenUser
from mfadrill.tui.moment import Moment


class OverviewTab(VerticalScroll, Tab, can_focus=False):
    HELP = (
        "How many have enrolled, are in a period, or are locked out, now and over time. The chart shows what was, and "
        "after now (●) what will be if nobody does anything, or what was recorded where "
        "the clock went back. Enter on a line shows its users."
    )
    DEFAULT_CSS = """
    OverviewTab { padding: 0 1; background: $surface; scrollbar-size-vertical: 1; }
    OverviewTab .heading { color: $primary; text-style: bold; margin: 1 0 0 0; }
    OverviewTab #chart-says { color: $text-muted; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._census: Census | None = None

    def compose(self) -> ComposeResult:
        yield StatusList(id="overview-statuses")
        yield Words(id="overview-alerts")
        yield Static("Over time", id="chart-heading", classes="heading", markup=False)
        yield Chart()
        yield Words(id="chart-says")
        yield Static("Who expires next", classes="heading")
        yield EndingList(id="overview-endings")
        yield Static("By group and department", classes="heading")
        yield ShareList(id="overview-shares")

    def focus_first(self) -> None:
        self.query_one(StatusList).focus()

    def show(self, moment: Moment) -> None:
        if self._census is None or self._census.timeline is not moment.timeline:
            self._census = Census(moment.timeline)
        if len(moment.world.users) <= MANY and len(moment.timeline) <= LONG:
            self.workers.cancel_group(self, "census")
            self._show(overview_view(moment, self._census))
        else:
            aside(self, "census", self._count, moment, self._census)

    async def _count(self, moment: Moment, census: Census) -> None:
        self._show(await asyncio.to_thread(overview_view, moment, census))

    def _show(self, view: OverviewView) -> None:
        for lines in self.query(OverviewList):
            lines.show(view)
        self.query_one(Chart).show(view)
        self.query_one("#chart-heading", Static).update(chart_heading(view))
        found = view.standings
        self.query_one("#overview-alerts", Words).say(
            f"of {count(found.everybody.users, 'user')}, {found.everybody.required:,} required · "
            f"{found.account_locked:,} account locked · {found.suspended:,} suspended"
        )
        self._show_marker()

    @on(Chart.Moved)
    def _show_marker(self) -> None:
        self.query_one("#chart-says", Words).say(self.query_one(Chart).says)

    @on(OverviewList.Toggled)
    @on(OverviewList.Opened)
    def _opened(self, event: OverviewList.Moved) -> None:
        event.stop()
        lines, index = event.line_list, event.index
        assert isinstance(lines, OverviewList)
        view = lines.view
        assert view is not None
        if isinstance(lines, StatusList):
            self.post_message(ShowUsers(Filters(status=shown_statuses(view.everybody)[index])))
        elif isinstance(lines, ShareList):
            share = view.shares[index]
            department = share.name if share.group is None else None
            self.post_message(ShowUsers(Filters(group=share.group, department=department)))
        else:
            ending = view.standings.endings[index]
            if len(ending.users) == 1:
                self.post_message(OpenUser(ending.users[0]))
            else:
                days = -(-(ending.at - view.now) // timedelta(days=1))
                self.post_message(ShowUsers(Filters(ends_within=days)))
