from datetime import timedelta

import pytest

from drill import ADA, ALAN, GRACE, HAO, nordwind
from mfadrill.core.commands import Outcome, OutcomeKind
from mfadrill.core.requirement import RequireMfa
from mfadrill.tui.admin_portal.bulk.bulk_view import (
    BULK_ACTIONS,
    Preview,
    ResultLines,
    clocks_change,
    end_line,
    for_whom,
    period_line,
    preview,
    weekend_line,
)


def look(action: str, *users: str, days: str = "7") -> Preview:
    simulation = nordwind()
    return preview(BULK_ACTIONS[action], users, days, simulation.world, simulation.now)  # type: ignore[arg-type]


def test_a_preview_counts_by_outcome() -> None:
    found = look("require", ADA, HAO, ALAN, GRACE)
    assert found.in_words() == "2 periods start · 1 pre-enrollment · 1 already enrolled"


def test_a_preview_says_when_the_period_ends() -> None:
    simulation = nordwind()
    assert look("require", ADA, days="30").ends_at == simulation.now + timedelta(days=30)
    assert look("require", GRACE).ends_at is None


def test_a_preview_of_days_that_are_none_is_the_refusal() -> None:
    for days in ("seven", "0", "366", "7.5", "", "-1"):
        assert "whole number from 1 to 365" in look("require", ADA, days=days).in_words()


def test_a_preview_names_who_is_refused() -> None:
    found = look("activate", ADA, ALAN)
    assert found.in_words() == "1 is activated · 1 refused"
    assert found.first_refused == "ada.lovelace is activated already."


def test_previewing_changes_nothing() -> None:
    simulation = nordwind()
    before = simulation.world
    preview(BULK_ACTIONS["require"], (ADA,), "7", simulation.world, simulation.now)
    assert simulation.world is before


def test_a_period_that_runs_is_replaced() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    found = preview(BULK_ACTIONS["require"], (ADA,), "14", simulation.world, simulation.now)
    assert found.in_words() == "1 period is replaced"


def test_one_user_is_named_several_are_counted() -> None:
    world = nordwind().world
    assert for_whom((ADA,), world) == "ada.lovelace (Ada Lovelace)"
    assert for_whom((ADA, ALAN), world) == "2 users"


def test_results_are_grouped_with_names_and_reasons() -> None:
    outcomes = [
        Outcome(ADA, OutcomeKind.PERIOD_STARTED),
        Outcome(GRACE, OutcomeKind.REFUSED, "grace.hopper: because."),
        Outcome(HAO, OutcomeKind.PERIOD_STARTED),
    ]
    assert [line.text for line in ResultLines(outcomes, nordwind().world.users)] == [
        "✓ period started: 2 users",
        "    ada.lovelace  Ada Lovelace",
        "    hao.inoue  浩 井上",
        "✗ refused: 1 user",
        "    grace.hopper: because.",
    ]


@pytest.mark.parametrize(
    ("days", "change"),
    [(7, None), (27, "Sun 29 Mar"), (30, "Sun 29 Mar"), (26, None), (300, None), (365, None)],
)
def test_an_end_at_another_time_of_day_says_when_the_clocks_change(days: int, change: str | None) -> None:
    now = nordwind().now
    ends_at = now + timedelta(days=days)
    assert clocks_change(now, ends_at, "Europe/Berlin") == change
    assert clocks_change(now, ends_at, "UTC") is None
    assert ("the clocks change on" in period_line(ends_at, now, "Europe/Berlin")) is (change is not None)


@pytest.mark.parametrize(
    ("days", "warning"),
    [
        (4, ""),
        (5, "! Sat 7 Mar is a weekend: nobody may be at the help desk."),
        (6, "! Sun 8 Mar is a weekend: nobody may be at the help desk."),
        (7, ""),
    ],
)
def test_an_end_on_a_saturday_or_sunday_is_warned_of(days: int, warning: str) -> None:
    now = nordwind().now
    ends_at = now + timedelta(days=days)
    assert weekend_line((ends_at,), "Europe/Berlin") == warning
    assert period_line(ends_at, now, "Europe/Berlin").endswith(warning or "Europe/Berlin.")


def test_whether_it_is_a_weekend_goes_by_the_zone() -> None:
    friday_evening = nordwind().now + timedelta(days=4, hours=14)
    assert weekend_line((friday_evening,), "Europe/Berlin") == ""
    assert weekend_line((friday_evening,), "Asia/Tokyo").startswith("! Sat 7 Mar")


def test_several_ends_are_told_from_the_first_to_the_last() -> None:
    now = nordwind().now
    ends = [now + timedelta(days=days) for days in (3, 5, 6, 12, 13)]
    assert end_line(ends, now, "Europe/Berlin") == (
        "The periods end from Thu 5 Mar 2026 09:00 to Sun 15 Mar 2026 09:00 Europe/Berlin."
    )
    assert weekend_line(ends, "Europe/Berlin") == (
        "! Sat 7 Mar, Sun 8 Mar, Sat 14 Mar and 1 more are weekends: nobody may be at the help desk."
    )
    assert end_line((), now, "Europe/Berlin") == weekend_line((), "Europe/Berlin") == ""


def test_result_lines_are_a_sequence() -> None:
    outcomes = [Outcome(ADA, OutcomeKind.JOINED), Outcome(HAO, OutcomeKind.UNCHANGED)]
    lines = ResultLines(outcomes, nordwind().world.users)
    assert len(lines) == len(list(lines)) == 4
    assert lines[-1].text.strip() == "hao.inoue  浩 井上"
    assert [line.text for line in lines[:1]] == ["✓ added to group: 1 user"]
    assert len(ResultLines([], {})) == 0
