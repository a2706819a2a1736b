"""The Set Up Multi-Factor Authentication modal, and the set-up of each factor."""

import pytest
from textual.widgets import Input

from mfadrill.core.factors import Factor
from mfadrill.core.totp import code_at
from mfadrill.tui.user_portal.factor_choice import FactorChoice
from mfadrill.tui.user_portal.totp_set_up import TotpSetUp
from mfadrill.tui.user_portal.view import Place
from user_portal_harness import SECRET, WALL, Person, at_portal, demand, enroll, nordwind


async def choose(person: Person, factor: Factor) -> None:
    person.screen.query_one(FactorChoice).choose(factor)
    await person.settle()


async def test_the_modal_can_be_skipped_while_the_period_runs() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        assert person.text("title") == "Set Up Multi-Factor Authentication"
        assert person.text("way-out") == "7 days left, until Mon 9 Mar 2026 09:00"
        await person.click("later")
        assert person.place == Place.WELCOME
        assert person.text("left") == "TOTP is not set up yet: 7 days left, until Mon 9 Mar 2026 09:00."


async def test_a_forced_modal_has_no_set_up_later_and_says_why() -> None:
    simulation = nordwind(days=7)
    demand(simulation)
    async with at_portal(simulation) as person:
        await person.log_in()
        assert not person.shows("later")
        assert "MFA for all" in person.text("way-out")
        await person.click("continue")
        assert not person.shows("later")


async def test_totp_is_set_up_with_the_simulated_phone_and_the_keyboard() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        assert person.screen.query_one(FactorChoice).has_focus
        await person.pilot.press("tab", "enter")
        await person.settle()
        assert person.place == Place.TOTP
        await person.pilot.press("shift+tab", "enter")
        await person.settle()
        await person.pilot.press("enter")
        await person.settle()
        assert person.screen.query_one("#code").has_focus
        await person.pilot.press("enter")
        await person.settle()
        assert person.place == Place.DONE
        assert person.text("headline") == "✓ Your authenticator app is set up."
        assert person.app.user.totp is not None
        await person.click("on")
        assert person.place == Place.WELCOME
        assert "TOTP: Enrolled since" in person.text("standing")


async def test_a_wrong_code_says_so_and_changes_nothing() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        await person.click("continue")
        await person.type("code", "000000")
        await person.click("verify")
        assert person.text("error").startswith("That code is not right.")
        assert person.place == Place.TOTP
        assert person.screen.query_one("#code", Input).value == "000000"
        assert person.app.user.totp is None


async def test_a_real_phones_code_sets_totp_up() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        await person.click("continue")
        assert person.app.pane.view is not None
        await person.type("code", code_at(person.app.pane.view.secret, WALL))
        await person.click("verify")
        assert person.place == Place.DONE


async def test_the_key_can_be_read_and_copied() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        await person.click("continue")
        assert person.app.pane.view is not None
        secret = person.app.pane.view.secret
        key = person.text("key")
        assert {len(group) for group in key.split()} == {4}
        assert "".join(key.split()) == secret
        await person.click("copy")
        assert person.app.clipboard == secret
        person.app.copy_to_clipboard("")
        await person.pilot.click("#key")
        await person.settle()
        assert person.app.clipboard == secret


async def test_back_from_the_code_to_the_modal_and_on_again() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        await person.click("continue")
        await person.click("back")
        assert person.place == Place.SET_UP
        await person.click("continue")
        assert person.place == Place.TOTP
        await person.click("later")
        assert person.place == Place.WELCOME


async def test_of_totp_and_webauthn_totp_is_preselected() -> None:
    async with at_portal(nordwind(Factor.TOTP, Factor.WEBAUTHN, days=7)) as person:
        await person.log_in()
        assert person.screen.query_one(FactorChoice).chosen is Factor.TOTP
        assert person.text("owed") == ""
        await person.click("continue")
        assert person.place == Place.TOTP


async def test_webauthn_can_be_picked_and_totp_is_still_owed() -> None:
    async with at_portal(nordwind(Factor.TOTP, Factor.WEBAUTHN, days=7)) as person:
        await person.log_in()
        await person.pilot.press("down", "space")
        await person.settle()
        assert person.screen.query_one(FactorChoice).chosen is Factor.WEBAUTHN
        assert person.text("owed").startswith("TOTP is still owed")
        await person.pilot.press("enter")
        await person.settle()
        await person.click("do")
        assert person.place == Place.DONE
        assert person.text("owed").startswith("TOTP is still owed: 7 days left")
        assert [key.device for key in person.app.user.security_keys] == ["ada.lovelace-key1"]
        await person.click("on")
        await person.click("log-out")
        await person.log_in()
        assert person.place == Place.CHALLENGE
        await person.click("touch")
        assert person.place == Place.SET_UP
        assert person.text("title") == "Set Up Multi-Factor Authentication"
        assert person.screen.query_one(FactorChoice).chosen is Factor.TOTP


async def test_with_duo_and_webauthn_the_key_has_to_be_set_up() -> None:
    simulation = nordwind(Factor.DUO, Factor.WEBAUTHN)
    demand(simulation)
    async with at_portal(simulation) as person:
        await person.log_in()
        assert person.place == Place.SET_UP
        offered = [b.id for b in person.screen.query("FactorChoice FactorButton") if not b.disabled]
        assert offered == ["webauthn"]
        await person.click("continue")
        await person.click("do")
        assert person.place == Place.DONE
        await person.click("on")
        assert person.place == Place.WELCOME


async def test_push_is_paired() -> None:
    async with at_portal(nordwind(Factor.TOTP, Factor.PUSH, days=7)) as person:
        await person.log_in()
        await choose(person, Factor.PUSH)
        await person.click("continue")
        await person.click("do")
        assert person.text("headline") == "✓ Your phone is paired."
        assert person.app.user.push is not None


async def test_what_is_missing_can_be_set_up_from_inside() -> None:
    async with at_portal(nordwind(Factor.TOTP, Factor.WEBAUTHN)) as person:
        await person.log_in()
        assert not person.shows("set-up-push")
        await person.click("set-up-webauthn")
        await person.click("back")
        await person.click("set-up-webauthn")
        await person.click("do")
        await person.click("on")
        await person.click("set-up-totp")
        assert person.place == Place.TOTP
        await person.click("back")
        assert person.place == Place.WELCOME
        await person.click("set-up-totp")
        await person.click("scan", within="TotpSetUp PhoneStrip")
        await person.click("use", within="TotpSetUp PhoneStrip")
        await person.click("verify")
        await person.click("on")
        assert not person.shows("set-up-totp")


async def test_the_modal_offers_only_what_is_open() -> None:
    simulation = nordwind(Factor.TOTP, Factor.WEBAUTHN, days=7)
    enroll(simulation, Factor.WEBAUTHN, SECRET)
    async with at_portal(simulation) as person:
        await person.log_in()
        await person.click("touch")
        offered = [b.id for b in person.screen.query("FactorChoice FactorButton") if not b.disabled]
        assert offered == ["totp"]


async def test_what_was_wrong_with_a_code_goes_when_the_code_changes() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        await person.click("continue")
        await person.click("scan", within="TotpSetUp PhoneStrip")
        for change in ("type", "use"):
            await person.type("code", "000000")
            await person.click("verify")
            assert person.text("error").startswith("That code is not right.")
            if change == "type":
                await person.type("code", "00000")
            else:
                await person.click("use", within="TotpSetUp PhoneStrip")
            assert person.text("error") == ""


@pytest.mark.parametrize("size", [(59, 29), (59, 31), (59, 33), (60, 33), (80, 19), (100, 40)])
async def test_setting_totp_up_needs_no_scrolling(size: tuple[int, int]) -> None:
    simulation = nordwind(days=7)
    demand(simulation)
    async with at_portal(simulation, size) as person:
        await person.log_in()
        await person.click("continue")
        await person.click("scan", within="TotpSetUp PhoneStrip")
        await person.type("code", "000000")
        await person.click("verify")
        for id_ in ("qr", "title", "key", "copy", "phone", "code", "error", "verify", "back", "way-out"):
            assert person.screen.region.contains_region(person.screen.query_one(f"#{id_}").region), id_
        assert person.screen.max_scroll_y == 0


@pytest.mark.parametrize(("size", "wide"), [((59, 33), False), ((80, 19), True)])
async def test_the_set_up_of_totp_is_painted_in_its_layout_from_the_start(
    size: tuple[int, int], wide: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[bool] = []
    on_resize = TotpSetUp.on_resize

    def note(self: TotpSetUp) -> None:
        laid_out.append(self.has_class("-wide"))
        on_resize(self)

    async with at_portal(nordwind(days=7), size) as person:
        await person.log_in()
        monkeypatch.setattr(TotpSetUp, "on_resize", note)
        await person.click("continue")
        assert person.place == Place.TOTP
        assert set(laid_out) == {wide}
