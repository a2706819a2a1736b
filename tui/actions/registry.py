"""The registry of actions: keys, footer, palette, help and the key tables of the docs are all made from it."""

from collections.abc import Iterator

from textual.binding import Binding, BindingType

from mfadrill.tui.actions.action import Action, Area
from mfadrill.tui.actions.admin import ADMIN
from mfadrill.tui.actions.application import APPLICATION
from mfadrill.tui.actions.events import EVENTS
from mfadrill.tui.actions.groups import GROUPS
from mfadrill.tui.actions.lists import LISTS
from mfadrill.tui.actions.policies import POLICIES
from mfadrill.tui.actions.replay import REPLAY
from mfadrill.tui.actions.time import TIME
from mfadrill.tui.actions.user_portal import USER_PORTAL
from mfadrill.tui.actions.users import USERS

ACTIONS: tuple[Action, ...] = (
    *APPLICATION,
    *TIME,
    *REPLAY,
    *ADMIN,
    *USERS,
    *GROUPS,
    *POLICIES,
    *EVENTS,
    *USER_PORTAL,
    *LISTS,
)

BY_ID = {action.id: action for action in ACTIONS}

KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "semicolon": ";",
    "left": "←",
    "right": "→",
    "pageup": "page up",
    "pagedown": "page down",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
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
