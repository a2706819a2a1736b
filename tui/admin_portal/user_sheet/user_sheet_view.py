"""What a user's sheet shows, and what saving it means."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from mfadrill.core.accounts import AddToGroup, RemoveFromGroup
from mfadrill.core.commands import Command
from mfadrill.core.events import PeriodStarted
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.policies import by_name
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp, whole_days
from mfadrill.core.status import alerts, totp_detail, totp_status
from mfadrill.core.together import Together
from mfadrill.core.users import DEFAULT_DAYS, GroupId, User, UserState
from mfadrill.core.words import status_in_full, when
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.bulk.period_end import period_line
from mfadrill.tui.admin_portal.status_text import status_line

#: What can be done to a user in this state.
STATE_ACTIONS = {
    UserState.STAGED: "activate",
    UserState.ACTIVATED: "suspend",
    UserState.SUSPENDED: "reactivate",
}


#: The statuses of which TOTP MFA can be reset.
CAN_RESET = (
    FactorStatus.ENROLLED,
    FactorStatus.IN_ENROLLMENT,
    FactorStatus.ENROLLMENT_EXPIRED,
)


class UserSheetView(Struct, frozen=True):
    """All that the sheet says about one user at one instant."""

    username: str
    name: str
    details: tuple[tuple[str, str], ...]
    alerts: tuple[str, ...]
    required: bool
    days: int
    days_note: str
    totp: str
    can_reset: bool
    state_action: str


def user_sheet_view(user: User, world: World, now: datetime) -> UserSheetView:
    organization = world.organization
    zone = organization.zone
    groups = sorted(world.groups[group].name for group in user.groups if group in world.groups)
    details = [
        ("State", user.state.label),
        ("E-mail", user.email or "–"),
        ("Department", user.department or "–"),
        ("Groups", ", ".join(groups) or "–"),
    ]
    if user.activation_at is not None:
        details.append(("Activation", when(user.activation_at, zone)))
    return UserSheetView(
        username=user.username,
        name=user.name,
        details=tuple(details),
        alerts=tuple(alert.value for alert in alerts(user, organization, now)),
        required=user.required,
        days=user.days or DEFAULT_DAYS,
        days_note=days_note(user, world),
        totp=status_line(user, organization, now)
        if user.is_locked(now)
        else status_in_full(totp_detail(user, organization, now), now, zone),
        can_reset=totp_status(user, organization, now) in CAN_RESET,
        state_action=STATE_ACTIONS[user.state],
    )


def days_note(user: User, world: World) -> str:
    """What the days will mean for this user."""
    if Factor.TOTP not in world.organization.factors:
        return "TOTP is off: no period"
    if user.totp is not None:
        return "TOTP is enrolled: no period"
    if user.state is UserState.STAGED:
        return "the period starts on activation"
    if user.period is not None:
        return "other days restart the period"
    return "the period starts now"


class Edits(Struct, frozen=True, kw_only=True):
    """What is set in the sheet. `days` as typed; `groups` are those to be in."""

    required: bool
    days: str
    reset: bool = False
    groups: frozenset[GroupId] = frozenset()


def saved_edits(user: User) -> Edits:
    """The edits that change nothing."""
    return Edits(required=user.required, days=str(user.days or DEFAULT_DAYS), groups=user.groups)


def rebased(edits: Edits, before: Edits, after: Edits) -> Edits:
    """The edits again, where something else is saved now: what was not edited follows what is saved.

    Groups are kept one by one: those to be joined and left are, whatever other groups the user is in by now.
    """
    joined, left = edits.groups - before.groups, before.groups - edits.groups
    return Edits(
        required=edits.required if edits.required != before.required else after.required,
        days=edits.days if edits.days != before.days else after.days,
        reset=edits.reset,
        groups=(after.groups | joined) - left,
    )


def save_command(user: User, edits: Edits) -> Command | None:
    """What saving asks for, as one command; None when nothing was changed. Raises DaysOutOfRange."""
    users = (user.id,)
    commands: list[Command] = []
    if not edits.required:
        commands += [RemoveRequirement(users)] if user.required else []
    else:
        days = whole_days(edits.days)
        is_new = not user.required
        if is_new or (not edits.reset and days != (user.days or DEFAULT_DAYS)):
            commands.append(RequireMfa(users, days))
    if edits.reset:
        commands.append(ResetTotp(users, whole_days(edits.days)))
    commands += [AddToGroup(group, users) for group in sorted(edits.groups - user.groups)]
    commands += [RemoveFromGroup(group, users) for group in sorted(user.groups - edits.groups)]
    if len(commands) > 1:
        return Together(tuple(commands))
    return commands[0] if commands else None


class SavePreview(Struct, frozen=True):
    """Whether something is unsaved, and what saving would do or why it is refused."""

    unsaved: bool
    says: str = ""
    problem: bool = False


def save_preview(user: User, edits: Edits, world: World, now: datetime) -> SavePreview:
    """What saving would do: when a period would end, what a reset does, which groups change."""
    try:
        command = save_command(user, edits)
        if command is None:
            return SavePreview(False)
        decided = command.decide(world, now)
    except Refusal as refusal:
        return SavePreview(True, refusal.text, True)
    lines: list[str] = []
    if edits.reset:
        lines.append("The TOTP secret is deleted." if user.totp is not None else "TOTP MFA starts anew.")
    periods = [event.period for event in decided.events if isinstance(event, PeriodStarted)]
    if periods:
        lines.append(period_line(periods[-1].ends_at, now, world.organization.zone))
    lines += _group_lines(user, edits, world)
    return SavePreview(True, "\n".join(lines))


def _group_lines(user: User, edits: Edits, world: World) -> Iterator[str]:
    """Which groups change, each with the policies that use it."""
    for verb, changed in (("Joins", edits.groups - user.groups), ("Leaves", user.groups - edits.groups)):
        for group in sorted(changed):
            used = by_name(p for p in world.policies.values() if p.on and group in p.groups | p.excluded)
            policies = f" (policies: {', '.join(policy.name for policy in used)})" if used else ""
            yield f"{verb} {world.groups[group].name}{policies}."
