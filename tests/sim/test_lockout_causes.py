from datetime import timedelta

import pytest

from drill import ADA, ALAN, GRACE, nordwind
from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.events import PeriodExpired, PeriodStarted, PolicyCreated, UserSuspended
from mfadrill.core.login import login_decision
from mfadrill.core.policies import USER_PORTAL, Action, Context, Effect, Policy, PolicyId
from mfadrill.core.requirement import RequireMfa, ResetTotp
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.users import UserId
from mfadrill.sim.lockout_causes import Causes, causes_in_words, lockout_causes
from mfadrill.sim.simulation import Simulation


def causes_of(simulation: Simulation, user: UserId) -> Causes:
    return lockout_causes(
        simulation.timeline.events, simulation.position, simulation.world, user, simulation.now
    )


def outcome(simulation: Simulation, user: UserId) -> LoginOutcome:
    world = simulation.world
    return login_decision(world, world.users[user], USER_PORTAL, Context(), simulation.now).outcome


def locked_out(days: int, late: timedelta) -> Simulation:
    simulation = nordwind()
    simulation.act(RequireMfa((ADA,), days))
    simulation.advance(timedelta(days=days) + late)
    return simulation


def test_the_chain_leads_from_the_requirement_to_the_expiry() -> None:
    chain = causes_of(locked_out(7, timedelta(days=1)), ADA).chain
    kinds = [type(event) for event in chain]
    assert kinds.index(PeriodStarted) < kinds.index(PeriodExpired)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=1), timedelta(days=1), timedelta(days=9.5)])
@pytest.mark.parametrize("days", [1, 7, 30])
@pytest.mark.parametrize("again", [RequireMfa, ResetTotp])
def test_the_latest_prevention_does_prevent_it_and_a_day_less_does_not(
    days: int, late: timedelta, again: type[RequireMfa | ResetTotp]
) -> None:
    simulation = locked_out(days, late)
    then = simulation.now
    prevention = causes_of(simulation, ADA).prevention
    assert prevention is not None

    def otherwise(days: int, before_the_end: timedelta) -> LoginOutcome:
        other = simulation.copy()
        other.travel_to(prevention.before - before_the_end)
        other.act(again((ADA,), days))
        other.travel_to(then)
        return outcome(other, ADA)

    # A microsecond before the end is the last instant; the new period then ends a microsecond early.
    assert otherwise(prevention.days, timedelta(microseconds=1)) is LoginOutcome.SET_UP
    if prevention.days > 1:
        assert otherwise(prevention.days - 1, timedelta(microseconds=1)) is LoginOutcome.LOCKED_OUT


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3, hours=5)])
def test_so_many_days_at_the_start_would_have_been_enough_and_one_less_not(late: timedelta) -> None:
    simulation = locked_out(7, late)
    needed = causes_of(simulation, ADA).days_needed
    assert needed is not None
    for days, meets in ((needed, LoginOutcome.SET_UP), (needed - 1, LoginOutcome.LOCKED_OUT)):
        other = nordwind()
        other.act(RequireMfa((ADA,), days))
        other.travel_to(simulation.now)
        assert outcome(other, ADA) is meets


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (SuspendUsers((GRACE,)), UserSuspended),
        (
            CreatePolicy(Policy(id=PolicyId(""), name="Out", effect=Effect(action=Action.DENY))),
            PolicyCreated,
        ),
    ],
)
def test_a_suspension_and_a_policy_that_denies_have_their_own_chain(command: Command, event: type) -> None:
    simulation = nordwind()
    simulation.act(command)
    causes = causes_of(simulation, GRACE)
    assert causes.kept_out
    assert isinstance(causes.chain[-1], event)
    assert causes.prevention is None


@pytest.mark.parametrize(("user", "says"), [(ADA, "In 7 days"), (GRACE, "Not locked out"), (ALAN, "staged")])
def test_who_is_not_locked_out_is_told_what_stands_between(user: UserId, says: str) -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    causes = causes_of(simulation, user)
    assert says in " ".join(causes_in_words(causes, simulation.world, user, simulation.now))


def test_the_words_name_the_latest_action_and_the_days_at_the_start() -> None:
    simulation = locked_out(7, timedelta(days=1))
    said = causes_in_words(causes_of(simulation, ADA), simulation.world, ADA, simulation.now)
    assert "until Mon 9 Mar 2026 09:00" in said[0]
    assert "with 2 days or more" in said[0]
    assert "9 days instead of 7 on Mon 2 Mar 2026 09:00" in said[1]
