"""What the list of users is narrowed to."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct
from textual.message import Message

from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.organization import Organization
from mfadrill.core.status import Alert, alerts, factor_status, is_mfa_active, overall_status, totp_status
from mfadrill.core.users import GroupId, User, UserState
from mfadrill.core.world import World


class Filters(Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; None does not narrow.

    `status` is that of `factor`; no factor means the overall status. `ends_within` are days from now within which
    a running period ends.
    """

    text: str = ""
    state: UserState | None = None
    group: GroupId | None = None
    department: str | None = None
    required: bool | None = None
    active: bool | None = None
    status: FactorStatus | None = None
    factor: Factor | None = Factor.TOTP
    ends_within: int | None = None
    alert: Alert | None = None

    @property
    def any(self) -> bool:
        return self != Filters()


class ShowUsers(Message):
    """Show the Users tab, narrowed to these."""

    def __init__(self, filters: Filters) -> None:
        super().__init__()
        self.filters = filters


def status_of(factor: Factor | None, user: User, organization: Organization, now: datetime) -> FactorStatus:
    """The status for a factor, or the overall status without one."""
    if factor is None:
        return overall_status(user, organization, now)
    return factor_status(factor, user, organization, now)


def tests(filters: Filters, organization: Organization, now: datetime) -> list[Callable[[User], bool]]:
    """What each filter but the text asks of a user."""
    found: list[Callable[[User], bool]] = []
    if filters.state is not None:
        found.append(lambda user: user.state is filters.state)
    if filters.group is not None:
        found.append(lambda user: filters.group in user.groups)
    if filters.department is not None:
        found.append(lambda user: user.department == filters.department)
    if filters.required is not None:
        found.append(lambda user: user.required is filters.required)
    if filters.active is not None:
        found.append(lambda user: is_mfa_active(user, organization, now) is filters.active)
    if filters.status is not None:
        found.append(lambda user: status_of(filters.factor, user, organization, now) is filters.status)
    if filters.ends_within is not None:
        until = now + timedelta(days=filters.ends_within)
        found.append(lambda user: _period_ends_by(until, user, organization, now))
    if filters.alert is not None:
        found.append(lambda user: filters.alert in alerts(user, organization, now))
    return found


def missing(filters: Filters, world: World) -> list[str]:
    """What the filters ask for and the organization does not have: they match nobody."""
    found: list[str] = []
    if filters.group is not None and filters.group not in world.groups:
        found.append(f"There is no group {filters.group} here.")
    if filters.department is not None and all(
        user.department != filters.department for user in world.users.values()
    ):
        found.append(f"Nobody is in a department {filters.department} here.")
    return found


def _period_ends_by(until: datetime, user: User, organization: Organization, now: datetime) -> bool:
    if user.period is None or user.period.ends_at > until:
        return False
    return totp_status(user, organization, now) is FactorStatus.IN_ENROLLMENT
