"""The census against its definition: counting everybody in the world at that instant."""

from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mfadrill.core.accounts import ActivateUsers, RecordEnrollment, ScheduleActivation, SuspendUsers
from mfadrill.core.commands import Command
from mfadrill.core.factors import FactorStatus
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.status import totp_status
from mfadrill.sim.census import STATUSES, Census, Counts, counts_of, standings
from mfadrill.sim.simulation import Simulation
from rehearsal import ADA, ALAN, DAY, DUO, GRACE, PUSH, START, TOTP, nordwind, required

USERS = st.lists(st.sampled_from([ADA, GRACE, ALAN]), min_size=1, max_size=3, unique=True).map(tuple)
DAYS = st.integers(1, 9)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(RequireMfa, USERS, DAYS),
    st.builds(RequireMfa, USERS, DAYS),
    st.builds(RemoveRequirement, USERS),
    st.builds(ResetTotp, USERS, DAYS),
    st.builds(SuspendUsers, USERS),
    st.builds(ActivateUsers, USERS),
    st.builds(RecordEnrollment, st.sampled_from([ADA, GRACE]), st.just(TOTP), st.just("a phone")),
    st.builds(ScheduleActivation, USERS, st.integers(1, 400).map(lambda h: START + timedelta(hours=h))),
    st.builds(UpdateOrganization, factors=st.sampled_from([{TOTP}, {DUO}, {TOTP, PUSH}]).map(frozenset)),
)
SPANS = st.sampled_from([0, 1, 5, 24, 48, 72, 200]).map(lambda hours: timedelta(hours=hours))
STORIES = st.lists(st.one_of(COMMANDS, SPANS), max_size=20)


def told(story: list[Command | timedelta]) -> Simulation:
    simulation = nordwind()
    for what in story:
        try:
            _ = simulation.advance(what) if isinstance(what, timedelta) else simulation.act(what)
        except Refusal:
            continue
    return simulation


def by_definition(simulation: Simulation) -> Counts:
    return counts_of(simulation.world.users.values(), simulation.world, simulation.now)


def following(simulation: Simulation) -> Census:
    census = Census(simulation.timeline)
    census.follow()
    return census


@settings(max_examples=150, deadline=None)
@given(STORIES, st.lists(st.integers(0, 900), min_size=1, max_size=8))
@example([required(7, ADA), timedelta(hours=168)], [167, 168])
@example([required(7, ALAN), ScheduleActivation((ALAN,), START + DAY)], [0, 23, 24, 191, 192])
def test_the_counts_are_those_of_the_world_at_every_instant_past_and_coming(
    story: list[Command | timedelta], hours: list[int]
) -> None:
    simulation = told(story)
    timeline = simulation.timeline
    instants = sorted({START + timedelta(hours=hour) for hour in hours} | {e.at for e in timeline.events})
    counted = following(simulation).at(instants)
    forked = simulation.copy()
    for instant, counts in zip(instants, counted, strict=True):
        if instant <= timeline.until:
            world = timeline.world_at(timeline.position_at(instant))
        else:
            forked.travel_to(instant)
            world = forked.world
        assert counts == counts_of(world.users.values(), world, instant), instant


@settings(max_examples=60, deadline=None)
@given(STORIES)
def test_after_the_last_change_nothing_changes(story: list[Command | timedelta]) -> None:
    simulation = told(story)
    census = following(simulation)
    last = census.last_change()
    assert last >= START
    at, later = census.at([last, last + 400 * DAY])
    assert at == later


@settings(max_examples=60, deadline=None)
@given(STORIES, st.data())
def test_a_census_that_grows_with_the_log_is_the_same(
    story: list[Command | timedelta], data: st.DataObject
) -> None:
    simulation = told(story)
    whole, growing = following(simulation), Census(simulation.timeline)
    for length in sorted(data.draw(st.lists(st.integers(0, len(simulation.timeline)), max_size=4))):
        growing.follow(length)
    growing.follow()
    instants = [START + n * DAY for n in range(20)]
    assert growing.at(instants) == whole.at(instants)


def test_a_factor_that_is_off_hides_every_other_status_until_it_is_on_again() -> None:
    simulation = told(
        [
            required(2, ADA),
            DAY,
            UpdateOrganization(factors=frozenset({DUO})),
            2 * DAY,
            UpdateOrganization(factors=frozenset({TOTP})),
        ]
    )
    counted = following(simulation).at([START, START + DAY, START + 2 * DAY, START + 3 * DAY])
    assert counted == [
        Counts(in_enrollment=1, not_enrolled=2),
        Counts(disabled=3),
        Counts(disabled=3),
        Counts(expired=1, not_enrolled=2),
    ]


def test_every_status_is_counted() -> None:
    assert set(STATUSES) == set(FactorStatus)


def test_standings_count_by_department_and_say_whose_periods_end_next() -> None:
    simulation = told([required(7, GRACE), required(3, ADA), required(3, ALAN), SuspendUsers((GRACE,))])
    found = standings(simulation.world, simulation.now)
    assert found.everybody.counts == by_definition(simulation)
    assert found.everybody.required == 3
    assert [(ending.at - START, ending.users) for ending in found.endings] == [
        (3 * DAY, (ADA,)),
        (7 * DAY, (GRACE,)),
    ]
    assert (found.suspended, found.account_locked) == (1, 0)
    assert [share.users for share in found.departments] == [3]


@pytest.mark.parametrize("days", [1, 3, 8])
def test_no_ended_period_is_among_those_that_end_next(days: int) -> None:
    simulation = told([required(3, ADA), days * DAY])
    running = [
        user.id
        for user in simulation.world.users.values()
        if totp_status(user, simulation.world.organization, simulation.now) is FactorStatus.IN_ENROLLMENT
    ]
    endings = standings(simulation.world, simulation.now).endings
    assert [user for ending in endings for user in ending.users] == running
