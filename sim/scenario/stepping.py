"""Stepping through a scenario: forwards, back, and to any step; and what a reader wants to know of each."""

from datetime import datetime

from msgspec import Struct

from mfadrill.sim.scenario.load import Scenario, Step
from mfadrill.sim.scenario.replay import Failure, take
from mfadrill.sim.simulation import Digest, Simulation
from mfadrill.sim.timeline import Timeline


class _State(Struct, frozen=True):
    """Where a simulation stands, as far as acting in it or moving its clock changes it."""

    timeline: int
    position: int
    now: datetime
    until: datetime
    branches: tuple[tuple[str, int, int], ...]

    @classmethod
    def of(cls, simulation: Simulation) -> "_State":
        branches = tuple((name, len(one), len(one.acts)) for name, one in simulation.branches.items())
        timeline = simulation.timeline
        return cls(id(timeline), simulation.position, simulation.now, timeline.until, branches)

    @property
    def acts(self) -> tuple[tuple[str, int], ...]:
        return tuple((name, acts) for name, _, acts in self.branches)


class Stepping:
    """A scenario at one of its steps: `number` of them are done, and `simulation` is the world after them.

    Going back is another replay from the beginning, so that nothing of what came later is left: neither events nor
    branches. Steps that fail are passed over, and remembered in `failures` by their number.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.failures: dict[int, Failure] = {}
        #: The furthest step that was ever done: up to it, it is known which have passed.
        self.seen = 0
        self._begin()

    def _begin(self) -> None:
        self.simulation = self.scenario.open()
        self.number = 0
        #: What the latest step brought, if it moved the clock.
        self.journey: Digest | None = None
        self._left = _State.of(self.simulation)

    def __len__(self) -> int:
        return len(self.scenario.steps)

    @property
    def step(self) -> Step | None:
        """The step that was done last."""
        return self.scenario.steps[self.number - 1] if self.number else None

    @property
    def strayed(self) -> bool:
        """Whether somebody else than a step has acted in the simulation, or moved its clock."""
        return _State.of(self.simulation) != self._left

    @property
    def acted(self) -> bool:
        """Whether somebody else than a step has acted, or changed branches: there is something to lose."""
        return _State.of(self.simulation).acts != self._left.acts

    def go_to(self, number: int) -> None:
        """Have so many steps done, exactly as in a replay up to there."""
        number = max(0, min(number, len(self)))
        if number < self.number or self.strayed:
            self._begin()
        for following in range(self.number + 1, number + 1):
            self._take(following)

    def _take(self, number: int) -> None:
        simulation = self.simulation
        timeline, since, before = simulation.timeline, simulation.now, simulation.position
        failure = take(self.scenario.steps[number - 1], number, simulation)
        if failure is None:
            self.failures.pop(number, None)
        else:
            self.failures[number] = failure
        self.number, self.seen = number, max(self.seen, number)
        self.journey = _journey(simulation, timeline, since, before)
        self._left = _State.of(simulation)


def _journey(simulation: Simulation, timeline: Timeline, since: datetime, before: int) -> Digest | None:
    """What lies between, if the clock was moved along one timeline."""
    if simulation.now == since or simulation.timeline is not timeline:
        return None
    low, high = sorted((before, simulation.position))
    return Digest(since, simulation.now, timeline.events.part(low, high))
