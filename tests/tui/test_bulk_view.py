from datetime import timedelta

import pytest

from drill import ADA, ALAN, GRACE, HAO, nordwind
from mfadrill.core.commands import Outcome, OutcomeKind
from mfadrill.core.requirement import RequireMfa
from mfadrill.tui.admin_portal.bulk.bulk_view import (
    BULK_ACTIONS,
    Preview,
    clocks_change,
    for_whom,
    period_line,
    preview,
    result_lines,
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
    assert [line.text for line in result_lines(outcomes, nordwind().world.users)] == [
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
