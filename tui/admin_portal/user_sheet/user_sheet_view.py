"""What a user's sheet shows, and what saving it means."""

from datetime import datetime

from msgspec import Struct

from mfadrill.core.commands import Command
from mfadrill.core.factors import Factor
from mfadrill.core.login import login_decision
from mfadrill.core.policies import USER_PORTAL, Context
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, whole_days
from mfadrill.core.status import alerts, factor_status, totp_detail
from mfadrill.core.users import DEFAULT_DAYS, User, UserState
from mfadrill.core.words import headline, sentence, status_in_full, when
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.bulk.bulk_view import BULK_ACTIONS, period_line, preview
from mfadrill.tui.admin_portal.status_text import status_line

#: What can be done to a user in this state.
STATE_ACTIONS = {
    UserState.STAGED: "activate",
    UserState.ACTIVATED: "suspend",
    UserState.SUSPENDED: "reactivate",
}


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
    other_factors: str
    meets: str
    reasons: tuple[str, ...]
    state_action: str


def user_sheet_view(user: User, world: World, now: datetime) -> UserSheetView:
    organization = world.organization
    zone = organization.zone
    decision = login_decision(world, user, USER_PORTAL, Context(), now)
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
        other_factors=" · ".join(
            f"{factor.label}: {factor_status(factor, user, organization, now).label.lower()}"
            if factor is not Factor.DUO
            else f"Duo: {'on' if Factor.DUO in organization.factors else 'off'}"
            for factor in (Factor.PUSH, Factor.WEBAUTHN, Factor.DUO)
        ),
        meets=f"{decision.outcome.label} – “{headline(decision, zone)}”",
        reasons=tuple(sentence(reason, zone) for reason in decision.reasons),
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


def save_command(user: User, required: bool, days_text: str) -> Command | None:
    """What saving asks for; None when nothing was changed. Raises DaysOutOfRange."""
    if not required:
        return RemoveRequirement((user.id,)) if user.required else None
    days = whole_days(days_text)
    if user.required and days == (user.days or DEFAULT_DAYS):
        return None
    return RequireMfa((user.id,), days)


def save_preview(
    user: User, required: bool, days_text: str, world: World, now: datetime
) -> tuple[bool, str, bool]:
    """Whether something is unsaved, when the period would end or what is wrong, and whether that is a problem."""
    try:
        command = save_command(user, required, days_text)
    except Refusal as refusal:
        return True, refusal.text, True
    if not isinstance(command, RequireMfa):
        return command is not None, "", False
    found = preview(BULK_ACTIONS["require"], (user.id,), days_text, world, now)
    ends = "" if found.ends_at is None else period_line(found.ends_at, now, world.organization.zone)
    return True, found.refusal or ends, bool(found.refusal)
