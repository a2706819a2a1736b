"""Routine visits: what is told at once is exactly what the commands of each visit, one by one, would answer."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from mfadrill.core.accounts import (
    ActivateUsers,
    RecordEnrollment,
    SuspendUsers,
    UnlockUsers,
)
from mfadrill.core.behaviour import Behaviour
from mfadrill.core.challenges import AnswerTotp, SendPush
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.evolve import evolve
from mfadrill.core.factors import Factor
from mfadrill.core.handling_phones import LosePhone, ReplacePhone, SetPhoneClock
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import Action, DeviceManaged, Effect, Policy, PolicyId
from mfadrill.core.portal import LogIn
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import PairPush, SkipEnrollment
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.users import UserId
from mfadrill.core.world import World
from mfadrill.sim.log import encode_log
from mfadrill.sim.routine import Visits
from mfadrill.sim.stretch import Stretch
from rehearsal import ADA, ALAN, DAY, GRACE, PASSWORD, nordwind

HOUR = timedelta(hours=1)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

#: All come within few minutes, so that they meet there, and again and again.
BUSY = Behaviour(log_ins=12, opens=8 * 60, closes=8 * 60 + 6, enroll_at_first=0, enroll_at_last=20, away=0)
WILLING = structs.replace(BUSY, enroll_at_first=80, enroll_at_last=100)


class OneByOne(Visits):
    """The long way, for everybody."""

    def come(self, stretch: Stretch, users: Sequence[UserId], now: datetime, *, looked: bool) -> int:
        return 0


one = st.sampled_from([ADA, GRACE, ALAN])
factor = st.sampled_from(Factor)
enabled = st.frozensets(factor, min_size=1)
effects = st.sampled_from(
    [
        Effect(),
        Effect(action=Action.DENY),
        Effect(mfa_required=True),
        Effect(mfa_required=True, factors=frozenset({Factor.PUSH})),
    ]
)
policies = st.builds(
    Policy,
    id=st.sampled_from([PolicyId("p"), PolicyId("q")]),
    name=st.sampled_from(["P", "Q"]),
    effect=effects,
    conditions=st.none() | st.just(DeviceManaged(True)),
)
acts: st.SearchStrategy[Command] = st.one_of(
    st.builds(RequireMfa, st.tuples(one), st.integers(1, 9)),
    st.builds(RequireMfa, st.just((ADA, GRACE, ALAN)), st.integers(1, 9)),
    st.builds(ResetTotp, st.tuples(one), st.integers(1, 4)),
    st.builds(RemoveRequirement, st.tuples(one)),
    st.builds(SuspendUsers, st.tuples(one)),
    st.builds(ActivateUsers, st.tuples(one)),
    st.builds(UnlockUsers, st.tuples(one)),
    st.builds(RecordEnrollment, one, factor, st.just("device"), st.just(SECRET)),
    st.builds(LosePhone, one),
    st.builds(ReplacePhone, one),
    st.builds(SetPhoneClock, one, st.sampled_from([-600, -20, 0, 20, 600])),
    st.builds(UpdateOrganization, factors=enabled),
    st.builds(UpdateOrganization, portal_default=st.sampled_from(PortalDefault)),
    st.builds(UpdateOrganization, max_login_attempts=st.integers(1, 3)),
    st.builds(CreatePolicy, policies),
    st.builds(LogIn, st.sampled_from(["b", "c"]), one, st.sampled_from([PASSWORD, PASSWORD, "wrong"])),
    st.builds(AnswerTotp, st.just("b"), st.just("000000")),
    st.builds(SendPush, st.just("b")),
    st.builds(PairPush, st.just("b"), holder=st.sampled_from(["", "the attacker"])),
    st.builds(SkipEnrollment, st.just("b")),
)
#: Each act with the time that passes after it: to the same hour again, or into the minutes of the crowd.
stories = st.lists(
    st.tuples(acts, st.sampled_from([timedelta(0), HOUR, DAY, DAY, 23 * HOUR + timedelta(minutes=3)])),
    min_size=3,
    max_size=14,
)


#: A log-in in another browser that goes on by itself: its user is locked when the requirement is removed.
FREED: list[tuple[Command, timedelta]] = [
    (UpdateOrganization(max_login_attempts=1), timedelta(0)),
    (LogIn("b", ADA, PASSWORD), timedelta(0)),
    (LogIn("c", ADA, "wrong"), timedelta(0)),
    (RemoveRequirement((ADA,)), timedelta(0)),
]
CLOCK_IS_WRONG: list[tuple[Command, timedelta]] = [
    (RecordEnrollment(ADA, Factor.TOTP, "device", SECRET), DAY),
    (SetPhoneClock(ADA, 600), DAY),
    (SetPhoneClock(ADA, 20), DAY),
    (LogIn("b", ADA, "wrong"), DAY),
]


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@example(frozenset({Factor.TOTP}), BUSY, 1, FREED)
@example(frozenset({Factor.TOTP}), BUSY, 1, CLOCK_IS_WRONG)
@given(enabled, st.sampled_from([BUSY, WILLING]), st.integers(0, 50), stories)
def test_routine_visits_bring_what_their_commands_would(
    factors: frozenset[Factor], behaviour: Behaviour, seed: int, story: list[tuple[Command, timedelta]]
) -> None:
    told, reference = (nordwind(SetBehaviour(behaviour), seed=seed) for _ in range(2))
    reference._log_ins.visits = OneByOne(seed)
    begin: tuple[Command, ...] = (UpdateOrganization(factors=factors), RequireMfa((ADA, GRACE, ALAN), 2))
    for simulation in (told, reference):
        for command, span in [*((command, timedelta(0)) for command in begin), *story]:
            with suppress(Refusal):
                simulation.act(command)
            simulation.advance(span)
        simulation.advance(3 * DAY)
    for _ in range(2):
        assert encode_log(told.timeline.events) == encode_log(reference.timeline.events)
        assert told.world == reference.world == evolve(World(), told.timeline.events)
        for position in range(0, len(told.timeline), 7):
            assert told.timeline.world_at(position) == evolve(World(), told.timeline.events[:position])
        for simulation in (told, reference):  # and once more, on another branch
            simulation.travel_to(simulation.start + DAY)
            simulation.act(ReplacePhone(ALAN))
            simulation.travel_to(simulation.start + 4 * DAY)
