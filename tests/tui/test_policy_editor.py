from datetime import timedelta

import pytest

from drill import ADA, Drill, drill, nordwind
from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, Plan
from mfadrill.core.policies import (
    Action,
    All,
    Any,
    Condition,
    CountryIn,
    DeviceManaged,
    Effect,
    Not,
    OsIn,
    Policy,
    PolicyId,
)
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import AddApplication, CreateGroup, CreateOrganization
from mfadrill.core.users import GroupId, UserState
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.policies.names_dialog import NamesDialog
from mfadrill.tui.admin_portal.policies.policy_editor import PolicyEditor
from mfadrill.tui.admin_portal.policies.what_if_panel import TransitionList
from mfadrill.tui.aside import MANY
from mfadrill.tui.moment import Moment
from mfadrill.tui.tick_list import TickList

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])
NESTED = All((DeviceManaged(), Any((CountryIn(frozenset({"DE"})), OsIn(frozenset({"macos"}))))))


async def open_editor(d: Drill, name: str = "") -> PolicyEditor:
    s = d.simulation
    policy = s.world.policy_named(name) if name else None
    editor = PolicyEditor(policy, Moment(s.world, s.now, s.timeline, s.position))
    d.app.push_screen(editor)
    await d.settle()
    return editor


def with_conditions(condition: Condition) -> Simulation:
    policy = Policy(id=PolicyId(""), name="Abroad", conditions=condition, effect=Effect(action=Action.DENY))
    return nordwind(CreatePolicy(policy))


async def tab_to(d: Drill, widget: str) -> None:
    """By tab or shift+tab, whichever is nearer."""
    chain = [found.id for found in d.app.screen.focus_chain]
    away = chain.index(widget) - chain.index(d.app.focused.id if d.app.focused else None)
    ahead, back = away % len(chain), -away % len(chain)
    await d.press(*(["tab"] * ahead if ahead <= back else ["shift+tab"] * back))
    assert d.app.focused is not None
    assert d.app.focused.id == widget


def lines(d: Drill) -> list[tuple[str, int]]:
    found = d.app.screen.query_one(TransitionList)
    return [(line.label, len(line.users)) for line in found.lines] if found.display else []


def is_open(d: Drill) -> bool:
    return isinstance(d.app.screen, PolicyEditor)


@SIZES
async def test_a_policy_for_a_group_is_made_by_keyboard(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await open_editor(d)
        await d.press(*"Books")
        await tab_to(d, "whom")
        await d.press("right")
        assert "targets nobody" in d.said("#numbers")
        await tab_to(d, "groups")
        await d.press("down", "space")
        await tab_to(d, "answer")
        await d.press("right")
        assert d.said("#numbers") == "the next log-in changes for 2 of 8 users; 6 not targeted"
        assert lines(d) == [("let in → has to enroll", 2)]
        assert "changes for 2 of 8 users" in d.screen_text()
        await tab_to(d, "transitions")
        await d.press("enter")
        assert isinstance(d.app.screen, NamesDialog)
        assert "zofia.kowalska" in d.screen_text()
        assert "[b]Johnson" in d.screen_text()
        await d.press("escape")
        await tab_to(d, "save")
        await d.press("enter")
        assert not is_open(d)
        saved = d.simulation.world.policy_named("Books")
        assert saved.groups == {"finance"}
        assert saved.effect == Effect(mfa_required=True)
        assert not saved.all_users


@SIZES
async def test_a_policy_is_made_by_mouse(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        editor = await open_editor(d)
        await d.type("#name", "Books")
        await d.click("#whom", x=16)
        await d.click("#groups", x=3, y=1)
        await d.click("#excluded", x=3, y=0)
        await d.click("#answer", x=14)
        await d.click("#factor-totp")
        transitions = editor.query_one("#transitions")
        transitions.scroll_visible(animate=False)
        await d.settle()
        await d.click("#transitions", x=14, times=2)
        assert isinstance(d.app.screen, NamesDialog)
        assert [user.id for user in d.app.screen.users] == ["katherine.j", "zofia.kowalska"]
        await d.click("#close")
        editor.query_one("#save").scroll_visible(animate=False)
        await d.settle()
        await d.click("#save")
        assert not is_open(d)
        saved = d.simulation.world.policy_named("Books")
        assert (saved.groups, saved.excluded) == ({"finance"}, {"contractors"})
        assert saved.effect == Effect(mfa_required=True, factors=frozenset({Factor.TOTP}))


async def test_a_name_that_is_taken_is_refused_and_nothing_typed_is_lost() -> None:
    async with drill(size=(120, 40)) as d:
        await open_editor(d)
        before = d.simulation.world
        await d.type("#name", "sales STAYS out")
        await d.type("#description", "kept")
        assert "There is a policy 'sales STAYS out' already" in d.said("#warnings")
        await tab_to(d, "save")
        await d.press("enter")
        assert is_open(d)
        assert "already; names must be unique" in d.said("#said")
        assert d.app.screen.query_one("#description").value == "kept"  # type: ignore[attr-defined]
        assert d.simulation.world is before
        await d.type("#name", "Another")
        assert not d.app.screen.query_one("#said").display
        await tab_to(d, "save")
        await d.press("enter")
        assert d.simulation.world.policy_named("Another").description == "kept"


async def test_conditions_are_shown_but_locked_without_the_premium_plan() -> None:
    standard = Simulation(
        nordwind().start, 1, [CreateOrganization(Organization(name="Small", plan=Plan.STANDARD))]
    )
    async with drill(standard) as d:
        editor = await open_editor(d)
        assert "need the premium plan" in d.said("#locked")
        assert editor.query_one("#locked").display
        assert editor.query_one("#fields").disabled
        reached = {widget.id for widget in editor.focus_chain}
        assert {"name", "answer", "save"} <= reached
        assert not reached & {"replace", "device", "ips", "countries", "systems", "combine"}


async def test_conditions_are_open_with_the_premium_plan() -> None:
    async with drill(size=(80, 24)) as d:
        editor = await open_editor(d)
        assert not editor.query_one("#locked").display
        await d.type("#name", "Home only")
        await tab_to(d, "answer")
        await d.press("left")
        await tab_to(d, "countries")
        await d.press(*"de, pl", "tab", "space")
        assert lines(d) == [("unchanged: let in", 7), ("unchanged: not activated", 1)]
        await d.type("#from-country", "US")
        assert lines(d) == [("let in → denied", 7), ("unchanged: not activated", 1)]
        await d.type("#from-country", "DE")
        assert lines(d) == [("unchanged: let in", 7), ("unchanged: not activated", 1)]
        await tab_to(d, "save")
        await d.press("enter")
        saved = d.simulation.world.policy_named("Home only")
        assert saved.conditions == Not(CountryIn(frozenset({"DE", "PL"})))


async def test_a_wrong_address_is_explained_in_place_of_the_numbers() -> None:
    async with drill(size=(120, 40)) as d:
        await open_editor(d)
        await d.type("#name", "P")
        await d.type("#ips", "10.0.0.300")
        assert "'10.0.0.300' is not an IP address or network" in d.said("#numbers")
        assert d.app.screen.query_one("#numbers").has_class("problem")
        assert lines(d) == []
        await d.type("#ips", "")
        await d.type("#from-ip", "nowhere")
        assert "'nowhere' is not an IP address" in d.said("#numbers")


async def test_an_existing_policy_is_edited() -> None:
    async with drill(size=(120, 40)) as d:
        await open_editor(d, "Finance needs MFA")
        assert d.said("#numbers").startswith("the next log-in stays as it is for all")
        await d.click("#on")
        assert d.said("#numbers") == "the next log-in changes for 2 of 8 users; 6 not targeted"
        await tab_to(d, "save")
        await d.press("enter")
        assert not is_open(d)
        assert d.simulation.world.policies[PolicyId("finance-needs-mfa")].on


async def test_saving_without_an_edit_changes_nothing() -> None:
    async with drill(size=(120, 40)) as d:
        await open_editor(d, "Finance needs MFA")
        events = len(d.simulation.timeline)
        await tab_to(d, "save")
        await d.press("enter")
        assert d.said("#said") == "Nothing was changed, so nothing is saved."
        assert len(d.simulation.timeline) == events


@SIZES
async def test_nested_conditions_are_shown_and_kept(size: tuple[int, int]) -> None:
    async with drill(with_conditions(NESTED), size=size) as d:
        editor = await open_editor(d, "Abroad")
        assert d.said("#kept") == "Kept as it is: device managed and (country in DE or OS in macos)"
        assert editor.query_one("#fields").disabled
        await d.type("#description", "edited")
        await tab_to(d, "save")
        await d.press("enter")
        saved = d.simulation.world.policy_named("Abroad")
        assert (saved.description, saved.conditions) == ("edited", NESTED)


async def test_nested_conditions_are_replaced_when_that_is_ticked() -> None:
    async with drill(with_conditions(NESTED), size=(80, 24)) as d:
        await open_editor(d, "Abroad")
        await tab_to(d, "replace")
        await d.press("space", "tab", "right")
        await tab_to(d, "save")
        await d.press("enter")
        assert d.simulation.world.policy_named("Abroad").conditions == DeviceManaged(True)


async def test_escape_asks_once_when_something_is_unsaved() -> None:
    async with drill(size=(80, 24)) as d:
        await open_editor(d)
        await d.press("x", "escape")
        assert is_open(d)
        assert "esc again discards" in d.said("#said")
        await d.press("escape")
        assert not is_open(d)
        await open_editor(d)
        await d.press("escape")
        assert not is_open(d)


async def test_an_edit_after_the_question_lets_escape_ask_again() -> None:
    async with drill(size=(80, 24)) as d:
        await open_editor(d)
        await d.press("x", "escape", "y", "escape")
        assert is_open(d)
        await d.press("escape")
        assert not is_open(d)


async def test_edits_stay_when_the_world_changes_below() -> None:
    async with drill(size=(120, 40)) as d:
        editor = await open_editor(d)
        await d.type("#name", "Mine")
        await d.click("#whom", x=16)
        await d.click("#groups", x=3, y=0)
        d.simulation.act(CreateGroup("Berlin"))
        d.app.changed()
        await d.settle()
        groups = editor.query_one("#groups", TickList)
        assert [name for _, name in groups.options] == ["Berlin", "Contractors", "Finance"]
        assert groups.ticked == {GroupId("contractors")}
        assert editor.query_one("#name").value == "Mine"  # type: ignore[attr-defined]


async def test_a_policy_is_looked_at_in_the_future() -> None:
    """Ada's period ends meanwhile: allowing lets her in, who would be locked out."""
    async with drill(nordwind(RequireMfa((ADA,), 7)), size=(120, 40)) as d:
        await open_editor(d)
        before = (d.simulation.now, len(d.simulation.timeline))
        await d.type("#name", "Open")
        assert ("set up MFA → let in", 1) in lines(d)
        await d.type("#what-when", "+8d")
        assert ("locked out → let in", 1) in lines(d)
        assert "Tue 10 Mar 2026 09:00" in d.said("#where")
        assert (d.simulation.now, len(d.simulation.timeline)) == before
        await d.type("#what-when", "-1d")
        assert "changes nothing in the past" in d.said("#numbers")
        await d.type("#what-when", "someday")
        assert d.app.screen.query_one("#numbers").has_class("problem")


async def test_applications_are_guarded_instead_of_the_portal() -> None:
    async with drill(nordwind(AddApplication("Wiki")), size=(120, 40)) as d:
        await open_editor(d)
        await d.type("#name", "Wiki needs MFA")
        await d.click("#what", x=17)
        assert "guards nothing" in d.said("#numbers")
        await d.click("#applications", x=3, y=0)
        await d.click("#answer", x=14)
        assert ("let in → challenge", 1) in lines(d)
        assert "at Wiki" in d.said("#where")
        await tab_to(d, "save")
        await d.press("enter")
        assert d.simulation.world.policy_named("Wiki needs MFA").resources == {"wiki"}


async def test_factors_count_only_with_mfa_and_those_off_say_so() -> None:
    async with drill(size=(120, 40)) as d:
        editor = await open_editor(d)
        assert not editor.query_one("#factors-row").display
        await d.click("#answer", x=14)
        assert "☐ Push (off)" in d.said("#factor-push")
        assert d.said("#factor-totp") == "☐ TOTP"
        assert not editor.query_one("#message-row").display
        await tab_to(d, "answer")
        await d.press("right")
        assert editor.query_one("#message-row").display
        assert not editor.query_one("#factors-row").display


async def test_in_a_large_organization_it_is_computed_aside_and_can_be_cancelled() -> None:
    many = tuple(
        NewUser(username=f"user{n:05}", password="x", state=UserState.ACTIVATED) for n in range(MANY + 1)
    )
    async with drill(nordwind(CreateUsers(many)), size=(120, 40)) as d:
        editor = await open_editor(d)
        editor.query_one("#name").value = "Everybody"  # type: ignore[attr-defined]
        editor.query_one("#answer").value = "Deny"  # type: ignore[attr-defined]
        await d.pilot.pause()
        assert editor.query_one("#what-cancel").display
        assert "Looking at" in d.said("#numbers")
        editor.query_one("#what-cancel").press()  # type: ignore[attr-defined]
        await d.pilot.pause()
        assert "Cancelled" in d.said("#numbers")
        await d.type("#what-when", "+1d")
        await d.settle()
        assert f"{MANY + 8:,} of {MANY + 9:,} users" in d.said("#numbers")
        assert not editor.query_one("#what-cancel").display
        assert d.simulation.now - d.simulation.start == timedelta(0)
