"""What the portal shows, without a screen."""

from datetime import timedelta

from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.challenges import AnswerSecurityKey, AnswerTotp, SendPush
from mfadrill.core.factors import Factor
from mfadrill.core.handling_phones import ScanQrCode, SetPhoneClock
from mfadrill.core.organization import PortalDefault
from mfadrill.core.portal import LogIn
from mfadrill.core.setting_up import RegisterSecurityKey, SkipEnrollment
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.totp import code_at
from mfadrill.sim.ceremonies import show_qr_code
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.user_portal.view import Picked, Place, PortalView, Visit, portal_view
from user_portal_harness import ADA, PASSWORD, SECRET, demand, enroll, nordwind


def view(simulation: Simulation, picked: Picked | None = None) -> PortalView:
    return portal_view(simulation.world, simulation.now, "portal", picked or Picked())


def log_in(simulation: Simulation, password: str = PASSWORD) -> None:
    simulation.act(LogIn("portal", "ada.lovelace", password))


def test_nobody_logging_in_is_the_form_with_the_typed_users_phone_and_inbox() -> None:
    simulation = nordwind(days=7)
    assert view(simulation).place is Place.LOG_IN
    assert view(simulation).inbox == ()
    typed = view(simulation, Picked(typed="ADA.lovelace"))
    assert [letter.subject for letter in typed.inbox] == ["MFA Now Enabled on your Nordwind Freight Account"]
    assert typed.phone.owner == "ada.lovelace"


def test_a_wrong_password_shows_in_the_form_with_its_reason() -> None:
    simulation = nordwind()
    log_in(simulation, "wrong")
    shown = view(simulation)
    assert (shown.place, shown.headline) == (Place.LOG_IN, "Authentication failed.")
    assert [why.sentence for why in shown.reasons] == [
        "Username or password is wrong; which of them is not said."
    ]


def test_who_needs_no_mfa_is_in_and_the_reasons_say_why() -> None:
    simulation = nordwind()
    log_in(simulation)
    shown = view(simulation)
    assert (shown.place, shown.headline, shown.doing) == (Place.WELCOME, "Welcome.", "in as")
    assert shown.reasons[-1].sentence.endswith("MFA is not required of this user.")
    assert shown.factors == (Factor.TOTP,)


def test_the_modal_says_how_long_it_can_wait() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=2))
    log_in(simulation)
    shown = view(simulation)
    assert (shown.place, shown.skippable) == (Place.SET_UP, True)
    assert shown.way_out == "5 days left, until Mon 9 Mar 2026 09:00"
    assert shown.totp_owed


def test_a_forced_modal_says_why_there_is_no_way_out() -> None:
    simulation = nordwind()
    demand(simulation)
    log_in(simulation)
    shown = view(simulation)
    assert (shown.place, shown.skippable) == (Place.SET_UP, False)
    assert "MFA for all" in shown.way_out
    simulation = nordwind(default=PortalDefault.ALLOW_WITH_MFA)
    log_in(simulation)
    assert "portal default" in view(simulation).way_out


def test_after_skipping_the_days_that_remain_are_told() -> None:
    simulation = nordwind(days=7)
    log_in(simulation)
    simulation.act(SkipEnrollment("portal"))
    shown = view(simulation)
    assert (shown.place, shown.skippable, shown.totp_owed) == (Place.WELCOME, False, True)
    assert shown.way_out.startswith("7 days left")


def test_a_shown_secret_is_the_qr_code_until_it_is_left() -> None:
    simulation = nordwind(days=7)
    log_in(simulation)
    simulation.act(show_qr_code(simulation, "portal"))
    shown = view(simulation)
    assert shown.place is Place.TOTP
    assert shown.secret in shown.uri
    assert shown.phone.can_scan
    assert view(simulation, Picked(left_secret=shown.secret)).place is Place.SET_UP
    simulation.act(ScanQrCode("portal"))
    scanned = view(simulation).phone
    assert not scanned.can_scan
    assert scanned.wanted is not None
    assert scanned.wanted.code == code_at(shown.secret, simulation.now)


def test_a_codes_life_runs_on_the_phones_clock() -> None:
    simulation = nordwind()
    enroll(simulation, Factor.TOTP)
    simulation.act(SetPhoneClock(ADA, 100))
    phone = view(simulation, Picked(typed=ADA)).phone
    assert phone.left == 20
    assert phone.clock == "Mon 09:01:40"
    assert phone.entries[0].code == code_at(SECRET, simulation.now + timedelta(seconds=100))
    assert phone.entries[0].use == "enrolled"


def test_a_push_prompt_waits_until_it_times_out() -> None:
    simulation = nordwind(Factor.TOTP, Factor.PUSH)
    enroll(simulation, Factor.PUSH)
    demand(simulation)
    log_in(simulation)
    simulation.act(SendPush("portal"))
    simulation.advance(timedelta(seconds=10))
    assert view(simulation).phone.prompt_left == 50
    simulation.advance(timedelta(seconds=50))
    shown = view(simulation)
    assert shown.phone.prompt_left is None
    assert shown.failure == "The push prompt timed out."


def test_a_webauthn_first_user_still_owes_totp() -> None:
    simulation = nordwind(Factor.TOTP, Factor.WEBAUTHN, days=7)
    log_in(simulation)
    simulation.act(RegisterSecurityKey("portal", "key"))
    assert view(simulation).totp_owed
    log_in(simulation)
    assert (view(simulation).place, view(simulation).factors) == (Place.CHALLENGE, (Factor.WEBAUTHN,))
    simulation.act(AnswerSecurityKey("portal", "key", 1))
    assert (view(simulation).place, view(simulation).factors) == (Place.SET_UP, (Factor.TOTP,))


def test_a_success_shows_only_for_its_own_log_in() -> None:
    simulation = nordwind(Factor.TOTP, Factor.WEBAUTHN)
    log_in(simulation)
    simulation.act(RegisterSecurityKey("portal", "key"))
    picked = Picked(done=(Visit(ADA, simulation.now), Factor.WEBAUTHN))
    assert view(simulation, picked).place is Place.DONE
    simulation.advance(timedelta(seconds=1))
    log_in(simulation)
    assert view(simulation, picked).place is Place.WELCOME


def test_going_back_before_the_enrollment_takes_the_success_away() -> None:
    simulation = nordwind(Factor.TOTP, Factor.WEBAUTHN)
    log_in(simulation)
    simulation.advance(timedelta(seconds=9))
    begun = Visit(ADA, simulation.start)
    simulation.act(RegisterSecurityKey("portal", "key"))
    picked = Picked(done=(begun, Factor.WEBAUTHN), factor=Factor.WEBAUTHN)
    assert view(simulation, picked).place is Place.DONE
    simulation.travel_to(simulation.start + timedelta(seconds=5))
    assert view(simulation, picked).place is Place.FACTOR


def test_the_form_opened_over_a_log_in_hides_only_that_one() -> None:
    simulation = nordwind()
    log_in(simulation)
    over = Picked(form_over=Visit(ADA, simulation.now))
    assert view(simulation, over).place is Place.LOG_IN
    simulation.advance(timedelta(seconds=1))
    log_in(simulation)
    assert view(simulation, over).place is Place.WELCOME


def test_a_suspension_shows_at_once() -> None:
    simulation = nordwind(days=7)
    log_in(simulation)
    simulation.act(SuspendUsers((ADA,)))
    shown = view(simulation)
    assert (shown.place, shown.reasons[0].sentence) == (Place.REFUSED, "The user is suspended.")


def test_an_expired_period_is_locked_out_with_all_reasons_in_order() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=7))
    log_in(simulation)
    shown = view(simulation)
    assert shown.place is Place.REFUSED
    assert shown.headline.startswith("You are locked out")
    assert len(shown.reasons) == 3
    assert "ended Mon 9 Mar 2026 09:00" in shown.reasons[-1].sentence


def test_the_welcome_says_what_another_log_in_would_meet() -> None:
    simulation = nordwind(days=7)
    log_in(simulation)
    simulation.act(SkipEnrollment("portal"))
    simulation.advance(timedelta(days=8))
    assert view(simulation).standing[-1] == "Next log-in: locked out"
    assert not view(simulation).totp_owed


def test_a_used_code_is_told_from_a_wrong_one() -> None:
    simulation = nordwind()
    enroll(simulation, Factor.TOTP)
    demand(simulation)
    for _ in range(2):
        log_in(simulation)
        simulation.act(AnswerTotp("portal", code_at(SECRET, simulation.now)))
    assert view(simulation).code_used
    simulation.act(AnswerTotp("portal", "000000"))
    assert not view(simulation).code_used


def test_an_organization_without_a_factor_says_so() -> None:
    simulation = nordwind()
    simulation.act(UpdateOrganization(factors=frozenset()))
    log_in(simulation)
    assert view(simulation).standing[0] == "MFA: no factor is enabled for the organization"
