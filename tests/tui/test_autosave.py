"""The application over a workspace: everything is saved as it happens, and is there again."""

from pathlib import Path

import pytest

from drill import ADA, ALAN, Drill, drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.scenario.load import load
from mfadrill.sim.workspace import Workspace
from mfadrill.sim.workspaces import path_of
from mfadrill.tui.actions.registry import BY_ID
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.app import DrillApp
from mfadrill.tui.messages import Perform


async def settled(pilot: Drill) -> None:
    await pilot.settle()
    assert pilot.app.autosave is not None
    pilot.app.autosave.wait()


async def test_it_reopens_where_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "rollout.mfadrill"
    opened = Workspace.create(path, nordwind())
    app = DrillApp(opened.simulation, title=opened.name, workspace=opened)
    async with app.run_test(size=(160, 45)) as pilot:
        drill = Drill(app, pilot)
        await drill.settle()
        app.post_message(Perform(RequireMfa((ADA,))))
        await drill.press("w", "u", "d")
        drill.users.set_filters(Filters(text="ada"))
        await settled(drill)
        assert "rollout" in drill.screen_text().splitlines()[0]
    assert app.autosave is not None
    assert app.autosave.close() == ""
    again = Workspace.open(path)
    app = DrillApp(again.simulation, title=again.name, workspace=again)
    async with app.run_test(size=(160, 45)) as pilot:
        drill = Drill(app, pilot)
        await drill.settle()
        assert drill.shown == [ADA]
        left, found = opened.simulation, drill.simulation
        assert (found.timeline.name, found.now, found.position) == (
            left.timeline.name,
            left.now,
            left.position,
        )
        assert found.timeline.name == "branch 2"
        assert found.world == left.world
    assert app.autosave is not None
    app.autosave.close()


async def test_a_simulation_is_kept_as_a_workspace_from_now_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    async with drill(nordwind(RequireMfa((ADA,))), size=(80, 24)) as d:
        await d.do("app.keep")
        await d.type("#value", "")
        await d.press("enter")
        assert "'' is no name for a workspace" in d.screen_text()
        await d.type("#value", "mine")
        await d.press("enter")
        await d.press("w")
        await settled(d)
        assert "workspace: mine" in d.screen_text().splitlines()[0]
        assert "'mine' already" in BY_ID["app.keep"].why_not(d.app.situation)
        assert d.app.autosave is not None
        d.app.autosave.close()
        again = Workspace.open(path_of("mine"))
        again.close()
        assert (again.simulation.now, again.simulation.world) == (d.simulation.now, d.simulation.world)


async def test_what_cannot_be_written_is_said_once_and_the_simulation_goes_on(tmp_path: Path) -> None:
    opened = Workspace.create(tmp_path / "rollout.mfadrill", nordwind())
    app = DrillApp(opened.simulation, workspace=opened)
    async with app.run_test(size=(160, 45)) as pilot:
        drill = Drill(app, pilot)
        await drill.settle()
        opened._connection.execute("PRAGMA query_only = ON")
        for user in (ADA, ALAN):
            app.post_message(Perform(RequireMfa((user,))))
            await settled(drill)
            await drill.settle()
        (notice,) = [notice for notice in drill.notices if "written" in notice]
        assert "it can only be read. The simulation goes on" in notice
        assert drill.user(ALAN).required
        opened._connection.execute("PRAGMA query_only = OFF")
        await drill.press("d")
        await settled(drill)
        await drill.settle()
        assert sum("saved again" in notice for notice in drill.notices) == 1
    assert app.autosave is not None
    assert app.autosave.close() == ""
    again = Workspace.open(opened.path)
    assert again.simulation.world == opened.simulation.world
    again.close()


async def test_a_replay_leaves_the_workspace_as_it_was_and_what_comes_of_it_can_be_kept(
    tmp_path: Path,
) -> None:
    opened = Workspace.create(tmp_path / "rollout.mfadrill", nordwind())
    app = DrillApp(opened.simulation, workspace=opened)
    async with app.run_test(size=(120, 40)) as pilot:
        d = Drill(app, pilot)
        await d.settle()
        (scenario,) = load(["first-rollout"])
        app.replay_bar.begin(scenario, 3)
        await settled(d)
        assert "workspace" not in d.screen_text().splitlines()[0]
        app.replay_bar._left("stay")
        app.post_message(Perform(RequireMfa((ADA,), 99)))
        await settled(d)
        assert opened.simulation.timeline.acts == []
        await d.do("app.keep")
        await d.type("#value", str(tmp_path / "other.mfadrill"))
        await d.press("enter")
        await settled(d)
        assert "workspace: other" in d.screen_text().splitlines()[0]
    Workspace.open(tmp_path / "rollout.mfadrill").close()
    assert app.autosave is not None
    app.autosave.close()
    again = Workspace.open(tmp_path / "other.mfadrill")
    again.close()
    assert again.simulation.timeline.acts[-1].command == RequireMfa((ADA,), 99)
