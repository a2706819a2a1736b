from datetime import timedelta

import pytest
from textual.events import MouseScrollDown
from textual.geometry import Region

from drill import ADA, ALAN, GRACE, HAO, START, Drill, drill, nordwind
from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.factors import FactorStatus
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.users import UserId
from mfadrill.tui.admin_portal.bulk.bulk_dialog import BulkDialog
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultList, ResultSheet
from mfadrill.tui.admin_portal.user_sheet.user_sheet import UserSheet
from mfadrill.tui.admin_portal.users.filter_bar import FilterBar
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.menu import Menu
from mfadrill.tui.user_portal.pane import UserPortal


async def test_mfa_is_required_of_several_users_through_more_actions() -> None:
    async with drill() as d:
        await d.press("space", "down", "space", "down", "space")
        assert d.user_list.selected == {ADA, ALAN, GRACE}
        await d.press("m")
        assert isinstance(d.app.screen, Menu)
        assert d.app.screen.items[0].remark == "1 period starts · 1 pre-enrollment · 1 already enrolled"
        await d.press("enter")
        assert isinstance(d.app.screen, BulkDialog)
        assert d.said("#preview").splitlines() == [
            "1 period starts · 1 pre-enrollment · 1 already enrolled",
            "1 of 3 selected is staged: the period starts on activation.",
            "1 of 3 selected is already enrolled, and gets no period.",
            "The period ends Mon 9 Mar 2026 09:00 Europe/Berlin.",
        ]
        await d.type("#days", "14")
        assert "Mon 16 Mar 2026 09:00" in d.said("#preview")
        await d.click("#do")
        assert isinstance(d.app.screen, ResultSheet)
        lines = [line.text for line in d.app.screen.lines]
        assert lines[:2] == ["✓ period started: 1 user", "    ada.lovelace  Ada Lovelace"]
        await d.press("enter")
        assert d.line(0).split()[-5:] == ["◔", "14", "days", "left", "yes"]
        assert d.user(ADA).days == 14
        assert d.user(ALAN).required


async def test_days_that_are_none_are_refused_in_place_and_nothing_changes() -> None:
    async with drill() as d:
        await d.do("users.require")
        before = d.simulation.world
        for days in ("seven", "0", "366", "7.5", ""):
            await d.type("#days", "7")
            assert "Days must" not in d.said("#preview")
            await d.type("#days", days)
            assert "Days must be a whole number from 1 to 365" in d.said("#preview"), days
            await d.click("#do")
            assert isinstance(d.app.screen, BulkDialog), days
            assert "Days must be a whole number from 1 to 365" in d.said("#preview"), days
            assert d.simulation.world is before, days


async def test_without_a_factor_requiring_is_refused_in_the_cores_words() -> None:
    async with drill(nordwind(factors=frozenset())) as d:
        await d.do("users.require")
        assert d.said("#preview") == "MFA cannot be required: configure an MFA factor first."
        await d.press("enter")
        assert isinstance(d.app.screen, BulkDialog)
        assert not d.user(ADA).required


async def test_a_reset_says_who_has_nothing_to_reset() -> None:
    async with drill() as d:
        d.user_list.selected = {ADA, GRACE}
        await d.do("users.reset")
        assert "1 TOTP is reset · 1 refused" in d.said("#preview")
        assert "there is nothing to reset" in d.said("#preview")
        await d.click("#do")
        assert d.user(GRACE).totp is None
        assert "✗ refused: 1 user" in [line.text for line in d.app.screen.query_one(ResultList)._lines]


@pytest.mark.parametrize(
    ("action", "user", "changed"),
    [
        ("users.activate", ALAN, "ACTIVATED"),
        ("users.suspend", ADA, "SUSPENDED"),
    ],
)
async def test_states_are_changed_after_saying_so(action: str, user: UserId, changed: str) -> None:
    async with drill() as d:
        d.user_list.put_on(user)
        await d.do(action)
        assert d.user(user).state != changed
        await d.click("#do")
        assert d.user(user).state == changed


async def test_the_requirement_is_removed_again() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await d.do("users.remove")
        assert d.said("#preview") == "1 requirement is removed"
        await d.click("#do")
        assert not d.user(ADA).required


async def test_a_dialog_that_is_left_changes_nothing() -> None:
    async with drill() as d:
        before = d.simulation.world
        await d.do("users.require")
        await d.press("escape")
        await d.do("users.require")
        await d.click("#cancel")
        assert d.simulation.world is before
        assert len(d.app.screen_stack) == 1


async def test_the_search_narrows_the_list_as_it_is_typed() -> None:
    async with drill() as d:
        await d.press("slash", "h", "o", "p")
        assert d.shown == [GRACE]
        assert d.said("#found") == "1 of 8"
        await d.press("enter")
        assert d.app.focused is d.user_list


async def test_the_selection_survives_filtering() -> None:
    async with drill() as d:
        await d.press("space", "down", "space")
        d.users.query_one(FilterBar).set_filters(Filters(text="ada"))
        await d.settle()
        assert d.main("#selection").plain.startswith("2 selected (1 hidden)")
        await d.do("users.clear")
        assert d.main("#selection").plain.startswith("2 selected ")
        assert d.user_list.selected == {ADA, ALAN}


async def test_the_cursor_stays_on_its_user_when_the_filter_changes() -> None:
    async with drill() as d:
        d.user_list.put_on(HAO)
        for filters in (Filters(text="a"), Filters(text="nobody"), Filters()):
            d.users.query_one(FilterBar).set_filters(filters)
            await d.settle()
        assert d.user_list.user is not None
        assert d.user_list.user.id == HAO


async def test_all_that_match_can_be_selected_and_none() -> None:
    async with drill() as d:
        d.users.query_one(FilterBar).set_filters(Filters(text="nordwind a"))
        await d.settle()
        await d.press("A")
        assert d.user_list.selected == set(d.shown)
        await d.press("X")
        assert not d.user_list.selected


async def test_filters_are_chosen_from_menus_by_mouse_and_key() -> None:
    async with drill(nordwind(RequireMfa((ADA, HAO), 7))) as d:
        await d.click("#chips")
        await d.press("down", "down", "down", "enter", "enter")
        assert d.shown == [ADA, HAO]
        d.main("#chips").focus()
        await d.press("home", "left", "enter", *["down"] * 5, "enter", "enter")
        assert d.users.filters.status is FactorStatus.ENROLLED
        assert d.shown == []
        assert "None of the 8 users matches." in d.screen_text()


async def test_the_mouse_selects_toggles_and_opens() -> None:
    async with drill() as d:
        await d.click("#users-list", x=10, y=3)
        assert d.user_list.user is not None
        assert d.user_list.user.id == GRACE
        assert not d.user_list.selected
        await d.click("#users-list", x=0, y=2)
        assert d.user_list.selected == {ALAN}
        await d.click("#users-list", x=0, y=0)
        assert len(d.user_list.selected) == 8
        await d.click("#users-list", x=10, y=1, times=2)
        assert isinstance(d.app.screen, UserSheet)


async def test_more_actions_and_all_open_by_mouse() -> None:
    async with drill() as d:
        await d.click_text("#selection", "select all")
        assert len(d.user_list.selected) == 8
        await d.click_text("#selection", "more actions")
        assert isinstance(d.app.screen, Menu)


async def test_a_cursor_movement_repaints_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drill() as d:
        repainted: list[Region] = []
        monkeypatch.setattr(d.user_list, "refresh", lambda *regions, **_: repainted.extend(regions))
        d.user_list.action_cursor_down()
        assert [(region.y, region.height) for region in repainted] == [(1, 1), (2, 1)]


async def test_the_details_of_the_user_at_the_cursor_are_below_the_list() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        assert "In enrollment: Mon 2 Mar 2026 09:00 to Mon 9 Mar 2026 09:00, 7 days left" in d.said(
            "#details"
        )
        await d.press("down")
        assert "alan.turing, Alan Turing, Engineering" in d.said("#details")
        assert "In enrollment" in (d.user_list.describe(0) or "")


async def test_names_are_never_markup() -> None:
    async with drill() as d:
        assert "Katherine [" in d.screen_text()
        d.users.open_user(UserId("katherine.j"))
        await d.settle()
        assert "[b]Johnson" in d.screen_text()


async def test_ten_thousand_users_are_required_at_once_without_blocking() -> None:
    many = CreateUsers(tuple(NewUser(username=f"u{n:05}") for n in range(10_000)))
    async with drill(nordwind(many)) as d:
        await d.press("A", "r")
        await d.settle()
        assert "10,006 periods start" in d.said("#preview")
        await d.press("enter")
        await d.settle()
        assert isinstance(d.app.screen, ResultSheet)
        assert d.user(UserId("u09999")).required


async def test_the_mouse_wheel_scrolls_and_keys_bring_the_cursor_back_on_screen() -> None:
    many = CreateUsers(tuple(NewUser(username=f"u{n:03}") for n in range(200)))
    async with drill(nordwind(many)) as d:
        for _ in range(5):
            await d.pilot._post_mouse_events([MouseScrollDown], "#users-list", button=0)
        await d.settle()
        assert d.user_list.scroll_offset.y > 0
        await d.press("end")
        assert d.user_list.cursor == 207
        assert "u199" in d.screen_text()
        await d.press("home", "pagedown")
        assert d.user_list.cursor > 20


async def test_keys_that_come_quickly_select_the_user_they_were_meant_for() -> None:
    async with drill() as d:
        d.user_list.action_toggle_line()
        d.user_list.action_cursor_down()
        d.user_list.action_toggle_line()
        assert d.user_list.selected == {ADA, ALAN}
        assert d.users.targets == (ADA, ALAN)


async def test_an_action_that_is_done_leaves_nobody_selected_but_who_was_refused() -> None:
    async with drill() as d:
        await d.press("space", "down", "space", "r", "enter", "enter")
        assert d.user_list.selected == set()
        await d.press("m")
        assert d.app.screen._heading == "more actions: alan.turing"  # type: ignore[attr-defined]
        await d.press("escape")
        d.user_list.selected = {ADA, GRACE, HAO}
        await d.do("users.reset")
        await d.press("enter", "escape")
        assert d.user_list.selected == {HAO}


async def leave_while_it_works(d: Drill) -> None:
    """Confirm, and close the dialog before the simulation has answered."""
    async with d.app._one_at_a_time:
        await d.pilot.press("enter", "escape")
        assert len(d.app.screen_stack) == 1
    await d.settle()


async def test_an_answer_that_comes_after_its_dialog_was_left_is_told_in_the_time_bar() -> None:
    async with drill() as d:
        await d.press("space", "down", "space", "r")
        await leave_while_it_works(d)
        assert d.told.startswith("Done: period started for 1 user, pre-enrollment for 1 user.")
        assert d.user_list.selected == set()
        assert d.user(ADA).required


async def test_an_answer_that_comes_after_the_sheet_was_left_is_told_too() -> None:
    async with drill() as d:
        await d.press("enter", "space", "tab")
        await leave_while_it_works(d)
        assert d.told.startswith("Done: period started for 1 user.")


async def test_a_refusal_that_comes_after_its_dialog_was_left_is_a_notification() -> None:
    async with drill() as d:
        await d.do("users.unlock")
        await leave_while_it_works(d)
        assert "ada.lovelace" in d.notices[0]


async def test_a_dialog_that_is_covered_closes_when_it_is_uncovered() -> None:
    async with drill() as d:
        await d.press("r")
        async with d.app._one_at_a_time:
            await d.pilot.press("enter")
            await d.pilot.resize_terminal(70, 20)
        await d.settle()
        await d.pilot.resize_terminal(120, 40)
        await d.settle()
        assert isinstance(d.app.screen, ResultSheet)


async def test_the_key_line_has_the_keys_of_the_dialog_only() -> None:
    async with drill() as d:
        before = d.main("#key-line").plain
        for key, expected in (("r", "do it"), ("g", "go there"), ("enter", "press or save"), ("m", "choose")):
            await d.press(key)
            assert expected in d.main("#key-line").plain
            assert "esc closes" in d.main("#key-line").plain
            assert "undo" not in d.main("#key-line").plain
            await d.press("escape")
            assert d.main("#key-line").plain == before
        await d.press("ctrl+p")
        assert d.main("#key-line").plain == " esc closes "


@pytest.mark.parametrize("key", ["d", "m", "l", "n", "slash", "ctrl+p"])
async def test_a_key_that_means_nothing_in_the_result_sheet_closes_it_and_does_its_work(key: str) -> None:
    async with drill() as d:
        await d.press("r", "enter")
        assert isinstance(d.app.screen, ResultSheet)
        await d.press(key)
        assert not isinstance(d.app.screen, ResultSheet)
        if key == "d":
            assert d.simulation.now == START + timedelta(days=1)
        elif key == "m":
            assert isinstance(d.app.screen, Menu)
        elif key == "l":
            assert d.app.query_one(UserPortal).has_focus_within
        elif key == "n":
            assert d.simulation.now > START
        elif key == "slash":
            assert d.app.focused is d.main("#search")
        else:
            assert len(d.app.screen_stack) == 2


async def test_arrows_scroll_the_result_and_do_not_close_it() -> None:
    async with drill() as d:
        await d.press("A", "r", "enter", "down", "up", "pagedown", "end")
        assert isinstance(d.app.screen, ResultSheet)
        await d.press("enter")
        assert len(d.app.screen_stack) == 1


async def test_common_filters_are_found_in_the_palette() -> None:
    async with drill(nordwind(RequireMfa((HAO,), 1))) as d:
        await d.press("d", "ctrl+p", *"expired")
        await d.press("down", "enter") if d.app.focused is None else await d.press("enter")
        assert d.shown == [HAO]
        await d.do("users.clear")
        assert len(d.shown) == 8


async def test_the_heading_is_the_same_with_a_scrollbar_and_without() -> None:
    headings = []
    for number in (1, 200):
        many = CreateUsers(tuple(NewUser(username=f"u{n:03}") for n in range(number)))
        async with drill(nordwind(many), (120, 40)) as d:
            headings.append(d.user_list.render_line(0).text)
            assert "Req. " in d.screen_text()
    assert headings[0] == headings[1]
