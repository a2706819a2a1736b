"""Workspaces survive: killed at any moment, they have all but the step that was being written."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import killed
from killed import step, steps_in
from mfadrill.sim.log import encode_log
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.workspace import Workspace
from rehearsal import nordwind

SEEDS, KILLS = range(8), 26


def logs(simulation: Simulation) -> dict[str, bytes]:
    return {name: encode_log(branch.events) for name, branch in simulation.branches.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_at_any_moment_it_lacks_at_most_the_step_under_way(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "drill.mfadrill"
    expected, made = nordwind(), 0
    Workspace.create(path, expected).close()
    command = [sys.executable, killed.__file__, str(path), str(seed)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as killing:
        assert killing.stdin
        assert killing.stdout
        for _ in range(KILLS):
            killing.stdin.write(b"\n")
            killing.stdin.flush()
            told = int(killing.stdout.readline())
            with closing(Workspace.open(path)) as opened:
                saved = steps_in(opened)
                # The step under way may have been saved, and not told of any more.
                assert told <= saved - made <= told + 1
                for number in range(made, saved):
                    step(expected, number)
                made = saved
                assert logs(opened.simulation) == logs(expected)
                assert opened.simulation.world == expected.world
                assert (opened.simulation.now, opened.simulation.position) == (
                    expected.now,
                    expected.position,
                )
        killing.stdin.close()
    assert made > 0
