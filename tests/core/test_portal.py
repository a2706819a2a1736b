"""Logging in to the User Portal, step by step (domain.md §6)."""

from datetime import timedelta
from typing import Any

import pytest

from core_story import (
    ADA,
    DUO,
    OTHER_SECRET,
    PASSWORD,
    PUSH,
    SECRET,
    START,
    TOTP,
    WEBAUTHN,
    Story,
    command_name,
)
from mfadrill.core.accounts import ActivateUsers, SetPassword, SuspendUsers, UnlockUsers
from mfadrill.core.challenges import (
    AnswerDuo,
    AnswerPush,
    AnswerSecurityKey,
    AnswerTotp,
    SendPush,
)
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import DeletePolicy
from mfadrill.core.events import LoginRefused, LoginSucceeded, PasswordRefused
from mfadrill.core.factors import FactorStatus
from mfadrill.core.handling_phones import ScanQrCode, SetPhoneClock
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import Effect, PolicyId, ResourceId
from mfadrill.core.portal import LeaveBrowser, LogIn, Stage
from mfadrill.core.refusals import CannotSkip, NotAtThisStep, UnknownThing, UnusableValue, WrongCode
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.sessions import ChallengeFailure, LoginOutcome, Rule
from mfadrill.core.setting_up import (
    ConfirmTotp,
    PairPush,
    RegisterSecurityKey,
    SkipEnrollment,
    StartTotpEnrollment,
)
from mfadrill.core.settings import AddApplication, UpdateOrganization
from mfadrill.core.users import MailKind

MFA = Effect(mfa_required=True)


@pytest.fixture
def challenged(story: Story) -> Story:
    """Ada has every factor that can be set up, Duo is on, and her log-in waits for one of them."""
    story.factors(TOTP, PUSH, WEBAUTHN, DUO).enrolled(TOTP, PUSH, WEBAUTHN).require()
    assert story.log_in().stage is Stage.CHALLENGE
    return story


@pytest.fixture
def in_period(story: Story) -> Story:
    """Ada is in a period of 7 days and sees the modal, which offers TOTP, Push and WebAuthn."""
    story.factors(TOTP, PUSH, WEBAUTHN).require(7)
    assert story.log_in().stage is Stage.SET_UP
    return story


# 1. The password


def test_a_right_password_is_enough_without_a_requirement(story: Story) -> None:
    assert story.log_in().stage is Stage.IN
    assert story.session().inside


def test_a_username_is_found_whatever_its_case(story: Story) -> None:
    story.do(LogIn("b", " ADA ", PASSWORD))
    assert story.session().inside


def test_unknown_user_and_wrong_password_are_told_the_same(story: Story) -> None:
    story.log_in("one", "wrong")
    story.do(LogIn("two", "nobody", PASSWORD))
    assert story.session("one") == story.session("two")
    assert story.decision("one").outcome is LoginOutcome.AUTHENTICATION_FAILED


def test_a_pending_password_is_a_wrong_one(empty: Story) -> None:
    empty.create(password=None)
    assert empty.log_in(password="").stage is Stage.REFUSED
    assert empty.rules() == [Rule.WRONG_CREDENTIALS]


def test_a_wrong_password_counts_as_a_bad_attempt(story: Story) -> None:
    story.log_in(password="wrong")
    story.log_in(password="wrong")
    assert story.ada.bad_attempts == 2


def test_an_unknown_user_counts_for_nobody(story: Story) -> None:
    users = story.world.users
    story.do(LogIn("b", "nobody", "wrong"))
    assert story.world.users == users
    (event,) = story.events[-1:]
    assert isinstance(event, PasswordRefused)
    assert event.user is None


def test_a_log_in_resets_the_bad_attempts(story: Story) -> None:
    story.log_in(password="wrong")
    story.log_in()
    assert story.ada.bad_attempts == 0


def test_a_right_password_alone_does_not_reset_the_bad_attempts(challenged: Story) -> None:
    challenged.log_in(password="wrong")
    challenged.log_in()
    assert challenged.ada.bad_attempts == 1


def test_one_bad_attempt_less_than_the_maximum_does_not_lock(story: Story) -> None:
    for _ in range(4):
        story.log_in(password="wrong")
    assert story.ada.lockout is None
    assert story.log_in().stage is Stage.IN


def test_the_account_is_locked_at_the_maximum_of_bad_attempts(story: Story) -> None:
    for _ in range(5):
        story.log_in(password="wrong")
    story.log_in()
    assert story.decision().outcome is LoginOutcome.ACCOUNT_LOCKED
    assert story.decision().at == START + timedelta(minutes=30)
    assert story.rules() == [Rule.ACCOUNT_LOCKED]


def test_the_maximum_of_bad_attempts_is_a_setting(story: Story) -> None:
    story.do(UpdateOrganization(max_login_attempts=1))
    story.log_in(password="wrong")
    assert story.ada.is_locked(story.now)


def test_a_wrong_password_of_a_locked_account_is_told_like_any_other(story: Story) -> None:
    for _ in range(6):
        story.log_in(password="wrong")
    assert story.decision().outcome is LoginOutcome.AUTHENTICATION_FAILED


def test_bad_attempts_while_locked_do_not_prolong_the_lock(story: Story) -> None:
    for _ in range(5):
        story.log_in(password="wrong")
    story.passes(minutes=20)
    story.log_in(password="wrong")
    assert story.ada.lockout is not None
    assert story.ada.lockout.until == START + timedelta(minutes=30)


def test_the_account_is_locked_right_before_the_lock_out_time_is_over(story: Story) -> None:
    for _ in range(5):
        story.log_in(password="wrong")
    story.passes(minutes=30, microseconds=-1)
    story.log_in()
    assert story.decision().outcome is LoginOutcome.ACCOUNT_LOCKED


def test_the_account_unlocks_exactly_when_the_lock_out_time_is_over(story: Story) -> None:
    for _ in range(5):
        story.log_in(password="wrong")
    story.passes(minutes=30)
    assert (story.ada.lockout, story.ada.bad_attempts) == (None, 0)
    assert story.log_in().stage is Stage.IN


def test_the_reset_password_is_the_only_one_that_counts(story: Story) -> None:
    story.do(SetPassword(ADA, "another"))
    assert story.log_in(password=PASSWORD).stage is Stage.REFUSED
    assert story.log_in(password="another").stage is Stage.IN


# 2. The account


def test_a_refused_right_password_is_no_bad_attempt(empty: Story) -> None:
    empty.staged()
    for _ in range(10):
        empty.log_in()
    assert empty.ada.bad_attempts == 0


def test_staged_comes_before_every_policy(empty: Story) -> None:
    empty.staged().policy(Effect()).log_in()
    assert empty.rules() == [Rule.STAGED]


# 3.-4. Resources and defaults


def test_an_unknown_application_is_refused(story: Story) -> None:
    assert isinstance(story.refusal(LogIn("b", "ada", PASSWORD, ResourceId("nothing"))), UnknownThing)


def test_the_requirement_does_not_guard_applications(story: Story) -> None:
    story.do(AddApplication("Wiki"))
    story.require(1).passes(days=2)
    assert story.log_in(resource=ResourceId("wiki")).stage is Stage.IN
    assert story.log_in().stage is Stage.REFUSED


def test_the_default_allow_and_require_mfa_cannot_be_skipped(story: Story) -> None:
    story.require(7).do(UpdateOrganization(portal_default=PortalDefault.ALLOW_WITH_MFA))
    story.log_in()
    assert isinstance(story.refusal(SkipEnrollment("b")), CannotSkip)


# 5. Forced


def test_duo_and_webauthn_forced_means_setting_up_webauthn(story: Story) -> None:
    story.factors(DUO, WEBAUTHN).policy(MFA).log_in()
    assert story.decision().outcome is LoginOutcome.SET_UP
    assert story.modal().factors == (WEBAUTHN,)
    assert isinstance(story.refusal(AnswerDuo("b", True)), NotAtThisStep)


def test_duo_alone_is_challenged_without_a_modal(story: Story) -> None:
    story.factors(DUO).policy(MFA).log_in()
    assert story.decision().challenge == (DUO,)
    story.do(AnswerDuo("b", True))
    assert story.session().inside


def test_a_factor_that_the_policy_does_not_name_cannot_answer(story: Story) -> None:
    story.factors(TOTP, WEBAUTHN).enrolled(TOTP)
    story.policy(Effect(mfa_required=True, factors=frozenset({WEBAUTHN}))).log_in()
    assert story.stage() is Stage.SET_UP
    assert isinstance(story.refusal(AnswerTotp("b", story.code())), NotAtThisStep)
    assert isinstance(story.refusal(StartTotpEnrollment("b", OTHER_SECRET)), NotAtThisStep)


@pytest.mark.parametrize("command", [StartTotpEnrollment("b", SECRET), PairPush("b")], ids=command_name)
def test_a_factor_that_the_modal_does_not_offer_cannot_be_set_up_there(
    story: Story, command: Command
) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN)
    story.policy(Effect(mfa_required=True, factors=frozenset({WEBAUTHN}))).log_in()
    assert story.modal().factors == (WEBAUTHN,)
    assert isinstance(story.refusal(command), NotAtThisStep)


def test_the_factor_set_up_at_a_forced_modal_lets_in_without_another_challenge(story: Story) -> None:
    story.factors(TOTP, WEBAUTHN).policy(MFA).log_in()
    story.do(RegisterSecurityKey("b", "key"))
    assert story.session().inside


# 6. Soft: the requirement and its period


def test_totp_is_challenged_with_any_enrolled_factor_and_duo(challenged: Story) -> None:
    assert challenged.decision().challenge == (TOTP, PUSH, WEBAUTHN, DUO)


def test_inside_the_period_the_modal_can_be_put_off(in_period: Story) -> None:
    in_period.do(SkipEnrollment("b"))
    assert in_period.session().inside
    assert in_period.status is FactorStatus.IN_ENROLLMENT


def test_the_modal_knows_the_end_of_the_period(in_period: Story) -> None:
    assert in_period.modal().ends_at == START + timedelta(days=7)


def test_the_modal_returns_at_every_log_in_until_the_end(in_period: Story) -> None:
    in_period.do(SkipEnrollment("b"))
    in_period.passes(days=7, microseconds=-1)
    assert in_period.log_in().stage is Stage.SET_UP
    in_period.do(SkipEnrollment("b"))
    assert in_period.session().inside


def test_a_user_is_locked_out_exactly_at_the_end(in_period: Story) -> None:
    in_period.passes(days=7)
    in_period.log_in()
    assert in_period.decision().outcome is LoginOutcome.LOCKED_OUT
    assert in_period.decision().at == START + timedelta(days=7)


def test_a_user_is_locked_out_even_with_webauthn_and_push(story: Story) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN, DUO).enrolled(PUSH, WEBAUTHN).require(1).passes(days=1)
    story.log_in()
    assert story.decision().outcome is LoginOutcome.LOCKED_OUT


def test_a_webauthn_first_user_still_owes_totp(in_period: Story) -> None:
    in_period.do(RegisterSecurityKey("b", "key"))
    assert in_period.session().inside
    in_period.log_in()
    assert in_period.decision().outcome is LoginOutcome.CHALLENGE_THEN_SET_UP
    in_period.do(AnswerSecurityKey("b", "key", 1))
    assert in_period.stage() is Stage.SET_UP
    assert in_period.modal().factors == (TOTP, PUSH)
    assert in_period.rules()[-1] is Rule.TOTP_OWED


def test_a_webauthn_first_user_does_not_stop_the_period(in_period: Story) -> None:
    in_period.do(RegisterSecurityKey("b", "key"))
    in_period.passes(days=7)
    assert in_period.status is FactorStatus.ENROLLMENT_EXPIRED


def test_a_webauthn_first_user_may_put_totp_off_after_the_challenge(in_period: Story) -> None:
    in_period.do(RegisterSecurityKey("b", "key"))
    in_period.log_in()
    assert isinstance(in_period.refusal(SkipEnrollment("b")), NotAtThisStep)
    in_period.do(AnswerSecurityKey("b", "key", 1))
    in_period.do(SkipEnrollment("b"))
    assert in_period.session().inside


def test_duo_is_asked_before_the_modal_of_a_period(story: Story) -> None:
    story.factors(TOTP, DUO).require().log_in()
    assert story.decision().challenge == (DUO,)
    story.do(AnswerDuo("b", True))
    assert story.stage() is Stage.SET_UP
    assert story.enroll_totp().stage is Stage.IN


def test_while_totp_is_off_the_requirement_is_met_at_once(story: Story) -> None:
    story.factors(TOTP, DUO, WEBAUTHN).require(7).factors(DUO, WEBAUTHN).log_in()
    assert story.modal().factors == (WEBAUTHN,)
    assert isinstance(story.refusal(SkipEnrollment("b")), CannotSkip)
    assert story.rules()[-2:] == [Rule.TOTP_OFF, Rule.MUST_SET_UP]


def test_a_requirement_without_a_period_is_met_at_once(story: Story) -> None:
    story.factors(DUO).require().factors(TOTP)
    story.log_in()
    assert isinstance(story.refusal(SkipEnrollment("b")), CannotSkip)
    assert story.rules() == [Rule.NO_POLICY, Rule.USER_REQUIRED, Rule.NO_PERIOD, Rule.MUST_SET_UP]


def test_the_attacker_who_has_the_password_can_enroll_first(in_period: Story) -> None:
    in_period.log_in("attacker")
    in_period.show_qr_code("attacker", OTHER_SECRET)
    in_period.do(ConfirmTotp("attacker", in_period.code(secret=OTHER_SECRET)))
    assert in_period.session("attacker").inside
    assert in_period.log_in().stage is Stage.CHALLENGE


# 7. The modal: TOTP


def test_totp_alone_must_be_set_up_as_totp(story: Story) -> None:
    story.require().log_in()
    assert story.modal().factors == (TOTP,)


def test_of_totp_and_webauthn_the_modal_preselects_totp(story: Story) -> None:
    story.factors(TOTP, WEBAUTHN).require().log_in()
    assert story.modal().factors == (TOTP, WEBAUTHN)


def test_duo_never_appears_in_the_modal(story: Story) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN, DUO).policy(MFA).log_in()
    assert story.modal().factors == (TOTP, PUSH, WEBAUTHN)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_one_step_off_confirms_the_enrollment(in_period: Story, steps: int) -> None:
    in_period.show_qr_code().do(ConfirmTotp("b", in_period.code(steps), "Ada's phone"))
    assert in_period.session().inside
    assert in_period.status is FactorStatus.ENROLLED
    assert in_period.ada.totp is not None
    assert (in_period.ada.totp.device, in_period.ada.totp.enrolled_at) == ("Ada's phone", START)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_two_steps_off_does_not_confirm(in_period: Story, steps: int) -> None:
    in_period.show_qr_code()
    assert isinstance(in_period.refusal(ConfirmTotp("b", in_period.code(steps))), WrongCode)


def test_a_wrong_code_at_the_set_up_says_so_and_changes_nothing(in_period: Story) -> None:
    in_period.show_qr_code()
    before = in_period.world
    refused = in_period.refusal(ConfirmTotp("b", "000000"))
    assert isinstance(refused, WrongCode)
    assert "not right" in refused.text
    assert in_period.world is before
    in_period.do(ConfirmTotp("b", in_period.code()))
    assert in_period.session().inside


def test_wrong_codes_at_the_set_up_do_not_lock_the_account(in_period: Story) -> None:
    in_period.show_qr_code()
    for _ in range(20):
        in_period.refusal(ConfirmTotp("b", "000"))
    assert in_period.ada.bad_attempts == 0


def test_a_code_before_the_qr_code_is_not_taken(in_period: Story) -> None:
    assert isinstance(in_period.refusal(ConfirmTotp("b", in_period.code())), NotAtThisStep)


def test_only_the_qr_code_shown_last_counts(in_period: Story) -> None:
    in_period.show_qr_code(secret=SECRET).show_qr_code(secret=OTHER_SECRET)
    assert isinstance(in_period.refusal(ConfirmTotp("b", in_period.code(secret=SECRET))), WrongCode)
    in_period.do(ConfirmTotp("b", in_period.code(secret=OTHER_SECRET)))
    assert in_period.ada.totp is not None
    assert in_period.ada.totp.secret == OTHER_SECRET


def test_leaving_halfway_is_not_an_enrollment(in_period: Story) -> None:
    in_period.show_qr_code().do(ScanQrCode("b"))
    in_period.do(LeaveBrowser("b"))
    assert in_period.status is FactorStatus.IN_ENROLLMENT
    in_period.log_in()
    assert isinstance(in_period.refusal(ConfirmTotp("b", in_period.code())), NotAtThisStep)


def test_putting_off_forgets_the_qr_code(in_period: Story) -> None:
    in_period.show_qr_code().do(SkipEnrollment("b"))
    assert isinstance(in_period.refusal(ConfirmTotp("b", in_period.code())), NotAtThisStep)


def test_enrolling_ends_the_period_without_an_expiry(in_period: Story) -> None:
    in_period.enroll_totp()
    assert in_period.ada.period is None
    assert in_period.passes(days=8) == []
    assert "user_mfa_exclusion_expired" not in in_period.names()


def test_the_code_that_confirmed_is_not_accepted_at_the_log_in(in_period: Story) -> None:
    in_period.enroll_totp()
    in_period.log_in()
    in_period.do(AnswerTotp("b", in_period.code()))
    assert in_period.session().failure is ChallengeFailure.CODE_USED


def test_a_phone_minutes_off_cannot_confirm(in_period: Story) -> None:
    in_period.do(SetPhoneClock(ADA, 300))
    in_period.show_qr_code().do(ScanQrCode("b"))
    phone = in_period.world.phones[ADA]
    shown = phone.code(phone.entries[-1], in_period.now)
    assert isinstance(in_period.refusal(ConfirmTotp("b", shown)), WrongCode)
    in_period.do(SetPhoneClock(ADA, 0))
    phone = in_period.world.phones[ADA]
    in_period.do(ConfirmTotp("b", phone.code(phone.entries[-1], in_period.now)))
    assert in_period.session().inside


# 7. The modal: WebAuthn and Push


def test_a_registered_key_keeps_its_device_and_counter(in_period: Story) -> None:
    in_period.do(RegisterSecurityKey("b", "key", "blue key", 5))
    (key,) = in_period.ada.security_keys
    assert (key.credential, key.device, key.enrolled_at, key.sign_count) == ("key", "blue key", START, 5)


def test_a_key_without_a_credential_is_refused(in_period: Story) -> None:
    assert isinstance(in_period.refusal(RegisterSecurityKey("b", "")), UnusableValue)


def test_pairing_a_phone_at_the_modal_lets_in_but_totp_is_owed(in_period: Story) -> None:
    in_period.do(PairPush("b", "Ada's phone"))
    assert in_period.session().inside
    in_period.log_in()
    assert in_period.decision().outcome is LoginOutcome.CHALLENGE_THEN_SET_UP


def test_a_new_push_device_replaces_the_old(story: Story) -> None:
    story.factors(TOTP, PUSH).enrolled(PUSH).log_in()
    story.do(PairPush("b", "new phone"))
    assert story.ada.push is not None
    assert story.ada.push.device == "new phone"


@pytest.mark.parametrize(
    "command",
    [StartTotpEnrollment("b", SECRET), RegisterSecurityKey("b", "k"), PairPush("b")],
    ids=command_name,
)
def test_a_factor_that_is_off_cannot_be_set_up(story: Story, command: Command) -> None:
    story.factors(DUO).log_in()
    assert isinstance(story.refusal(command), NotAtThisStep)


@pytest.mark.parametrize(
    "command",
    [StartTotpEnrollment("b", SECRET), RegisterSecurityKey("b", "k")],
    ids=command_name,
)
def test_a_factor_that_is_set_up_cannot_be_set_up_again(story: Story, command: Command) -> None:
    story.factors(TOTP, WEBAUTHN).enrolled(TOTP, WEBAUTHN).log_in()
    assert isinstance(story.refusal(command), NotAtThisStep)


def test_a_user_inside_the_portal_may_set_up_a_factor(story: Story) -> None:
    story.log_in()
    assert story.enroll_totp().stage is Stage.IN
    assert story.status is FactorStatus.ENROLLED
    assert sum(isinstance(event, LoginSucceeded) for event in story.events) == 1


# 8. Challenges: TOTP


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_one_step_off_answers_the_challenge(challenged: Story, steps: int) -> None:
    challenged.passes(minutes=5)
    challenged.do(AnswerTotp("b", challenged.code(steps)))
    assert challenged.session().inside


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_two_steps_off_is_a_bad_attempt(challenged: Story, steps: int) -> None:
    challenged.passes(minutes=5)
    challenged.do(AnswerTotp("b", challenged.code(steps)))
    assert challenged.session().failure is ChallengeFailure.WRONG_CODE
    assert challenged.ada.bad_attempts == 1
    assert challenged.stage() is Stage.CHALLENGE


def test_a_code_is_accepted_once_only(challenged: Story) -> None:
    challenged.do(AnswerTotp("b", challenged.code()))
    challenged.log_in()
    challenged.do(AnswerTotp("b", challenged.code()))
    assert challenged.session().failure is ChallengeFailure.CODE_USED
    assert challenged.ada.bad_attempts == 1


def test_a_code_used_in_one_browser_is_used_in_the_other(challenged: Story) -> None:
    challenged.log_in("other")
    challenged.do(AnswerTotp("b", challenged.code()))
    challenged.do(AnswerTotp("other", challenged.code()))
    assert challenged.session("other").failure is ChallengeFailure.CODE_USED


def test_the_next_code_is_accepted_after_a_used_one(challenged: Story) -> None:
    challenged.do(AnswerTotp("b", challenged.code()))
    challenged.log_in()
    challenged.do(AnswerTotp("b", challenged.code(1)))
    assert challenged.session().inside


def test_a_failure_is_forgotten_once_the_challenge_is_passed(challenged: Story) -> None:
    challenged.do(AnswerTotp("b", "000"))
    challenged.do(AnswerTotp("b", challenged.code()))
    assert challenged.session().failure is None
    assert challenged.ada.bad_attempts == 0


def test_failures_of_the_challenge_lock_the_account_and_end_the_log_in(challenged: Story) -> None:
    for _ in range(5):
        challenged.do(AnswerTotp("b", "000"))
    assert challenged.ada.is_locked(challenged.now)
    assert challenged.decision().outcome is LoginOutcome.ACCOUNT_LOCKED
    assert isinstance(challenged.refusal(AnswerTotp("b", challenged.code())), NotAtThisStep)


def test_bad_passwords_and_failed_challenges_count_together(challenged: Story) -> None:
    for _ in range(3):
        challenged.log_in(password="wrong")
    challenged.log_in()
    challenged.do(AnswerTotp("b", "000"))
    assert not challenged.ada.is_locked(challenged.now)
    challenged.do(AnswerDuo("b", False))
    assert challenged.ada.is_locked(challenged.now)


def test_a_lock_reached_in_one_browser_ends_the_log_in_in_the_other(challenged: Story) -> None:
    challenged.log_in("other")
    for _ in range(5):
        challenged.do(AnswerTotp("b", "000"))
    (event,) = challenged.do(AnswerTotp("other", challenged.code())).events
    assert isinstance(event, LoginRefused)
    assert event.decision.outcome is LoginOutcome.ACCOUNT_LOCKED


# 8. Challenges: push


def test_an_approved_push_prompt_lets_in(challenged: Story) -> None:
    challenged.do(SendPush("b"))
    challenged.do(AnswerPush("b", True))
    assert challenged.session().inside
    assert challenged.session().push_prompt is None


def test_a_denied_push_prompt_is_a_bad_attempt(challenged: Story) -> None:
    challenged.do(SendPush("b"))
    challenged.do(AnswerPush("b", False))
    assert challenged.session().failure is ChallengeFailure.PUSH_DENIED
    assert challenged.session().push_prompt is None
    assert challenged.ada.bad_attempts == 1


def test_a_push_prompt_that_times_out_is_a_bad_attempt(challenged: Story) -> None:
    challenged.do(SendPush("b"))
    challenged.passes(seconds=60)
    assert challenged.session().failure is ChallengeFailure.PUSH_TIMED_OUT
    assert challenged.ada.bad_attempts == 1
    assert isinstance(challenged.refusal(AnswerPush("b", True)), NotAtThisStep)


def test_a_push_prompt_can_be_approved_right_before_it_times_out(challenged: Story) -> None:
    challenged.do(SendPush("b"))
    challenged.passes(seconds=59.999)
    challenged.do(AnswerPush("b", True))
    assert challenged.session().inside


def test_a_push_prompt_cannot_be_approved_exactly_at_its_end(challenged: Story) -> None:
    challenged.do(SendPush("b"))
    challenged.now += timedelta(seconds=60)
    assert isinstance(challenged.refusal(AnswerPush("b", True)), NotAtThisStep)


def test_without_a_prompt_there_is_nothing_to_approve(challenged: Story) -> None:
    assert isinstance(challenged.refusal(AnswerPush("b", True)), NotAtThisStep)


def test_a_prompt_sent_again_waits_anew(challenged: Story) -> None:
    challenged.do(SendPush("b"))
    challenged.passes(seconds=40)
    challenged.do(SendPush("b"))
    challenged.passes(seconds=40)
    challenged.do(AnswerPush("b", True))
    assert challenged.session().inside


def test_a_prompt_does_not_time_out_once_another_factor_has_answered(challenged: Story) -> None:
    challenged.do(SendPush("b"))
    challenged.do(AnswerTotp("b", challenged.code()))
    assert challenged.passes(seconds=120) == []
    assert challenged.ada.bad_attempts == 0


def test_push_time_outs_can_lock_the_account(challenged: Story) -> None:
    challenged.do(UpdateOrganization(max_login_attempts=1))
    challenged.do(SendPush("b"))
    challenged.passes(seconds=60)
    assert challenged.ada.is_locked(challenged.now)
    assert challenged.decision().outcome is LoginOutcome.ACCOUNT_LOCKED


# 8. Challenges: WebAuthn and Duo


def test_an_assertion_whose_counter_grew_lets_in(challenged: Story) -> None:
    challenged.do(AnswerSecurityKey("b", challenged.ada.security_keys[0].credential, 1))
    assert challenged.session().inside
    assert challenged.ada.security_keys[0].sign_count == 1


@pytest.mark.parametrize("count", [4, 5])
def test_a_signature_counter_must_grow(challenged: Story, count: int) -> None:
    credential = challenged.ada.security_keys[0].credential
    challenged.do(AnswerSecurityKey("b", credential, 5))
    challenged.log_in()
    challenged.do(AnswerSecurityKey("b", credential, count))
    assert challenged.session().failure is ChallengeFailure.COUNTER_DID_NOT_GROW
    assert challenged.ada.bad_attempts == 1
    assert challenged.ada.security_keys[0].sign_count == 5


def test_a_key_that_is_not_registered_is_a_bad_attempt(challenged: Story) -> None:
    challenged.do(AnswerSecurityKey("b", "other", 1))
    assert challenged.session().failure is ChallengeFailure.UNKNOWN_KEY
    assert challenged.ada.bad_attempts == 1


def test_a_denied_duo_prompt_is_a_bad_attempt(challenged: Story) -> None:
    challenged.do(AnswerDuo("b", False))
    assert challenged.session().failure is ChallengeFailure.DUO_DENIED
    assert challenged.ada.bad_attempts == 1


def test_a_factor_that_is_not_asked_for_cannot_answer(story: Story) -> None:
    story.enrolled(TOTP).require().log_in()
    for command in (AnswerDuo("b", True), SendPush("b"), AnswerSecurityKey("b", "key", 1)):
        refused = story.refusal(command)
        assert isinstance(refused, NotAtThisStep)
        assert "asks for TOTP" in refused.text


# Out of step

ANYTHING: list[Command] = [
    AnswerTotp("b", "123456"),
    SendPush("b"),
    AnswerPush("b", True),
    AnswerSecurityKey("b", "key", 1),
    AnswerDuo("b", True),
    StartTotpEnrollment("b", SECRET),
    ConfirmTotp("b", "123456"),
    RegisterSecurityKey("b", "key"),
    PairPush("b"),
    SkipEnrollment("b"),
    ScanQrCode("b"),
]


@pytest.mark.parametrize("command", ANYTHING, ids=command_name)
def test_nothing_can_be_answered_where_nobody_logs_in(story: Story, command: Command) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN, DUO)
    assert isinstance(story.refusal(command), NotAtThisStep)


@pytest.mark.parametrize("command", ANYTHING, ids=command_name)
def test_nothing_can_be_answered_after_a_refusal(story: Story, command: Command) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN, DUO).log_in(password="wrong")
    assert isinstance(story.refusal(command), NotAtThisStep)


@pytest.mark.parametrize("command", ANYTHING[5:], ids=command_name)
def test_nothing_is_set_up_before_the_challenge_is_answered(challenged: Story, command: Command) -> None:
    assert isinstance(challenged.refusal(command), NotAtThisStep)


def test_the_challenge_is_answered_once(challenged: Story) -> None:
    challenged.do(AnswerDuo("b", True))
    assert isinstance(challenged.refusal(AnswerDuo("b", True)), NotAtThisStep)


def test_leaving_where_nobody_is_changes_nothing(story: Story) -> None:
    assert story.do(LeaveBrowser("b")).events == []


def test_a_new_log_in_replaces_what_the_browser_was_doing(challenged: Story) -> None:
    challenged.do(AnswerDuo("b", True))
    challenged.log_in(password="wrong")
    assert not challenged.session().inside


# What changes meanwhile


def test_a_period_that_ends_while_the_modal_is_open_locks_out(in_period: Story) -> None:
    in_period.show_qr_code().passes(days=7)
    assert in_period.decision().outcome is LoginOutcome.LOCKED_OUT
    (event,) = in_period.do(ConfirmTotp("b", in_period.code())).events
    assert isinstance(event, LoginRefused)
    assert in_period.status is FactorStatus.ENROLLMENT_EXPIRED


def test_a_period_that_ends_while_the_modal_is_open_can_no_longer_be_put_off(in_period: Story) -> None:
    in_period.passes(days=7)
    in_period.do(SkipEnrollment("b"))
    assert not in_period.session().inside
    assert in_period.decision().outcome is LoginOutcome.LOCKED_OUT


@pytest.mark.parametrize(
    "command", [AnswerTotp("b", "x"), AnswerDuo("b", True), SendPush("b")], ids=command_name
)
def test_a_suspension_midway_ends_the_log_in(challenged: Story, command: Command) -> None:
    challenged.do(SuspendUsers((ADA,)))
    (event,) = challenged.do(command).events
    assert isinstance(event, LoginRefused)
    assert challenged.rules() == [Rule.SUSPENDED]
    challenged.do(ActivateUsers((ADA,)))
    assert isinstance(challenged.refusal(command), NotAtThisStep)


def test_a_refused_answer_of_a_suspended_user_is_no_bad_attempt(challenged: Story) -> None:
    challenged.do(SuspendUsers((ADA,)))
    challenged.do(AnswerTotp("b", "wrong"))
    assert challenged.ada.bad_attempts == 0


def test_a_factor_switched_off_midway_can_no_longer_answer(challenged: Story) -> None:
    challenged.factors(TOTP, WEBAUTHN)
    assert challenged.decision().challenge == (TOTP, WEBAUTHN)
    assert isinstance(challenged.refusal(AnswerDuo("b", True)), NotAtThisStep)


def test_a_factor_switched_off_midway_can_no_longer_be_set_up(in_period: Story) -> None:
    in_period.factors(TOTP, PUSH)
    assert isinstance(in_period.refusal(RegisterSecurityKey("b", "key")), NotAtThisStep)


def test_totp_switched_off_while_its_qr_code_is_shown_cannot_be_confirmed(in_period: Story) -> None:
    in_period.show_qr_code().factors(PUSH, DUO)
    assert isinstance(in_period.refusal(ConfirmTotp("b", in_period.code())), NotAtThisStep)
    assert in_period.ada.totp is None


def test_the_second_browser_to_confirm_is_too_late(in_period: Story) -> None:
    in_period.log_in("other")
    in_period.show_qr_code("b", SECRET).show_qr_code("other", OTHER_SECRET)
    in_period.do(ConfirmTotp("b", in_period.code(secret=SECRET)))
    late = ConfirmTotp("other", in_period.code(secret=OTHER_SECRET))
    assert isinstance(in_period.refusal(late), NotAtThisStep)
    assert in_period.ada.totp is not None
    assert in_period.ada.totp.secret == SECRET
    assert in_period.stage("other") is Stage.CHALLENGE


def test_a_reset_midway_turns_the_challenge_into_a_set_up(story: Story) -> None:
    story.enrolled(TOTP).require().log_in()
    story.do(ResetTotp((ADA,), 7))
    assert story.stage() is Stage.SET_UP


def test_a_requirement_set_midway_counts_at_the_next_log_in_only(story: Story) -> None:
    story.log_in()
    story.do(RequireMfa((ADA,), 1))
    story.passes(days=2)
    assert story.stage() is Stage.IN
    assert story.log_in().stage is Stage.REFUSED


def test_a_policy_deleted_midway_counts_at_once(story: Story) -> None:
    story.policy(MFA).require(7).log_in()
    assert isinstance(story.refusal(SkipEnrollment("b")), CannotSkip)
    story.do(DeletePolicy(PolicyId("policy")))
    story.do(SkipEnrollment("b"))
    assert story.session().inside


def test_a_log_in_with_nothing_left_to_answer_is_complete(in_period: Story) -> None:
    in_period.do(RemoveRequirement((ADA,)))
    assert in_period.stage() is Stage.IN


def test_an_unlock_does_not_revive_a_refused_log_in(challenged: Story) -> None:
    for _ in range(5):
        challenged.do(AnswerTotp("b", "000"))
    challenged.do(UnlockUsers((ADA,)))
    assert challenged.stage() is Stage.REFUSED
    assert challenged.log_in().stage is Stage.CHALLENGE


def test_two_browsers_log_in_apart(challenged: Story) -> None:
    challenged.log_in("other")
    challenged.do(AnswerDuo("b", True))
    assert challenged.stage("other") is Stage.CHALLENGE
    challenged.do(LeaveBrowser("b"))
    assert challenged.stage("other") is Stage.CHALLENGE


# Mails


def test_a_log_in_sends_no_mail(in_period: Story) -> None:
    in_period.enroll_totp()
    assert [mail.kind for mail in in_period.mails] == [MailKind.MFA_ENABLED]


# Phones


def test_a_scanned_code_is_on_the_phone_once(in_period: Story) -> None:
    in_period.show_qr_code().do(ScanQrCode("b"))
    assert in_period.do(ScanQrCode("b")).events == []
    (entry,) = in_period.world.phones[ADA].entries
    assert (entry.label, entry.secret) == ("Acme", SECRET)


def test_scanning_is_not_enrolling(in_period: Story) -> None:
    in_period.show_qr_code().do(ScanQrCode("b"))
    assert in_period.ada.totp is None


@pytest.mark.parametrize("offset", [86_401, -86_401])
def test_a_phone_more_than_a_day_off_is_refused(story: Story, offset: int) -> None:
    assert isinstance(story.refusal(SetPhoneClock(ADA, offset)), UnusableValue)


def test_the_phone_of_nobody_has_no_clock(story: Story) -> None:
    nobody: Any = "nobody"
    assert isinstance(story.refusal(SetPhoneClock(nobody, 1)), UnknownThing)
