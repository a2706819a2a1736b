"""The devices in the hands of the user and of the attacker, and the attacker's seat."""

from mfadrill.core.factors import Factor
from mfadrill.core.phones import ATTACKER
from mfadrill.tui.user_portal.drawers import Drawer
from mfadrill.tui.user_portal.header import PortalHeader
from mfadrill.tui.user_portal.view import Place
from user_portal_harness import ADA, Person, at_portal, demand, enroll, nordwind

DRAWER = "PhoneDrawer"


async def change_seat(person: Person) -> None:
    """Whoever was at the keyboard, the other one is now; the attacker has the password of the user who was."""
    await person.click("seat", within="PortalHeader")


async def open_devices(person: Person) -> None:
    await person.click(Drawer.PHONE, within="PortalHeader")


def header(person: Person) -> str:
    return str(person.app.query_one(PortalHeader).query_one("#who").render())


async def test_a_prompt_that_the_user_did_not_cause_says_so_and_lets_the_attacker_in_when_approved() -> None:
    simulation = nordwind(Factor.TOTP, Factor.PUSH)
    enroll(simulation, Factor.PUSH)
    demand(simulation)
    async with at_portal(simulation) as person:
        person.app.pane.open_log_in("ada.lovelace")
        await change_seat(person)
        assert "ATTACKER" in header(person)
        await person.log_in_here()
        await person.click("send")
        assert person.text("prompt").startswith("A prompt waits on ada.lovelace's phone")
        assert not person.shows("approve")
        assert person.shows("send")  # another one, until she is tired of it
        await change_seat(person)
        await open_devices(person)
        assert "somebody else sent it" in person.text("prompt", within=DRAWER)
        await person.click("approve", within=DRAWER)
        assert person.app.simulation.world.browsers[ATTACKER].inside
        assert person.place == Place.LOG_IN  # she herself is not in


async def test_a_lost_phone_shows_nothing_and_a_new_one_is_empty() -> None:
    simulation = nordwind()
    enroll(simulation, Factor.TOTP)
    demand(simulation)
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_devices(person)
        await person.click("lose", within=DRAWER)
        assert person.text("lost", within=DRAWER).startswith("Lost, with its codes")
        assert not person.app.query_one(f"{DRAWER} #entries").display
        assert person.text("reading") == "Phone  no entry of this account in its app"
        await person.click("replace", within=DRAWER)
        assert not person.text("lost", within=DRAWER)
        assert person.text("none", within=DRAWER) == "No entry in the authenticator app."


async def test_an_unplugged_key_is_told_and_answers_when_it_is_plugged_in() -> None:
    simulation = nordwind(Factor.TOTP, Factor.WEBAUTHN)
    enroll(simulation, Factor.WEBAUTHN)
    demand(simulation)
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_devices(person)
        await person.click("plug", within=DRAWER)
        await person.click("touch")
        assert "is not plugged in" in person.text("error")
        await person.click("plug", within=DRAWER)
        await person.click("touch")
        assert person.app.user.security_keys[0].sign_count == 1


async def test_a_copied_key_is_found_out_by_its_counter() -> None:
    simulation = nordwind(Factor.TOTP, Factor.WEBAUTHN)
    enroll(simulation, Factor.WEBAUTHN)
    demand(simulation)
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_devices(person)
        await person.click("copy", within=DRAWER)
        await person.click("touch")
        await change_seat(person)
        await person.log_in_here()
        await person.click("touch")
        assert person.text("failure").startswith("✗ That security key's counter did not grow")
        assert not person.app.simulation.world.browsers[ATTACKER].inside


async def test_the_attacker_enrolls_first_and_the_owner_has_no_code() -> None:
    async with at_portal(nordwind(days=30)) as person:
        person.app.pane.open_log_in("ada.lovelace")
        await change_seat(person)
        await person.log_in_here()
        await person.click("continue")
        await person.click("scan")
        await person.click("use")
        await person.click("verify")
        assert person.place == Place.DONE
        await change_seat(person)
        await person.log_in()
        assert person.place == Place.CHALLENGE
        assert person.text("reading") == "Phone  no entry of this account in its app"
        assert ADA not in person.app.simulation.world.phones


async def test_each_seat_keeps_its_own_log_in_and_the_attacker_has_no_mailbox() -> None:
    async with at_portal(nordwind(days=30)) as person:
        await person.log_in()
        assert person.place == Place.SET_UP
        await change_seat(person)
        assert person.place == Place.LOG_IN
        assert not person.app.query_one("PortalHeader #inbox").display
        await person.log_in_here()
        await person.click("later")
        assert person.place == Place.WELCOME
        await change_seat(person)
        assert person.place == Place.SET_UP
        assert person.app.query_one("PortalHeader #inbox").display
