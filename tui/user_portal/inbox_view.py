"""What the user's inbox shows."""

from msgspec import Struct

from mfadrill.core.organization import Organization
from mfadrill.core.users import User
from mfadrill.core.words import day, when
from mfadrill.sim.mail import enrollment_link, message


class Letter(Struct, frozen=True):
    """One mail; the link of the body is a button beside it."""

    subject: str
    sender: str
    to: str
    sent: str
    day: str
    body: str


def letters(user: User, organization: Organization) -> tuple[Letter, ...]:
    """The mails of the user, newest first."""
    found: list[Letter] = []
    for mail in reversed(user.inbox):
        mime = message(mail, user, organization)
        lines = mime.get_content().replace(enrollment_link(user), "").splitlines()
        body = "\n".join(line for line in lines if line.strip() != "Set Up MFA:").strip()
        sent, on_day = when(mail.sent_at, organization.zone), day(mail.sent_at, organization.zone)
        found.append(Letter(str(mime["Subject"]), str(mime["From"]), str(mime["To"]), sent, on_day, body))
    return tuple(found)
