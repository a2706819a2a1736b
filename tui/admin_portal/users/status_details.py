"""All about a user's status for a factor, as hovering over it and the lines below the list show it."""

from collections.abc import Callable
from datetime import datetime

from mfadrill.core.events import Event, PushDeleted, RequirementRemoved, RequirementSet, TotpDeleted
from mfadrill.core.factors import Factor, FactorStatus, in_order
from mfadrill.core.organization import Organization
from mfadrill.core.status import has_enrolled, totp_status
from mfadrill.core.users import User, UserId
from mfadrill.core.words import count, day, when
from mfadrill.tui.admin_portal.status_text import account_line, status_line
from mfadrill.tui.cells import cell_len, fit

#: The latest event of some kinds that happened to a user.
Latest = Callable[..., Event | None]


def nothing(_user: UserId, *_kinds: type[Event]) -> Event | None:
    """Where nothing of the past is known."""
    return None


def status_details(
    factor: Factor | None, user: User, organization: Organization, now: datetime, latest: Latest = nothing
) -> str:
    """Dates, days left, device, and what ended it."""
    if factor is Factor.TOTP:
        return _with(status_line(user, organization, now), _ended(user, organization, now, latest))
    if factor is not None:
        return _with(_of(factor, user, organization, latest), account_line(user, organization, now))
    enrolled = [one for one in in_order(organization.factors) if has_enrolled(one, user)]
    if not enrolled:
        return "TOTP: " + status_details(Factor.TOTP, user, organization, now, latest)
    owed = totp_status(user, organization, now)
    parts = [_of(one, user, organization, latest) for one in enrolled]
    if owed not in (FactorStatus.ENROLLED, FactorStatus.DISABLED, FactorStatus.NOT_ENROLLED):
        parts.append(f"TOTP: {owed.label.lower()}")
    return _with(" · ".join(parts), account_line(user, organization, now))


def _with(line: str, more: str) -> str:
    return f"{line} · {more}" if more else line


def _of(factor: Factor, user: User, organization: Organization, latest: Latest) -> str:
    zone = organization.zone
    if factor not in organization.factors:
        return f"{factor.label}: disabled, it is off for the organization"
    devices = devices_of(factor, user)
    if devices:
        return f"{factor.label}: " + ", ".join(f"{name} since {when(at, zone)}" for name, at in devices)
    gone = latest(user.id, PushDeleted) if factor is Factor.PUSH else None
    ended = f"; the device was removed {when(gone.at, zone)}" if gone is not None else ""
    return f"{factor.label}: not enrolled{ended}"


def devices_of(factor: Factor, user: User) -> list[tuple[str, datetime]]:
    """What the user has enrolled, each since when."""
    match factor:
        case Factor.TOTP if user.totp is not None:
            return [(user.totp.device, user.totp.enrolled_at)]
        case Factor.PUSH if user.push is not None:
            return [(user.push.device, user.push.enrolled_at)]
        case Factor.WEBAUTHN:
            return [(key.device, key.enrolled_at) for key in user.security_keys]
        case _:
            return []


def _ended(user: User, organization: Organization, now: datetime, latest: Latest) -> str:
    """What ended the requirement or the enrollment, and what a period began with."""
    zone = organization.zone
    match totp_status(user, organization, now):
        case FactorStatus.NOT_ENROLLED:
            event = latest(user.id, RequirementRemoved, TotpDeleted)
            if isinstance(event, RequirementRemoved):
                return f"requirement removed {when(event.at, zone)}"
            return f"TOTP reset {when(event.at, zone)}" if event is not None else ""
        case FactorStatus.PRE_ENROLLMENT | FactorStatus.IN_ENROLLMENT | FactorStatus.ENROLLMENT_EXPIRED:
            reset, required = latest(user.id, TotpDeleted), latest(user.id, RequirementSet)
            if reset is not None and (required is None or reset.at >= required.at):
                return f"TOTP reset {when(reset.at, zone)}"
            period = user.period
            if period is not None and period.is_over(now):
                return f"required {day(period.starts_at, zone)} for {count(period.days, 'day')}"
            return ""
        case _:
            return ""


def in_full(user: User, details: str, width: int) -> str:
    """Who the user is, and below it the details; details that need two rows have both."""
    if cell_len(details) > width:
        return details
    who = user.username if user.name == user.username else f"{user.username}, {user.name}"
    return fit(", ".join(part for part in (who, user.department, user.email) if part), width) + "\n" + details
