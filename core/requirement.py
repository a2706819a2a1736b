"""Requiring MFA of users: the requirement, its soft TOTP enrollment period, and the reset."""

from datetime import datetime

from mfadrill.core.commands import Command, Decided, OutcomeKind, for_each_user
from mfadrill.core.events import (
    ADMIN,
    Event,
    MailSent,
    PeriodStarted,
    PushDeleted,
    RequirementRemoved,
    RequirementSet,
    TotpDeleted,
)
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.organization import Organization
from mfadrill.core.refusals import DaysOutOfRange, NoFactorEnabled, NothingToReset
from mfadrill.core.status import totp_status
from mfadrill.core.users import (
    DEFAULT_DAYS,
    MAX_DAYS,
    MIN_DAYS,
    Mail,
    MailKind,
    Period,
    User,
    UserId,
    UserState,
)
from mfadrill.core.world import World


def whole_days(days: object) -> int:
    """The days as a number, from a number or from what a person typed. Raises DaysOutOfRange."""
    if isinstance(days, str) and days.strip().isascii() and days.strip().isdigit():
        days = int(days.strip().lstrip("0")[:4] or "0")  # four digits are too many already
    if isinstance(days, bool) or not isinstance(days, int) or not MIN_DAYS <= days <= MAX_DAYS:
        raise DaysOutOfRange(
            f"Days must be a whole number from {MIN_DAYS} to {MAX_DAYS}; {str(days)[:20]!r} is not."
        )
    return days


class RequireMfa(Command, frozen=True):
    """Require MFA on the User Portal, with this many days to enroll in TOTP."""

    users: tuple[UserId, ...]
    days: int = DEFAULT_DAYS

    def decide(self, world: World, now: datetime) -> Decided:
        days = whole_days(self.days)
        organization = world.organization
        check_requirable(organization)
        return for_each_user(world, self.users, lambda user: require(user, organization, days, now))


def check_requirable(organization: Organization) -> None:
    """Raises NoFactorEnabled when there is nothing that could be required."""
    if not organization.factors:
        raise NoFactorEnabled("MFA cannot be required: configure an MFA factor first.")


def require(
    user: User, organization: Organization, days: int, now: datetime
) -> tuple[OutcomeKind, list[Event]]:
    """The facts of requiring MFA of one user, by what the user has."""
    facts: list[Event] = [RequirementSet(now, ADMIN, user.id, days)]
    if Factor.TOTP not in organization.factors:
        return OutcomeKind.NO_PERIOD, facts
    if user.totp is not None:
        return OutcomeKind.ALREADY_ENROLLED, facts
    if user.state is UserState.STAGED:
        return OutcomeKind.PRE_ENROLLMENT, facts
    running = user.period is not None and not user.period.is_over(now)
    facts += period_facts(user, days, now)
    return OutcomeKind.PERIOD_REPLACED if running else OutcomeKind.PERIOD_STARTED, facts


def period_facts(user: User, days: int, now: datetime, *, activated: bool = False) -> list[Event]:
    """A period that starts now, and its mail unless the user is staged or suspended."""
    period = Period.of(days, now)
    facts: list[Event] = [PeriodStarted(now, ADMIN, user.id, period)]
    if activated or user.state is UserState.ACTIVATED:
        facts.append(MailSent(now, "system", user.id, Mail(MailKind.MFA_ENABLED, now, days, period.ends_at)))
    return facts


class RemoveRequirement(Command, frozen=True):
    """No longer require MFA; a period and a lock-out end at once, what is enrolled stays."""

    users: tuple[UserId, ...]

    def decide(self, world: World, now: datetime) -> Decided:
        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            if not user.required:
                return OutcomeKind.NOT_REQUIRED, []
            return OutcomeKind.REQUIREMENT_REMOVED, [RequirementRemoved(now, ADMIN, user.id)]

        return for_each_user(world, self.users, one)


RESETTABLE = (FactorStatus.ENROLLED, FactorStatus.ENROLLMENT_EXPIRED, FactorStatus.IN_ENROLLMENT)


class ResetTotp(Command, frozen=True):
    """Reset TOTP MFA: the secret goes, and a new period starts if MFA is required.

    A staged user is back in pre-enrollment, with the new days. With unified MFA the push device goes too. A running
    period is extended or shortened this way.
    """

    users: tuple[UserId, ...]
    days: int = DEFAULT_DAYS

    def decide(self, world: World, now: datetime) -> Decided:
        days = whole_days(self.days)
        organization = world.organization

        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            status = totp_status(user, organization, now)
            if status not in RESETTABLE:
                raise NothingToReset(
                    f"{user.username}: TOTP is {status.label.lower()}; there is nothing to reset. "
                    "Reset is for users who are enrolled, in enrollment or expired."
                )
            facts: list[Event] = []
            if user.totp is not None:
                facts.append(TotpDeleted(now, ADMIN, user.id))
            if organization.unified_mfa and user.push is not None:
                facts.append(PushDeleted(now, ADMIN, user.id))
            if not user.required:
                return OutcomeKind.TOTP_RESET, facts
            if user.state is UserState.STAGED:
                return OutcomeKind.TOTP_RESET, [*facts, RequirementSet(now, ADMIN, user.id, days)]
            facts += period_facts(user, days, now)
            return OutcomeKind.TOTP_RESET_PERIOD_STARTED, facts

        return for_each_user(world, self.users, one)
