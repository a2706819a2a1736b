"""Phones and security keys in people's hands, and the attacker's seat."""

from datetime import timedelta

import pytest

from core_story import ADA, SECRET, Story
from mfadrill.core.accounts import RecordEnrollment, SuspendUsers
from mfadrill.core.challenges import AnswerPush, AnswerTotp, SendPush
from mfadrill.core.factors import Factor
from mfadrill.core.handling_keys import (
    BeginKeyCeremony,
    CopySecurityKey,
    GiveSecurityKey,
    PlugSecurityKey,
    TouchSecurityKey,
)
from mfadrill.core.handling_phones import LosePhone, ReplacePhone, ScanQrCode, SetPhoneClock
from mfadrill.core.phones import ATTACKER
from mfadrill.core.portal import Stage
from mfadrill.core.refusals import DuplicateName, NotAtThisStep, UnknownThing
from mfadrill.core.relying_party import PHISHING_ORIGIN
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.sessions import ChallengeFailure, LoginOutcome
from mfadrill.core.setting_up import ConfirmTotp, PairPush
from mfadrill.core.settings import UpdateOrganization

TOTP, PUSH, WEBAUTHN, DUO = Factor
EVIL = ATTACKER
CHALLENGES = iter(f"{n:044}" for n in range(10_000))


@pytest.fixture
def story() -> Story:
    return Story().organization(factors=frozenset({TOTP, PUSH, WEBAUTHN})).create()


def touch(story: Story, browser: str = "b", serial: str = "key", **how: object) -> None:
    story.do(BeginKeyCeremony(browser, next(CHALLENGES)))
    story.do(TouchSecurityKey(browser, serial, **how))  # type: ignore[arg-type]


@pytest.fixture
def keyed(story: Story) -> Story:
    """Ada is in a period of 7 days, and has registered a security key in a real ceremony."""
    story.require(7)
    story.do(GiveSecurityKey(ADA, "key", "5a" * 32))
    story.log_in()
    touch(story)
    return story


# Security keys


def test_a_touch_registers_what_the_portal_has_verified(keyed: Story) -> None:
    (key,) = keyed.ada.security_keys
    assert key.credential in keyed.world.keys["key"].credentials
    assert key.public_key
    assert key.sign_count == 1
    assert keyed.session().inside


def test_a_touch_answers_the_challenge_and_counts_up(keyed: Story) -> None:
    keyed.log_in()
    touch(keyed)
    assert keyed.session().proved is WEBAUTHN
    assert keyed.ada.security_keys[0].sign_count == keyed.world.keys["key"].counter == 2


def test_an_unplugged_key_answers_nothing(keyed: Story) -> None:
    keyed.log_in()
    keyed.do(PlugSecurityKey("key", False))
    keyed.do(BeginKeyCeremony("b", next(CHALLENGES)))
    assert "not plugged in" in keyed.refusal(TouchSecurityKey("b", "key")).text
    keyed.do(PlugSecurityKey("key", True))
    keyed.do(TouchSecurityKey("b", "key"))
    assert keyed.session().proved is WEBAUTHN


def test_a_key_answers_only_when_asked_and_a_challenge_is_used_once(keyed: Story) -> None:
    keyed.log_in()
    assert isinstance(keyed.refusal(TouchSecurityKey("b", "key")), NotAtThisStep)
    touch(keyed, origin=PHISHING_ORIGIN)
    assert keyed.session().key_challenge is None
    assert isinstance(keyed.refusal(TouchSecurityKey("b", "key")), NotAtThisStep)


def test_a_phishing_page_gets_a_signature_that_the_portal_refuses(keyed: Story) -> None:
    keyed.log_in()
    touch(keyed, origin=PHISHING_ORIGIN)
    assert keyed.session().failure is ChallengeFailure.NOT_VERIFIED
    assert keyed.session().proved is None
    assert keyed.ada.bad_attempts == 1


def test_a_registration_on_a_phishing_page_registers_nothing(story: Story) -> None:
    story.require(7)
    story.do(GiveSecurityKey(ADA, "key", "5a" * 32))
    story.log_in()
    story.do(BeginKeyCeremony("b", next(CHALLENGES)))
    assert "origin" in story.refusal(TouchSecurityKey("b", "key", PHISHING_ORIGIN)).text
    assert not story.ada.security_keys


def test_a_copy_that_is_behind_the_key_is_refused(keyed: Story) -> None:
    keyed.do(CopySecurityKey("key"))
    keyed.log_in()
    touch(keyed)  # the key is at 2 now, the copy still at 1
    keyed.log_in(EVIL)
    touch(keyed, EVIL, "key-copy")
    assert keyed.session(EVIL).failure is ChallengeFailure.COUNTER_DID_NOT_GROW
    assert keyed.session(EVIL).proved is None


def test_a_copy_that_is_ahead_makes_the_portal_refuse_the_key(keyed: Story) -> None:
    keyed.do(CopySecurityKey("key"))
    keyed.log_in(EVIL)
    touch(keyed, EVIL, "key-copy")
    assert keyed.session(EVIL).proved is WEBAUTHN  # nothing tells them apart yet
    keyed.log_in()
    touch(keyed)
    assert keyed.session().failure is ChallengeFailure.COUNTER_DID_NOT_GROW


def test_a_key_of_somebody_else_knows_no_credential_of_the_user(keyed: Story) -> None:
    keyed.do(GiveSecurityKey(EVIL, "theirs", "11" * 32))
    keyed.log_in(EVIL)
    keyed.do(BeginKeyCeremony(EVIL, next(CHALLENGES)))
    assert "no credential" in keyed.refusal(TouchSecurityKey(EVIL, "theirs")).text


def test_keys_have_serials_of_their_own_and_holders_that_exist(keyed: Story) -> None:
    assert isinstance(keyed.refusal(GiveSecurityKey(ADA, "key", "11" * 32)), DuplicateName)
    assert isinstance(keyed.refusal(GiveSecurityKey("nobody", "k", "11" * 32)), UnknownThing)
    assert isinstance(keyed.refusal(PlugSecurityKey("none", True)), UnknownThing)


def test_a_recorded_security_key_takes_part_in_real_ceremonies(story: Story) -> None:
    story.do(RecordEnrollment(ADA, WEBAUTHN, "blue key", "SEED"))
    story.require(7)
    story.log_in()
    touch(story, serial="ada-key1")
    assert story.session().proved is WEBAUTHN


# Phones


def test_a_lost_phone_scans_nothing_answers_nothing_and_has_no_clock_to_set(story: Story) -> None:
    story.enrolled(PUSH).require(7)
    story.log_in()
    story.do(SendPush("b"))
    story.do(LosePhone(ADA))
    assert "lost or replaced" in story.refusal(AnswerPush("b", True)).text
    assert isinstance(story.refusal(SetPhoneClock(ADA, 30)), NotAtThisStep)
    story.passes(seconds=60)
    assert story.session().failure is ChallengeFailure.PUSH_TIMED_OUT


def test_a_new_phone_is_empty_and_not_paired(story: Story) -> None:
    story.enrolled(TOTP, PUSH).require(7)
    assert story.world.phones[ADA].entries
    story.do(SetPhoneClock(ADA, 300))
    story.do(LosePhone(ADA))
    story.do(ReplacePhone(ADA))
    phone = story.world.phones[ADA]
    assert not phone.entries
    assert not phone.lost
    assert phone.offset_seconds == 0
    story.log_in()
    story.do(SendPush("b"))
    assert isinstance(story.refusal(AnswerPush("b", True)), NotAtThisStep)


def test_a_new_phone_can_be_paired_again(story: Story) -> None:
    story.enrolled(PUSH).require(7)
    story.do(ReplacePhone(ADA))
    story.do(RecordEnrollment(ADA, TOTP, "app", SECRET))
    story.log_in()
    phone = story.world.phones[ADA]
    story.do(AnswerTotp("b", phone.code(phone.entries[-1], story.now)))
    story.do(PairPush("b"))
    story.log_in()
    story.do(SendPush("b"))
    story.do(AnswerPush("b", True))
    assert story.session().inside


def test_losing_a_phone_changes_nothing_about_what_is_enrolled(story: Story) -> None:
    story.enrolled(TOTP).require(7)
    story.do(LosePhone(ADA))
    assert story.ada.totp is not None
    assert story.log_in().stage is Stage.CHALLENGE
    assert story.do(LosePhone(ADA)).events == []


# The attacker, who has the password


def test_who_enrolls_first_owns_the_account(story: Story) -> None:
    story.require(30)
    story.log_in(EVIL)
    story.show_qr_code(EVIL)
    story.do(ScanQrCode(EVIL, EVIL))
    phone = story.world.phones[EVIL]
    assert ADA not in story.world.phones
    story.do(ConfirmTotp(EVIL, phone.code(phone.entries[-1], story.now)))
    assert story.session(EVIL).inside
    assert story.log_in().stage.value == "CHALLENGE"  # and the owner has no code for it
    story.passes(seconds=30)
    story.log_in(EVIL)
    story.do(AnswerTotp(EVIL, phone.code(phone.entries[-1], story.now)))
    assert story.session(EVIL).inside


def test_of_two_who_set_up_totp_at_once_the_second_is_too_late(story: Story) -> None:
    story.require(30)
    for browser, holder in (("b", ""), (EVIL, EVIL)):
        story.log_in(browser)
        story.show_qr_code(browser)
        story.do(ScanQrCode(browser, holder))
    theirs, hers = story.world.phones[EVIL], story.world.phones[ADA]
    story.do(ConfirmTotp(EVIL, theirs.code(theirs.entries[-1], story.now)))
    code = hers.code(hers.entries[-1], story.now)
    assert isinstance(story.refusal(ConfirmTotp("b", code)), NotAtThisStep)
    assert story.ada.totp is not None
    assert story.ada.totp.secret == theirs.entries[-1].secret


def test_a_prompt_that_the_user_did_not_cause_lets_the_attacker_in_when_approved(story: Story) -> None:
    story.enrolled(TOTP, PUSH).require(7)
    story.log_in(EVIL)
    story.do(SendPush(EVIL))
    story.do(AnswerPush(EVIL, False))
    assert story.session(EVIL).failure is ChallengeFailure.PUSH_DENIED
    story.do(SendPush(EVIL))
    story.do(SendPush(EVIL))  # again and again, until she is tired of it
    story.do(AnswerPush(EVIL, True))
    assert story.session(EVIL).inside


def test_push_that_the_attacker_pairs_goes_to_the_attackers_phone(story: Story) -> None:
    story.require(30)
    story.log_in(EVIL)
    story.do(PairPush(EVIL, "phone", EVIL))
    story.do(LosePhone(ADA))  # no matter
    story.log_in(EVIL)
    story.do(SendPush(EVIL))
    story.do(AnswerPush(EVIL, True))
    assert story.session(EVIL).proved is PUSH


# Two at once


def test_a_suspension_while_logging_in_counts_at_once(keyed: Story) -> None:
    keyed.log_in()
    keyed.do(SuspendUsers((ADA,)))
    keyed.do(BeginKeyCeremony("b", next(CHALLENGES)))
    refused = keyed.session().refused
    assert refused is not None
    assert refused.outcome is LoginOutcome.NOT_ACTIVATED


def test_a_factor_that_is_switched_off_while_it_is_set_up_is_not_enrolled(story: Story) -> None:
    story.require(7)
    story.do(GiveSecurityKey(ADA, "key", "5a" * 32))
    story.log_in()
    story.do(BeginKeyCeremony("b", next(CHALLENGES)))
    story.do(UpdateOrganization(factors=frozenset({TOTP})))
    assert "not enabled" in story.refusal(TouchSecurityKey("b", "key")).text
    assert not story.ada.security_keys


def test_a_period_that_ends_while_the_modal_is_open_locks_out(story: Story) -> None:
    story.do(RequireMfa((ADA,), 1))
    story.do(GiveSecurityKey(ADA, "key", "5a" * 32))
    story.log_in()
    story.do(BeginKeyCeremony("b", next(CHALLENGES)))
    story.now += timedelta(days=1)
    story.do(TouchSecurityKey("b", "key"))
    refused = story.session().refused
    assert refused is not None
    assert refused.outcome is LoginOutcome.LOCKED_OUT
    assert not story.ada.security_keys
