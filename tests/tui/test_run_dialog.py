from datetime import timedelta
from threading import Event

import pytest

from drill import START, drill, nordwind
from mfadrill.core.behaviour import PRESETS
from mfadrill.core.crowd import SetBehaviour
from mfadrill.sim.run import Journey
from mfadrill.tui.time_bar import run_dialog
from mfadrill.tui.time_bar.run_dialog import RunDialog


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_long_journey_is_shown_and_stops_where_it_is(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    seen, step = Event(), Journey.step

    def until_seen(journey: Journey) -> None:
        step(journey)
        assert seen.wait(30)

    monkeypatch.setattr(Journey, "step", until_seen)
    monkeypatch.setattr(run_dialog, "PATIENCE", 0.01)
    async with drill(nordwind(SetBehaviour(PRESETS["eager"])), size) as d:
        await d.pilot.press("w")
        while not (isinstance(d.app.screen, RunDialog) and d.app.screen.query("#progress")):
            await d.pilot.pause()
        assert d.app.screen.query_one("#box").border_title == "On the way to Mon 9 Mar 2026 09:00"
        while not d.said("#progress").startswith("Mon 2 Mar 2026 10:00, "):
            await d.pilot.pause()
        await d.pilot.press("escape")
        seen.set()
        await d.settle()
        assert len(d.app.screen_stack) == 1
        assert d.simulation.now == START + timedelta(hours=1)
        assert d.told.startswith("stopped; 1 h later:")
        monkeypatch.setattr(Journey, "step", step)
        await d.press("w")
        assert d.simulation.now == START + timedelta(days=7, hours=1)
