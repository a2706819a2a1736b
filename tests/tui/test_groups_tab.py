from datetime import timedelta

import pytest

from drill import ADA, GRACE, HAO, Drill, drill, line_of, nordwind
from mfadrill.core.accounts import AddToGroup, CreateUsers, NewUser
from mfadrill.core.settings import CreateGroup
from mfadrill.core.users import GroupId, UserId
from mfadrill.tui.admin_portal.bulk.bulk_dialog import BulkDialog
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.admin_portal.groups.add_members_dialog import AddMembersDialog
from mfadrill.tui.admin_portal.groups.delete_dialog import DeleteDialog
from mfadrill.tui.admin_portal.groups.group_table import GroupTable
from mfadrill.tui.admin_portal.groups.groups_tab import GroupsTab
from mfadrill.tui.admin_portal.groups.members_dialog import MembersDialog
from mfadrill.tui.admin_portal.user_sheet.user_sheet import UserSheet
from mfadrill.tui.ask_dialog import NameDialog

FINANCE, FREIGHT = GroupId("finance"), GroupId("freight")
KATHERINE, ZOFIA = UserId("katherine.j"), UserId("zofia.kowalska")
SIZES = [(80, 24), (120, 40)]


def freight(*users: UserId):
    return nordwind(CreateGroup("Freight"), *([AddToGroup(FREIGHT, users)] if users else []))


def table(d: Drill) -> GroupTable:
    return d.main("#groups-list")


def members(d: Drill, group: GroupId) -> list[UserId]:
    return [user.id for user in d.simulation.world.members(group)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_group_is_created_filled_and_required_by_keyboard_alone(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.press("2", "a", *"Freight", "enter")
        assert line_of(table(d), 2).startswith("Freight")
        assert table(d).cursor == 2, "the cursor is on the new group"
        await d.press("enter", "a", *"hop", "enter", *"inou", "enter")
        assert isinstance(d.app.screen, AddMembersDialog)
        assert d.said("#said") == "2 users picked; add puts them into Freight."
        await d.press("enter")
        assert isinstance(d.app.screen, MembersDialog)
        assert members(d, FREIGHT) == [GRACE, HAO]
        assert d.said("#said") == "Added to Freight: 2 users."
        await d.press("escape", "r")
        assert isinstance(d.app.screen, BulkDialog)
        assert "1 of 2 members is already enrolled" in d.said("#preview")
        await d.press("enter")
        assert isinstance(d.app.screen, ResultSheet)
        assert d.user(HAO).required
        assert d.user(GRACE).required
        assert not d.user(ADA).required
        await d.press("enter")
        assert line_of(table(d), 2).split() == [
            "Freight",
            "2",
            "2",
            "1",
            "1",
            "–",
            *(["–"] if size[0] == 80 else []),
        ]


@pytest.mark.parametrize("size", SIZES)
async def test_members_are_added_and_removed_by_mouse_alone(size: tuple[int, int]) -> None:
    async with drill(freight(), size=size) as d:
        await d.click_text("#admin-tabs", "Groups")
        await d.click("#groups-list", x=4, y=3)
        await d.click_text("#group-buttons", "members")
        assert isinstance(d.app.screen, MembersDialog)
        await d.click("#add")
        await d.click("#picks", x=0, y=0)
        await d.click("#picks", x=0, y=2)
        await d.click("#do")
        assert members(d, FREIGHT) == [ADA, GRACE]
        await d.click("#picks", x=0, y=1)
        assert d.said("#said") == "2 members, 1 selected; remove takes them out of Freight."
        await d.click("#remove")
        assert members(d, FREIGHT) == [ADA]
        assert d.said("#said") == "Removed from Freight: 1 user."
        await d.click("#close")
        await d.click("#groups-list", x=4, y=3, times=2)
        assert isinstance(d.app.screen, MembersDialog)


async def test_whoever_is_picked_stays_picked_while_the_search_changes() -> None:
    async with drill(freight()) as d:
        await d.do("admin.groups")
        await d.press("end", "m", "a", *"ada", "enter", *"zofia")
        picks = d.app.screen.query_one("#picks")
        assert [user.id for user in picks.users] == [ZOFIA]  # type: ignore[attr-defined]
        assert picks.picked == {ADA}  # type: ignore[attr-defined]


async def test_all_members_are_selected_and_removed() -> None:
    async with drill(freight(ADA, GRACE, HAO)) as d:
        await d.do("admin.groups")
        await d.press("end", "enter", "A", "x")
        assert members(d, FREIGHT) == []
        assert "Nobody is in this group yet: a adds users." in d.screen_text()


async def test_removing_nobody_says_to_pick_somebody() -> None:
    async with drill(freight(ADA)) as d:
        await d.do("admin.groups")
        await d.press("end", "enter", "x")
        assert "Pick somebody first" in d.said("#said")
        assert members(d, FREIGHT) == [ADA]


async def test_members_are_searched() -> None:
    async with drill() as d:
        await d.do("admin.groups")
        await d.press("down", "enter", "slash", *"zof", "enter", "space")
        assert d.said("#said").startswith("1 member, 1 selected")
        await d.press("x")
        assert members(d, FINANCE) == [KATHERINE]


async def test_a_member_is_opened_from_the_list() -> None:
    async with drill() as d:
        await d.do("admin.groups")
        await d.press("down", "enter", "enter")
        assert isinstance(d.app.screen, UserSheet)
        assert d.app.screen.user == KATHERINE


async def test_a_taken_name_is_refused_in_place_and_the_text_stays() -> None:
    async with drill() as d:
        await d.do("groups.new")
        await d.press(*"finance", "enter")
        assert isinstance(d.app.screen, NameDialog)
        assert d.said("#said") == "There is a group 'finance' already; names must be unique."
        await d.press("s", "enter")
        assert "finances" in d.simulation.world.groups


async def test_a_group_is_renamed_and_keeps_its_members_and_policies() -> None:
    async with drill() as d:
        await d.do("admin.groups")
        await d.press("down", "e")
        await d.type("#value", "[b]Money")
        await d.press("enter")
        assert d.simulation.world.groups[FINANCE].name == "[b]Money"
        assert members(d, FINANCE) == [KATHERINE, ZOFIA]
        assert "[b]Money" in d.screen_text()
        assert "Targeted by Finance needs MFA." in d.screen_text()


async def test_a_group_that_a_policy_uses_is_not_deleted_and_the_reason_is_in_place() -> None:
    async with drill() as d:
        await d.do("admin.groups")
        await d.press("down", "x")
        assert isinstance(d.app.screen, DeleteDialog)
        assert "is used by these policies: Finance needs MFA" in d.said("#said")
        assert d.app.screen.query_one("#do").disabled
        await d.press("enter")
        assert FINANCE in d.simulation.world.groups


async def test_a_group_is_deleted_after_saying_to_how_many() -> None:
    async with drill(freight(ADA, GRACE)) as d:
        await d.do("admin.groups")
        await d.press("end", "delete")
        assert d.said("#said").startswith("Its 2 members are taken out of it")
        await d.press("enter")
        assert FREIGHT not in d.simulation.world.groups
        assert d.user(ADA).groups == frozenset()
        await d.press("u")
        assert members(d, FREIGHT) == [ADA, GRACE]


async def test_the_members_are_shown_in_users() -> None:
    async with drill() as d:
        await d.do("admin.groups")
        await d.press("down", "s")
        assert d.shown == [KATHERINE, ZOFIA]
        assert d.app.query_one("#admin-tabs").plain  # type: ignore[attr-defined]
        assert d.users.filters.group == FINANCE


async def test_without_groups_the_list_says_what_would_fill_it() -> None:
    from mfadrill.core.organization import Organization
    from mfadrill.core.settings import CreateOrganization
    from mfadrill.sim.simulation import Simulation

    bare = Simulation(nordwind().start, 1, [CreateOrganization(Organization(name="Bare"))])
    async with drill(bare) as d:
        await d.do("admin.groups")
        assert "There are no groups yet: a creates one." in d.screen_text()
        await d.press("x", "m", "r")
        assert d.notices == ["There is no group yet: create one."] * 3


async def test_an_empty_group_has_nobody_to_require_mfa_of() -> None:
    async with drill() as d:
        await d.do("admin.groups")
        await d.do("groups.require")
        assert d.notices == ["The group has no members yet: add some."]


async def test_the_counts_follow_the_clock_and_the_cursor_stays_on_its_group() -> None:
    async with drill(freight(ADA)) as d:
        await d.do("admin.groups")
        await d.press("end", "r", "enter", "enter")
        assert line_of(table(d), 2).split()[:5] == ["Freight", "1", "1", "–", "1"]
        d.app.travel(timedelta(days=8))
        await d.settle()
        assert line_of(table(d), 2).split()[:6] == ["Freight", "1", "1", "–", "–", "1"]
        assert table(d).cursor == 2


async def test_a_group_that_is_undone_below_its_dialog_closes_it() -> None:
    async with drill() as d:
        await d.do("groups.new")
        await d.press(*"Freight", "enter", "enter")
        assert isinstance(d.app.screen, MembersDialog)
        d.app.action_undo()
        await d.settle()
        assert len(d.app.screen_stack) == 1


async def test_a_large_organization_is_counted_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import current_thread, main_thread

    from mfadrill.tui.admin_portal.groups import groups_tab

    where: list[bool] = []
    counted = groups_tab.group_rows

    def counting(*of):
        where.append(current_thread() is main_thread())
        return counted(*of)

    monkeypatch.setattr(groups_tab, "group_rows", counting)
    many = CreateUsers(tuple(NewUser(username=f"u{n:05}", groups=frozenset({FINANCE})) for n in range(3000)))
    async with drill(nordwind(many)) as d:
        await d.do("admin.groups")
        await d.settle()
        assert where == [False]
        assert line_of(table(d), 1).split()[:2] == ["Finance", "3,002"]
        await d.press("down", "enter")
        assert d.said("#said") == "3,002 members"
        await d.press("A", "x")
        await d.settle()
        assert members(d, FINANCE) == []


async def test_the_palette_reaches_a_group_action_from_another_tab() -> None:
    async with drill() as d:
        await d.do("groups.rename")
        assert isinstance(d.app.screen, NameDialog)
        assert d.app.query_one(GroupsTab).display
