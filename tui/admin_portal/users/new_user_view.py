"""What the dialog for a new user asks for, and what creating the user brings."""

from datetime import datetime

from msgspec import Struct

from mfadrill.core.accounts import CreateUsers, NewUser, is_usable_text
from mfadrill.core.commands import OutcomeKind
from mfadrill.core.events import PeriodStarted
from mfadrill.core.refusals import DaysOutOfRange, DuplicateName, NoFactorEnabled, Refusal, UnusableValue
from mfadrill.core.requirement import whole_days
from mfadrill.core.users import DEFAULT_DAYS, GroupId, UserState
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.bulk.period_end import period_line


class Form(Struct, frozen=True, kw_only=True):
    """What is typed and ticked."""

    username: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    department: str = ""
    password: str = ""
    state: UserState = UserState.ACTIVATED
    groups: frozenset[GroupId] = frozenset()
    required: bool = False
    days: str = str(DEFAULT_DAYS)


def create_command(form: Form) -> CreateUsers:
    """The command that creates the user. Raises DaysOutOfRange."""
    new = NewUser(
        username=form.username.strip(),
        first_name=form.first_name.strip(),
        last_name=form.last_name.strip(),
        email=form.email.strip(),
        department=form.department.strip(),
        password=form.password or None,
        state=form.state,
        groups=form.groups,
        require_days=whole_days(form.days) if form.required else None,
    )
    return CreateUsers((new,))


def field_of(refusal: Refusal, form: Form) -> str:
    """The field that the refusal is about; empty where it is about none."""
    match refusal:
        case DaysOutOfRange():
            return "days"
        case NoFactorEnabled():
            return "required"
        case DuplicateName():
            return "username"
        case UnusableValue():
            texts = {"first_name": form.first_name, "last_name": form.last_name}
            texts |= {"email": form.email, "department": form.department}
            unusable = (field for field, text in texts.items() if not is_usable_text(text))
            return next(unusable, "username")
        case _:
            return ""


def creating(form: Form, world: World, now: datetime) -> tuple[str, bool]:
    """What creating the user brings, or what is wrong; and whether something is."""
    try:
        decided = create_command(form).decide(world, now)
    except Refusal as refusal:
        return refusal.text, True
    lines = ["Without a password nobody can log in: it is pending."] if not form.password else []
    kinds = [outcome.kind for outcome in decided.outcomes]
    periods = [event.period for event in decided.events if isinstance(event, PeriodStarted)]
    if periods:
        lines.append(period_line(periods[0].ends_at, now, world.organization.zone))
    elif OutcomeKind.PRE_ENROLLMENT in kinds:
        lines.append(f"Pre-enrollment: {count(whole_days(form.days), 'day')}, starting on activation.")
    elif form.required:
        lines.append("MFA is required, without a period: TOTP is off.")
    return "\n".join(lines), False
