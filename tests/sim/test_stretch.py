"""Stretches of routine visits: whoever reads them, and wherever, finds what a log told event by event has."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.behaviour import Behaviour
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.events import Event
from mfadrill.core.evolve import evolve
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.world import World
from mfadrill.sim import event_list, log_ins, stretch, timeline
from mfadrill.sim.log import encode_log
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.stretch import Stretch
from mfadrill.sim.workspace import Workspace
from rehearsal import DAY, PASSWORD, PUSH, TOTP, nordwind

BEHAVIOUR = Behaviour(log_ins=7, enroll_at_first=20, enroll_at_last=60)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches and checkpoints of a few events, as if the crowd were large."""
    monkeypatch.setattr(timeline, "MADE_LATER", 12)
    monkeypatch.setattr(timeline, "CHECKPOINT_EVERY", 64)
    monkeypatch.setattr(timeline, "EVENTS_A_USER", 4)
    monkeypatch.setattr(log_ins, "CHECKPOINT_EVERY", 48)
    monkeypatch.setattr(event_list, "SEALED_AT", 32)


def crowd() -> Simulation:
    """Forty people, half of whom have to enroll, with a period that ends on the way."""
    people = CreateUsers(tuple(NewUser(username=f"u{number}", password=PASSWORD) for number in range(40)))
    found = nordwind(people, SetBehaviour(BEHAVIOUR), factors=frozenset({TOTP, PUSH}))
    found.act(RequireMfa(tuple(sorted(found.world.users))[::2], 3))
    return found


def scratch(events: list[Event]) -> list[World]:
    """The world at each position, told event by event."""
    return [evolve(World(), events[:position]) for position in range(len(events) + 1)]


def test_facts_are_made_only_when_somebody_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    class Noticed(Stretch):
        __slots__ = ()

        def facts(self) -> list[Event]:
            made.append(self.size)
            return super().facts()

    monkeypatch.setattr(log_ins, "Stretch", Noticed)
    monkeypatch.setattr(timeline, "MADE_LATER", 0)
    found = crowd()
    found.advance(6 * DAY)
    world = found.world
    assert made == []
    assert len(encode_log(found.timeline.events).splitlines()) == len(found.timeline)
    assert sum(made) > 500
    assert world == evolve(World(), found.timeline.events)


@pytest.mark.parametrize("strides", [1, 9], ids=["in one go", "with stops"])
def test_every_position_has_the_world_of_its_events(strides: int) -> None:
    found = crowd()
    for _ in range(strides):
        found.advance(6 * DAY / strides)
    log = found.timeline
    copy = log.fork("copy", len(log), found.now)
    middle = len(log) // 2
    places = [middle, 3 * middle // 2, 5, *range(len(log), 0, -11), *range(0, len(log), 13)]
    found_worlds = [copy.world_at(position) for position in places]
    worlds = scratch([*log.events])
    assert found_worlds == [worlds[position] for position in places]
    assert log.head == worlds[-1]


def test_an_instant_is_found_in_a_stretch() -> None:
    found = crowd()
    found.advance(6 * DAY)
    log = found.timeline
    instants = [found.start + number * timedelta(hours=1, seconds=7) for number in range(24 * 7)]
    positions = [log.position_at(at) for at in instants]
    events = [*log.events]
    assert positions == [sum(event.at <= at for event in events) for at in instants]
    assert log.position_at(events[100].at) == sum(event.at <= events[100].at for event in events)


def test_a_branch_from_the_middle_of_a_stretch_goes_on_as_if_it_had_been_told_event_by_event() -> None:
    found, told = crowd(), crowd()
    found.advance(6 * DAY)
    told.advance(2 * DAY + timedelta(hours=2, minutes=7))
    found.travel_to(told.now)
    for one in (found, told):
        one.act(SetBehaviour(structs.replace(BEHAVIOUR, enroll_at_last=100)))
        one.advance(5 * DAY)
    assert found.timeline.name != told.timeline.name
    assert encode_log(found.timeline.events) == encode_log(told.timeline.events)
    assert found.world == told.world == evolve(World(), found.timeline.events)
    found.undo()
    assert found.world == evolve(World(), found.timeline.events[: found.position])
    found.advance(3 * DAY)
    assert found.world == evolve(World(), found.timeline.events)


def test_a_workspace_of_stretches_comes_back_and_goes_on(tmp_path: Path) -> None:
    found = crowd()
    workspace = Workspace.create(tmp_path / "one.mfadrill", found)
    found.advance(4 * DAY)
    workspace.note()
    found.advance(DAY)  # while what was noted waits to be written
    workspace.save()
    found.travel_to(found.start + 2 * DAY)
    found.act(SetBehaviour(BEHAVIOUR))
    found.act(SetBehaviour(None))
    found.undo()
    found.advance(3 * DAY)
    workspace.save()
    workspace.close()
    again = Workspace.open(tmp_path / "one.mfadrill")
    again.simulation.advance(DAY)
    found.advance(DAY)
    for name, branch in found.branches.items():
        assert encode_log(again.simulation.branches[name].events) == encode_log(branch.events)
    assert again.simulation.world == found.world
    again.close()


def test_a_stretch_says_how_many_facts_it_has() -> None:
    found = crowd()
    found.advance(6 * DAY)
    visits = [visits for _, visits in found.timeline._visits]
    assert [one.size for one in visits] == [len(one.facts()) for one in visits]
    assert {type(way) for one in visits for *_, ways in one._minutes for way in ways} == {
        stretch.Way,
        stretch.Enrolling,
    }
