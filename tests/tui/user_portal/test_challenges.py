"""Answering the challenge with each factor."""

from datetime import timedelta

from textual.widgets import Input

from mfadrill.core.accounts import RecordEnrollment
from mfadrill.core.factors import Factor
from mfadrill.core.totp import code_at
from mfadrill.core.users import UserId
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.user_portal.factor_choice import FactorChoice
from mfadrill.tui.user_portal.view import Place
from user_portal_harness import SECRET, WALL, Person, at_portal, demand, enroll, nordwind


def challenged(*enrolled: Factor, enabled: tuple[Factor, ...] = ()) -> Simulation:
    simulation = nordwind(*(enabled or enrolled))
    for factor in enrolled:
        enroll(simulation, factor)
    demand(simulation)
    return simulation


async def test_the_phones_code_lets_in_and_only_once() -> None:
    async with at_portal(challenged(Factor.TOTP)) as person:
        await person.log_in()
        assert person.place == Place.CHALLENGE
        assert not person.screen.query_one(FactorChoice).display
        await person.click("use", within="Challenge PhoneStrip")
        await person.click("verify")
        assert person.place == Place.WELCOME
        await person.log_in()
        await person.click("use", within="Challenge PhoneStrip")
        await person.click("verify")
        assert person.text("failure") == "✗ That code has been used already; wait for the next one."
        await person.click("wait")
        assert person.app.travelled == [timedelta(seconds=30)]
        await person.click("use", within="Challenge PhoneStrip")
        await person.click("verify")
        assert person.place == Place.WELCOME


async def test_a_real_phones_code_answers_the_challenge() -> None:
    async with at_portal(challenged(Factor.TOTP)) as person:
        await person.log_in()
        code = code_at(SECRET, WALL)
        await person.type("code", f"{code[:3]} {code[3:]}")
        await person.click("verify")
        assert person.place == Place.WELCOME


async def test_wrong_codes_count_until_the_account_is_locked() -> None:
    async with at_portal(challenged(Factor.TOTP)) as person:
        await person.log_in()
        for _ in range(5):
            assert person.place == Place.CHALLENGE
            await person.type("code", "000000")
            await person.click("verify")
        assert person.place == Place.REFUSED
        assert person.text("headline").startswith("Your account is locked")


async def test_a_push_prompt_is_approved_on_the_phone() -> None:
    async with at_portal(challenged(Factor.PUSH, enabled=(Factor.PUSH, Factor.TOTP))) as person:
        await person.log_in()
        assert not person.shows("approve")
        assert person.screen.query_one("#send").has_focus
        await person.pilot.press("enter")
        await person.settle()
        assert person.screen.query_one("#approve").has_focus
        assert person.text("prompt") == "A prompt waits on ada.lovelace's phone, 60 s left."
        await person.click("deny")
        assert person.text("failure") == "✗ The push prompt was denied."
        await person.click("send")
        await person.click("time-out")
        assert person.text("failure") == "✗ The push prompt timed out."
        await person.click("send")
        await person.click("approve")
        assert person.place == Place.WELCOME


async def test_a_phishing_page_gets_nothing_that_the_portal_takes() -> None:
    simulation = challenged(Factor.WEBAUTHN, enabled=(Factor.WEBAUTHN, Factor.TOTP))
    async with at_portal(simulation) as person:
        await person.log_in()
        await person.click("phish")
        assert person.text("failure").startswith("✗ The security key's answer does not hold")
        assert person.app.user.security_keys[0].sign_count == 0
        await person.click("touch")
        assert person.place == Place.WELCOME
        # Touched twice: on the phishing page the key counted, too.
        assert person.app.user.security_keys[0].sign_count == 2


async def test_duo_alone_asks_without_a_modal() -> None:
    async with at_portal(challenged(enabled=(Factor.DUO,))) as person:
        await person.log_in()
        assert person.place == Place.CHALLENGE
        await person.click("duo-deny")
        assert person.text("failure") == "✗ The Duo prompt was denied."
        await person.click("duo-approve")
        assert person.place == Place.WELCOME


async def show_only(person: Person, panel: str) -> None:
    shown = [id_ for id_ in ("totp", "push", "webauthn", "duo") if person.shows(f"for-{id_}")]
    assert shown == [panel]


async def test_any_factor_on_offer_can_answer() -> None:
    simulation = challenged(Factor.TOTP, Factor.PUSH, Factor.WEBAUTHN, enabled=tuple(Factor))
    async with at_portal(simulation) as person:
        await person.log_in()
        choice = person.screen.query_one(FactorChoice)
        assert choice.display
        await show_only(person, "totp")
        for factor in (Factor.PUSH, Factor.WEBAUTHN, Factor.DUO):
            choice.choose(factor)
            await person.settle()
            await show_only(person, factor.lower())
        await person.click("duo-approve")
        assert person.place == Place.WELCOME


async def test_the_challenge_of_another_user_is_about_their_factor() -> None:
    simulation = nordwind(Factor.TOTP, Factor.WEBAUTHN)
    enroll(simulation, Factor.TOTP)
    simulation.act(RecordEnrollment(UserId("grace.hopper"), Factor.WEBAUTHN, "her key", SECRET))
    demand(simulation)
    async with at_portal(simulation) as person:
        await person.log_in()
        assert person.screen.query_one("#code").has_focus
        await person.log_in("grace.hopper")
        assert person.screen.query_one(FactorChoice).chosen is Factor.WEBAUTHN
        assert person.shows("for-webauthn")
        assert not person.shows("for-totp")
        assert person.screen.query_one("#touch").has_focus


async def test_cancel_leaves_the_log_in() -> None:
    async with at_portal(challenged(Factor.TOTP)) as person:
        await person.log_in()
        await person.click("cancel")
        assert person.place == Place.LOG_IN


async def test_what_is_typed_outlives_what_happens_meanwhile() -> None:
    async with at_portal(challenged(Factor.TOTP)) as person:
        await person.log_in()
        await person.type("code", "123")
        person.app.simulation.advance(timedelta(days=1))
        person.app.redraw()
        await person.settle()
        assert person.screen.query_one("#code").value == "123"  # type: ignore[attr-defined]


async def test_what_was_wrong_with_a_code_goes_when_the_code_changes() -> None:
    async with at_portal(challenged(Factor.TOTP)) as person:
        await person.log_in()
        for change in ("type", "use", "none"):
            await person.type("code", "000000")
            await person.click("verify")
            assert person.text("failure") == "✗ That code is not right."
            if change == "type":
                await person.type("code", "00000")
            if change == "use":
                await person.click("use", within="Challenge PhoneStrip")
                assert person.screen.query_one("#code", Input).value == code_at(
                    SECRET, person.app.simulation.now
                )
            person.app.redraw()
            await person.settle()
            assert bool(person.text("failure")) is (change == "none")
