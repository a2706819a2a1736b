"""What happens by itself: reminders, ends of periods, unlocking, activations, time-outs (domain.md §3-4, §6)."""

from datetime import timedelta

import pytest

from core_story import ADA, DUO, PUSH, START, TOTP, Story, command_name
from mfadrill.core.accounts import ActivateUsers, ScheduleActivation, SuspendUsers, UnlockUsers
from mfadrill.core.challenges import SendPush
from mfadrill.core.events import MailSent, PeriodExpired, UserActivated, UserUnlocked
from mfadrill.core.factors import FactorStatus
from mfadrill.core.occurrences import Occurrence, OccurrenceKind, occurrences, still_due
from mfadrill.core.portal import LeaveBrowser, LogIn, Stage
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.users import MailKind, Period

DAY = timedelta(days=1)


def ahead(story: Story) -> list[tuple[OccurrenceKind, timedelta]]:
    """What lies ahead, and how long after the start."""
    return [(found.kind, found.at - START) for found in sorted(occurrences(story.world, story.now))]


def kinds(story: Story) -> list[MailKind]:
    return [mail.kind for mail in story.mails]


# Reminders


def test_a_reminder_is_sent_exactly_24_hours_before_the_end(story: Story) -> None:
    story.require(7).passes(days=6, microseconds=-1)
    assert kinds(story) == [MailKind.MFA_ENABLED]
    story.passes(microseconds=1)
    assert kinds(story) == [MailKind.MFA_ENABLED, MailKind.REMINDER]
    assert story.mails[-1].sent_at == START + 6 * DAY
    assert story.mails[-1].ends_at == START + 7 * DAY


def test_a_period_of_1_day_sends_no_separate_reminder(story: Story) -> None:
    story.require(1).passes(days=1)
    assert kinds(story) == [MailKind.MFA_ENABLED]


def test_a_period_of_1_day_has_no_reminder_at_its_start_either() -> None:
    assert Period.of(1, START).reminder_at is None


def test_a_period_of_2_days_is_reminded_after_the_first(story: Story) -> None:
    story.require(2).passes(days=1)
    assert kinds(story) == [MailKind.MFA_ENABLED, MailKind.REMINDER]


def test_who_has_enrolled_is_not_reminded(story: Story) -> None:
    story.require(7).log_in()
    story.enroll_totp()
    story.passes(days=8)
    assert kinds(story) == [MailKind.MFA_ENABLED]


def test_who_has_only_push_is_reminded(story: Story) -> None:
    story.factors(TOTP, PUSH).enrolled(PUSH).require(7).passes(days=7)
    assert kinds(story) == [MailKind.MFA_ENABLED, MailKind.REMINDER]


def test_who_is_no_longer_required_is_not_reminded(story: Story) -> None:
    story.require(7).do(RemoveRequirement((ADA,)))
    story.passes(days=8)
    assert kinds(story) == [MailKind.MFA_ENABLED]


def test_a_suspended_user_is_not_reminded(story: Story) -> None:
    story.require(7).do(SuspendUsers((ADA,)))
    story.passes(days=8)
    assert kinds(story) == [MailKind.MFA_ENABLED]


def test_a_user_back_from_suspension_in_time_is_reminded(story: Story) -> None:
    story.require(7).do(SuspendUsers((ADA,)))
    story.passes(days=3)
    story.do(ActivateUsers((ADA,)))
    story.passes(days=5)
    assert kinds(story) == [MailKind.MFA_ENABLED, MailKind.REMINDER]


def test_a_reminder_missed_while_suspended_is_not_sent_later(story: Story) -> None:
    story.require(7).do(SuspendUsers((ADA,)))
    story.passes(days=6.5)
    story.do(ActivateUsers((ADA,)))
    story.passes(days=2)
    assert kinds(story) == [MailKind.MFA_ENABLED]


def test_nobody_is_reminded_of_totp_while_it_is_off(story: Story) -> None:
    story.require(7).factors(DUO).passes(days=8)
    assert kinds(story) == [MailKind.MFA_ENABLED]


def test_the_reminder_moves_with_the_end(story: Story) -> None:
    story.require(7).passes(days=5)
    story.require(7).passes(days=5)
    assert kinds(story) == [MailKind.MFA_ENABLED, MailKind.MFA_ENABLED]
    story.passes(days=1)
    assert story.mails[-1].kind is MailKind.REMINDER
    assert story.mails[-1].sent_at == START + 11 * DAY


def test_a_period_shortened_to_less_than_a_day_is_not_reminded(story: Story) -> None:
    story.require(7).require(1).passes(days=7)
    assert kinds(story) == [MailKind.MFA_ENABLED, MailKind.MFA_ENABLED]


# The end of a period


def test_a_period_expires_exactly_at_its_end_and_once(story: Story) -> None:
    story.require(7).passes(days=20)
    expired = [event for event in story.events if isinstance(event, PeriodExpired)]
    assert [(event.at, event.user, event.actor) for event in expired] == [(START + 7 * DAY, ADA, "system")]


def test_a_replaced_period_expires_at_the_new_end_only(story: Story) -> None:
    story.require(7).passes(days=3)
    story.require(30).passes(days=40)
    expired = [event.at for event in story.events if isinstance(event, PeriodExpired)]
    assert expired == [START + 33 * DAY]


def test_the_period_of_a_suspended_user_expires_all_the_same(story: Story) -> None:
    story.require(7).do(SuspendUsers((ADA,)))
    story.passes(days=7)
    assert story.names()[-1] == "user_mfa_exclusion_expired"


def test_whether_the_expiry_is_noted_does_not_matter(story: Story) -> None:
    story.require(7)
    story.now += 7 * DAY
    assert story.status is FactorStatus.ENROLLMENT_EXPIRED
    assert story.log_in().stage is Stage.REFUSED


def test_pre_enrollment_has_nothing_ahead(empty: Story) -> None:
    empty.staged(require_days=7)
    assert ahead(empty) == []


def test_a_reset_puts_a_new_period_ahead(story: Story) -> None:
    story.enrolled(TOTP).require(7).do(ResetTotp((ADA,), 2))
    assert ahead(story) == [(OccurrenceKind.REMINDER, DAY), (OccurrenceKind.PERIOD_ENDS, 2 * DAY)]


# The others


def test_a_lock_ends_by_itself(story: Story) -> None:
    for _ in range(5):
        story.log_in(password="wrong")
    assert ahead(story) == [(OccurrenceKind.UNLOCK, timedelta(minutes=30))]
    story.passes(minutes=30)
    assert [event.actor for event in story.events if isinstance(event, UserUnlocked)] == ["system"]


def test_who_was_unlocked_early_is_not_unlocked_again(story: Story) -> None:
    for _ in range(5):
        story.log_in(password="wrong")
    story.do(UnlockUsers((ADA,)))
    assert ahead(story) == []


def test_a_scheduled_activation_is_the_systems(empty: Story) -> None:
    empty.staged().do(ScheduleActivation((ADA,), START + DAY))
    assert ahead(empty) == [(OccurrenceKind.ACTIVATION, DAY)]
    empty.passes(days=1)
    assert [event.actor for event in empty.events if isinstance(event, UserActivated)] == ["system"]


def test_a_push_prompt_lies_ahead_in_its_browser(story: Story) -> None:
    story.factors(TOTP, PUSH).enrolled(TOTP, PUSH).require().log_in()
    story.do(SendPush("b"))
    (only,) = occurrences(story.world, story.now)
    assert only == Occurrence(START + timedelta(seconds=60), OccurrenceKind.PUSH_TIMES_OUT, "b")


@pytest.mark.parametrize("then", [LeaveBrowser("b"), LogIn("b", "ada", "wrong")], ids=command_name)
def test_a_push_prompt_of_a_log_in_that_is_gone_is_no_longer_due(
    story: Story, then: LeaveBrowser | LogIn
) -> None:
    story.factors(TOTP, PUSH).enrolled(TOTP, PUSH).require().log_in()
    story.do(SendPush("b"))
    (prompt,) = occurrences(story.world, story.now)
    assert still_due(story.world, prompt)
    story.do(then)
    assert not still_due(story.world, prompt)


def test_an_occurrence_of_a_replaced_period_is_no_longer_due(story: Story) -> None:
    story.require(7)
    old = occurrences(story.world, story.now)
    story.passes(hours=1)
    story.do(RequireMfa((ADA,), 7))
    assert [still_due(story.world, occurrence) for occurrence in old] == [False, False]


def test_an_occurrence_of_nobody_is_not_due(story: Story) -> None:
    assert not still_due(story.world, Occurrence(START, OccurrenceKind.PERIOD_ENDS, "nobody"))
    assert not still_due(story.world, Occurrence(START, OccurrenceKind.PUSH_TIMES_OUT, "no browser"))


def test_what_has_happened_does_not_lie_ahead(story: Story) -> None:
    story.require(7).passes(days=7)
    assert ahead(story) == []


def test_at_one_instant_the_order_is_fixed(empty: Story) -> None:
    empty.staged(require_days=1).do(ScheduleActivation((ADA,), START + DAY))
    empty.create("grace", require_days=1).create("linus", require_days=2)
    happened = empty.passes(days=1)
    assert [(found.kind, found.subject) for found in happened] == [
        (OccurrenceKind.ACTIVATION, "ada"),
        (OccurrenceKind.REMINDER, "linus"),
        (OccurrenceKind.PERIOD_ENDS, "grace"),
    ]


def test_mails_and_expiries_are_the_systems(story: Story) -> None:
    story.require(7).passes(days=7)
    assert {event.actor for event in story.events if isinstance(event, MailSent)} == {"system"}
