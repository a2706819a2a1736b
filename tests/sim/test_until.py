from datetime import timedelta

import pytest

from drill import ADA, GRACE, HAO, START, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.sim import until
from mfadrill.sim.until import (
    Condition,
    Enrolled,
    NobodyInEnrollment,
    Run,
    of_kind,
    of_user,
    somebody_locked_out,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        (somebody_locked_out(), 3),
        (NobodyInEnrollment(), 7),
        (of_user(HAO, "Hao"), 6),
        (of_kind("MailSent", "the next mail sent"), 2),
    ],
)
def test_time_passes_until_it_is_so_and_no_further(condition: Condition, days: int) -> None:
    simulation = nordwind(RequireMfa((ADA,), 3), RequireMfa((HAO,), 7))
    run = Run(simulation, condition)
    run.stretch(1000)
    assert run.reached
    assert simulation.now == START + days * DAY
    assert run.digest.since == START
    # What is recorded now is met again from the start.
    simulation.travel_to(START)
    again = Run(simulation, type(condition)() if isinstance(condition, NobodyInEnrollment) else condition)
    again.stretch(1000)
    assert simulation.now == START + days * DAY


def test_what_is_so_already_moves_nothing_and_what_never_comes_is_told() -> None:
    simulation = nordwind(RequireMfa((ADA,), 3))
    already = Run(simulation, Enrolled(1))
    already.stretch(10)
    assert (already.why, simulation.now) == ("It is so already: 1 user is enrolled.", START)
    never = Run(simulation, Enrolled(2))
    never.stretch(10)
    assert (never.reached, never.why) == (False, "nothing more happens by itself")
    assert simulation.now == START + 3 * DAY


def test_a_run_is_bounded_and_stops_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(until, "MOST_DAYS", 2)
    simulation = nordwind(RequireMfa((ADA,), 3))
    run = Run(simulation, of_user(GRACE, "Grace"))
    run.stretch(10)
    assert run.why.startswith("not within 2 days")
    assert simulation.now == START + 2 * DAY
    stopped = Run(simulation, of_user(GRACE, "Grace"))
    stopped.stop()
    stopped.stretch(10)
    assert simulation.now == START + 2 * DAY
