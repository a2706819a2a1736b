"""The agenda: what lies ahead, soonest first."""

from datetime import timedelta

from mfadrill.core.accounts import ActivateUsers, ScheduleActivation, SuspendUsers
from mfadrill.core.occurrences import OccurrenceKind
from mfadrill.core.portal import LogIn
from mfadrill.core.requirement import RemoveRequirement
from mfadrill.core.settings import UpdateOrganization
from mfadrill.sim.agenda import Agenda
from mfadrill.sim.simulation import Simulation
from rehearsal import ADA, ALAN, DAY, GRACE, PASSWORD, PUSH, START, TOTP, mails, nordwind, required

KINDS = OccurrenceKind


def coming(simulation: Simulation) -> list[tuple[timedelta, OccurrenceKind]]:
    """What lies ahead as the simulation sees it, which a fresh look at the world must confirm."""
    noted = sorted((at - START, kind) for at, kind in simulation.upcoming())
    fresh = Agenda().instants(simulation.world, simulation.now)
    assert sorted((at - START, kind) for at, kind in fresh) == noted
    return noted


def test_nothing_lies_ahead_of_a_new_organization() -> None:
    assert coming(nordwind()) == []


def test_what_lies_ahead_is_in_the_order_of_its_instants() -> None:
    simulation = nordwind()
    assert simulation.ahead() is None
    simulation.act(required(7))
    simulation.act(required(3, GRACE))
    simulation.act(ScheduleActivation((ALAN,), START + DAY))
    assert coming(simulation) == [
        (DAY, KINDS.ACTIVATION),
        (2 * DAY, KINDS.REMINDER),
        (3 * DAY, KINDS.PERIOD_ENDS),
        (6 * DAY, KINDS.REMINDER),
        (7 * DAY, KINDS.PERIOD_ENDS),
    ]


def test_at_one_instant_the_kinds_have_their_order() -> None:
    simulation = nordwind()
    simulation.act(required(2))
    simulation.act(required(1, GRACE))
    simulation.act(ScheduleActivation((ALAN,), START + DAY))
    ahead = simulation.ahead()
    assert ahead is not None
    assert ahead.kinds == (("scheduled activation", 1), ("reminder", 1), ("period ends", 1))
    assert ahead.subjects == (ALAN, ADA, GRACE)


def test_what_no_longer_follows_is_dropped() -> None:
    simulation = nordwind()
    simulation.act(required(7))
    assert simulation.ahead() is not None
    simulation.act(RemoveRequirement((ADA,)))
    assert simulation.ahead() is None
    assert coming(simulation) == []


def test_a_replaced_period_ends_once_and_at_its_new_end() -> None:
    simulation = nordwind()
    simulation.act(required(7))
    assert simulation.ahead() is not None
    simulation.act(required(2))
    assert coming(simulation) == [(DAY, KINDS.REMINDER), (2 * DAY, KINDS.PERIOD_ENDS)]
    assert simulation.advance(30 * DAY).counts["PeriodExpired"] == 1


def test_the_reminder_is_back_after_the_reactivation() -> None:
    simulation = nordwind()
    simulation.act(required(7))
    assert simulation.ahead() is not None
    simulation.act(SuspendUsers((ADA,)))
    assert coming(simulation) == [(7 * DAY, KINDS.PERIOD_ENDS)]
    simulation.advance(5 * DAY)
    simulation.act(ActivateUsers((ADA,)))
    assert coming(simulation) == [(6 * DAY, KINDS.REMINDER), (7 * DAY, KINDS.PERIOD_ENDS)]
    simulation.advance(DAY)
    assert mails(simulation)[-1] == "REMINDER"


def test_switching_totp_off_and_on_takes_the_reminder_away_and_back() -> None:
    simulation = nordwind(factors=frozenset({TOTP, PUSH}))
    simulation.act(required(7))
    assert simulation.ahead() is not None
    simulation.act(UpdateOrganization(factors=frozenset({PUSH})))
    assert coming(simulation) == [(7 * DAY, KINDS.PERIOD_ENDS)]
    simulation.act(UpdateOrganization(factors=frozenset({PUSH, TOTP})))
    assert coming(simulation) == [(6 * DAY, KINDS.REMINDER), (7 * DAY, KINDS.PERIOD_ENDS)]


def test_a_locked_account_unlocks_by_itself_only_once() -> None:
    simulation = nordwind(max_login_attempts=1, lockout_minutes=30)
    assert simulation.ahead() is None
    simulation.act(LogIn("b", "ada", "wrong"))
    assert coming(simulation) == [(timedelta(minutes=30), KINDS.UNLOCK)]
    simulation.advance(timedelta(minutes=30))
    assert coming(simulation) == []
    simulation.act(LogIn("b", "ada", PASSWORD))
    assert simulation.ahead() is None
