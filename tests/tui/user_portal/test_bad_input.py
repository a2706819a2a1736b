"""Bad input and races at the User Portal: what becomes of each, and what the person reads.

The rules are in the core and tested there; here is what only the pane can get wrong.

| what | outcome | tests |
| --- | --- | --- |
| a code of the last or next step | accepted | core/test_portal.py: a_code_one_step_off_confirms / _answers |
| two steps off, either way | wrong code | core/test_portal.py: a_code_two_steps_off_… |
| reused, or older than a used one | used already | core/test_portal.py: a_code_is_accepted_once_only, … |
| wrong | wrong; a bad attempt in a challenge only | core/test_portal.py: a_wrong_code_at_the_set_up_…, failures_… |
| spaces, tabs | ignored | core/test_totp.py: spaces_in_a_code_are_ignored |
| letters, 5 or 7 digits, full-width, empty, 10 kB | no code | core/test_totp.py: what_is_not_six_digits_…; here |
| pastes: long, several lines, escape sequences | nothing goes in, a sentence | here; e2e/test_bad_input.py |
| suspended at challenge, modal, QR code, inside | refused, logged out | core/test_portal.py, test_under_way.py; here |
| the period ends while modal or QR code is open | locked out | core/test_portal.py: a_period_that_ends_…; here |
| back in time while a QR code is open | the QR code goes | here |
| a factor switched off while set up or asked for | refused, not enrolled | core/test_portal.py, test_devices.py; here |
| requirement removed while the modal is open | in | core/test_under_way.py: a_log_in_that_an_admin_sets_free_…; here |
| reset during a challenge | set up anew | core/test_portal.py: a_reset_midway_…; here |
| two browsers set TOTP up | the first one's counts | core/test_devices.py: of_two_who_set_up_…; here |
| push approved too late, or for a lost phone | not possible | core/test_portal.py, test_devices.py; here |
"""

from datetime import datetime, timedelta

import pytest
from textual.events import Paste
from textual.widgets import Button, Input

from drill import drill
from drill import nordwind as eight
from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.commands import Command
from mfadrill.core.factors import Factor
from mfadrill.core.handling_phones import LosePhone
from mfadrill.core.phones import ATTACKER
from mfadrill.core.portal import LogIn
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import ConfirmTotp, StartTotpEnrollment
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.totp import code_at
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.user_portal.pane import UserPortal
from mfadrill.tui.user_portal.view import Place
from user_portal_harness import ADA, PASSWORD, SECRET, Person, at_portal, demand, enroll, nordwind

TOTP, PUSH, WEBAUTHN, DUO = Factor
NO_CODE = "That is no code: enter the six digits that the app shows now."
NOT_PLAIN = "Nothing was pasted: it has several lines, or characters that cannot be shown."
TOO_LONG = "That did not go in: 200 characters are the most here."


def challenged(*factors: Factor) -> Simulation:
    """Everybody needs MFA; Ada has enrolled those of these factors that can be."""
    simulation = nordwind(*{TOTP, *factors})
    for factor in factors:
        if factor is not DUO:
            enroll(simulation, factor)
    demand(simulation, *factors)
    return simulation


async def reach(person: Person, place: Place) -> None:
    """Let Ada log in and go on to this place."""
    await person.log_in()
    if place is Place.TOTP:
        await person.click("continue")
    elif place is Place.WELCOME and person.place != place:
        await person.click("later")
    assert person.place == place


async def meanwhile(person: Person, *commands: Command) -> None:
    """What happens elsewhere while the person looks at the pane."""
    for command in commands:
        person.app.simulation.act(command)
    person.app.redraw()
    await person.settle()


def goes_on(person: Person) -> bool:
    """Whether the focus is on something of the screen that is there."""
    focused = person.app.focused
    return focused is not None and focused.display and person.screen in focused.ancestors


# Codes

CODES = ["", "abcdef", "12345", "1234567", "\uff11\uff12\uff13\uff14\uff15\uff16", "1" * 200]


@pytest.mark.parametrize("codes", [CODES[:3], CODES[3:]], ids=["short", "long"])
@pytest.mark.parametrize("place", [Place.TOTP, Place.CHALLENGE])
async def test_what_cannot_be_a_code_is_said_and_the_next_one_replaces_it(
    place: Place, codes: list[str]
) -> None:
    simulation = challenged(TOTP) if place is Place.CHALLENGE else nordwind(days=7)
    async with at_portal(simulation) as person:
        await reach(person, place)
        for number, typed in enumerate(codes, 1):
            await person.type("code", typed)
            await person.click("verify")
            assert person.text("failure" if place is Place.CHALLENGE else "error").endswith(NO_CODE), typed
            assert person.app.user.bad_attempts == (number if place is Place.CHALLENGE else 0)
            assert person.screen.query_one("#code").has_focus
        view = person.app.pane.view
        assert view is not None
        secret = view.secret or SECRET
        await person.pilot.press(*code_at(secret, simulation.now), "enter")
        await person.settle()
        assert person.place == (Place.DONE if place is Place.TOTP else Place.WELCOME)


# Pastes

PASTES = {
    "123456\n654321": NOT_PLAIN,
    "123456\x1b[2J": NOT_PLAIN,
    "\x1b]0;title\x07": NOT_PLAIN,
    "\u202e123456": NOT_PLAIN,
    "7" * 10_000: TOO_LONG,
    "\n123 456\t\r\n": "",
}


@pytest.mark.parametrize("field", ["code", "username", "password"])
async def test_a_paste_goes_in_whole_or_not_at_all(field: str) -> None:
    async with at_portal(nordwind(days=7)) as person:
        if field == "code":
            await reach(person, Place.TOTP)
        entry = person.screen.query_one(f"#{field}", Input)
        entry.focus()
        await person.settle()
        for pasted, why in PASTES.items():
            entry.value = "kept"
            entry.cursor_position = 4
            await person.settle()
            entry.post_message(Paste(pasted))
            await person.settle()
            assert person.text("error") == why
            assert entry.value == ("kept" if why else "kept123 456")
            await person.pilot.press("x")
            await person.settle()
            assert person.text("error") == ""


# While logging in


@pytest.mark.parametrize("place", [Place.LOG_IN, Place.CHALLENGE, Place.SET_UP, Place.TOTP])
async def test_a_suspension_midway_is_told_and_leads_back(place: Place) -> None:
    simulation = challenged(TOTP) if place is Place.CHALLENGE else nordwind(days=7)
    async with at_portal(simulation) as person:
        if place is Place.LOG_IN:
            person.app.pane.open_log_in(ADA)
            await person.settle()
        else:
            await reach(person, place)
        await meanwhile(person, SuspendUsers((ADA,)))
        if place is Place.LOG_IN:
            await person.click("submit")
        assert person.place == Place.REFUSED
        assert person.text("headline").startswith("Your account is suspended")
        assert goes_on(person)


async def test_who_is_inside_when_suspended_reads_why_the_form_is_back() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await reach(person, Place.WELCOME)
        await meanwhile(person, SuspendUsers((ADA,)))
        assert person.place == Place.LOG_IN
        assert person.text("error") == "ada.lovelace was logged out: the account is suspended."
        assert goes_on(person)


@pytest.mark.parametrize("place", [Place.SET_UP, Place.TOTP])
async def test_the_end_of_the_period_shows_at_once(place: Place) -> None:
    async with at_portal(nordwind(days=7)) as person:
        await reach(person, place)
        person.app.simulation.advance(timedelta(days=7))
        await meanwhile(person)
        assert person.place == Place.REFUSED
        assert person.text("headline").startswith("You are locked out")
        assert person.app.user.totp is None
        assert goes_on(person)


async def test_without_a_requirement_the_modal_is_over_and_the_person_in() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await reach(person, Place.SET_UP)
        await meanwhile(person, RemoveRequirement((ADA,)))
        assert person.place == Place.WELCOME
        assert person.text("error") == "Nothing is left to answer: you are in."
        assert goes_on(person)


async def test_a_reset_in_a_challenge_asks_to_set_up_anew() -> None:
    simulation = challenged(TOTP)
    simulation.act(RequireMfa((ADA,), 7))
    async with at_portal(simulation) as person:
        await reach(person, Place.CHALLENGE)
        await person.type("code", "123")
        await meanwhile(person, ResetTotp((ADA,), 7))
        assert person.place == Place.SET_UP
        assert person.text("error") == "The factor that was asked for is gone. MFA has to be set up anew."
        assert goes_on(person)


async def test_a_requirement_made_anew_while_the_modal_is_open_moves_its_end() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await reach(person, Place.SET_UP)
        await meanwhile(person, RequireMfa((ADA,), 30))
        assert person.place == Place.SET_UP
        assert person.text("way-out").startswith("30 days left")


# A factor is switched off


@pytest.mark.parametrize("factor", [TOTP, WEBAUTHN, PUSH])
async def test_a_factor_switched_off_while_it_is_set_up_leads_back_and_says_so(factor: Factor) -> None:
    simulation = nordwind(TOTP, WEBAUTHN, PUSH, DUO)
    async with at_portal(simulation) as person:
        await reach(person, Place.WELCOME)
        await person.click(f"set-up-{factor.lower()}")
        left = frozenset({TOTP, WEBAUTHN, PUSH, DUO} - {factor})
        await meanwhile(person, UpdateOrganization(factors=left))
        assert person.place == Place.WELCOME
        assert person.text("error") == f"{factor.label} can no longer be set up here."
        assert not person.shows(f"set-up-{factor.lower()}")
        assert goes_on(person)


@pytest.mark.parametrize("factor", [TOTP, WEBAUTHN, PUSH, DUO])
async def test_a_factor_switched_off_while_it_is_asked_for_gives_way_to_the_others(factor: Factor) -> None:
    everything = frozenset(Factor)
    async with at_portal(challenged(*Factor)) as person:
        await reach(person, Place.CHALLENGE)
        choice = person.screen.query_one("FactorChoice")
        choice.choose(factor)  # type: ignore[attr-defined]
        await person.settle()
        first = person.screen.first_focus()  # type: ignore[attr-defined]
        assert first is not None
        first.focus()
        await person.settle()
        await meanwhile(person, UpdateOrganization(factors=everything - {factor}))
        assert person.place == Place.CHALLENGE
        assert person.text("error") == f"{factor.label} can no longer be used here."
        assert not person.shows(f"for-{factor.lower()}")
        assert goes_on(person)
        assert person.app.user.bad_attempts == 0


# Two browsers


@pytest.mark.parametrize("first", ["portal", ATTACKER])
async def test_of_two_who_set_up_totp_the_second_reads_that_it_does_not_count(first: str) -> None:
    simulation = nordwind(days=7)
    async with at_portal(simulation) as person:
        await reach(person, Place.TOTP)
        if first == "portal":
            simulation.act(LogIn(ATTACKER, ADA, PASSWORD))
            await meanwhile(person, StartTotpEnrollment(ATTACKER, SECRET))
            person.app.pane.action_change_seat()
            await person.settle()
            assert person.place == Place.TOTP
        else:
            simulation.act(LogIn(ATTACKER, ADA, PASSWORD))
            simulation.act(StartTotpEnrollment(ATTACKER, SECRET))
        secret = simulation.world.browsers[first].pending_secret
        assert secret is not None
        await meanwhile(person, ConfirmTotp(first, code_at(secret, simulation.now)))
        assert person.place == Place.CHALLENGE
        assert person.text("error").startswith("TOTP was set up in another browser first")
        assert person.app.user.totp is not None
        assert person.app.user.totp.secret == secret
        assert goes_on(person)


async def test_who_comes_back_to_the_seat_reads_what_happened_in_the_other() -> None:
    simulation = nordwind(days=7)
    async with at_portal(simulation) as person:
        await reach(person, Place.TOTP)
        person.app.pane.action_change_seat()
        simulation.act(LogIn(ATTACKER, ADA, PASSWORD))
        simulation.act(StartTotpEnrollment(ATTACKER, SECRET))
        await meanwhile(person, ConfirmTotp(ATTACKER, code_at(SECRET, simulation.now)))
        person.app.pane.action_change_seat()
        await person.settle()
        assert person.place == Place.CHALLENGE
        assert person.text("error").startswith("TOTP was set up in another browser first")


# Push


async def test_a_prompt_that_timed_out_cannot_be_approved_any_more() -> None:
    async with at_portal(challenged(PUSH)) as person:
        await reach(person, Place.CHALLENGE)
        await person.click("send")
        approve = person.screen.query_one("#approve", Button)
        person.app.simulation.advance(timedelta(seconds=60))
        approve.press()  # the click was faster than the screen
        await person.settle()
        assert person.text("error") == "No push prompt waits on the phone; send one first."
        assert person.text("failure") == "✗ The push prompt timed out."
        assert person.place == Place.CHALLENGE
        assert not person.shows("approve")
        assert person.screen.query_one("#send").has_focus


async def test_a_prompt_on_a_phone_that_is_lost_meanwhile_cannot_be_answered() -> None:
    async with at_portal(challenged(PUSH)) as person:
        await reach(person, Place.CHALLENGE)
        await person.click("send")
        await meanwhile(person, LosePhone(ADA))
        assert not person.shows("approve")
        assert "lost or replaced" in person.text("prompt")
        assert goes_on(person)


# The whole application


async def test_going_back_while_the_qr_code_is_open_takes_it_away_and_says_so() -> None:
    async with drill(eight(RequireMfa((ADA,), 7))) as running:
        portal = running.main("UserPortal")
        assert isinstance(portal, UserPortal)

        async def travel(target: timedelta | datetime) -> None:
            running.app.travel(target)
            await running.settle()
            await running.settle()

        async def press(id_: str, place: Place) -> None:
            assert portal.view is not None
            portal.query_one(f"#{portal.view.place} #{id_}", Button).press()
            await running.settle()
            await running.settle()
            assert portal.view.place is place

        start = running.simulation.now
        await travel(timedelta(hours=1))
        running.app.log_in_as(ADA)
        await running.settle()
        await press("submit", Place.SET_UP)
        await travel(timedelta(hours=1))
        await press("continue", Place.TOTP)
        await travel(start + timedelta(minutes=90))
        assert portal.view is not None
        assert portal.view.place is Place.SET_UP
        assert "the QR code was not on the screen" in running.screen_text()
        assert portal.query_one("#offer").has_focus
        await travel(start)
        assert portal.view.place is Place.LOG_IN
        assert "nobody was logging in here" in running.screen_text()
