"""What an action is, where it belongs, and what it depends on."""

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct


class Area(StrEnum):
    """Where an action belongs; its keys work while the focus is there."""

    APPLICATION = "Application"
    TIME = "Time"
    REPLAY = "Replay"
    ADMIN = "Admin Portal"
    USERS = "Users"
    GROUPS = "Groups"
    POLICIES = "Conditional Policies"
    EVENTS = "Events"
    USER_PORTAL = "User Portal"
    LISTS = "Lists"


class Situation(Struct, frozen=True, kw_only=True):
    """What an action's availability depends on."""

    at_start: bool = False
    can_undo: bool = True
    something_ahead: bool = True
    selected: int = 0
    targets: int = 1
    filtered: bool = False
    policies: int = 1
    groups: int = 1
    members: int = 1
    events: int = 1
    mails: int = 1
    events_filtered: bool = False
    workspace: str = ""
    served: bool = False
    replaying: bool = True
    steps_ahead: bool = True
    steps_behind: bool = True


def always(_: Situation) -> str:
    return ""


class Action(Struct, frozen=True, kw_only=True):
    """Something that can be done. `run` is the method call on the area's widget.

    `why_not` answers why it cannot be done now; empty means that it can. `short` is its name in the footer.
    """

    id: str
    label: str
    keys: tuple[str, ...]
    help: str
    area: Area
    run: str
    short: str = ""
    why_not: Callable[[Situation], str] = always
