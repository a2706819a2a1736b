"""Sending the mail of a running period again."""

from datetime import datetime

from mfadrill.core.commands import Command, Decided, OutcomeKind, for_each_user
from mfadrill.core.events import ADMIN, Event, MailSent
from mfadrill.core.factors import FactorStatus
from mfadrill.core.organization import Organization
from mfadrill.core.refusals import NothingToResend
from mfadrill.core.status import days_left, totp_status
from mfadrill.core.users import Mail, MailKind, User, UserId, UserState
from mfadrill.core.world import World


class ResendMail(Command, frozen=True):
    """Send the mail that MFA is enabled again; the period stays as it is. The mail tells the days that are left.

    Only for who can still act on it: activated, in a running period, TOTP not enrolled.
    """

    users: tuple[UserId, ...]

    def decide(self, world: World, now: datetime) -> Decided:
        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            why_not = _why_not(user, world.organization, now)
            if why_not or user.period is None:
                raise NothingToResend(f"{user.username}: {why_not}")
            ends_at = user.period.ends_at
            mail = Mail(MailKind.MFA_ENABLED, now, days_left(ends_at, now), ends_at)
            return OutcomeKind.MAIL_RESENT, [MailSent(now, ADMIN, user.id, mail)]

        return for_each_user(world, self.users, one)


def _why_not(user: User, organization: Organization, now: datetime) -> str:
    """Why there is no mail to send again; empty when there is."""
    match totp_status(user, organization, now):
        case FactorStatus.DISABLED:
            return "TOTP is off for the organization, so no period runs that a mail could tell of."
        case FactorStatus.ENROLLED:
            return "TOTP is enrolled already; there is nothing left to ask for."
        case FactorStatus.PRE_ENROLLMENT:
            return "the user is staged; the mail goes out on activation."
        case FactorStatus.ENROLLMENT_EXPIRED:
            return "the period is over; reset TOTP MFA to start another, which mails by itself."
        case FactorStatus.NOT_ENROLLED:
            return (
                "no period runs; require MFA again to start one, which mails by itself."
                if user.required
                else "MFA is not required, so no period runs; require it first, which mails by itself."
            )
        case FactorStatus.IN_ENROLLMENT if user.state is not UserState.ACTIVATED:
            return "the user is suspended, and is sent no mail; reactivate first."
        case FactorStatus.IN_ENROLLMENT:
            return ""
