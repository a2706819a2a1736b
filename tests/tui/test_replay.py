"""Replaying a scenario in the application."""

from pathlib import Path

import pytest

from drill import ADA, Drill, drill
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.users import UserId
from mfadrill.sim.log import encode_log
from mfadrill.sim.scenario.load import load, read
from mfadrill.sim.scenario.replay import play_to
from mfadrill.sim.scenario.stepping import Stepping
from mfadrill.tui.app import DrillApp
from mfadrill.tui.menu import Menu
from mfadrill.tui.replay.choose_screen import ChooseScreen
from mfadrill.tui.replay.scene import Scene, scene_of
from mfadrill.tui.replay.steps_screen import StepsScreen
from mfadrill.tui.user_portal.drawers import Drawer
from mfadrill.tui.user_portal.pane import UserPortal
from mfadrill.tui.user_portal.view import Place

STORY = """\
title: Not so
start: 2026-03-02 09:00 Europe/Berlin
organization: {name: Nordwind, zone: Europe/Berlin}
groups: [Freight]
people:
  ada: {name: Ada Lovelace, require MFA: 3}
  grace: Grace Hopper
policies:
  - {name: A first one, action: allow}
steps:
  - log in: {user: ada, by: attacker}
  - require MFA: {users: grace, days: 2}
    expect: {status: {grace: Expired}}
  - advance: 1 day
  - create policy: {name: Stay out, action: deny}
  - add to group: {group: Freight, users: [grace]}
  - lose phone: ada
  - update organization: {unified MFA: yes}
  - behaviour: typical
"""

sizes = pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 45)], ids=str)


async def begin(d: Drill, text: str = STORY, number: int = 0) -> Stepping:
    bar = d.app.replay_bar
    bar.begin(read(text, "story.drill.yaml"), number)
    await d.settle()
    assert bar.stepping is not None
    return bar.stepping


def portal(d: Drill) -> UserPortal:
    return d.app.panes.portal


@sizes
async def test_each_step_shows_what_it_is_about(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await begin(d)
        assert d.main("#replay-controls").plain.startswith("REPLAY 8 steps")
        await d.press("right")
        assert d.app.panes.current == "user"
        assert portal(d).view is not None
        assert (portal(d).view.place, portal(d).view.attacker) == (Place.WELCOME, True)  # type: ignore[union-attr]
        await d.press("full_stop")
        assert (d.app.panes.current, d.app.panes.admin.tab) == ("admin", "users")
        assert d.user_list.user is not None
        assert d.user_list.user.id == "grace"
        assert d.main("#replay-step").plain.startswith("✗ 2 require MFA: grace; days: 2")
        assert "grace, TOTP status: expected Expired, actual In enrollment" in d.screen_text()
        await d.click_text("#replay-controls", "step ›")
        assert d.told.startswith("1 day later: 1 mail sent")
        await d.press("right")
        tab = d.main("#policies")
        assert tab.policy_list.rows[tab.policy_list.cursor].name == "Stay out"
        await d.press("right")
        assert d.main("#groups").table.row.name == "Freight"
        await d.press("right")
        assert portal(d).browser == "ada"
        assert "Lost, with its codes" in d.screen_text()
        await d.press("right", "right")
        assert d.app.panes.admin.tab == "overview"
        assert d.main("#replay-step").plain.startswith("· 8 behaviour: typical")
        assert d.app.replay_bar.has_focus


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_a_jump_is_exact_by_keys_by_the_list_and_by_click(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        stepping = await begin(d)
        scenario = stepping.scenario

        def is_exact(number: int) -> bool:
            fresh, here = play_to(scenario, number), d.simulation
            same_log = encode_log(fresh.timeline.events) == encode_log(here.timeline.events)
            return stepping.number == number and same_log and fresh.now == here.now

        await d.press("end")
        assert is_exact(8)
        await d.press("left", "left", "comma")
        assert is_exact(5)
        await d.press("enter")
        assert isinstance(d.app.screen, StepsScreen)
        await d.press("home", "down", "down", "enter")
        assert is_exact(2)
        await d.click_text("#replay-controls", "steps")
        await d.click("#steps", x=5, y=4, times=2)
        assert is_exact(4)
        await d.press("home")
        assert is_exact(0)
        assert (portal(d).browser, d.app.panes.current) == ("portal", "admin")
        assert portal(d).view is not None
        assert portal(d).view.person is None  # type: ignore[union-attr]
        await d.do("replay.back")
        assert d.notices == ["No step has been done yet."]


async def test_it_plays_until_a_step_does_not_bring_what_it_should_and_nothing_waits_then() -> None:
    async with drill(size=(80, 24)) as d:
        stepping, bar = await begin(d), d.app.replay_bar
        bar.pace = 0.001
        await d.press("space")
        while bar.playing:
            await d.settle()
        assert stepping.number == 2
        assert bar._timer is None
        await d.press("space")
        while bar.playing:
            await d.settle()
        assert stepping.number == len(stepping)
        assert "not as expected: step 2." in d.said("#replay-says")


async def test_who_acts_meanwhile_is_asked_before_the_next_step_takes_it_away() -> None:
    async with drill() as d:
        stepping = await begin(d, number=1)
        d.simulation.act(RequireMfa((UserId("grace"),), 30))
        d.app.changed()
        assert "You have acted here" in d.said("#replay-says")
        await d.press("right")
        assert isinstance(d.app.screen, Menu)
        await d.press("escape")
        assert stepping.acted
        await d.press("right", "enter")
        assert stepping.number == 2
        fresh = play_to(stepping.scenario, 2).timeline.events
        assert encode_log(d.simulation.timeline.events) == encode_log(fresh)


async def test_one_goes_on_from_a_step_or_returns_to_what_was_before() -> None:
    async with drill() as d:
        before = d.simulation
        d.simulation.act(RequireMfa((ADA,), 3))
        await begin(d)
        await d.press("end")
        assert portal(d).view is not None
        assert portal(d).typed == "ada"
        await d.press("x", "down", "enter")
        assert d.simulation is before
        assert (portal(d).browser, d.app.replay_bar.display) == ("portal", False)
        assert (portal(d).typed, d.app.panes.current, d.app.panes.admin.tab) == ("", "admin", "users")
        assert d.app.panes.admin.has_focus_within
        stepping = await begin(d, number=2)
        await d.press("x", "enter")
        assert d.simulation is stepping.simulation
        assert not d.app.replay_bar.display
        await d.do("users.require")
        await d.press("enter")
        await d.do("replay.step")
        assert d.notices[-1].startswith("No scenario is replayed")


async def test_a_scenario_is_chosen_by_name_or_path_and_a_broken_one_opens_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.drill.yaml"
    broken.write_text(STORY.replace("1 day", "soon").replace("lose phone", "loose phone"), encoding="utf-8")
    async with drill(size=(80, 24)) as d:
        before = d.simulation
        await d.press("R")
        await d.type("#what", str(broken))
        await d.press("enter")
        assert isinstance(d.app.screen, ChooseScreen)
        said = d.said("#said").replace("\n", "")
        assert f"{broken}:14:14: 'soon' is not a span of time" in said
        assert f"{broken}:17:5: Unknown key 'loose phone'." in said
        assert d.simulation is before
        await d.type("#what", str(tmp_path / "none.drill.yaml"))
        await d.press("enter")
        assert "Cannot be read" in d.said("#said")
        await d.type("#what", "lost ph")
        await d.press("enter")
        assert d.app.replay_bar.stepping is not None
        assert d.app.replay_bar.stepping.scenario.name == "lost-phone"
        assert d.app.replay_bar.has_focus


async def test_the_application_can_begin_with_a_replay_and_has_nothing_to_return_to() -> None:
    scenario = load(["first-rollout"])[0]
    app = DrillApp(scenario.open(), title=scenario.title, replay=(scenario, 7))
    async with app.run_test(size=(120, 40)) as pilot:
        d = Drill(app, pilot)
        await d.settle()
        assert "locked out" in d.screen_text()
        assert d.main("#replay-step").plain.startswith("✓ 7 log in: alan.turing")
        await d.press("x")
        assert len(app.screen_stack) == 1
        assert not app.replay_bar.display
        assert app.simulation.world.users[UserId("alan.turing")].required


def test_every_kind_of_step_has_a_scene_or_is_the_clock() -> None:
    scenes = [scene_of(step) for step in read(STORY, "story").steps]
    assert scenes == [
        Scene(browser="the attacker", user="ada"),
        Scene(tab="users", user="grace"),
        Scene(),
        Scene(tab="policies", policy="Stay out"),
        Scene(tab="groups", group="Freight"),
        Scene(browser="ada", user="ada", drawer=Drawer.PHONE),
        Scene(tab="mfa"),
        Scene(tab="overview"),
    ]
