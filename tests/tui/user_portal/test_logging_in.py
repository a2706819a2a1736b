"""The log-in form, and log-ins that end at once."""

from datetime import timedelta

import pytest
from textual.widgets import Input, OptionList, Select

from mfadrill.core.accounts import CreateUsers, NewUser, SuspendUsers
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.organization import Organization
from mfadrill.core.policies import Action, Effect, Policy, PolicyId, ResourceId
from mfadrill.core.requirement import ResetTotp
from mfadrill.core.users import User
from mfadrill.core.world import World
from mfadrill.tui.user_portal.drawers import Drawer
from mfadrill.tui.user_portal.screen import PortalScreen
from mfadrill.tui.user_portal.user_picker import UserPicker
from mfadrill.tui.user_portal.view import Place
from user_portal_harness import ADA, at_portal, demand, nordwind


async def test_a_user_is_found_by_typing_and_logs_in_with_the_keyboard_alone() -> None:
    async with at_portal(nordwind()) as person:
        person.screen.query_one("#username").focus()
        await person.pilot.press("l", "o", "v", "enter")
        await person.settle()
        assert person.screen.query_one("#password").has_focus
        assert person.text("password-hint") == "filled in for you; type another one to fail"
        await person.pilot.press("enter")
        await person.settle()
        assert person.place == Place.WELCOME
        assert person.text("headline") == "✓ Welcome, Ada Lovelace. You are in the User Portal."
        assert person.screen.query_one("#log-out").has_focus
        await person.pilot.press("enter")
        await person.settle()
        assert person.place == Place.LOG_IN


async def test_down_goes_into_the_list_and_enter_picks() -> None:
    async with at_portal(nordwind()) as person:
        person.screen.query_one("#username").focus()
        await person.pilot.press("down", "down", "down", "enter")
        await person.settle()
        assert person.screen.query_one(UserPicker).username == "grace.hopper"
        assert not person.screen.query_one(UserPicker).has_class("-open")


async def test_a_user_is_picked_with_the_mouse() -> None:
    async with at_portal(nordwind()) as person:
        await person.pilot.click("#username")
        await person.settle()
        await person.pilot.click("#users", offset=(2, 1))
        await person.settle()
        assert person.screen.query_one(UserPicker).username == "alan.turing"
        await person.pilot.click("#submit")
        await person.settle()
        assert person.place == Place.REFUSED


async def test_the_list_stays_short_in_a_large_organization() -> None:
    simulation = nordwind()
    simulation.act(CreateUsers(tuple(NewUser(username=f"user{number:04}") for number in range(2000))))
    async with at_portal(simulation) as person:
        person.screen.query_one("#username").focus()
        await person.type("username", "user1")
        assert person.screen.query_one("#users", OptionList).option_count == 8


async def test_names_are_never_markup() -> None:
    async with at_portal(nordwind()) as person:
        await person.log_in("grace.hopper")
        assert "Grace [b]Hopper" in person.text("headline")


async def test_a_wrong_password_says_so_in_the_form_and_keeps_what_was_typed() -> None:
    async with at_portal(nordwind()) as person:
        await person.log_in(password="wrong")
        assert person.place == Place.LOG_IN
        assert person.text("headline") == "Authentication failed."
        assert person.text("reasons").startswith("1. Username or password is wrong")
        assert person.screen.query_one(UserPicker).username == "ada.lovelace"
        assert person.screen.query_one("#password", Input).value == "wrong"


async def test_an_unknown_user_meets_the_same_words() -> None:
    async with at_portal(nordwind()) as person:
        await person.log_in("nobody.known", "x")
        assert person.text("headline") == "Authentication failed."


async def test_too_many_bad_log_ins_lock_the_account() -> None:
    async with at_portal(nordwind()) as person:
        for _ in range(5):
            await person.log_in(password="wrong")
        await person.log_in()
        assert person.place == Place.REFUSED
        assert person.text("headline").startswith("Your account is locked until Mon 2 Mar 2026 09:30")


async def test_locked_out_shows_the_reasons_without_being_asked() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=7))
    async with at_portal(simulation) as person:
        await person.log_in()
        assert person.place == Place.REFUSED
        assert person.text("headline").startswith("You are locked out")
        assert person.text("reasons").splitlines()[-1].startswith("3. The enrollment period ended")
        assert person.app.query_one("PortalHeader #why").display
        await person.click("again")
        assert person.place == Place.LOG_IN
        assert person.screen.query_one(UserPicker).username == "ada.lovelace"


async def test_a_policys_message_is_what_the_denied_person_reads() -> None:
    simulation = nordwind()
    effect = Effect(action=Action.DENY, message="Not from [here]; call 4711.")
    simulation.act(CreatePolicy(Policy(id=PolicyId(""), name="Closed", effect=effect)))
    async with at_portal(simulation) as person:
        await person.log_in()
        assert person.text("headline") == "Not from [here]; call 4711."
        assert "The policy Closed denies" in person.text("reasons")


async def test_why_shows_the_reasons_of_who_was_let_in() -> None:
    async with at_portal(nordwind()) as person:
        await person.log_in()
        await person.click("why", within="PortalHeader")
        assert "MFA is not required of this user." in person.text("reasons", within="Why")
        assert person.app.query_one("Why").display
        await person.click("why", within="PortalHeader")
        assert not person.app.query_one("#drawers").display


async def test_an_application_is_not_guarded_by_the_requirement() -> None:
    async with at_portal(nordwind(days=7)) as person:
        person.app.pane.open_log_in("ada.lovelace")
        await person.settle()
        person.screen.query_one("#resource", Select).value = ResourceId("payroll")
        await person.click("submit")
        assert person.text("headline").endswith("You are in Payroll.")


async def test_another_log_in_replaces_the_one_in_this_browser() -> None:
    async with at_portal(nordwind()) as person:
        await person.log_in()
        person.app.pane.open_log_in("grace.hopper")
        await person.settle()
        assert person.place == Place.LOG_IN
        await person.click("back")
        assert person.place == Place.WELCOME
        await person.log_in("grace.hopper")
        assert "Grace" in person.text("headline")
        await person.log_in("grace.hopper")
        assert person.place == Place.WELCOME


async def test_a_suspension_meanwhile_shows_at_the_next_click() -> None:
    simulation = nordwind(days=7)
    async with at_portal(simulation) as person:
        await person.log_in()
        simulation.act(SuspendUsers((ADA,)))
        await person.click("later")
        assert person.place == Place.REFUSED
        assert person.text("headline").startswith("Your account is suspended")


async def test_a_refusal_shows_in_place() -> None:
    simulation = nordwind(days=7)
    async with at_portal(simulation) as person:
        await person.log_in()
        demand(simulation)
        await person.click("later")
        assert person.text("error") == "This set-up cannot be skipped: MFA has to be set up to go on."
        assert not person.shows("later")


async def test_a_huge_paste_does_no_harm() -> None:
    async with at_portal(nordwind()) as person:
        await person.log_in("x" * 10_000, "y" * 10_000)
        assert person.text("headline") == "Authentication failed."


async def test_below_and_above_a_drawer_there_is_room_or_the_drawer_takes_it() -> None:
    for size, beside in (((80, 19), False), ((58, 36), True)):
        async with at_portal(nordwind(), size) as person:
            person.app.pane.toggle_drawer(Drawer.PHONE)
            await person.settle()
            assert person.app.query_one("#screens").display is beside
            await person.pilot.press("escape")
            await person.settle()
            assert person.app.query_one("#screens").display


async def test_a_refusal_is_of_its_instant_and_says_when_another_log_in_would_fare_otherwise() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=8))
    async with at_portal(simulation) as person:
        await person.log_in()
        simulation.advance(timedelta(hours=1))
        person.app.redraw()
        await person.settle()
        assert person.text("attempted") == "Log-in of Tue 10 Mar 2026 09:00, from anywhere: nothing is known"
        assert person.text("outdated") == ""
        simulation.act(ResetTotp((ADA,), 7))
        person.app.redraw()
        await person.settle()
        assert person.text("attempted") == "Log-in of Tue 10 Mar 2026 09:00, from anywhere: nothing is known"
        assert person.text("outdated") == "Something has changed since: log in again."
        assert person.screen.query_one("#again").has_focus
        await person.pilot.press("enter")
        await person.settle()
        await person.pilot.press("enter")
        await person.settle()
        assert person.place == Place.SET_UP


async def test_the_trainer_reads_that_a_wrong_password_has_locked_the_account() -> None:
    simulation = nordwind()
    async with at_portal(simulation) as person:
        for _ in range(5):
            assert "locked" not in person.text("reasons")
            await person.log_in(password="wrong")
        assert person.text("headline") == "Authentication failed."
        assert person.text("reasons").splitlines()[1].startswith("2. Too many bad log-ins locked the account")
        await person.log_in("nobody.known", "wrong")
        assert "locked" not in person.text("reasons")


@pytest.mark.parametrize("size", [(80, 16), (80, 19), (58, 21), (58, 36)])
@pytest.mark.parametrize("drawer", [None, Drawer.PHONE])
async def test_the_list_of_users_never_pushes_log_in_off_the_screen(
    size: tuple[int, int], drawer: Drawer | None
) -> None:
    simulation = nordwind(days=7)
    simulation.act(CreateUsers(tuple(NewUser(username=f"user{number:04}") for number in range(20))))
    async with at_portal(simulation, size) as person:
        await person.log_in()
        person.app.pane.open_log_in("", mail="Mon 2 Mar")
        if drawer is not None and size[1] > 28:
            person.app.pane.toggle_drawer(drawer)
        await person.settle()
        person.screen.query_one("#username").focus()
        await person.settle()
        assert person.screen.query_one("#users").region.height >= 1
        assert person.screen.region.contains_region(person.screen.query_one("#submit").region)


async def test_the_only_user_is_not_one_of_1_users() -> None:
    simulation = nordwind()
    async with at_portal(simulation) as person:
        only = World(organization=Organization(name="Nordwind"), users=simulation.world.users.delete(ADA))
        person.app.pane.show(only, simulation.now)
        assert person.text("password-hint") == "filled in when you pick one of 2 users"
        only = World(
            organization=Organization(name="Nordwind"), users=World().users.set(ADA, person.app.user)
        )
        person.app.pane.show(only, simulation.now)
        assert person.text("password-hint") == "filled in when you pick the only user"


async def test_what_steers_a_terminal_never_reaches_it() -> None:
    simulation = nordwind(days=7)
    async with at_portal(simulation) as person:
        await person.log_in()
        world = simulation.world
        evil = User(
            id=ADA,
            username="ada\x1b[2J",
            first_name="Ada\x1b]0;x\x07",
            password="p",
            inbox=person.app.user.inbox,
        )
        world = World(
            organization=Organization(name="Nord\x1bwind"),
            users=world.users.set(ADA, evil),
            browsers=world.browsers,
        )

        async def shown() -> str:
            await person.settle()
            return "".join(strip.text for strip in person.app.screen._compositor.render_strips())

        person.app.pane.show(world, simulation.now)
        for drawer in Drawer:
            person.app.pane.toggle_drawer(drawer)
            assert "\x1b" not in await shown()
        person.app.pane.open_log_in("ad")
        await person.settle()
        person.screen.query_one("#username").focus()
        text = await shown()
        assert "ada\ufffd[2J" in text
        assert "\x1b" not in text
        person.app.pane.open_log_in(evil.username)
        assert "\x1b" not in await shown()


async def test_screens_and_drawers_are_mounted_when_they_are_needed() -> None:
    async with at_portal(nordwind()) as person:
        assert [screen.id for screen in person.app.query(PortalScreen)] == [Place.LOG_IN]
        await person.log_in()
        assert {screen.id for screen in person.app.query(PortalScreen)} == {Place.LOG_IN, Place.WELCOME}
