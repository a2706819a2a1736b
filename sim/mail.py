"""Mail: the messages that people find in their inbox."""

import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from urllib.parse import quote

from mfadrill.core.organization import Organization
from mfadrill.core.plain import plain
from mfadrill.core.status import days_left
from mfadrill.core.users import Mail, MailKind, User
from mfadrill.core.words import count, when

_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)

#: Every mail server takes it, and every program reads it.
SEVEN_BIT = default.clone(cte_type="7bit")

#: The button of the mail.
SET_UP = "Set Up MFA"

_BUTTON = (
    "display: inline-block; padding: 8px 16px; background: #005f87; color: #ffffff; text-decoration: none"
)


def enrollment_link(user: User) -> str:
    """The link of the Set Up MFA button; it opens the log-in of that user."""
    return f"mfadrill://log-in/{quote(user.id, safe='')}"


def subject(mail: Mail, organization: Organization) -> str:
    match mail.kind:
        case MailKind.MFA_ENABLED:
            return f"MFA Now Enabled on your {organization.name} Account"
        case MailKind.REMINDER:
            return f"Reminder: Set Up MFA for your {organization.name} Account"


def paragraphs(mail: Mail, user: User, organization: Organization) -> tuple[str, str]:
    """What the mail says, but for the link: the greeting, and the rest in two lines."""
    if mail.kind is MailKind.MFA_ENABLED:
        first = f"Your administrator now requires multi-factor authentication. You have {count(mail.days, 'day')}."
    else:
        left = count(days_left(mail.ends_at, mail.sent_at), "day")
        first = f"You have not set up multi-factor authentication yet, and {left} remains."
    ends = when(mail.ends_at, organization.zone)
    rest = f"Set it up before {ends}; after that you cannot log in to the User Portal."
    return f"Hello {plain(user.name)},", f"{first}\n{rest}"


def heading(mail: Mail, user: User, organization: Organization) -> EmailMessage:
    """The message without what it says: from whom, to whom, about what, when. It is dated at the simulated instant."""
    found = EmailMessage(SEVEN_BIT)
    found["From"] = Address(_plain(f"{organization.name} IT"), "it", _domain(organization))
    found["To"] = _address(user, organization)
    found["Subject"] = _plain(subject(mail, organization))
    found["Date"] = format_datetime(mail.sent_at)
    found["Message-ID"] = f"<{_digest(mail, user)}@{_domain(organization)}>"
    return found


def message(mail: Mail, user: User, organization: Organization) -> EmailMessage:
    """The mail as a message of plain text and HTML. The same mail is the same bytes."""
    found = heading(mail, user, organization)
    said, link = paragraphs(mail, user, organization), enrollment_link(user)
    found.set_content("\n\n".join((*said, f"{SET_UP}: {link}")) + "\n")
    found.add_alternative(_html(str(found["Subject"]), said, link), subtype="html")
    # Python would choose it at random. No line of a part can begin like this: text does not, and the encodings cannot.
    found.set_boundary("=_mfadrill")
    return found


def as_bytes(sent: EmailMessage) -> bytes:
    """The message as it goes over a wire or into a file: lines end as mail has it."""
    # Headers as long as RFC 5322 lets them be: Python folds at 78 in a way that puts a space before some subjects.
    return sent.as_bytes(policy=sent.policy.clone(linesep="\r\n", max_line_length=998))


def _html(title: str, said: Sequence[str], link: str) -> str:
    texts = "\n".join(f"<p>{escape(text)}</p>" for text in said)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{escape(title)}</title></head>
<body style="font-family: sans-serif">
{texts}
<p><a href="{escape(link)}" style="{_BUTTON}">{SET_UP}</a></p>
</body>
</html>
"""


def _plain(text: str) -> str:
    """A header has no line breaks, nor anything else that cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _address(user: User, organization: Organization) -> Address:
    """The user's address; one at the organization for who has none that mail could be sent to."""
    if _ADDRESS.fullmatch(user.email):
        name, _, domain = user.email.partition("@")
        return Address(_plain(user.name), name, domain)
    return Address(_plain(user.name), quote(user.id, safe="") or "user", _domain(organization))


def _domain(organization: Organization) -> str:
    """Short enough for a header of one line, which programs read alike."""
    letters = "".join(c for c in organization.name.casefold() if c.isascii() and c.isalnum())
    return f"{letters[:32] or 'organization'}.example"


def _digest(mail: Mail, user: User) -> str:
    told = f"{user.id} {mail.kind} {mail.sent_at.isoformat()} {mail.days} {mail.ends_at.isoformat()}"
    return sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:16]
