"""The timeline: the world at any position is had again from the log."""

from datetime import timedelta

import pytest

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.events import Event
from mfadrill.core.evolve import evolve
from mfadrill.core.organization import Organization
from mfadrill.core.settings import CreateOrganization
from mfadrill.core.world import World
from mfadrill.sim.timeline import CHECKPOINT_EVERY, Timeline
from rehearsal import DAY, START, nordwind, required


def short_log() -> list[Event]:
    simulation = nordwind(required(3))
    simulation.advance(4 * DAY)
    return list(simulation.timeline.events)


def long_log() -> list[Event]:
    """More users than a checkpoint covers, one event each."""
    founding = CreateOrganization(Organization(name="Large")).decide(World(), START).events
    world = evolve(World(), founding)
    many = CreateUsers(tuple(NewUser(username=f"user{number}") for number in range(CHECKPOINT_EVERY + 900)))
    return [*founding, *many.decide(world, START).events]


def filled(events: list[Event]) -> Timeline:
    timeline = Timeline("main", START)
    timeline.extend(events)
    return timeline


def test_every_position_equals_a_replay_from_scratch_both_ways() -> None:
    events = short_log()
    timeline = filled(events)
    scratch = [evolve(World(), events[:position]) for position in range(len(events) + 1)]
    there_and_back = [*range(len(events) + 1), *reversed(range(len(events) + 1)), 3, 0, 5, 2]
    assert [timeline.world_at(position) for position in there_and_back] == [
        scratch[position] for position in there_and_back
    ]


@pytest.mark.parametrize(
    "positions",
    [
        [0, CHECKPOINT_EVERY - 1, CHECKPOINT_EVERY, CHECKPOINT_EVERY + 1],
        [CHECKPOINT_EVERY + 7, CHECKPOINT_EVERY + 5, CHECKPOINT_EVERY - 5, 1],
    ],
    ids=["forwards", "backwards"],
)
def test_a_log_longer_than_a_checkpoint_seeks_right_around_it(positions: list[int]) -> None:
    events = long_log()
    timeline = filled(events)
    for position in positions:
        assert timeline.world_at(position) == evolve(World(), events[:position])


def test_appending_one_by_one_or_all_at_once_makes_the_same_world() -> None:
    events = short_log()
    one_by_one = Timeline("main", START)
    for event in events:
        one_by_one.append([event])
    assert one_by_one.head == filled(events).head
    assert list(one_by_one.events) == events


def test_appending_nothing_changes_nothing() -> None:
    timeline = filled(short_log())
    before, length = timeline.head, len(timeline)
    assert timeline.append([]) is before
    assert len(timeline) == length


def test_extending_goes_on_until_the_last_event() -> None:
    events = short_log()
    timeline = Timeline("main", START)
    assert timeline.extend(events) == timeline.head
    assert timeline.until == events[-1].at == START + 3 * DAY
    timeline.extend([])
    assert timeline.until == START + 3 * DAY


def test_the_position_at_an_instant_counts_what_happens_exactly_then() -> None:
    timeline = filled(short_log())
    end = START + 3 * DAY
    assert timeline.position_at(end) == len(timeline)
    assert timeline.position_at(end - timedelta(microseconds=1)) == len(timeline) - 1
    assert timeline.position_at(START - DAY) == 0


def test_a_fork_shares_the_past_and_leaves_the_old_alone() -> None:
    events = short_log()
    timeline = filled(events)
    branch = timeline.fork("other", 4, START)
    assert list(branch.events) == events[:4]
    assert branch.head == evolve(World(), events[:4])
    branch.append(events[6:7])
    assert list(timeline.events) == events
    assert list(branch.events) == [*events[:4], events[6]]
    assert timeline.head == evolve(World(), events)


def test_a_fork_of_a_long_log_has_the_checkpoints_of_its_past_only() -> None:
    events = long_log()
    branch = filled(events).fork("other", CHECKPOINT_EVERY - 10, START)
    branch.append(events[-3:])
    assert branch.world_at(CHECKPOINT_EVERY - 10) == evolve(World(), events[: CHECKPOINT_EVERY - 10])
    assert branch.world_at(CHECKPOINT_EVERY - 8) == evolve(
        World(), [*events[: CHECKPOINT_EVERY - 10], *events[-3:-1]]
    )
