"""Statuses: derived from a user, the enabled factors and the instant; never stored."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.organization import Organization
from mfadrill.core.users import User, UserState


def totp_status(user: User, organization: Organization, now: datetime) -> FactorStatus:
    """The Users list's MFA column. A factor that is off hides every other status."""
    if Factor.TOTP not in organization.factors:
        return FactorStatus.DISABLED
    if user.totp is not None:
        return FactorStatus.ENROLLED
    if not user.required:
        return FactorStatus.NOT_ENROLLED
    if user.state is UserState.STAGED:
        return FactorStatus.PRE_ENROLLMENT
    if user.period is None:
        return FactorStatus.NOT_ENROLLED
    return FactorStatus.ENROLLMENT_EXPIRED if now >= user.period.ends_at else FactorStatus.IN_ENROLLMENT


def factor_status(factor: Factor, user: User, organization: Organization, now: datetime) -> FactorStatus:
    """The status for any factor. Only TOTP has a period; Duo is only on or off."""
    if factor is Factor.TOTP:
        return totp_status(user, organization, now)
    if factor not in organization.factors:
        return FactorStatus.DISABLED
    return FactorStatus.ENROLLED if has_enrolled(factor, user) else FactorStatus.NOT_ENROLLED


def overall_status(user: User, organization: Organization, now: datetime) -> FactorStatus:
    """ENROLLED if any enabled factor is enrolled, else the TOTP status."""
    if any(has_enrolled(factor, user) for factor in organization.factors):
        return FactorStatus.ENROLLED
    return totp_status(user, organization, now)


def has_enrolled(factor: Factor, user: User) -> bool:
    """Whether the user has set the factor up, be it enabled or not. Nobody enrolls in Duo here."""
    match factor:
        case Factor.TOTP:
            return user.totp is not None
        case Factor.PUSH:
            return user.push is not None
        case Factor.WEBAUTHN:
            return bool(user.security_keys)
        case Factor.DUO:
            return False


def is_mfa_active(user: User, organization: Organization, now: datetime) -> bool:
    """The vendor's active/inactive filter: any enabled factor enrolled or not."""
    return overall_status(user, organization, now) is FactorStatus.ENROLLED


class StatusDetail(Struct, frozen=True, gc=False, kw_only=True):
    """What hovering over a status shows. `time_left` is for a running period."""

    status: FactorStatus
    required: bool
    days: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_left: timedelta | None = None
    enrolled_at: datetime | None = None
    device: str | None = None


def totp_detail(user: User, organization: Organization, now: datetime) -> StatusDetail:
    """The TOTP status with its dates, days and device."""
    status = totp_status(user, organization, now)
    if status is FactorStatus.ENROLLED and user.totp is not None:
        return StatusDetail(
            status=status,
            required=user.required,
            enrolled_at=user.totp.enrolled_at,
            device=user.totp.device,
        )
    period = user.period
    if period is not None and status in (FactorStatus.IN_ENROLLMENT, FactorStatus.ENROLLMENT_EXPIRED):
        return StatusDetail(
            status=status,
            required=user.required,
            days=period.days,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            time_left=max(period.ends_at - now, timedelta(0)),
        )
    return StatusDetail(status=status, required=user.required, days=user.days)


def days_left(ends_at: datetime, now: datetime) -> int:
    """Whole days and a begun one, as people count: 1 on the last day, 0 when it is over."""
    left = ends_at - now
    return max(0, -(-left // timedelta(days=1)))


class Alert(StrEnum):
    """What an admin should notice about a user."""

    LOCKED_OUT = "locked out"
    ACCOUNT_LOCKED = "account locked"
    PASSWORD_PENDING = "password pending"
    SUSPENDED = "suspended"
    STAGED = "staged"


def alerts(user: User, organization: Organization, now: datetime) -> tuple[Alert, ...]:
    """The user's alerts. Locked out is an expired period; account locked is too many bad log-ins."""
    found: list[Alert] = []
    if totp_status(user, organization, now) is FactorStatus.ENROLLMENT_EXPIRED:
        found.append(Alert.LOCKED_OUT)
    if user.is_locked(now):
        found.append(Alert.ACCOUNT_LOCKED)
    if user.password is None:
        found.append(Alert.PASSWORD_PENDING)
    if user.state is UserState.SUSPENDED:
        found.append(Alert.SUSPENDED)
    if user.state is UserState.STAGED:
        found.append(Alert.STAGED)
    return tuple(found)
