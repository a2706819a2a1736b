"""Whatever is done, travelled and undone: the world is the fold of the log, and a replay gives the same bytes."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mfadrill.core.evolve import evolve
from mfadrill.core.refusals import Refusal
from mfadrill.core.world import World
from mfadrill.sim.log import encode_log
from mfadrill.sim.simulation import Simulation
from rehearsal import PUSH, START, TOTP, nordwind
from stories import STORIES, Story, move


def told(story: Story) -> Simulation:
    simulation = nordwind(max_login_attempts=2, lockout_minutes=30, factors=frozenset({TOTP, PUSH}))
    for what in story:
        try:
            move(simulation, what)
        except Refusal:
            continue
        check(simulation)
    return simulation


def check(simulation: Simulation) -> None:
    events = simulation.timeline.events
    assert simulation.world == evolve(World(), events[: simulation.position])
    assert simulation.timeline.head == evolve(World(), events)
    assert all(one.at <= other.at for one, other in pairwise(events))
    assert all(event.at <= simulation.now for event in events[: simulation.position])
    assert all(event.at >= simulation.now for event in events[simulation.position :])
    ahead = simulation.ahead()
    assert ahead is None or ahead.at >= simulation.now


@settings(max_examples=500, deadline=None)
@given(STORIES, st.integers(0, 10_000))
def test_every_state_is_the_fold_of_the_log_whatever_was_done_sought_forked_and_undone(
    story: Story, somewhere: int
) -> None:
    simulation = told(story)
    for branch in simulation.branches.values():
        position = somewhere % (len(branch) + 1)
        assert branch.world_at(position) == evolve(World(), branch.events[:position])
        assert branch.head == evolve(World(), branch.events)


@settings(max_examples=100, deadline=None)
@given(STORIES)
def test_the_same_story_makes_the_same_bytes(story: Story) -> None:
    first, second = told(story), told(story)
    logs = [{name: encode_log(b.events) for name, b in one.branches.items()} for one in (first, second)]
    assert logs[0] == logs[1]


@settings(max_examples=100, deadline=None)
@given(STORIES, st.lists(st.integers(0, 400), max_size=8))
def test_rewinding_and_going_forward_changes_no_byte(story: Story, hours: list[int]) -> None:
    simulation = told(story)
    end = max(simulation.now, simulation.timeline.until)
    simulation.travel_to(end)
    log, world = encode_log(simulation.timeline.events), simulation.world
    for hour in hours:
        simulation.travel_to(min(end, START + timedelta(hours=hour)))
        check(simulation)
    simulation.travel_to(end)
    assert (encode_log(simulation.timeline.events), simulation.world) == (log, world)


@settings(max_examples=100, deadline=None)
@given(STORIES)
def test_what_happens_by_itself_does_not_depend_on_the_stops(story: Story) -> None:
    simulation = told(story)
    simulation.travel_to(max(simulation.now, simulation.timeline.until))
    direct, with_stops = simulation.copy(), simulation.copy()
    direct.advance(timedelta(days=30))
    for _ in range(60):
        with_stops.advance(timedelta(hours=12))
    assert encode_log(with_stops.timeline.events) == encode_log(direct.timeline.events)
