"""The past told again: without one act, or with other days, and what of the later acts no longer applies."""

from datetime import timedelta
from functools import partial

import pytest

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.commands import Command
from mfadrill.core.portal import LogIn
from mfadrill.core.refusals import DaysOutOfRange, Refusal, UnknownThing, UnusableValue
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import ConfirmTotp, SkipEnrollment
from mfadrill.core.settings import CreateGroup
from mfadrill.core.together import Together
from mfadrill.core.totp import code_at
from mfadrill.core.users import UserId
from mfadrill.sim.ceremonies import show_qr_code
from mfadrill.sim.log import encode_log
from mfadrill.sim.rewriting import Miss, days_of, rewrite, with_days
from mfadrill.sim.simulation import Simulation
from rehearsal import ADA, DAY, GRACE, PASSWORD, START, names, nordwind, required, user


def rollout(seed: int = 1) -> Simulation:
    """Ada and Grace are required; on the second day Grace enrolls and Ada logs in; on the eighth, Ada is reset."""
    simulation = nordwind(seed=seed)
    simulation.act(required(7, ADA))
    simulation.act(required(9, GRACE))
    simulation.advance(DAY)
    for browser in (ADA, GRACE):
        simulation.act(LogIn(browser, browser, PASSWORD))
    simulation.act(SkipEnrollment(ADA))
    simulation.act(show_qr_code(simulation, GRACE))
    secret = simulation.world.browsers[GRACE].pending_secret
    assert secret is not None
    simulation.act(ConfirmTotp(GRACE, code_at(secret, simulation.now)))
    simulation.advance(7 * DAY)
    simulation.act(ResetTotp((ADA, GRACE), 5))
    simulation.advance(2 * DAY)
    return simulation


def test_a_branch_without_a_requirement_has_all_the_rest() -> None:
    simulation = rollout()
    old = encode_log(simulation.timeline.events)
    told = rewrite(simulation, "main", 0)
    assert told.branch == simulation.timeline.name == "branch 2"
    assert encode_log(simulation.branches["main"].events) == old
    branch = simulation.timeline
    assert (branch.parent, branch.forked_at) == (simulation.branches["main"], START)
    assert (branch.until, simulation.now) == (simulation.branches["main"].until, START + 10 * DAY)
    assert not user(simulation).required
    assert user(simulation, GRACE).required
    assert "user_mfa_exclusion_expired" not in names(simulation)


def test_what_no_longer_applies_is_told() -> None:
    simulation = rollout()
    told = rewrite(simulation, "main", 0)
    # Ada was let in without a modal, so there is none to skip; and there is nothing to reset of hers.
    assert [(m.act.command, m.miss, m.users) for m in told.missed] == [
        (SkipEnrollment(ADA), Miss.REFUSED, ()),
        (ResetTotp((ADA, GRACE), 5), Miss.REFUSED_FOR_SOME, (ADA,)),
    ]
    assert all(missed.why for missed in told.missed)
    assert told.again == 5
    # Who is not named among them was reset all the same.
    period = user(simulation, GRACE).period
    assert period is not None
    assert period.days == 5


def test_an_act_that_does_nothing_any_more_is_told() -> None:
    simulation = nordwind()
    simulation.act(required(7))
    simulation.act(RemoveRequirement((ADA,)))
    told = rewrite(simulation, "main", 0)
    assert [(m.act.command, m.miss) for m in told.missed] == [(RemoveRequirement((ADA,)), Miss.NO_EFFECT)]


def test_an_act_on_somebody_who_was_never_created_is_told() -> None:
    simulation = nordwind()
    simulation.act(CreateUsers((NewUser(username="hao", password=PASSWORD),)))
    simulation.act(required(7, UserId("hao")))
    told = rewrite(simulation, "main", 0)
    assert [(m.miss, m.why) for m in told.missed] == [(Miss.REFUSED, "There is no user 'hao'.")]
    assert told.again == 0


def test_with_other_days_what_happens_by_itself_happens_at_other_instants() -> None:
    simulation = rollout()
    told = rewrite(simulation, "main", 0, partial(with_days, days=" 20 "))
    assert told.missed == ()
    assert told.again == 7
    assert simulation.timeline.acts[0].command == required(20, ADA)
    assert "user_mfa_exclusion_expired" not in names(simulation)
    simulation.switch_to("main")
    assert names(simulation).count("user_mfa_exclusion_expired") == 1


def test_a_past_told_again_twice_is_the_same_bytes() -> None:
    logs = []
    for _ in range(2):
        simulation = rollout()
        rewrite(simulation, "main", 1)
        rewrite(simulation, "branch 2", 0, partial(with_days, days=3))
        logs.append([encode_log(branch.events) for branch in simulation.branches.values()])
    assert logs[0] == logs[1]
    assert len({bytes(log) for log in logs[0]}) == 3


def test_told_again_with_what_it_was_it_would_be_the_same() -> None:
    """To there and back again: the edit of an edit is the first branch."""
    simulation = rollout()
    rewrite(simulation, "main", 0, partial(with_days, days=20))
    rewrite(simulation, "branch 2", 0, partial(with_days, days=7))
    main, back = simulation.branches["main"], simulation.branches["branch 3"]
    assert encode_log(main.events) == encode_log(back.events)
    assert [act.at for act in main.acts] == [act.at for act in back.acts]


@pytest.mark.parametrize(
    ("branch", "number", "days", "refusal", "said"),
    [
        ("elsewhere", 0, 5, UnknownThing, "no branch 'elsewhere'"),
        ("main", 8, 5, UnknownThing, "'main' has 8 acts; there is none of number 9"),
        ("main", 0, "0", DaysOutOfRange, "from 1 to 365"),
        ("main", 0, 7, UnusableValue, "does already"),
        ("main", 2, 5, UnusableValue, "gives no days"),
    ],
)
def test_what_cannot_be_told_otherwise_is_refused(
    branch: str, number: int, days: object, refusal: type[Refusal], said: str
) -> None:
    simulation = rollout()
    before = simulation.now, simulation.world
    with pytest.raises(refusal, match=said):
        rewrite(simulation, branch, number, partial(with_days, days=days))
    assert (simulation.now, simulation.world) == before
    assert list(simulation.branches) == ["main"]


def test_days_are_found_among_several_commands() -> None:
    both: Command = Together((CreateGroup("Pilot"), RequireMfa((ADA,), 7)))
    assert days_of(both) == 7
    assert with_days(both, 3) == Together((CreateGroup("Pilot"), RequireMfa((ADA,), 3)))
    assert days_of(CreateGroup("Pilot")) is None


def test_the_same_people_behave_alike_on_both_branches() -> None:
    """Grace's secret, made up after the fork, is the same whatever was done to Ada."""
    secrets = []
    simulation = nordwind()
    simulation.act(required(7, ADA))
    simulation.act(required(9, GRACE))
    rewrite(simulation, "main", 0)
    for branch in ("main", "branch 2"):
        simulation.switch_to(branch)
        simulation.travel_to(START + timedelta(hours=5))
        if branch == "main":
            simulation.act(LogIn(ADA, ADA, PASSWORD))
        simulation.act(LogIn(GRACE, GRACE, PASSWORD))
        simulation.act(show_qr_code(simulation, GRACE))
        secrets.append(simulation.world.browsers[GRACE].pending_secret)
    assert secrets[0] == secrets[1] is not None
