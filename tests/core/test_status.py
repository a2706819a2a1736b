"""The MFA status of a user, derived from state and instant (domain.md §5)."""

from datetime import timedelta

import pytest

from core_story import ADA, DUO, PUSH, SECRET, START, TOTP, WEBAUTHN, Story
from mfadrill.core.accounts import ActivateUsers
from mfadrill.core.factors import Factor, FactorStatus, in_order
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.status import (
    StatusDetail,
    days_left,
    factor_status,
    has_enrolled,
    is_mfa_active,
    overall_status,
    totp_detail,
)

DAY = timedelta(days=1)


def status(story: Story, factor: Factor) -> FactorStatus:
    return factor_status(factor, story.ada, story.world.organization, story.now)


def overall(story: Story) -> FactorStatus:
    return overall_status(story.ada, story.world.organization, story.now)


def detail(story: Story) -> StatusDetail:
    return totp_detail(story.ada, story.world.organization, story.now)


def active(story: Story) -> bool:
    return is_mfa_active(story.ada, story.world.organization, story.now)


# TOTP


def test_who_has_nothing_and_needs_nothing_is_not_enrolled(story: Story) -> None:
    assert story.status is FactorStatus.NOT_ENROLLED


def test_a_confirmed_secret_is_enrolled(story: Story) -> None:
    story.enrolled(TOTP)
    assert story.status is FactorStatus.ENROLLED


def test_a_half_finished_enrollment_is_not_enrolled(story: Story) -> None:
    story.log_in()
    story.show_qr_code()
    assert story.status is FactorStatus.NOT_ENROLLED


def test_a_half_finished_enrollment_in_a_period_is_still_in_enrollment(story: Story) -> None:
    story.require(7).log_in()
    story.show_qr_code()
    assert story.status is FactorStatus.IN_ENROLLMENT


def test_required_and_staged_is_pre_enrollment(empty: Story) -> None:
    assert empty.staged(require_days=7).status is FactorStatus.PRE_ENROLLMENT


def test_staged_and_not_required_is_not_enrolled(empty: Story) -> None:
    assert empty.staged().status is FactorStatus.NOT_ENROLLED


def test_a_running_period_is_in_enrollment(story: Story) -> None:
    assert story.require(7).status is FactorStatus.IN_ENROLLMENT


def test_a_period_that_is_over_without_totp_is_expired(story: Story) -> None:
    story.require(7).passes(days=7)
    assert story.status is FactorStatus.ENROLLMENT_EXPIRED


def test_other_factors_do_not_keep_totp_from_expiring(story: Story) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN).enrolled(PUSH, WEBAUTHN).require(7).passes(days=7)
    assert story.status is FactorStatus.ENROLLMENT_EXPIRED


def test_who_enrolled_in_time_does_not_expire(story: Story) -> None:
    story.require(7).log_in()
    story.enroll_totp()
    story.passes(days=8)
    assert story.status is FactorStatus.ENROLLED


@pytest.mark.parametrize("enrolled", [True, False])
def test_a_factor_that_is_off_is_disabled_whatever_else_holds(story: Story, enrolled: bool) -> None:
    story.require(1)
    if enrolled:
        story.enrolled(TOTP)
    story.factors(DUO).passes(days=2)
    assert story.status is FactorStatus.DISABLED


def test_the_status_follows_from_the_instant_and_is_not_stored(story: Story) -> None:
    story.require(7)
    before, organization = story.ada, story.world.organization
    assert factor_status(TOTP, before, organization, START + 8 * DAY) is FactorStatus.ENROLLMENT_EXPIRED
    assert factor_status(TOTP, before, organization, START + 1 * DAY) is FactorStatus.IN_ENROLLMENT


# The other factors


@pytest.mark.parametrize("factor", [PUSH, WEBAUTHN])
def test_push_and_webauthn_have_a_status_of_their_own(story: Story, factor: Factor) -> None:
    assert status(story, factor) is FactorStatus.DISABLED
    story.factors(TOTP, PUSH, WEBAUTHN)
    assert status(story, factor) is FactorStatus.NOT_ENROLLED
    story.enrolled(factor)
    assert status(story, factor) is FactorStatus.ENROLLED


@pytest.mark.parametrize("factor", [PUSH, WEBAUTHN])
def test_push_and_webauthn_have_no_period(story: Story, factor: Factor) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN).require(1).passes(days=2)
    assert status(story, factor) is FactorStatus.NOT_ENROLLED


def test_duo_is_only_on_or_off(story: Story) -> None:
    assert status(story, DUO) is FactorStatus.DISABLED
    story.factors(TOTP, DUO)
    assert status(story, DUO) is FactorStatus.NOT_ENROLLED
    assert not has_enrolled(DUO, story.ada)


# Overall


@pytest.mark.parametrize("factor", [TOTP, PUSH, WEBAUTHN])
def test_overall_is_enrolled_with_any_enabled_factor(story: Story, factor: Factor) -> None:
    story.factors(TOTP, PUSH, WEBAUTHN).enrolled(factor)
    assert overall(story) is FactorStatus.ENROLLED


def test_overall_does_not_count_a_factor_that_is_off(story: Story) -> None:
    story.enrolled(PUSH)
    assert overall(story) is FactorStatus.NOT_ENROLLED


def test_overall_is_else_the_totp_status(story: Story) -> None:
    story.require(7)
    assert overall(story) is FactorStatus.IN_ENROLLMENT
    story.passes(days=7)
    assert overall(story) is FactorStatus.ENROLLMENT_EXPIRED
    story.factors(DUO)
    assert overall(story) is FactorStatus.DISABLED


def test_the_original_filter_cannot_tell_a_period_from_an_expired_one(story: Story) -> None:
    story.require(7)
    assert (story.ada.required, active(story)) == (True, False)
    story.passes(days=7)
    assert (story.ada.required, active(story)) == (True, False)


def test_active_is_any_factor_enrolled(story: Story) -> None:
    story.factors(TOTP, WEBAUTHN).enrolled(WEBAUTHN)
    assert active(story)


# Details


def test_details_of_enrolled_say_since_when_and_on_which_device(story: Story) -> None:
    story.enrolled(TOTP)
    assert detail(story) == StatusDetail(
        status=FactorStatus.ENROLLED, required=False, enrolled_at=START, device="old TOTP"
    )


def test_details_of_in_enrollment_say_start_end_and_what_is_left(story: Story) -> None:
    story.require(7).passes(days=2)
    assert detail(story) == StatusDetail(
        status=FactorStatus.IN_ENROLLMENT,
        required=True,
        days=7,
        starts_at=START,
        ends_at=START + 7 * DAY,
        time_left=5 * DAY,
    )


def test_details_of_expired_say_when(story: Story) -> None:
    story.require(7).passes(days=10)
    assert (detail(story).ends_at, detail(story).time_left) == (START + 7 * DAY, timedelta(0))


def test_details_of_pre_enrollment_say_the_days(empty: Story) -> None:
    empty.staged(require_days=30)
    assert detail(empty) == StatusDetail(status=FactorStatus.PRE_ENROLLMENT, required=True, days=30)


@pytest.mark.parametrize("required", [True, False])
def test_details_of_not_enrolled_say_whether_mfa_is_required(story: Story, required: bool) -> None:
    story.factors(DUO)
    if required:
        story.require()
    story.factors(TOTP)
    assert detail(story).status is FactorStatus.NOT_ENROLLED
    assert detail(story).required is required


@pytest.mark.parametrize(
    ("before_end", "left"),
    [
        (7 * DAY, 7),
        (6 * DAY + timedelta(seconds=1), 7),
        (DAY, 1),
        (timedelta(microseconds=1), 1),
        (timedelta(0), 0),
        (-DAY, 0),
    ],
    ids=str,
)
def test_days_left_count_a_begun_day(before_end: timedelta, left: int) -> None:
    assert days_left(START, START - before_end) == left


def test_activation_turns_pre_enrollment_into_enrollment(empty: Story) -> None:
    empty.staged(require_days=7).do(ActivateUsers((ADA,)))
    assert empty.status is FactorStatus.IN_ENROLLMENT


def test_requiring_does_not_touch_a_secret(story: Story) -> None:
    story.enrolled(TOTP).do(RequireMfa((ADA,), 7))
    assert story.ada.totp is not None
    assert story.ada.totp.secret == SECRET


def test_factors_are_offered_totp_first_and_each_once() -> None:
    assert in_order([DUO, WEBAUTHN, PUSH, TOTP, TOTP]) == (TOTP, PUSH, WEBAUTHN, DUO)
