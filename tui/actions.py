"""The registry of actions: keys, footer, palette, help and the key tables of the docs are all made from it."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from msgspec import Struct
from textual.binding import Binding, BindingType

from mfadrill.core.factors import FactorStatus


class Area(StrEnum):
    """Where an action belongs; its keys work while the focus is there."""

    APPLICATION = "Application"
    TIME = "Time"
    ADMIN = "Admin Portal"
    USERS = "Users"
    POLICIES = "Conditional Policies"
    LISTS = "Lists"


class Situation(Struct, frozen=True, kw_only=True):
    """What an action's availability depends on."""

    at_start: bool = False
    can_undo: bool = True
    something_ahead: bool = True
    branches: int = 1
    selected: int = 0
    targets: int = 1
    filtered: bool = False
    policies: int = 1


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


def _needs_users(now: Situation) -> str:
    return "" if now.targets else "There is no user here: select some, or put the cursor on one."


def _needs_selection(now: Situation) -> str:
    return "" if now.selected else "No user is selected."


def _needs_filter(now: Situation) -> str:
    return "" if now.filtered else "No filter is set."


def _needs_start_behind(now: Situation) -> str:
    return "The clock stands at the start; there is nothing before it." if now.at_start else ""


def _needs_something_ahead(now: Situation) -> str:
    if now.something_ahead:
        return ""
    return "Nothing will happen by itself: no period runs and nothing is scheduled."


def _needs_act(now: Situation) -> str:
    return "" if now.can_undo else "There is nothing to undo."


def _needs_policy(now: Situation) -> str:
    return "" if now.policies else "There is no conditional access policy."


def _needs_branches(now: Situation) -> str:
    return "" if now.branches > 1 else "There is one branch only; acting in the past makes another."


def _travel(id_: str, label: str, key: str, hours: int, short: str = "") -> Action:
    return Action(
        id=f"time.{id_}",
        label=label,
        keys=(key,),
        help="What is due on the way happens at its exact instant."
        if hours > 0
        else "Nothing is lost: what happened stays recorded, ahead of the clock.",
        area=Area.TIME,
        run=f"travel_hours({hours})",
        short=short,
        why_not=always if hours > 0 else _needs_start_behind,
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        id="app.help",
        label="Help",
        keys=("question_mark", "f1"),
        help="Every key, what it does, and why it cannot be used now.",
        area=Area.APPLICATION,
        run="help",
        short="help",
    ),
    Action(
        id="app.palette",
        label="Command palette",
        keys=("ctrl+p",),
        help="Find any action by its name, open a user, or switch to another branch.",
        area=Area.APPLICATION,
        run="command_palette",
        short="palette",
    ),
    Action(
        id="app.pane",
        label="Other pane",
        keys=("ctrl+o", "f6"),
        help="Go to the other portal; below 120 columns one of them is shown at a time.",
        area=Area.APPLICATION,
        run="other_pane",
        short="other pane",
    ),
    Action(
        id="app.theme",
        label="Dark or light",
        keys=("ctrl+t",),
        help="Switch between the dark and the light colors.",
        area=Area.APPLICATION,
        run="other_theme",
    ),
    Action(
        id="app.branch",
        label="Switch branch",
        keys=("ctrl+g",),
        help="Look at another branch of the timeline.",
        area=Area.APPLICATION,
        run="choose_branch",
        why_not=_needs_branches,
    ),
    Action(
        id="app.quit",
        label="Quit",
        keys=("ctrl+q",),
        help="Leave mfadrill.",
        area=Area.APPLICATION,
        run="quit",
    ),
    _travel("forward-hour", "Forward an hour", "h", 1, "+hour"),
    _travel("forward-day", "Forward a day", "d", 24, "+day"),
    _travel("forward-week", "Forward a week", "w", 168, "+week"),
    _travel("back-hour", "Back an hour", "H", -1),
    _travel("back-day", "Back a day", "D", -24),
    _travel("back-week", "Back a week", "W", -168),
    Action(
        id="time.next",
        label="Next event",
        keys=("n",),
        help="Go to what happens next; the time bar says what that is.",
        area=Area.TIME,
        run="next_event",
        short="next",
        why_not=_needs_something_ahead,
    ),
    Action(
        id="time.date",
        label="To a date…",
        keys=("g",),
        help="Go to a date and time, or by a span such as +36h, +8d or -2d.",
        area=Area.TIME,
        run="to_date",
        short="date",
    ),
    Action(
        id="time.start",
        label="Back to the start",
        keys=("0",),
        help="Set the clock to the start of the simulation.",
        area=Area.TIME,
        run="to_start",
        why_not=_needs_start_behind,
    ),
    Action(
        id="time.undo",
        label="Undo",
        keys=("u",),
        help="Step back to just before the latest act, on a new branch without it. The old branch keeps it.",
        area=Area.TIME,
        run="undo",
        short="undo",
        why_not=_needs_act,
    ),
    *(
        Action(
            id=f"admin.{tab}",
            label=f"{label} tab",
            keys=(str(number),),
            help=f"Show the tab {label} of the Admin Portal.",
            area=Area.ADMIN,
            run=f"show_tab('{tab}')",
        )
        for number, (tab, label) in enumerate(
            (("users", "Users"), ("policies", "Conditional Policies"), ("mfa", "MFA"), ("events", "Events")),
            1,
        )
    ),
    Action(
        id="users.more",
        label="More actions…",
        keys=("m",),
        help="Require MFA, reset TOTP, activate, suspend, unlock: for the selection, or the user at the cursor.",
        area=Area.USERS,
        run="more_actions",
        short="more actions",
        why_not=_needs_users,
    ),
    Action(
        id="users.require",
        label="Require MFA on User Portal…",
        keys=("r",),
        help="Require MFA of the selection, with days to enroll; shows what it will do before it does it.",
        area=Area.USERS,
        run="bulk('require')",
        short="require",
        why_not=_needs_users,
    ),
    Action(
        id="users.remove",
        label="Remove the MFA requirement…",
        keys=(),
        help="No longer require MFA; a period and a lock-out end at once, what is enrolled stays.",
        area=Area.USERS,
        run="bulk('remove')",
        why_not=_needs_users,
    ),
    Action(
        id="users.reset",
        label="Reset TOTP MFA…",
        keys=(),
        help="Delete the TOTP secret and, if MFA is required, start a new enrollment period.",
        area=Area.USERS,
        run="bulk('reset')",
        why_not=_needs_users,
    ),
    Action(
        id="users.activate",
        label="Activate…",
        keys=(),
        help="Activate staged or suspended users; a pre-enrollment becomes a period that starts now.",
        area=Area.USERS,
        run="bulk('activate')",
        why_not=_needs_users,
    ),
    Action(
        id="users.suspend",
        label="Suspend…",
        keys=(),
        help="Suspend activated users; a running period keeps its end.",
        area=Area.USERS,
        run="bulk('suspend')",
        why_not=_needs_users,
    ),
    Action(
        id="users.unlock",
        label="Unlock…",
        keys=(),
        help="Unlock accounts that bad log-ins have locked. This does not help a user whose period expired.",
        area=Area.USERS,
        run="bulk('unlock')",
        why_not=_needs_users,
    ),
    Action(
        id="users.log-in",
        label="Log in as this user",
        keys=("l",),
        help="Open the log-in of the user at the cursor in the User Portal.",
        area=Area.USERS,
        run="log_in_as",
        short="log in as",
        why_not=_needs_users,
    ),
    Action(
        id="users.search",
        label="Search",
        keys=("slash",),
        help="Search name, username and mail; every word must be found.",
        area=Area.USERS,
        run="search",
        short="search",
    ),
    Action(
        id="users.all",
        label="Select all that match",
        keys=("A", "shift+space"),
        help="Select every user that the filters show, besides those selected already.",
        area=Area.USERS,
        run="select_all",
        short="all",
    ),
    Action(
        id="users.none",
        label="Clear the selection",
        keys=("X", "escape"),
        help="Select nobody.",
        area=Area.USERS,
        run="select_none",
        why_not=_needs_selection,
    ),
    Action(
        id="users.clear",
        label="Clear the filters",
        keys=("c",),
        help="Show every user again.",
        area=Area.USERS,
        run="clear_filters",
        why_not=_needs_filter,
    ),
    *(
        Action(
            id=f"users.show-{id_}",
            label=f"Show users who are {label}",
            keys=(),
            help=f"Narrow the list to the users whose TOTP status is: {status.label}.",
            area=Area.USERS,
            run=f"show_status('{status.name}')",
        )
        for id_, label, status in (
            ("expired", "expired (locked out)", FactorStatus.ENROLLMENT_EXPIRED),
            ("in-enrollment", "in enrollment", FactorStatus.IN_ENROLLMENT),
            ("not-enrolled", "not enrolled", FactorStatus.NOT_ENROLLED),
            ("enrolled", "enrolled", FactorStatus.ENROLLED),
        )
    ),
    Action(
        id="policies.switch",
        label="Switch the policy ON or OFF",
        keys=("space",),
        help="Switch the policy at the cursor; enter or a click does the same.",
        area=Area.POLICIES,
        run="switch",
        short="on/off",
        why_not=_needs_policy,
    ),
    *(
        Action(id=f"list.{id_}", label=label, keys=keys, help=help_, area=Area.LISTS, run=run, short=short)
        for id_, label, keys, help_, run, short in (
            ("toggle", "Select", ("space",), "Select the line, or no longer.", "toggle_line", "select"),
            ("open", "Open", ("enter",), "Open the line, as a double click does.", "open", "open"),
            ("up", "Up", ("up", "k"), "One line up.", "cursor_up", ""),
            ("down", "Down", ("down", "j"), "One line down.", "cursor_down", ""),
            ("page-up", "Page up", ("pageup",), "One screen up.", "page_up", ""),
            ("page-down", "Page down", ("pagedown",), "One screen down.", "page_down", ""),
            ("first", "First", ("home",), "To the first line.", "first", ""),
            ("last", "Last", ("end",), "To the last line.", "last", ""),
        )
    ),
)

BY_ID = {action.id: action for action in ACTIONS}

KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "pageup": "page up",
    "pagedown": "page down",
    "escape": "esc",
}


def key_name(key: str) -> str:
    """The key as people write it."""
    name = KEY_NAMES.get(key, key)
    return f"^{name[5:]}" if name.startswith("ctrl+") else name


def in_area(area: Area) -> Iterator[Action]:
    return (action for action in ACTIONS if action.area is area)


def bindings(area: Area) -> list[BindingType]:
    """Keys that ask the application to do the action, so that a refused one can say why."""
    return [
        Binding(
            ",".join(action.keys),
            f"app.do('{action.id}')",
            action.label,
            id=action.id,
            show=False,
            # Dialogs keep the keys of what lies below them to themselves; the way out is always open.
            priority=action.id == "app.quit",
        )
        for action in in_area(area)
        if action.keys and action.id != "app.palette"  # Textual binds that one itself, from its own setting.
    ]


def own_bindings(area: Area) -> list[BindingType]:
    """Keys of widgets of which there are many, handled by the one that has the focus."""
    return [
        Binding(",".join(action.keys), action.run, action.label, id=action.id, show=False)
        for action in in_area(area)
    ]
