from contextlib import suppress
from datetime import timedelta

import pytest
from msgspec import structs

from drill import ADA, ALAN, GRACE, nordwind
from mfadrill.core.accounts import ActivateUsers, AddToGroup, RemoveFromGroup, SuspendUsers
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy, DeletePolicy, SwitchPolicy, UpdatePolicy
from mfadrill.core.events import PeriodExpired, PeriodStarted, PolicyCreated, UserSuspended
from mfadrill.core.factors import Factor
from mfadrill.core.login import login_decision
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import USER_PORTAL, Action, Context, Effect, Policy, PolicyId
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RequireMfa, ResetTotp
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.users import GroupId, UserId
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


def otherwise(simulation: Simulation, undone: int) -> Simulation:
    """The simulation again, with one of its acts left undone."""
    acts = simulation.timeline.acts
    other = simulation.copy()
    other.timeline = simulation.timeline.fork("otherwise", acts[undone].position, acts[undone].at)
    other.branches = {"otherwise": other.timeline}
    other.position = len(other.timeline)
    other.clock.move_to(acts[undone].at)
    for act in acts[undone + 1 :]:
        other.travel_to(act.at)
        # Without the one before it, there may be nothing left to change.
        with suppress(Refusal):
            other.act(act.command)
    other.travel_to(simulation.now)
    return other


FINANCE, CONTRACTORS = GroupId("finance"), GroupId("contractors")
OUT = Policy(id=PolicyId(""), name="Out", effect=Effect(action=Action.DENY))
NOT_FINANCE = structs.replace(OUT, name="Not finance", excluded=frozenset({FINANCE}))

#: What the admin did, day by day, and which act is the latest that would have had to stay undone.
DENIALS: dict[str, tuple[tuple[Command, ...], int | None]] = {
    "a policy that denies everybody": ((CreatePolicy(OUT), RequireMfa((ADA,), 7)), 0),
    "joining a group that is denied": ((RequireMfa((ADA,), 7), AddToGroup(CONTRACTORS, (ADA,))), 1),
    "joining a denied group while locked out": ((RequireMfa((ADA,), 1), AddToGroup(CONTRACTORS, (ADA,))), 1),
    "leaving a group that is excluded": (
        (AddToGroup(FINANCE, (ADA,)), CreatePolicy(NOT_FINANCE), RemoveFromGroup(FINANCE, (ADA,))),
        2,
    ),
    "the portal default, and another setting later": (
        (
            UpdateOrganization(portal_default=PortalDefault.DENY),
            UpdateOrganization(unified_mfa=True),
        ),
        0,
    ),
    "the last factor switched off": (
        (RequireMfa((ADA,), 7), UpdateOrganization(factors=frozenset())),
        1,
    ),
    "the policy that allowed deleted": (
        (
            CreatePolicy(structs.replace(OUT, effect=Effect())),
            UpdateOrganization(portal_default=PortalDefault.DENY),
            DeletePolicy(PolicyId("out")),
        ),
        2,
    ),
    "two policies that deny": ((CreatePolicy(OUT), CreatePolicy(NOT_FINANCE)), None),
}


@pytest.mark.parametrize(("acts", "turned"), DENIALS.values(), ids=DENIALS)
def test_the_latest_act_that_denied_did_deny_and_none_that_came_later(
    acts: tuple[Command, ...], turned: int | None
) -> None:
    simulation = nordwind()
    for command in acts:
        simulation.act(command)
        simulation.advance(timedelta(days=1))
    assert outcome(simulation, ADA) is LoginOutcome.DENIED
    causes = causes_of(simulation, ADA)
    event = causes.turned
    done = simulation.timeline.acts
    found = None if event is None else next(n for n, act in enumerate(done) if act.at == event.at)
    assert found == turned
    lets_go_on = [
        n for n in range(len(done)) if outcome(otherwise(simulation, n), ADA) is not LoginOutcome.DENIED
    ]
    assert (lets_go_on[-1] if lets_go_on else None) == turned
    assert causes.instead is (None if turned is None else outcome(otherwise(simulation, turned), ADA))
    said = causes_in_words(causes, simulation.world, ADA, simulation.now)
    assert ("leaving undone" in said[0]) is (turned is not None)


def test_what_a_later_edit_of_a_policy_left_as_it_was_is_not_its_doing() -> None:
    out = PolicyId("out")
    simulation = nordwind(CreatePolicy(structs.replace(OUT, on=False)))
    simulation.act(SwitchPolicy(out, True))
    switched = simulation.timeline.events[-1]
    simulation.advance(timedelta(days=1))
    simulation.act(UpdatePolicy(structs.replace(OUT, id=out, description="For a while.")))
    assert causes_of(simulation, ADA).turned is switched


def test_where_totp_was_off_at_the_end_the_prevention_is_before_that() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    simulation.advance(timedelta(days=4))
    simulation.act(UpdateOrganization(factors=frozenset({Factor.PUSH})))
    simulation.advance(timedelta(days=6))
    simulation.act(UpdateOrganization(factors=frozenset({Factor.TOTP})))
    assert outcome(simulation, ADA) is LoginOutcome.LOCKED_OUT
    prevention = causes_of(simulation, ADA).prevention
    assert prevention is not None
    for days, meets in (
        (prevention.days, LoginOutcome.SET_UP),
        (prevention.days - 1, LoginOutcome.LOCKED_OUT),
    ):
        other = nordwind(RequireMfa((ADA,), 7))
        other.travel_to(prevention.before - timedelta(microseconds=1))
        other.act(ResetTotp((ADA,), days))
        for act in simulation.timeline.acts:
            other.travel_to(act.at)
            other.act(act.command)
        assert outcome(other, ADA) is meets


def test_a_suspension_within_the_period_is_told_and_the_prevention_holds_nevertheless() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    simulation.advance(timedelta(days=2))
    simulation.act(SuspendUsers((ADA,)))
    simulation.advance(timedelta(days=6))
    simulation.act(ActivateUsers((ADA,)))
    causes = causes_of(simulation, ADA)
    said = causes_in_words(causes, simulation.world, ADA, simulation.now)
    assert said[0].startswith("Suspended from Wed 4 Mar 2026 09:00 to Tue 10 Mar 2026 09:00")
    assert causes.prevention is not None
    other = nordwind(RequireMfa((ADA,), 7))
    other.advance(timedelta(days=2))
    other.act(SuspendUsers((ADA,)))
    other.travel_to(causes.prevention.before - timedelta(microseconds=1))
    other.act(RequireMfa((ADA,), causes.prevention.days))
    other.travel_to(simulation.now)
    other.act(ActivateUsers((ADA,)))
    assert outcome(other, ADA) is LoginOutcome.SET_UP


def test_who_is_suspended_while_the_period_expires_is_not_promised_to_be_let_in() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    simulation.act(SuspendUsers((ADA,)))
    simulation.advance(timedelta(days=8))
    said = causes_in_words(causes_of(simulation, ADA), simulation.world, ADA, simulation.now)
    assert "not to suspend the user on Mon 2 Mar 2026 09:00" in said[0]
    assert said[-1] == "Reactivated now, the user meets: locked out."


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
