from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drill import ADA, ALAN, GRACE, HAO, START, drill, nordwind
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import UpdateOrganization
from mfadrill.sim.census import STATUSES, Census, Counts
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.overview.overview_view import (
    OverviewView,
    axis,
    chart_heading,
    chart_rows,
    column_of,
    overview_view,
    shown_statuses,
    stack,
)
from mfadrill.tui.admin_portal.user_sheet.user_sheet import UserSheet
from mfadrill.tui.cells import joined
from mfadrill.tui.moment import Moment

both_sizes = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)


def rolled_out() -> Simulation:
    """Hao's period is over, Ada's runs, Alan waits, Grace has enrolled."""
    simulation = nordwind()
    simulation.act(RequireMfa((HAO,), 1))
    simulation.advance(timedelta(days=2))
    simulation.act(RequireMfa((ADA, ALAN, GRACE), 7))
    simulation.advance(timedelta(days=3))
    return simulation


def view_of(simulation: Simulation) -> OverviewView:
    moment = Moment(simulation.world, simulation.now, simulation.timeline, simulation.position)
    return overview_view(moment, Census(simulation.timeline))


def test_the_chart_shows_what_was_and_what_will_be_if_nobody_does_anything() -> None:
    view = view_of(rolled_out())
    rows = ["".join(text for text, _ in row) for row in chart_rows(view, 60, 8)]
    now = column_of(view.now, view.instants, 60)
    end = column_of(START + timedelta(days=9, hours=3), view.instants, 60)
    columns = ["".join(row[n] for row in rows) for n in range(60)]
    assert columns[0] == "······iE"  # from the top down
    assert columns[column_of(START + timedelta(days=1.5), view.instants, 60)] == "······XE"
    assert columns[now] == "····pXiE"
    assert columns[end] == "····pXXE"


def test_now_is_marked_and_the_axis_has_dates_of_the_organizations_zone() -> None:
    view = view_of(rolled_out())
    line, dates = (joined(row) for row in axis(view, 60, 3))
    assert line.index("●") == column_of(view.now, view.instants, 60)
    assert line.index("▲") == 3
    assert dates.startswith("2 Mar 2026")
    assert dates.endswith("12 Mar 2026")


@given(st.lists(st.integers(0, 10_000), min_size=6, max_size=6), st.integers(6, 20))
def test_a_column_is_full_and_nobody_is_lost_in_it(numbers: list[int], height: int) -> None:
    counts = Counts(*numbers)
    cells = stack(counts, height)
    assert len(cells) == height
    for status, number in zip(STATUSES, counts, strict=True):
        assert (status in cells) == (number > 0)


def test_while_totp_is_off_there_is_one_line_only() -> None:
    simulation = rolled_out()
    simulation.act(UpdateOrganization(factors=frozenset({Factor.DUO})))
    assert shown_statuses(view_of(simulation).everybody) == (FactorStatus.DISABLED,)


@both_sizes
async def test_a_status_opens_its_users_by_keyboard(size: tuple[int, int]) -> None:
    async with drill(rolled_out(), size) as d:
        await d.do("admin.overview")
        assert "1   12%" in d.screen_text()
        await d.press("down", "down", "enter")
        assert d.shown == [HAO]


@both_sizes
async def test_a_department_opens_its_users_by_mouse(size: tuple[int, int]) -> None:
    async with drill(rolled_out(), size) as d:
        await d.do("admin.overview")
        shares = d.main("#overview-shares")
        d.main("#overview").scroll_to(y=99, animate=False, immediate=True)
        await d.settle()
        row = next(n for n, share in enumerate(shares.view.shares) if share.name == "Operations")
        await d.pilot.click(offset=(shares.region.x + 3, shares.region.y + 1 + row), times=2)
        await d.settle()
        assert d.shown == [GRACE, "radia.perlman"]


async def test_the_only_user_whose_period_ends_next_is_opened() -> None:
    async with drill(rolled_out()) as d:
        await d.do("admin.overview")
        d.main("#overview-endings").focus()
        await d.press("enter")
        assert isinstance(d.app.screen, UserSheet)
        assert d.app.screen.user == ADA


@both_sizes
async def test_the_marker_tells_the_counts_there_and_enter_goes_there(size: tuple[int, int]) -> None:
    async with drill(rolled_out(), size) as d:
        await d.do("admin.overview")
        d.main("#chart").focus()
        await d.settle()
        chart = d.main("#chart")
        await d.press(*["right"] * (chart.columns - chart.at - 1))
        assert "2 expired" in d.said("#chart-says")
        await d.press("enter")
        assert timedelta(0) <= d.simulation.now - START - timedelta(days=10) < timedelta(hours=4)


async def test_a_large_organization_is_counted_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mfadrill.tui.admin_portal.overview.overview_tab.MANY", 3)
    async with drill(rolled_out()) as d:
        await d.do("admin.overview")
        assert "of 8 users" in d.said("#overview-alerts")


def test_after_the_clock_went_back_the_chart_shows_what_was_recorded() -> None:
    simulation = rolled_out()
    assert chart_heading(view_of(simulation)).endswith("after ● if nobody acts)")
    simulation.travel_to(START + timedelta(days=1))
    assert chart_heading(view_of(simulation)).endswith("after ● as recorded)")


def test_only_one_thread_at_a_time_counts_a_log() -> None:
    class Watched(Census):
        def follow(self, length: int | None = None) -> None:
            assert self.lock.locked()
            super().follow(length)

        def at(self, instants: Sequence[datetime]) -> list[Counts]:
            assert self.lock.locked()
            return super().at(instants)

    simulation = rolled_out()
    moment = Moment(simulation.world, simulation.now, simulation.timeline, simulation.position)
    census = Watched(simulation.timeline)
    assert overview_view(moment, census).counts[-1].users == 8
    assert not census.lock.locked()


@both_sizes
async def test_a_click_on_the_chart_moves_the_marker_there(size: tuple[int, int]) -> None:
    async with drill(rolled_out(), size) as d:
        await d.do("admin.overview")
        chart = d.main("#chart")
        await d.click("#chart", x=chart.columns - 1, y=1)
        assert chart.at == chart.columns - 1
        assert "2 expired" in d.said("#chart-says")
