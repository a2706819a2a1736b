"""The numbers among the organization's settings: what was typed, read and checked."""

from mfadrill.core.organization import Organization
from mfadrill.core.refusals import UnusableValue
from mfadrill.core.settings import UpdateOrganization

#: The fields with their labels, and what follows them.
NUMBERS = {
    "attempts": ("Account lock-out after", "bad log-ins"),
    "minutes": ("for", "minutes; empty: until an admin unlocks"),
    "push": ("Push prompt waits", "seconds"),
}


def shown_number(field: str, organization: Organization) -> str:
    """What the field shows while nothing is typed."""
    match field:
        case "attempts":
            return str(organization.max_login_attempts)
        case "minutes":
            return "" if organization.lockout_minutes is None else str(organization.lockout_minutes)
        case _:
            return str(organization.push_timeout_seconds)


def update_of(field: str, typed: str) -> UpdateOrganization:
    """The command that saves what was typed. Raises UnusableValue when it is no whole number."""
    text = typed.strip()
    if field == "minutes" and not text:
        return UpdateOrganization(lockout_minutes=None)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        label, _ = NUMBERS[field]
        raise UnusableValue(f"{label}: {text!r} is not a whole number.")
    match field:
        case "attempts":
            return UpdateOrganization(max_login_attempts=int(text))
        case "minutes":
            return UpdateOrganization(lockout_minutes=int(text))
        case _:
            return UpdateOrganization(push_timeout_seconds=int(text))
