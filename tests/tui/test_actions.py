from collections import Counter

import pytest

from mfadrill.tui.actions.action import Area, Situation
from mfadrill.tui.actions.registry import ACTIONS, in_area, key_name
from mfadrill.tui.admin_portal.events.events_tab import EventsTab
from mfadrill.tui.admin_portal.groups.groups_tab import GroupsTab
from mfadrill.tui.admin_portal.pane import AdminPortal
from mfadrill.tui.admin_portal.policies.policies_tab import PoliciesTab
from mfadrill.tui.admin_portal.users.users_tab import UsersTab
from mfadrill.tui.app import TAB_OF, DrillApp
from mfadrill.tui.key_line import key_links
from mfadrill.tui.line_list import LineList
from mfadrill.tui.panes import AREAS_OF
from mfadrill.tui.replay.bar import ReplayBar
from mfadrill.tui.user_portal.pane import UserPortal

HANDLERS = {
    Area.APPLICATION: DrillApp,
    Area.TIME: DrillApp,
    Area.REPLAY: ReplayBar,
    Area.ADMIN: AdminPortal,
    Area.USERS: UsersTab,
    Area.GROUPS: GroupsTab,
    Area.POLICIES: PoliciesTab,
    Area.EVENTS: EventsTab,
    Area.USER_PORTAL: UserPortal,
    Area.LISTS: LineList,
}

#: Keys that terminals, multiplexers and line disciplines keep for themselves, or send as others.
TAKEN = {f"ctrl+{letter}" for letter in "sjbamih"}


def test_ids_are_unique_and_every_action_is_explained() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert all(action.label and action.help.endswith(".") for action in ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_method(action) -> None:
    method = "action_" + action.run.partition("(")[0]
    assert callable(getattr(HANDLERS[action.area], method))


def test_no_key_is_one_that_terminals_keep_and_function_keys_are_never_the_only_ones() -> None:
    for action in ACTIONS:
        assert not TAKEN & set(action.keys)
        function_keys = [key for key in action.keys if key[0] == "f" and key[1:].isdigit()]
        assert not action.keys or len(function_keys) < len(action.keys), action.id


@pytest.mark.parametrize("area", Area)
def test_no_key_means_two_things_where_it_works(area: Area) -> None:
    reach = {area, Area.APPLICATION, Area.TIME}
    if area in TAB_OF:
        reach |= {Area.ADMIN, *AREAS_OF[TAB_OF[area]]}
    keys = Counter(key for action in ACTIONS if action.area in reach for key in action.keys)
    assert not [key for key, times in keys.items() if times > 1]


def test_what_cannot_be_done_says_why() -> None:
    nothing = Situation(
        at_start=True,
        can_undo=False,
        something_ahead=False,
        selected=0,
        targets=0,
        filtered=False,
        policies=0,
        groups=0,
        events=0,
        mails=0,
    )
    refused = [action.why_not(nothing) for action in ACTIONS if action.why_not(nothing)]
    assert len(refused) > 10
    assert all(text.endswith(".") for text in refused)


def test_the_footer_fits_and_keeps_room_for_help() -> None:
    for width in (80, 100, 120, 200):
        text = "".join(
            link.text for link in key_links([Area.LISTS, Area.USERS, Area.TIME], Situation(), width)
        )
        assert len(text) <= width
        assert "? help" in text
    assert "undo" in text


def test_disabled_actions_are_not_in_the_footer() -> None:
    text = "".join(link.text for link in key_links([Area.TIME], Situation(can_undo=False), 200))
    assert "undo" not in text


def test_keys_are_written_as_people_do() -> None:
    assert key_name("ctrl+p") == "^p"
    assert key_name("question_mark") == "?"
    assert {action.id for action in in_area(Area.TIME)} >= {"time.next", "time.date", "time.undo"}
