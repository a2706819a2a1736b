"""Mail: the messages that people find in their inbox."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from mfadrill.core.organization import Organization
from mfadrill.core.status import days_left
from mfadrill.core.users import Mail, MailKind, User
from mfadrill.core.words import count, when


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
    found["From"] = f"{_plain(organization.name)} IT <it@{_domain(organization)}>"
    found["To"] = user.email or f"{user.id}@{_domain(organization)}"
    found["Subject"] = _plain(subject(mail, organization))
    found["Date"] = format_datetime(mail.sent_at)
    found["Message-ID"] = f"<{mail.kind.lower()}.{_stamp(mail.sent_at)}.{user.id}@{_domain(organization)}>"
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
    """A header has no line breaks."""
    return " ".join(text.split())


def _domain(organization: Organization) -> str:
    letters = "".join(c for c in organization.name.casefold() if c.isascii() and c.isalnum())
    return f"{letters or 'organization'}.example"


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%S}"
