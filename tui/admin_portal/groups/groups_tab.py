"""The Groups tab: the groups, their members, and what can be done to them."""

import asyncio
from typing import Any

from textual import on
from textual.app import ComposeResult

from mfadrill.core.events import GroupCreated
from mfadrill.core.settings import CreateGroup, RenameGroup
from mfadrill.core.users import GroupId, UserId
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.admin_portal.bulk.bulk_actions import BULK_ACTIONS
from mfadrill.tui.admin_portal.bulk.opening import open_bulk
from mfadrill.tui.admin_portal.groups.delete_dialog import DeleteDialog
from mfadrill.tui.admin_portal.groups.group_table import GroupTable
from mfadrill.tui.admin_portal.groups.groups_view import GroupRow, group_in_full, group_rows
from mfadrill.tui.admin_portal.groups.members_dialog import MembersDialog
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.admin_portal.users.filters import Filters, ShowUsers
from mfadrill.tui.aside import MANY, aside
from mfadrill.tui.ask_dialog import NameDialog
from mfadrill.tui.dialog import Words
from mfadrill.tui.messages import OpenUser
from mfadrill.tui.moment import Moment

#: The buttons below the list: the action, and its label.
BUTTONS = (
    ("new", "new"),
    ("members", "members"),
    ("require", "require"),
    ("rename", "rename"),
    ("delete", "delete"),
    ("users", "in Users"),
)


class GroupsTab(Tab):
    HELP = (
        "Groups: how many members each has, and how many of them MFA is required of. Enter opens the members; "
        "require asks MFA of all of them; a group that policies name cannot be deleted unnoticed."
    )
    DEFAULT_CSS = """
    GroupsTab GroupTable { height: 1fr; }
    GroupsTab #group-details { height: 3; background: $boost; padding: 0 1; }
    GroupsTab #group-buttons { background: $surface; padding: 0 1; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._moment: Moment | None = None
        self._created: GroupId | None = None

    def compose(self) -> ComposeResult:
        yield GroupTable(id="groups-list")
        yield Words(id="group-details")
        yield ActionLine(id="group-buttons")

    @property
    def table(self) -> GroupTable:
        return self.query_one(GroupTable)

    @property
    def situation(self) -> dict[str, Any]:
        if self.table.counting:
            return {}  # not looked at yet
        return {
            "groups": len(self.table.rows),
            "members": 0 if self.table.row is None else self.table.row.members,
        }

    def focus_first(self) -> None:
        self.table.focus()

    def on_mount(self) -> None:
        links: list[Link] = []
        for action, label in BUTTONS:
            links += [Link(f" {label} ", "button", f"app.do('groups.{action}')"), Link(" ")]
        self.query_one("#group-buttons", ActionLine).show_links(links)

    # Showing

    def show(self, moment: Moment) -> None:
        self._moment = moment
        if len(moment.world.users) <= MANY:
            self._show_rows(group_rows(moment.world, moment.now))
        else:
            aside(self, "groups", self._count_aside, moment)

    async def _count_aside(self, moment: Moment) -> None:
        self._show_rows(await asyncio.to_thread(group_rows, moment.world, moment.now))

    def _show_rows(self, rows: tuple[GroupRow, ...]) -> None:
        self.table.show(rows)
        if self._created is not None and any(row.id == self._created for row in rows):
            self.table.put_on(self._created)
            self.table.lines_changed()
            self.table.bring_on_screen()
            self._created = None
        self._show_details()

    def point_at(self, name: str) -> None:
        """Put the cursor on the group of this name, if there is one."""
        found = next((row.id for row in self.table.rows if row.name.casefold() == name.casefold()), None)
        if found is not None:
            self.table.put_on(found)
            self.table.lines_changed()
            self.table.bring_on_screen()
            self._show_details()

    def _show_details(self) -> None:
        row = self.table.row
        width = max(20, self.size.width - 2)
        self.query_one("#group-details", Words).say("" if row is None else group_in_full(row, width))

    def on_resize(self) -> None:
        self._show_details()

    @on(GroupTable.Moved)
    def _moved(self, event: GroupTable.Moved) -> None:
        event.stop()
        self._show_details()

    @on(GroupTable.Opened)
    def _opened(self, event: GroupTable.Opened) -> None:
        event.stop()
        self._open_members(self.table.row_at(event.index))

    @on(GroupTable.Toggled)
    def _toggled(self, event: GroupTable.Toggled) -> None:
        event.stop()

    # Actions

    def action_new(self) -> None:
        def created(receipt: Receipt | None) -> None:
            for event in () if receipt is None else receipt.events:
                if isinstance(event, GroupCreated):
                    self._created = event.group.id
                    self._show_rows(self.table.rows)

        self.app.push_screen(NameDialog("New group", "create group", "", CreateGroup), created)

    def action_rename(self) -> None:
        row = self.table.row
        if row is not None:
            dialog = NameDialog(
                f"Rename the group {row.name}", "rename", row.name, lambda name: RenameGroup(row.id, name)
            )
            self.app.push_screen(dialog)

    def action_delete(self) -> None:
        if self.table.row is not None and self._moment is not None:
            self.app.push_screen(DeleteDialog(self.table.row, self._moment))

    def action_members(self) -> None:
        self._open_members(self.table.row)

    def _open_members(self, row: GroupRow | None) -> None:
        if row is not None and self._moment is not None:
            self.app.push_screen(MembersDialog(row.id, self._moment), self._members_left)

    def _members_left(self, user: UserId | None) -> None:
        if user is not None:
            self.post_message(OpenUser(user))

    def action_show_users(self) -> None:
        if self.table.row is not None:
            self.post_message(ShowUsers(Filters(group=self.table.row.id)))

    def action_require(self) -> None:
        row, moment = self.table.row, self._moment
        if row is None or moment is None:
            return
        if len(moment.world.users) <= MANY:
            self._require(moment, _members(moment, row.id))
        else:
            aside(self, "members", self._require_aside, moment, row.id)

    async def _require_aside(self, moment: Moment, group: GroupId) -> None:
        self._require(moment, await asyncio.to_thread(_members, moment, group))

    def _require(self, moment: Moment, members: tuple[UserId, ...]) -> None:
        if members:
            open_bulk(self.app, BULK_ACTIONS["require"], members, moment.world, moment.now, among="members")


def _members(moment: Moment, group: GroupId) -> tuple[UserId, ...]:
    return tuple(user.id for user in moment.world.members(group))
