"""TOTP codes: SHA-1, six digits, thirty seconds; accepted one step early or late, and once only (RFC 6238)."""

from datetime import datetime
from hmac import compare_digest

from pyotp.hotp import HOTP
from pyotp.totp import TOTP

STEP_SECONDS = 30


def step_at(instant: datetime) -> int:
    """The number of the time step that the instant lies in."""
    return int(instant.timestamp()) // STEP_SECONDS


def code_at(secret: str, instant: datetime) -> str:
    """The code that an authenticator app with this secret (base32) shows when its clock says `instant`."""
    return HOTP(secret).at(step_at(instant))


def seconds_left(instant: datetime) -> int:
    """How long the code of this instant still shows: 30 down to 1."""
    return STEP_SECONDS - int(instant.timestamp()) % STEP_SECONDS


def six_digits(typed: str) -> str | None:
    """The digits of what was typed for a code, or None if it cannot be one. Spaces are ignored."""
    digits = "".join(typed.split())
    return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else None


def accepted_step(secret: str, typed: str, now: datetime) -> int | None:
    """The step within ±1 of now whose code was typed, or None."""
    digits = six_digits(typed)
    if digits is None:
        return None
    hotp = HOTP(secret)
    this_step = step_at(now)
    for step in (this_step, this_step - 1, this_step + 1):
        if step >= 0 and compare_digest(hotp.at(step), digits):
            return step
    return None


def provisioning_uri(secret: str, username: str, issuer: str) -> str:
    """The otpauth URI that the QR code carries."""
    return TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)
