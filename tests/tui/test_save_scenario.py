from pathlib import Path

import pytest
from tests.drill import ADA, drill, nordwind

from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.scenario.load import load_file
from mfadrill.sim.scenario.replay import replay


async def test_what_was_done_is_saved_as_a_scenario_and_never_over_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    simulation = nordwind()
    simulation.act(RequireMfa((ADA,), 7))
    async with drill(simulation, size=(80, 24)) as running:
        await running.do("app.save-scenario")
        await running.press("enter")
        await running.app.workers.wait_for_complete()
        await running.settle()
        assert "1 step saved as my-main.drill.yaml" in running.told
        file = tmp_path / "my-main.drill.yaml"
        assert replay(load_file(file)).passed
        file.write_text("mine", encoding="utf-8")
        await running.do("app.save-scenario")
        await running.press("enter")
        await running.app.workers.wait_for_complete()
        await running.settle()
        assert "already" in running.said("#said")
        assert file.read_text(encoding="utf-8") == "mine"
