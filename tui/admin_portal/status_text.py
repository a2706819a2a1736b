"""A user's status in words, as the list, the details and the sheet have it."""

from datetime import datetime

from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.organization import Organization
from mfadrill.core.status import days_left, factor_status, overall_status, totp_detail
from mfadrill.core.users import User
from mfadrill.core.words import MONTHS, count, local, status_in_full, when

TONES = {
    FactorStatus.ENROLLED: "good",
    FactorStatus.NOT_ENROLLED: "muted",
    FactorStatus.PRE_ENROLLMENT: "accent",
    FactorStatus.IN_ENROLLMENT: "warn",
    FactorStatus.ENROLLMENT_EXPIRED: "bad",
    FactorStatus.DISABLED: "muted",
}


def status_in_short(
    user: User, organization: Organization, now: datetime, factor: Factor | None = Factor.TOTP
) -> str:
    """The status for a factor, or overall, in up to 19 cells, such as `◔ 5 days left`."""
    if factor is not Factor.TOTP:
        status = (
            overall_status(user, organization, now)
            if factor is None
            else factor_status(factor, user, organization, now)
        )
        if status is FactorStatus.ENROLLED:
            return "✓ enrolled"
        if factor is not None:
            off = status is FactorStatus.DISABLED
            return f"– {factor.label} is off" if off else "· not enrolled"
    detail = totp_detail(user, organization, now)
    match detail.status:
        case FactorStatus.ENROLLED:
            return "✓ enrolled"
        case FactorStatus.IN_ENROLLMENT if detail.ends_at is not None:
            return f"◔ {count(days_left(detail.ends_at, now), 'day')} left"
        case FactorStatus.ENROLLMENT_EXPIRED if detail.ends_at is not None:
            there = local(detail.ends_at, organization.zone)
            year = "" if there.year == local(now, organization.zone).year else f" {there.year}"
            return f"✗ expired {there.day} {MONTHS[there.month - 1]}{year}"
        case FactorStatus.PRE_ENROLLMENT:
            short = "pre-enrollment" if detail.days is None or detail.days < 10 else "pre-enroll."
            return f"… {short} {detail.days}d"
        case FactorStatus.DISABLED:
            return "– TOTP is off"
        case _:
            return "· not enrolled"


def status_line(user: User, organization: Organization, now: datetime) -> str:
    """Everything about a user's TOTP and account in one line."""
    status = status_in_full(totp_detail(user, organization, now), now, organization.zone)
    return " · ".join(part for part in (status, account_line(user, organization, now)) if part)


def account_line(user: User, organization: Organization, now: datetime) -> str:
    """Whether the account is locked, and when it will be activated."""
    parts = []
    if user.is_locked(now):
        until = user.lockout.until if user.lockout is not None else None
        parts.append(
            f"account locked by bad log-ins until {when(until, organization.zone) if until else 'unlocked'}"
        )
    if user.activation_at is not None:
        parts.append(f"to be activated {when(user.activation_at, organization.zone)}")
    return " · ".join(parts)
