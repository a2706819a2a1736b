from datetime import UTC, datetime, timedelta

import pytest

from drill import ADA, ALAN, GRACE, HAO, START, nordwind
from mfadrill.core.events import Event
from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.instants import UnreadableTime
from mfadrill.sim.simulation import Digest
from mfadrill.tui.cells import joined
from mfadrill.tui.time_bar.event_words import EVENT_WORDS
from mfadrill.tui.time_bar.instants import read_instant
from mfadrill.tui.time_bar.strip import Marks, cell_of, destination, instant_of, strip
from mfadrill.tui.time_bar.time_view import Recorded, digest_in_words, time_view

ZONE = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-09", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("2026-03-09 09:00", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("2026-04-09 09:00", datetime(2026, 4, 9, 7, tzinfo=UTC)),
        ("9 Mar 2026", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("9 Mar 2026 09:00", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("9 Mar", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("Mon 9 Mar 2026", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("Mon 9 Mar", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("Monday", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("next Monday 9:00", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("Monday 17:30", datetime(2026, 3, 2, 16, 30, tzinfo=UTC)),
        ("next Monday at 17:30", datetime(2026, 3, 9, 16, 30, tzinfo=UTC)),
        ("monday 08:00", datetime(2026, 3, 9, 7, tzinfo=UTC)),
        ("fri", datetime(2026, 3, 6, 8, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 3, 3, 8, tzinfo=UTC)),
        ("Yesterday 10:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("17:30", datetime(2026, 3, 2, 16, 30, tzinfo=UTC)),
        ("8:15", datetime(2026, 3, 3, 7, 15, tzinfo=UTC)),
        ("9 March 09:00", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("+36h", START + timedelta(hours=36)),
        ("+8d", START + timedelta(days=8)),
        ("8d", START + timedelta(days=8)),
        ("36 h", START + timedelta(hours=36)),
        ("-2d", START - timedelta(days=2)),
        (" + 1d 12h ", START + timedelta(hours=36)),
    ],
)
def test_dates_and_spans_are_read_in_the_organizations_zone(text: str, expected: datetime) -> None:
    assert read_instant(text, START, ZONE) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13-01",
        "31 Feb 2026",
        "+8",
        "+d",
        "9 Foo 2026",
        "2026-03-29 02:30",
        "Monday 25:00",
        "next",
        "m",
        "next tomorrow",
    ],
)
def test_what_is_no_date_is_refused_with_words(text: str) -> None:
    with pytest.raises(UnreadableTime) as refused:
        read_instant(text, START, ZONE)
    assert refused.value.text.endswith(".")


def test_every_event_has_words() -> None:
    assert {event.__name__ for event in Event.__subclasses__()} == set(EVENT_WORDS)


def test_what_is_recorded_ahead_is_told_in_words_not_by_the_names_of_events() -> None:
    simulation = nordwind()
    simulation.advance(timedelta(days=1))
    simulation.act(RequireMfa((ADA, HAO), 7))
    simulation.travel_to(START)
    told = "2 requirements set, 2 periods started, 2 mails sent (recorded)"
    assert time_view(simulation).next == f"next: Tue 3 Mar 09:00, {told}"


def test_a_journey_is_empty_by_its_events_not_by_its_span() -> None:
    simulation = nordwind()
    events = simulation.act(RequireMfa((ADA,), 7)).events
    told = "At this instant: 1 requirement set, 1 period started, 1 mail sent"
    assert digest_in_words(Digest(START, START, events)) == told


def test_what_was_found_on_a_timeline_is_kept() -> None:
    simulation, recorded = nordwind(), Recorded()
    simulation.act(RequireMfa((ADA,), 7))
    assert recorded.marks(simulation.timeline) == Marks()
    simulation.advance(timedelta(days=1))
    simulation.act(RequireMfa((HAO,), 7))
    first = time_view(simulation, recorded).marks
    assert first == time_view(simulation).marks
    simulation.undo()
    assert time_view(simulation, recorded).marks == time_view(simulation).marks != first


def test_what_comes_next_is_counted_in_words() -> None:
    simulation = nordwind(RequireMfa((ADA, HAO), 7))
    assert time_view(simulation).next == "next: Sun 8 Mar 09:00, 2 reminders"
    simulation.next_event()
    assert time_view(simulation).next == "next: Mon 9 Mar 09:00, 2 periods end"
    simulation.next_event()
    assert time_view(simulation).next == "next: nothing will happen by itself"


def test_a_journey_is_told_in_words() -> None:
    simulation = nordwind(RequireMfa((ADA, HAO), 7))
    forward = simulation.advance(timedelta(days=7))
    assert digest_in_words(forward) == "7 days later: 2 periods ended, 2 mails sent"
    back = simulation.travel_to(START + timedelta(days=6, hours=12))
    assert digest_in_words(back) == "12 h back; ahead again: 2 periods ended"
    assert digest_in_words(simulation.travel_to(simulation.now)) == "The clock stands there already."
    assert digest_in_words(simulation.advance(timedelta(hours=1))) == "1 h later: nothing happened"


def test_the_past_is_marked() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    assert not time_view(simulation).past
    simulation.advance(timedelta(days=7))
    simulation.travel_to(START)
    assert time_view(simulation).past == "acting here starts a new branch"


def test_the_strip_has_the_clock_and_what_lies_ahead() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    simulation.act(RequireMfa((ALAN, GRACE), 7))
    view = time_view(simulation)
    drawn = joined(strip(view.now, view.start, view.end, view.marks, view.zone, 40))
    assert len(drawn) == 40
    assert drawn.startswith("┣●")
    assert drawn.count("✗") == 1
    assert drawn.index("!") < drawn.index("✗")


def test_what_was_done_and_what_expired_stays_on_the_strip() -> None:
    simulation = nordwind(RequireMfa((ADA,), 2))
    simulation.advance(timedelta(days=1))
    simulation.act(RequireMfa((HAO,), 7))
    simulation.advance(timedelta(days=4))
    view = time_view(simulation)
    drawn = joined(strip(view.now, view.start, view.end, view.marks, view.zone, 60))
    behind, ahead = drawn.split("●")
    assert "✗" in behind
    assert "+" in behind or "!" in behind
    assert "✗" in ahead


def test_a_cell_of_the_strip_leads_back_to_its_instant() -> None:
    end = START + timedelta(days=14)
    for cell in range(1, 39):
        assert cell_of(instant_of(cell, START, end, 40) + timedelta(hours=1), START, end, 40) == cell
        assert instant_of(cell, START, end, 40).minute == 0
    assert instant_of(0, START, end, 40) == START


def test_a_click_on_a_mark_goes_to_it_and_to_the_last_where_there_are_several() -> None:
    end = START + timedelta(days=14)
    at = START + timedelta(days=7, minutes=17)
    marks = Marks.of([(at, "PERIOD_ENDS"), (at + timedelta(minutes=5), "EVENT")])
    cell = cell_of(at, START, end, 40)
    assert destination(cell, START, end, marks, 40) == at + timedelta(minutes=5)
    assert destination(cell + 1, START, end, marks, 40) == instant_of(cell + 1, START, end, 40)


def test_marks_in_one_cell_show_the_weightiest() -> None:
    end = START + timedelta(days=14)
    at = START + timedelta(days=7)
    marks = Marks.of([(at, "REMINDER"), (at, "PERIOD_ENDS"), (at, "EVENT")])
    assert joined(strip(START, START, end, marks, ZONE, 40)).count("✗") == 1


def test_a_day_without_midnight_does_not_stop_the_strip() -> None:
    end = START + timedelta(days=400)
    assert len(joined(strip(START, START, end, Marks(), "America/Sao_Paulo", 100))) == 100
