"""The filters as chips, and the values that each can have."""

from msgspec import Struct

from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.status import Alert
from mfadrill.core.users import UserState
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.users.columns import factor_label
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.menu import Item

#: The filters that can be added, each with its name.
FIELDS = {
    "state": "State",
    "group": "Group",
    "department": "Department",
    "required": "MFA required",
    "active": "MFA",
    "status": "Status",
    "ends_within": "Period ends",
    "alert": "Alert",
}

#: Days within which a period may end.
PRESETS = (1, 2, 7, 14, 30)

#: A name of a group or department is cut where it would take more than a chip's room.
MOST = 40


class Chip(Struct, frozen=True):
    """A filter that is set."""

    field: str
    text: str


def chips(filters: Filters, world: World) -> list[Chip]:
    """One chip for each filter that is set, but for the text."""
    found: list[Chip] = []
    for field, name in FIELDS.items():
        value = getattr(filters, field)
        if value is None:
            continue
        if field == "status":
            name = f"{factor_label(filters.factor)} status"
        text = f"{name}: {value_in_words(field, value, world)}"
        found.append(Chip(field, text if len(text) <= MOST else text[: MOST - 1] + "…"))
    return found


def value_in_words(field: str, value: object, world: World) -> str:
    match field, value:
        case "group", str():
            return next((group.name for group in world.groups.values() if group.id == value), value)
        case "required", bool():
            return "yes" if value else "no"
        case "active", bool():
            return "active" if value else "inactive"
        case "ends_within", int():
            return f"within {count(value, 'day')}"
        case _, UserState() | FactorStatus():
            return value.label
        case _:
            return str(value)


def values(field: str, world: World) -> list[Item]:
    """What a filter can be set to; the ids are read by `value_of`."""
    match field:
        case "state":
            return [Item(state.name, state.label) for state in UserState]
        case "group":
            groups = sorted(world.groups.values(), key=lambda group: group.name.casefold())
            return [Item(group.id, group.name) for group in groups]
        case "department":
            found = {user.department for user in world.users.values()} - {""}
            return [Item(name, name) for name in sorted(found, key=str.casefold)]
        case "required":
            return [Item("yes", "required"), Item("no", "not required")]
        case "active":
            return [
                Item("yes", "active", "a factor is enrolled"),
                Item("no", "inactive", "in a period or expired, not told apart"),
            ]
        case "status":
            return [Item(status.name, status.label) for status in FactorStatus]
        case "ends_within":
            return [
                *(Item(str(days), f"within {count(days, 'day')}") for days in PRESETS),
                Item("other", "other…"),
            ]
        case _:
            return [Item(alert.name, alert.value) for alert in Alert]


def value_of(field: str, id_: str) -> object:
    match field:
        case "state":
            return UserState[id_]
        case "required" | "active":
            return id_ == "yes"
        case "status":
            return FactorStatus[id_]
        case "ends_within":
            return int(id_)
        case "alert":
            return Alert[id_]
        case _:
            return id_


def id_of(field: str, filters: Filters) -> str:
    """The id of the item that is set now."""
    value = getattr(filters, field)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.name if isinstance(value, UserState | FactorStatus | Alert) else str(value or "")


def hint(filters: Filters) -> str:
    """What the vendor's pair of filters does not tell."""
    if filters.active is False and filters.status is None:
        return "Mixes users in a period and expired ones: filter by status."
    return ""


#: Whose status can be asked for.
STATUS_OF: tuple[Factor | None, ...] = (Factor.TOTP, Factor.PUSH, Factor.WEBAUTHN, None)
