"""The pytest plugin: *.drill.yaml files are tests, and the `drill` fixture gives Python tests a simulation to drive.

It is loaded into every pytest run of an environment that has mfadrill, so it imports the rest only when asked.
"""

# pyright: reportUnknownMemberType=false
# pytest leaves the keyword arguments of its nodes untyped.

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mfadrill.sim.scenario.load import Scenario
    from mfadrill.sim.scenario.wall_clock import WallClock
    from mfadrill.sim.simulation import Simulation


class StepFailed(AssertionError):  # noqa: N818  (the step did, and it is an assertion)
    """A step did not bring what it should; the text is what `mfadrill replay` prints."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DrillFile | None:
    if file_path.name.endswith(".drill.yaml"):
        return DrillFile.from_parent(parent, path=file_path)
    return None


class DrillFile(pytest.File):
    """One scenario file; what is wrong with it is a collection error that lists everything."""

    def collect(self) -> Iterable[pytest.Item]:
        from mfadrill.sim.scenario.load import load_file
        from mfadrill.sim.scenario.problems import UnusableScenarios

        try:
            scenario = load_file(self.path)
        except UnusableScenarios as unusable:
            raise self.CollectError(str(unusable)) from None
        yield DrillItem.from_parent(self, name=scenario.name, scenario=scenario)


class DrillItem(pytest.Item):
    """One scenario, replayed."""

    def __init__(self, *, scenario: Scenario, **rest: Any) -> None:
        super().__init__(**rest)
        self.scenario = scenario

    def runtest(self) -> None:
        from mfadrill.sim.scenario.replay import replay
        from mfadrill.sim.scenario.report import failure_in_words

        done = replay(self.scenario, _wall_clock(self.config))
        if done.failure is not None:
            raise StepFailed(failure_in_words(done.failure, self.scenario.file))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, StepFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, 0, f"{self.scenario.name}: {self.scenario.title}"


class _Frozen:
    """The wall clock, frozen for a run of scenarios: freezing takes longer than replaying one."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.wall: WallClock | None = None


_FROZEN = pytest.StashKey[_Frozen]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FROZEN] = _Frozen()


def _wall_clock(config: pytest.Config) -> WallClock:
    from mfadrill.sim.scenario.wall_clock import frozen

    state = config.stash[_FROZEN]
    if state.wall is None:
        state.wall = state.stack.enter_context(frozen())
    return state.wall


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Whatever comes after a run of scenarios has the true time again."""
    if isinstance(item, DrillItem) and not isinstance(nextitem, DrillItem):
        state = item.config.stash[_FROZEN]
        state.wall = None
        state.stack.close()


class Drill:
    """A simulation for a Python test, and steps in the words of scenario files."""

    def __init__(self) -> None:
        self._simulation: Simulation | None = None

    def open(self, scenario: str = "first-rollout") -> Simulation:
        """The world of a scenario: a shipped one by its name, or a file's."""
        from mfadrill.sim.scenario.load import load

        found = load([scenario])[0]
        self._simulation = found.open()
        return self._simulation

    @property
    def simulation(self) -> Simulation:
        """The simulation that is driven; the world of the first rollout, if none was opened."""
        return self._simulation or self.open()

    def play(self, steps: str) -> None:
        """Do steps, written as in a scenario file. Raises StepFailed for one that does not bring what it should."""
        __tracebackhide__ = True
        from mfadrill.sim.scenario.load import read_steps
        from mfadrill.sim.scenario.problems import UnusableScenarios
        from mfadrill.sim.scenario.replay import take
        from mfadrill.sim.scenario.report import failure_in_words

        simulation = self.simulation
        try:
            readable = read_steps(dedent(steps), "drill.play", simulation)
        except UnusableScenarios as unusable:
            raise unusable.with_traceback(None) from None  # how they were read is of no interest
        for number, step in enumerate(readable, 1):
            failure = take(step, number, simulation)
            if failure is not None:
                raise StepFailed(failure_in_words(failure))


@pytest.fixture
def drill() -> Drill:
    """A simulation to drive: `drill.open("first-rollout")`, `drill.play("- advance: 8 days")`, `drill.simulation`."""
    return Drill()
