"""More actions, entry by entry, by keyboard and by mouse, at the smallest size and with both panes."""

import asyncio
from datetime import timedelta

import pytest
from textual.events import Key
from textual.widgets import OptionList

from drill import ADA, ALAN, GRACE, HAO, START, Drill, drill, nordwind
from mfadrill.core.accounts import AddToGroup, CreateUsers, NewUser, SuspendUsers
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.users import GroupId, MailKind, UserId, UserState
from mfadrill.tui.admin_portal.bulk.bulk_actions import BULK_ACTIONS
from mfadrill.tui.admin_portal.bulk.bulk_dialog import BulkDialog
from mfadrill.tui.admin_portal.bulk.group_list import GroupList
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.menu import Menu

FINANCE, CONTRACTORS = GroupId("finance"), GroupId("contractors")
SIZES = [(80, 24), (120, 40)]


def remarks(d: Drill) -> dict[str, str]:
    assert isinstance(d.app.screen, Menu)
    return {item.id: item.remark for item in d.app.screen.items}


async def choose(d: Drill, action: str) -> None:
    """Choose an entry of the menu by keyboard."""
    await d.press("m", *["down"] * list(BULK_ACTIONS).index(action), "enter")


async def click_entry(d: Drill, action: str) -> None:
    await d.click_text("#selection", "more actions")
    menu = d.app.screen.query_one(OptionList)
    index = list(BULK_ACTIONS).index(action)
    await d.click("OptionList", x=3, y=1 + index)
    assert menu.highlighted == index


async def test_the_menu_says_beside_each_entry_to_how_many_it_applies() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7), SuspendUsers((HAO,)))) as d:
        await d.press("A", "m")
        found = remarks(d)
        assert found["activate"] == "applies to 1 of 8"
        assert found["reactivate"] == "applies to 1 of 8"
        assert found["suspend"] == "applies to 6 of 8"
        assert found["mail"] == "applies to 1 of 8"
        assert found["unlock"] == "applies to nobody here"
        assert found["leave"] == "2 of 8 in a group"
        assert found["remove"] == "1 requirement is removed · 7 not required anyway"


async def test_in_a_large_organization_the_menu_opens_at_once_and_its_remarks_follow() -> None:
    many = CreateUsers(tuple(NewUser(username=f"u{n:05}") for n in range(3000)))
    async with drill(nordwind(many)) as d:
        await d.press("A", "m")
        await d.settle()
        assert remarks(d)["suspend"] == "applies to 3,007 of 3,008"
        await d.press("down", "down", "enter")
        assert isinstance(d.app.screen, BulkDialog)
        assert d.app.screen.action.id == "reset"


@pytest.mark.parametrize("size", SIZES)
async def test_a_suspended_user_is_reactivated_and_a_staged_one_is_not(size: tuple[int, int]) -> None:
    async with drill(nordwind(SuspendUsers((HAO,))), size) as d:
        d.user_list.selected = {HAO, ALAN}
        await choose(d, "reactivate")
        assert d.said("#preview").splitlines() == [
            "1 is activated · 1 refused",
            "Refused: alan.turing is staged; only suspended users are reactivated. Activate it.",
        ]
        await d.press("enter")
        assert d.user(HAO).state is UserState.ACTIVATED
        assert d.user(ALAN).state is UserState.STAGED


async def test_activating_says_when_the_periods_that_it_starts_end() -> None:
    async with drill(nordwind(RequireMfa((ALAN,), 5))) as d:
        d.user_list.put_on(ALAN)
        await d.do("users.activate")
        assert "The period ends Sat 7 Mar 2026 09:00" in d.said("#preview")
        assert d.said("#warning") == "! Sat 7 Mar is a weekend: nobody may be at the help desk."


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("action", ["require", "reset"])
async def test_an_end_on_a_weekend_is_warned_of(action: str, size: tuple[int, int]) -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7)), size) as d:
        await d.do(f"users.{action}")
        assert not d.app.screen.query_one("#warning").display
        await d.type("#days", "6")
        assert "! Sun 8 Mar is a weekend: nobody may be at the help desk." in d.screen_text()
        await d.type("#days", "7")
        assert "weekend" not in d.screen_text()
        await d.type("#days", "seven")
        assert "weekend" not in d.screen_text()


async def test_what_is_not_so_for_all_is_said_before_it_is_done() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await d.press("A", "r")
        assert "1 of 8 selected is in a period already: another one starts now" in d.said("#preview")
        assert "1 of 8 selected is already enrolled, and gets no period." in d.said("#preview")
        await d.press("escape")
        await d.do("users.remove")
        assert "7 of 8 selected are not required anyway." in d.said("#preview")


async def test_several_refusals_are_told_by_their_reasons() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await d.press("A")
        await d.do("users.mail")
        said = d.said("#preview").splitlines()
        assert said[:2] == ["1 mail is sent again · 7 refused", "7 of 8 selected are refused:"]
        assert said[2].startswith("  6: MFA is not required")
        assert said[3].startswith("  1: TOTP is enrolled already")


# Groups


@pytest.mark.parametrize("size", SIZES)
async def test_users_are_added_to_a_group_by_keyboard(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.press("space", "down", "space")
        await choose(d, "join")
        await d.press("down")
        assert d.app.screen.query_one(GroupList).chosen.id == FINANCE  # type: ignore[union-attr]
        assert d.said("#preview") == "2 are added\nFinance: Targeted by Finance needs MFA."
        await d.press("enter")
        assert isinstance(d.app.screen, ResultSheet)
        assert d.user(ADA).groups == d.user(ALAN).groups == {FINANCE}
        assert d.user(GRACE).groups == frozenset()


@pytest.mark.parametrize("size", SIZES)
async def test_a_group_that_does_not_exist_yet_is_created_first(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await choose(d, "join")
        await d.press(*"Pilot")
        assert d.said("#preview") == "There is no group “Pilot” yet. It is created first; then add to it."
        assert "create group" in d.screen_text()
        await d.press("enter")
        assert GroupId("pilot") in d.simulation.world.groups
        assert d.user(ADA).groups == frozenset(), "creating is one step, adding another"
        assert d.said("#preview") == "1 is added\nPilot: No policy targets or excludes it."
        await d.press("enter")
        assert d.user(ADA).groups == {GroupId("pilot")}


@pytest.mark.parametrize("size", SIZES)
async def test_users_are_removed_from_a_group_by_mouse(size: tuple[int, int]) -> None:
    async with drill(nordwind(AddToGroup(CONTRACTORS, (ADA,)), AddToGroup(FINANCE, (ADA, HAO))), size) as d:
        await d.click_text("#selection", "select all")
        await click_entry(d, "leave")
        assert [option.remark for option in d.app.screen.query_one(GroupList).options] == [
            "1 of 8 in it",
            "4 of 8 in it",
        ]
        await d.click("#groups", x=5, y=1)
        assert d.said("#preview").startswith("4 are taken out · 4 not in it\n")
        await d.click("#do")
        assert d.user(ADA).groups == {CONTRACTORS}
        assert d.user(HAO).groups == frozenset()


async def test_the_name_of_a_group_is_never_markup() -> None:
    async with drill() as d:
        await d.do("users.join")
        await d.type("#group", "[b]x")
        await d.press("enter", "enter")
        assert d.simulation.world.groups[GroupId("b-x")].name == "[b]x"
        await d.press("enter")
        await d.do("users.join")
        assert "[b]x" in d.screen_text()


async def test_a_name_that_is_no_name_is_refused_in_place() -> None:
    async with drill() as d:
        await d.do("users.join")
        await d.type("#group", "x" * 201)
        await d.press("enter")
        assert "1 to 200 printable characters" in d.said("#preview")
        assert isinstance(d.app.screen, BulkDialog)


async def test_a_group_that_is_named_in_full_is_chosen_whatever_else_has_its_name() -> None:
    async with drill() as d:
        for name in ("Finance abroad", "finance"):
            await d.do("users.join")
            await d.press(*name, "enter")
            if name == "Finance abroad":
                await d.press("escape")
        assert d.user(ADA).groups == {FINANCE}


async def test_who_is_in_no_group_can_be_removed_from_none() -> None:
    async with drill() as d:
        await d.do("users.leave")
        assert "They are in no group." in d.screen_text()
        await d.press("enter")
        assert d.said("#preview") == "Choose a group."
        assert isinstance(d.app.screen, BulkDialog)


async def test_groups_are_chosen_for_many_users_too() -> None:
    many = CreateUsers(tuple(NewUser(username=f"u{n:05}") for n in range(3000)))
    async with drill(nordwind(many)) as d:
        await d.press("A")
        await d.do("users.join")
        await d.press("down")
        await d.settle()
        assert d.said("#preview").startswith("3,006 are added · 2 in it already\n")
        await d.press("enter")
        await d.settle()
        assert d.user(UserId("u02999")).groups == {FINANCE}
        assert isinstance(d.app.screen, ResultSheet)
        assert len(d.app.screen.lines) == 3010


# The mail again


@pytest.mark.parametrize("size", SIZES)
async def test_the_mail_is_sent_again_by_mouse_and_the_period_stays(size: tuple[int, int]) -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7)), size) as d:
        d.app.travel(timedelta(days=2))
        await d.settle()
        before = d.user(ADA).period
        await click_entry(d, "mail")
        assert d.said("#preview") == "1 mail is sent again"
        await d.click("#do")
        assert "1 mail sent." in d.screen_text()
        assert d.user(ADA).period == before
        assert [(mail.kind, mail.days) for mail in d.user(ADA).inbox] == [
            (MailKind.MFA_ENABLED, 7),
            (MailKind.MFA_ENABLED, 5),
        ]


async def test_without_a_running_period_the_mail_is_refused_with_the_reason() -> None:
    async with drill() as d:
        await d.do("users.mail")
        assert d.said("#preview").startswith("ada.lovelace: MFA is not required, so no period runs")
        await d.press("enter")
        assert isinstance(d.app.screen, BulkDialog)
        assert d.user(ADA).inbox == ()


# Undo in the result


@pytest.mark.parametrize("size", SIZES)
async def test_the_result_can_be_undone_by_its_button(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.press("A", "r", "enter")
        assert d.user(HAO).required
        await d.click("#undo")
        assert not isinstance(d.app.screen, ResultSheet)
        assert not d.user(HAO).required
        assert d.told.startswith("Undone: ")


async def test_the_result_can_be_undone_by_u_and_says_so() -> None:
    async with drill() as d:
        await d.do("users.suspend")
        await d.press("enter")
        assert "u undo" in d.main("#key-line").plain
        assert "undo (u)" in d.screen_text()
        await d.press("u")
        assert d.user(ADA).state is UserState.ACTIVATED


async def test_a_result_without_a_change_offers_no_undo_of_something_else() -> None:
    async with drill() as d:
        await d.do("users.suspend")
        await d.press("enter", "enter")
        await d.press("down")
        await d.do("users.remove")
        await d.press("enter")
        assert isinstance(d.app.screen, ResultSheet)
        assert not d.app.screen.query("#undo")
        assert "Nothing was changed." in d.screen_text()
        assert "u undo" not in d.main("#key-line").plain


@pytest.mark.parametrize("gap", [0, 1, 3])
async def test_no_key_is_lost_while_the_result_closes(gap: int) -> None:
    async with drill() as d:
        await d.press("r", "enter")
        for _ in range(3):
            d.app.post_message(Key("w", "w"))
            for _ in range(gap):
                await asyncio.sleep(0)
        await d.settle()
        await d.settle()
        assert d.simulation.now == START + timedelta(weeks=3)
