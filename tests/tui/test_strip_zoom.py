"""The part of the timeline that the strip shows, and what it says of it."""

from datetime import UTC, datetime, timedelta

import pytest
from textual.events import MouseScrollUp

from drill import ADA, HAO, START, drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.words import local
from mfadrill.tui.time_bar.strip import Marks, cell_of, destination, edge
from mfadrill.tui.time_bar.time_view import time_view
from mfadrill.tui.time_bar.tooltip import what_lies_between
from mfadrill.tui.time_bar.window import Window, clock_changes, ticks

ZONE = "Europe/Berlin"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: The clocks of Berlin go from 02:00 to 03:00.
SPRING = datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_the_window_stays_while_the_clock_is_in_it_and_then_follows() -> None:
    window, end = Window(), START + 14 * DAY
    assert window.bounds(START, START, end) == (START, end)
    assert window.zoom(-1, START, (START, end))
    assert window.bounds(START + 6 * DAY, START, end) == (START, START + 7 * DAY)
    first, last = window.bounds(START + 8 * DAY, START, end)
    assert first < START + 8 * DAY < last
    assert last - first == 7 * DAY


def test_everything_has_its_place_among_the_spans_down_to_an_hour_and_up_to_a_year() -> None:
    window, bounds = Window(), (START, START + 14 * DAY)

    def names(by: int) -> list[str]:
        found = []
        while window.zoom(by, START, bounds):
            found.append(window.name)
        return found

    assert names(-1) == ["week", "3 days", "day", "6 h", "hour"]
    assert names(1) == ["6 h", "day", "3 days", "week", "all", "month", "quarter", "year"]


@pytest.mark.parametrize(
    ("span", "shown"), [(HOUR, "%M"), (DAY, "%H:%M"), (7 * DAY, "%H"), (60 * DAY, "%a"), (365 * DAY, "%d")]
)
def test_ticks_fit_the_zoom_in_the_zone_across_a_change_of_the_clocks(span: timedelta, shown: str) -> None:
    found = ticks(SPRING - span / 2, SPRING + span / 2, ZONE, 60)
    assert found
    assert len(found) <= 60 / 4 + 1
    on_the_clock = {local(at, ZONE).strftime(shown) for at in found}
    assert {
        "%M": on_the_clock <= {"00", "10", "20", "30", "40", "50"},
        "%H:%M": "02:00" not in on_the_clock,
        "%H": on_the_clock == {"00"},
        "%a": on_the_clock == {"Mon"},
        "%d": on_the_clock == {"01"},
    }[shown]


def test_a_change_of_the_clocks_is_found_to_the_minute() -> None:
    assert clock_changes(START, START + 60 * DAY, ZONE) == [(SPRING, HOUR)]
    assert clock_changes(START, SPRING - HOUR, ZONE) == []


def test_cells_and_their_edges_agree() -> None:
    for span in (HOUR, 14 * DAY, 365 * DAY):
        for cell in range(1, 40):
            assert cell_of(edge(cell, START, START + span, 41), START, START + span, 41) == cell


def test_a_million_marks_are_looked_up_and_not_walked_through() -> None:
    class Counted(list[datetime]):
        looked = 0

        def __getitem__(self, at):  # type: ignore[no-untyped-def]
            Counted.looked += not isinstance(at, slice)
            return super().__getitem__(at)

    marks = Marks((("EVENT", Counted(START + n * HOUR / 60 for n in range(20_000))),))
    assert destination(5, START, START + 20_000 * HOUR / 60, marks, 100) > START
    assert Counted.looked < 100


def test_the_tooltip_says_who_and_what_recorded_and_ahead() -> None:
    simulation = nordwind(RequireMfa((ADA, HAO), 7))
    marks = time_view(simulation).marks
    ahead = what_lies_between(simulation, marks, START + 7 * DAY, START + 8 * DAY)
    assert len(ahead) == 1
    assert ahead[0].startswith("will happen: 2 periods end: Ada Lovelace, ")
    simulation.advance(7 * DAY)
    marks = time_view(simulation).marks
    (line,) = what_lies_between(simulation, marks, START + 7 * DAY, START + 8 * DAY)
    assert line.startswith("2 periods ended: Ada Lovelace")
    (change,) = what_lies_between(simulation, marks, SPRING, SPRING + HOUR)
    assert "29 Mar 03:00: the clocks go forward 1 h" in change


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_keys_wheel_and_buttons_zoom_the_strip(size: tuple[int, int]) -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7)), size) as d:
        strip = d.main("#strip")
        await d.press("]")
        assert strip.window.name == "week"
        await d.press("[")
        assert strip.window.name == "all"
        await d.click("#zoom", x=strip.parent.query_one("#zoom").size.width - 1)
        assert strip.window.name == "week"
        await d.pilot._post_mouse_events([MouseScrollUp], "#strip", (3, 0))
        await d.settle()
        assert strip.window.name == "3 days"
