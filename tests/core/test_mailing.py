"""Sending the mail of a running period again."""

from datetime import timedelta

import pytest

from core_story import ADA, DUO, START, TOTP, Story
from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.commands import OutcomeKind
from mfadrill.core.mailing import ResendMail
from mfadrill.core.refusals import NothingToResend, UnusableValue
from mfadrill.core.requirement import RemoveRequirement
from mfadrill.core.users import MailKind, Period, UserId


def test_the_mail_is_sent_again_and_the_period_stays_as_it_is(story: Story) -> None:
    story.require(7).passes(days=3)
    (outcome,) = story.do(ResendMail((ADA,))).outcomes
    assert outcome.kind is OutcomeKind.MAIL_RESENT
    assert story.ada.period == Period.of(7, START)
    first, again = story.mails
    assert (again.kind, again.sent_at, again.ends_at) == (
        MailKind.MFA_ENABLED,
        START + timedelta(days=3),
        first.ends_at,
    )


def test_the_mail_tells_the_days_that_are_left(story: Story) -> None:
    story.require(7).passes(days=3, hours=1)
    story.do(ResendMail((ADA,)))
    assert [mail.days for mail in story.mails] == [7, 4]


def test_the_reminder_still_comes_once(story: Story) -> None:
    story.require(7).passes(days=3)
    story.do(ResendMail((ADA,)))
    story.passes(days=4)
    assert [mail.kind for mail in story.mails] == [
        MailKind.MFA_ENABLED,
        MailKind.MFA_ENABLED,
        MailKind.REMINDER,
    ]


def refused(story: Story) -> str:
    before = story.world
    refusal = story.refusal(ResendMail((ADA,)))
    assert isinstance(refusal, NothingToResend)
    assert story.world is before
    return refusal.text


def test_without_a_requirement_there_is_no_mail(story: Story) -> None:
    assert "ada: MFA is not required" in refused(story)
    story.require().do(RemoveRequirement((ADA,)))
    assert "ada: MFA is not required" in refused(story)


def test_who_has_enrolled_gets_no_mail_again(story: Story) -> None:
    assert "enrolled already" in refused(story.enrolled(TOTP).require())


def test_at_the_end_of_the_period_it_is_too_late(story: Story) -> None:
    story.require(1).passes(days=1, microseconds=-1)
    story.do(ResendMail((ADA,)))
    story.passes(microseconds=1)
    assert "the period is over" in refused(story)


def test_a_staged_user_is_mailed_on_activation_only(empty: Story) -> None:
    assert "staged" in refused(empty.staged().require())


def test_a_suspended_user_gets_no_mail(story: Story) -> None:
    story.require().do(SuspendUsers((ADA,)))
    assert "suspended" in refused(story)


def test_while_totp_is_off_no_mail_is_sent_again(story: Story) -> None:
    assert "TOTP is off" in refused(story.require().factors(DUO))


def test_a_requirement_from_while_totp_was_off_has_no_mail_to_send_again(story: Story) -> None:
    assert "no period runs" in refused(story.factors(DUO).require().factors(TOTP))


def test_who_is_refused_does_not_stop_the_others(story: Story) -> None:
    story.require().create("grace")
    decided = story.do(ResendMail((ADA, UserId("grace"))))
    assert [outcome.kind for outcome in decided.outcomes] == [OutcomeKind.MAIL_RESENT, OutcomeKind.REFUSED]
    assert decided.outcomes[1].why.startswith("grace: ")
    assert [event.user for event in decided.events] == [ADA]  # type: ignore[attr-defined]


def test_mailing_nobody_is_refused(story: Story) -> None:
    with pytest.raises(UnusableValue):
        ResendMail(()).decide(story.world, story.now)
