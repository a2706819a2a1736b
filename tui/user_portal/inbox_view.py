"""What the user's inbox shows."""

from msgspec import Struct

from mfadrill.core.organization import Organization
from mfadrill.core.users import Mail, User
from mfadrill.core.words import day, when
from mfadrill.sim.mail import heading, paragraphs


class Letter(Struct, frozen=True):
    """One mail; the link of the body is a button beside it."""

    mail: Mail
    subject: str
    sender: str
    to: str
    sent: str
    day: str
    body: str


def letters(user: User, organization: Organization) -> tuple[Letter, ...]:
    """The mails of the user, newest first."""
    return tuple(_letter(mail, user, organization) for mail in reversed(user.inbox))


def _letter(mail: Mail, user: User, organization: Organization) -> Letter:
    found = heading(mail, user, organization)
    return Letter(
        mail,
        str(found["Subject"]),
        str(found["From"]),
        str(found["To"]),
        when(mail.sent_at, organization.zone),
        day(mail.sent_at, organization.zone),
        "\n\n".join(paragraphs(mail, user, organization)),
    )
