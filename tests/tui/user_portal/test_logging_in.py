"""The log-in form, and log-ins that end at once."""

from datetime import timedelta

from textual.widgets import Input, OptionList, Select

from mfadrill.core.accounts import CreateUsers, NewUser, SuspendUsers
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.policies import Action, Effect, Policy, PolicyId, ResourceId
from mfadrill.tui.user_portal.drawers import Drawer
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
        assert not person.app.query_one("PortalHeader #why").display
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
