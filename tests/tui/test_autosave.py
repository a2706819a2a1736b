"""The application over a workspace: everything is saved as it happens, and is there again."""

from pathlib import Path

from drill import ADA, ALAN, Drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.workspace import Workspace
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
