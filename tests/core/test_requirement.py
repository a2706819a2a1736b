"""Requiring MFA: the requirement, its period, its mail and the reset (domain.md §4-5)."""

from datetime import UTC, datetime, timedelta

import pytest

from core_story import ADA, DUO, PASSWORD, PUSH, START, TOTP, WEBAUTHN, Story
from mfadrill.core.accounts import ActivateUsers, CreateUsers, NewUser, SetPassword, SuspendUsers
from mfadrill.core.commands import OutcomeKind
from mfadrill.core.events import MailSent, PeriodStarted, PushDeleted, TotpDeleted
from mfadrill.core.factors import FactorStatus
from mfadrill.core.refusals import (
    DaysOutOfRange,
    NoFactorEnabled,
    NothingToReset,
    UnknownThing,
    UnusableValue,
)
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp, whole_days
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.users import MailKind, Period, UserId, UserState

GRACE = UserId("grace")


def outcome(story: Story, command: RequireMfa | RemoveRequirement | ResetTotp) -> OutcomeKind:
    (only,) = story.do(command).outcomes
    return only.kind


# Days


@pytest.mark.parametrize("days", [1, 7, 365])
def test_days_from_1_to_365_are_accepted(story: Story, days: int) -> None:
    story.do(RequireMfa((ADA,), days))
    assert story.ada.days == days


@pytest.mark.parametrize(
    "days", [0, -1, 366, 10**30, 7.5, 7.0, True, None, "", "7.5", "x", "-7", "７", "0", "366"], ids=repr
)
@pytest.mark.parametrize("command", [RequireMfa, ResetTotp])
def test_days_outside_the_range_are_refused_and_the_message_names_it(
    story: Story, command: type[RequireMfa], days: object
) -> None:
    story.require()
    refused = story.refusal(command((ADA,), days))  # type: ignore[arg-type]
    assert isinstance(refused, DaysOutOfRange)
    assert "1 to 365" in refused.text


@pytest.mark.parametrize(("typed", "days"), [("7", 7), (" 30 ", 30), ("007", 7), ("00000000365", 365)])
def test_days_may_be_typed(typed: str, days: int) -> None:
    assert whole_days(typed) == days


def test_typed_days_are_not_cut_off() -> None:
    with pytest.raises(DaysOutOfRange):
        whole_days("00003650")
    with pytest.raises(DaysOutOfRange):
        whole_days("9" * 10_000)


def test_the_period_is_7_days_unless_told_otherwise(story: Story) -> None:
    story.do(RequireMfa((ADA,)))
    assert story.ada.period == Period(START, START + timedelta(days=7), 7)


# The period


def test_a_period_runs_from_now_for_days_of_24_hours(story: Story) -> None:
    story.require(3)
    assert story.ada.period == Period(START, START + timedelta(hours=72), 3)


def test_a_period_across_the_change_of_the_clocks_has_whole_24_hours(story: Story) -> None:
    story.now = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    story.require(2)
    assert story.ada.period is not None
    assert story.ada.period.ends_at == datetime(2026, 3, 30, 20, 0, tzinfo=UTC)


def test_a_period_has_not_expired_right_before_its_end(story: Story) -> None:
    story.require(1).passes(hours=24, microseconds=-1)
    assert story.status is FactorStatus.IN_ENROLLMENT


def test_a_period_has_expired_exactly_at_its_end(story: Story) -> None:
    story.require(1).passes(hours=24)
    assert story.status is FactorStatus.ENROLLMENT_EXPIRED


# Requiring, by what the user has


def test_requiring_starts_a_period_and_mails(story: Story) -> None:
    assert outcome(story, RequireMfa((ADA,), 7)) is OutcomeKind.PERIOD_STARTED
    assert story.ada.required
    (mail,) = story.mails
    assert (mail.kind, mail.sent_at, mail.days) == (MailKind.MFA_ENABLED, START, 7)
    assert mail.ends_at == START + timedelta(days=7)


def test_requiring_again_extends_counted_from_now(story: Story) -> None:
    story.require(7).passes(days=3)
    assert outcome(story, RequireMfa((ADA,), 14)) is OutcomeKind.PERIOD_REPLACED
    assert story.ada.period == Period.of(14, START + timedelta(days=3))


def test_requiring_again_shortens_counted_from_now(story: Story) -> None:
    story.require(30).passes(days=3)
    assert outcome(story, RequireMfa((ADA,), 1)) is OutcomeKind.PERIOD_REPLACED
    assert story.ada.period == Period.of(1, START + timedelta(days=3))


def test_requiring_again_mails_again(story: Story) -> None:
    story.require(7).passes(days=1)
    story.require(9)
    assert [mail.days for mail in story.mails] == [7, 9]


def test_requiring_again_after_the_end_starts_a_new_period(story: Story) -> None:
    story.require(1).passes(days=1)
    assert outcome(story, RequireMfa((ADA,), 7)) is OutcomeKind.PERIOD_STARTED
    assert story.status is FactorStatus.IN_ENROLLMENT


def test_who_is_enrolled_already_gets_the_requirement_but_no_period_and_no_mail(story: Story) -> None:
    story.enrolled(TOTP)
    assert outcome(story, RequireMfa((ADA,), 7)) is OutcomeKind.ALREADY_ENROLLED
    assert story.ada.required
    assert story.ada.period is None
    assert story.mails == ()


def test_push_and_webauthn_do_not_spare_a_user_the_period(story: Story) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN).enrolled(PUSH, WEBAUTHN)
    assert outcome(story, RequireMfa((ADA,), 7)) is OutcomeKind.PERIOD_STARTED


@pytest.mark.parametrize("factor", [PUSH, DUO])
def test_while_totp_is_off_the_requirement_has_no_period_and_no_mail(story: Story, factor: object) -> None:
    story.do(UpdateOrganization(factors=frozenset({factor})))  # type: ignore[arg-type]
    assert outcome(story, RequireMfa((ADA,), 7)) is OutcomeKind.NO_PERIOD
    assert story.ada.required
    assert story.ada.period is None
    assert story.mails == ()


def test_a_requirement_of_before_stays_without_a_period_when_totp_is_switched_on(story: Story) -> None:
    story.factors(DUO).require()
    story.factors(TOTP, DUO)
    assert story.ada.period is None
    assert story.status is FactorStatus.NOT_ENROLLED


def test_without_any_factor_mfa_cannot_be_required(story: Story) -> None:
    story.factors()
    refused = story.refusal(RequireMfa((ADA,), 7))
    assert isinstance(refused, NoFactorEnabled)
    assert "configure an MFA factor first" in refused.text


def test_without_any_factor_no_user_is_created_with_the_requirement(empty: Story) -> None:
    empty.factors()
    new = NewUser(username="ada", require_days=7)
    assert isinstance(empty.refusal(CreateUsers((new,))), NoFactorEnabled)


def test_a_new_user_can_be_required_from_the_start(empty: Story) -> None:
    empty.create(require_days=5)
    assert empty.status is FactorStatus.IN_ENROLLMENT
    assert [mail.days for mail in empty.mails] == [5]


def test_days_of_a_new_user_are_checked_too(empty: Story) -> None:
    new = NewUser(username="ada", require_days=366)
    assert isinstance(empty.refusal(CreateUsers((new,))), DaysOutOfRange)


# Staged and suspended users


def test_a_staged_user_is_put_in_pre_enrollment_and_keeps_the_days(empty: Story) -> None:
    empty.staged()
    assert outcome(empty, RequireMfa((ADA,), 30)) is OutcomeKind.PRE_ENROLLMENT
    assert empty.status is FactorStatus.PRE_ENROLLMENT
    assert (empty.ada.days, empty.ada.period, empty.mails) == (30, None, ())


def test_pre_enrollment_does_not_run_out(empty: Story) -> None:
    empty.staged(require_days=1).passes(days=400)
    assert empty.status is FactorStatus.PRE_ENROLLMENT


def test_the_period_of_a_staged_user_starts_at_the_instant_of_activation(empty: Story) -> None:
    empty.staged(require_days=30).passes(days=100)
    (only,) = empty.do(ActivateUsers((ADA,))).outcomes
    assert only.kind is OutcomeKind.ACTIVATED_PERIOD_STARTED
    assert empty.ada.period == Period.of(30, START + timedelta(days=100))


def test_a_staged_user_is_mailed_on_activation(empty: Story) -> None:
    empty.staged(require_days=30).passes(days=100)
    empty.do(ActivateUsers((ADA,)))
    assert [(mail.kind, mail.sent_at, mail.days) for mail in empty.mails] == [
        (MailKind.MFA_ENABLED, START + timedelta(days=100), 30)
    ]


def test_requiring_again_while_staged_replaces_the_days(empty: Story) -> None:
    empty.staged(require_days=30).require(3)
    empty.do(ActivateUsers((ADA,)))
    assert empty.ada.period == Period.of(3, START)


def test_a_staged_user_who_is_no_longer_required_is_activated_without_a_period(empty: Story) -> None:
    empty.staged(require_days=30).do(RemoveRequirement((ADA,)))
    empty.do(ActivateUsers((ADA,)))
    assert empty.status is FactorStatus.NOT_ENROLLED


def test_a_staged_user_who_has_totp_is_activated_without_a_period(empty: Story) -> None:
    empty.staged(require_days=30).enrolled(TOTP).do(ActivateUsers((ADA,)))
    assert empty.ada.period is None
    assert empty.mails == ()


def test_a_staged_user_activated_while_totp_is_off_gets_no_period(empty: Story) -> None:
    empty.staged(require_days=30).factors(DUO).do(ActivateUsers((ADA,)))
    assert empty.ada.period is None
    assert empty.mails == ()


def test_a_suspended_user_gets_a_period_but_no_mail(story: Story) -> None:
    story.do(SuspendUsers((ADA,)))
    assert outcome(story, RequireMfa((ADA,), 7)) is OutcomeKind.PERIOD_STARTED
    assert story.ada.period == Period.of(7, START)
    assert story.mails == ()


# Several at once


def test_the_result_lists_what_happened_to_each_user(story: Story) -> None:
    story.create("grace").create("linus", state=UserState.STAGED).create("ken")
    story.enrolled(TOTP, user=GRACE).require(7, UserId("ken"))
    decided = story.do(RequireMfa((ADA, GRACE, UserId("linus"), UserId("ken")), 7))
    assert [found.kind for found in decided.outcomes] == [
        OutcomeKind.PERIOD_STARTED,
        OutcomeKind.ALREADY_ENROLLED,
        OutcomeKind.PRE_ENROLLMENT,
        OutcomeKind.PERIOD_REPLACED,
    ]


def test_who_is_refused_does_not_stop_the_others_and_is_listed_with_the_reason(story: Story) -> None:
    story.create("grace").require(7)
    reset, refused = story.do(ResetTotp((ADA, GRACE), 7)).outcomes
    assert reset.kind is OutcomeKind.TOTP_RESET_PERIOD_STARTED
    assert refused.kind is OutcomeKind.REFUSED
    assert "nothing to reset" in refused.why


def test_a_user_selected_twice_counts_once(story: Story) -> None:
    assert len(story.do(RequireMfa((ADA, ADA), 7)).outcomes) == 1
    assert len(story.mails) == 1


def test_an_unknown_user_is_refused_and_nobody_is_touched(story: Story) -> None:
    assert isinstance(story.refusal(RequireMfa((ADA, UserId("nobody")), 7)), UnknownThing)


def test_requiring_of_nobody_is_refused(story: Story) -> None:
    assert isinstance(story.refusal(RequireMfa((), 7)), UnusableValue)


# Removing


def test_removing_the_requirement_ends_the_period_at_once(story: Story) -> None:
    story.require(7)
    assert outcome(story, RemoveRequirement((ADA,))) is OutcomeKind.REQUIREMENT_REMOVED
    assert (story.ada.required, story.ada.period, story.ada.days) == (False, None, None)
    assert story.passes(days=30) == []


def test_removing_the_requirement_ends_the_lock_out_at_once(story: Story) -> None:
    story.require(1).passes(days=1)
    assert story.log_in().stage.value == "REFUSED"
    story.do(RemoveRequirement((ADA,)))
    assert story.log_in().stage.value == "IN"


def test_removing_the_requirement_keeps_totp_that_is_enrolled(story: Story) -> None:
    story.enrolled(TOTP).require().do(RemoveRequirement((ADA,)))
    assert story.status is FactorStatus.ENROLLED


def test_removing_a_requirement_that_is_not_set_changes_nothing(story: Story) -> None:
    decided = story.do(RemoveRequirement((ADA,)))
    assert decided.events == []
    assert decided.outcomes[0].kind is OutcomeKind.NOT_REQUIRED


# Reset


def test_a_reset_deletes_the_secret(story: Story) -> None:
    story.enrolled(TOTP)
    assert outcome(story, ResetTotp((ADA,))) is OutcomeKind.TOTP_RESET
    assert story.ada.totp is None
    assert story.status is FactorStatus.NOT_ENROLLED


def test_a_reset_without_a_requirement_starts_no_period_and_mails_nobody(story: Story) -> None:
    story.enrolled(TOTP).do(ResetTotp((ADA,)))
    assert story.ada.period is None
    assert story.mails == ()


def test_a_reset_of_a_required_user_starts_a_new_period_with_a_new_mail(story: Story) -> None:
    story.enrolled(TOTP).require().passes(days=50)
    assert outcome(story, ResetTotp((ADA,), 3)) is OutcomeKind.TOTP_RESET_PERIOD_STARTED
    assert story.ada.period == Period.of(3, START + timedelta(days=50))
    assert [(mail.kind, mail.days) for mail in story.mails] == [(MailKind.MFA_ENABLED, 3)]


def test_a_reset_gives_7_days_unless_told_otherwise(story: Story) -> None:
    story.enrolled(TOTP).require(30).do(ResetTotp((ADA,)))
    assert story.ada.period == Period.of(7, START)


def test_a_reset_reopens_the_window_of_an_expired_user(story: Story) -> None:
    story.require(1).passes(days=2)
    story.do(ResetTotp((ADA,), 1))
    assert story.status is FactorStatus.IN_ENROLLMENT


def test_a_reset_replaces_a_running_period(story: Story) -> None:
    story.require(30).passes(days=1)
    story.do(ResetTotp((ADA,), 2))
    assert story.ada.period == Period.of(2, START + timedelta(days=1))


def test_a_reset_under_unified_mfa_removes_the_push_device(story: Story) -> None:
    story.factors(TOTP, PUSH).enrolled(TOTP, PUSH).do(UpdateOrganization(unified_mfa=True))
    decided = story.do(ResetTotp((ADA,)))
    assert [type(event) for event in decided.events] == [TotpDeleted, PushDeleted]
    assert story.ada.push is None


def test_a_reset_without_unified_mfa_leaves_the_push_device(story: Story) -> None:
    story.factors(TOTP, PUSH).enrolled(TOTP, PUSH).do(ResetTotp((ADA,)))
    assert story.ada.push is not None


def test_a_reset_leaves_security_keys(story: Story) -> None:
    story.factors(TOTP, WEBAUTHN).enrolled(TOTP, WEBAUTHN).do(UpdateOrganization(unified_mfa=True))
    story.do(ResetTotp((ADA,)))
    assert story.ada.security_keys


def test_who_has_nothing_to_reset_is_refused(story: Story) -> None:
    refused = story.refusal(ResetTotp((ADA,)))
    assert isinstance(refused, NothingToReset)
    assert "ada: TOTP is not enrolled" in refused.text


def test_a_user_in_pre_enrollment_has_nothing_to_reset(empty: Story) -> None:
    empty.staged(require_days=7)
    assert isinstance(empty.refusal(ResetTotp((ADA,))), NothingToReset)


def test_a_reset_of_a_suspended_user_starts_the_period_but_mails_nobody(story: Story) -> None:
    story.enrolled(TOTP).require().do(SuspendUsers((ADA,)))
    story.do(ResetTotp((ADA,), 3))
    assert story.ada.period == Period.of(3, START)
    assert story.mails == ()


def test_a_reset_of_a_staged_user_keeps_the_days_for_the_activation(empty: Story) -> None:
    empty.staged(require_days=30).enrolled(TOTP)
    empty.do(ResetTotp((ADA,), 3))
    assert (empty.status, empty.ada.period, empty.mails) == (FactorStatus.PRE_ENROLLMENT, None, ())
    empty.passes(days=10)
    empty.do(ActivateUsers((ADA,)))
    assert empty.ada.period == Period.of(3, START + timedelta(days=10))


def test_a_password_reset_is_not_an_mfa_reset(story: Story) -> None:
    story.enrolled(TOTP).require()
    story.do(SetPassword(ADA, "another"))
    assert story.status is FactorStatus.ENROLLED


def test_a_password_reset_leaves_an_expired_user_expired(story: Story) -> None:
    story.require(1).passes(days=1)
    story.do(SetPassword(ADA, PASSWORD))
    assert story.status is FactorStatus.ENROLLMENT_EXPIRED


def test_a_mail_follows_the_period_it_tells_of(story: Story) -> None:
    events = story.do(RequireMfa((ADA,), 7)).events
    kinds = [type(event) for event in events]
    assert kinds.index(PeriodStarted) < kinds.index(MailSent)
