"""Replaying a scenario: step by step, up to the first one that does not bring what it should."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from msgspec import Struct

from mfadrill.core.commands import Outcome, OutcomeKind
from mfadrill.core.events import Event
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import user_id
from mfadrill.core.words import when
from mfadrill.sim.log import encode_log
from mfadrill.sim.scenario.expectations import EXPECTATIONS, Mismatch, Moment
from mfadrill.sim.scenario.load import Scenario, Step
from mfadrill.sim.scenario.steps import STEPS
from mfadrill.sim.scenario.wall_clock import LONG_AGO, WallClock, follow, frozen
from mfadrill.sim.simulation import Simulation

#: How many of a user's latest events a failure shows.
LATEST = 5


class Failure(Struct, frozen=True):
    """A step that did not bring what it should, and what is known about it then."""

    step: Step
    number: int
    instant: str
    zone: str
    mismatches: tuple[Mismatch, ...]
    latest: tuple[tuple[str, tuple[Event, ...]], ...]


class Replay(Struct, frozen=True):
    """How a replay went. `log` is the event log as bytes, up to where it got."""

    scenario: Scenario
    steps_done: int
    failure: Failure | None
    log: bytes
    events: int

    @property
    def passed(self) -> bool:
        return self.failure is None


def replay(scenario: Scenario, wall: WallClock | None = None, simulation: Simulation | None = None) -> Replay:
    """Run all steps. With a `wall`, that clock follows the simulated one.

    Who wants to look at the simulation afterwards opens it, and gives it here.
    """
    simulation = simulation or scenario.open()
    if wall is not None:
        follow(wall, simulation.clock)
    failure = None
    done = 0
    for number, step in enumerate(scenario.steps, 1):
        failure = take(step, number, simulation)
        if failure is not None:
            break
        done = number
    events = simulation.timeline.events
    return Replay(scenario, done, failure, encode_log(events), len(events))


def play_to(scenario: Scenario, last: int) -> Simulation:
    """The simulation after so many steps, for somebody to go on from. Steps that fail are passed over."""
    simulation = scenario.open()
    for number, step in enumerate(scenario.steps[:last], 1):
        take(step, number, simulation)
    return simulation


def take(step: Step, number: int, simulation: Simulation) -> Failure | None:
    """Do one step and look whether it brought what it should."""
    before = simulation.position
    mismatches: list[Mismatch] = []
    outcomes: Sequence[Outcome] = ()
    refusal: Refusal | None = None
    if step.kind is not None:
        try:
            outcomes = STEPS[step.kind].run(simulation, step.args)
        except Refusal as raised:
            refusal = raised
    if refusal is not None or not any(outcome.kind is OutcomeKind.REFUSED for outcome in outcomes):
        mismatches += _refusal_differs(step, refusal)
    mismatches += _outcomes_differ(step, outcomes)
    if not mismatches:
        # Of a step back nothing is left; what the log has after the cursor has not happened yet.
        events = simulation.timeline.events[before : simulation.position]
        mismatches += _expectations_differ(step, Moment(simulation, events, outcomes))
    if not mismatches:
        return None
    subjects = list(dict.fromkeys(m.subject for m in mismatches if m.subject)) or _subjects(step)
    latest = tuple((subject, _latest(simulation, subject)) for subject in subjects[:5])
    zone = simulation.zone
    return Failure(step, number, when(simulation.now, zone), zone, tuple(mismatches), latest)


def _refusal_differs(step: Step, refusal: Refusal | None) -> Iterator[Mismatch]:
    if refusal is None:
        if step.refused is not None:
            yield Mismatch("", "refused", step.refused, "it was not refused")
    elif step.refused is None:
        yield Mismatch("", "the step is possible", "yes", f"refused: {refusal.text}")
    elif step.refused.casefold() not in refusal.text.casefold():
        yield Mismatch("", "refused", step.refused, refusal.text)


def _outcomes_differ(step: Step, outcomes: Sequence[Outcome]) -> Iterator[Mismatch]:
    """Who is refused among several users must have been expected to be."""
    refused = [outcome for outcome in outcomes if outcome.kind is OutcomeKind.REFUSED]
    if step.refused is not None and refused:
        if not any(step.refused.casefold() in outcome.why.casefold() for outcome in refused):
            yield Mismatch(refused[0].user, "refused", step.refused, refused[0].why)
    elif "outcome" not in step.expect:
        for outcome in refused:
            yield Mismatch(outcome.user, "the step is possible", "yes", f"refused: {outcome.why}")


def _expectations_differ(step: Step, moment: Moment) -> Iterator[Mismatch]:
    for name, expected in step.expect.items():
        try:
            yield from EXPECTATIONS[name].check(moment, expected)
        except Refusal as refusal:
            yield Mismatch("", name, "something to look at", refusal.text)


def _subjects(step: Step) -> list[str]:
    """Whom a step is about."""
    args = step.args
    if not isinstance(args, dict):
        return []
    named = cast(dict[str, Any], args)
    return named["users"] if "users" in named else [named["user"]] if "user" in named else []


def _latest(simulation: Simulation, username: str) -> tuple[Event, ...]:
    id_ = user_id(username)
    mine = [event for event in simulation.timeline.events[: simulation.position] if id_ in event.touches]
    return tuple(mine[-LATEST:])


def heeds_the_wall_clock(scenario: Scenario, first: Replay) -> bool:
    """Whether the log is another one under a wall clock that stands in 1999: then something of ours looks at it."""
    with frozen(LONG_AGO):
        return replay(scenario).log != first.log
