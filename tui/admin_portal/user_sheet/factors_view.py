"""The factors of a user, and the devices behind them."""

from datetime import datetime, timedelta

from mfadrill.core.factors import Factor
from mfadrill.core.status import factor_status, totp_detail
from mfadrill.core.users import User
from mfadrill.core.words import count, duration, status_in_full, when
from mfadrill.core.world import World


def factor_lines(user: User, world: World, now: datetime) -> list[str]:
    """A line for each factor and each device: status, since when, signature counter, clock."""
    organization = world.organization
    zone = organization.zone

    def off(factor: Factor) -> str:
        return "" if factor in organization.factors else " (off for the organization)"

    lines = [f"TOTP      {status_in_full(totp_detail(user, organization, now), now, zone)}"]
    if user.totp is not None and Factor.TOTP not in organization.factors:
        lines.append(f"          the secret is kept, {user.totp.device}")
    push = factor_status(Factor.PUSH, user, organization, now).label
    if user.push is not None:
        push = f"{user.push.device}, paired {when(user.push.enrolled_at, zone)}"
    lines.append(f"Push      {push}{off(Factor.PUSH) if user.push else ''}")
    if not user.security_keys:
        lines.append(f"WebAuthn  {factor_status(Factor.WEBAUTHN, user, organization, now).label}")
    for key in user.security_keys:
        since = when(key.enrolled_at, zone)
        lines.append(
            f"WebAuthn  {key.device}, registered {since}, signature counter {key.sign_count}{off(Factor.WEBAUTHN)}"
        )
    duo = "on, needs no set-up" if Factor.DUO in organization.factors else "off for the organization"
    lines.append(f"Duo       {duo}")
    phone = world.phones.get(user.id)
    if phone is None:
        lines.append("Phone     nothing scanned yet, its clock is right")
    else:
        offset = phone.offset_seconds
        side = "ahead" if offset > 0 else "behind"
        clock = f"{duration(timedelta(seconds=offset))} {side}" if offset else "right"
        lines.append(f"Phone     {count(len(phone.entries), 'scanned secret')}, its clock is {clock}")
    return lines
