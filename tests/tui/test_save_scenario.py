from pathlib import Path

import pytest
from tests.drill import Drill, drill
from tests.drill import nordwind as with_a_secret_of_its_own

from mfadrill.sim.scenario.load import load_file
from mfadrill.sim.scenario.replay import replay
from rehearsal import nordwind, required


async def save(running: Drill, *keys: str) -> None:
    await running.do("app.save-scenario")
    await running.press(*keys, "enter")
    await running.app.workers.wait_for_complete()
    await running.settle()


async def test_what_was_done_is_saved_as_a_scenario_and_never_over_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    simulation = nordwind()
    simulation.act(required())
    file = tmp_path / "my-main.drill.yaml"
    async with drill(simulation, size=(80, 24)) as running:
        await save(running)
        assert "2 steps saved as my-main.drill.yaml" in running.told
        assert replay(load_file(file)).passed
        assert "expect:" in file.read_text(encoding="utf-8")
        await save(running)
        assert "already" in running.said("#said")
        await running.press("escape")
        file.unlink()
        await save(running, "tab", "space", "shift+tab")
        assert "1 step saved" in running.told
        assert "expect:" not in file.read_text(encoding="utf-8")


async def test_what_cannot_be_saved_is_said_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with drill(with_a_secret_of_its_own(), size=(80, 24)) as running:
        await save(running)
        assert "Nothing was saved" in running.said("#said")
        assert "grace.hopper" in running.said("#said")
        assert not list(tmp_path.iterdir())
