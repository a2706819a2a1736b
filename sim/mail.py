"""Mail: the messages that people find in their inbox."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import quote

from mfadrill.core.organization import Organization
from mfadrill.core.status import days_left
from mfadrill.core.users import Mail, MailKind, User
from mfadrill.core.words import count, when

_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)


def enrollment_link(user: User) -> str:
    """The link of the Set Up MFA button; it opens the log-in of that user."""
    return f"mfadrill://log-in/{user.id}"


def subject(mail: Mail, organization: Organization) -> str:
    match mail.kind:
        case MailKind.MFA_ENABLED:
            return f"MFA Now Enabled on your {organization.name} Account"
        case MailKind.REMINDER:
            return f"Reminder: Set Up MFA for your {organization.name} Account"


def message(mail: Mail, user: User, organization: Organization) -> EmailMessage:
    """The mail as a message, dated at the simulated instant."""
    found = EmailMessage()
    found["From"] = Address(_plain(f"{organization.name} IT"), "it", _domain(organization))
    found["To"] = _address(user, organization)
    found["Subject"] = _plain(subject(mail, organization))
    found["Date"] = format_datetime(mail.sent_at)
    found["Message-ID"] = (
        f"<{mail.kind.lower()}.{_stamp(mail.sent_at)}.{quote(user.id, safe='')}@{_domain(organization)}>"
    )
    ends = when(mail.ends_at, organization.zone)
    if mail.kind is MailKind.MFA_ENABLED:
        first = f"Your administrator now requires multi-factor authentication. You have {count(mail.days, 'day')}."
    else:
        left = count(days_left(mail.ends_at, mail.sent_at), "day")
        first = f"You have not set up multi-factor authentication yet, and {left} remains."
    found.set_content(
        f"Hello {user.name},\n\n"
        f"{first}\n"
        f"Set it up before {ends}; after that you cannot log in to the User Portal.\n\n"
        f"Set Up MFA: {enrollment_link(user)}\n"
    )
    return found


def _plain(text: str) -> str:
    """A header has no line breaks, nor anything else that cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _address(user: User, organization: Organization) -> Address:
    """The user's address; one at the organization for who has none that mail could be sent to."""
    if _ADDRESS.fullmatch(user.email):
        name, _, domain = user.email.partition("@")
        return Address(username=name, domain=domain)
    return Address(username=quote(user.id, safe="") or "user", domain=_domain(organization))


def _domain(organization: Organization) -> str:
    letters = "".join(c for c in organization.name.casefold() if c.isascii() and c.isalnum())
    return f"{letters or 'organization'}.example"


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%S}"
