"""The Users tab: filters, the list, the details of the user at the cursor, and the selection."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from mfadrill.core.commands import Outcome, OutcomeKind
from mfadrill.core.events import Event, UserCreated
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.plain import plain
from mfadrill.core.users import User, UserId
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.registry import bindings
from mfadrill.tui.admin_portal.bulk.bulk_actions import BULK_ACTIONS, BulkAction
from mfadrill.tui.admin_portal.bulk.bulk_view import ResultLines, remark
from mfadrill.tui.admin_portal.bulk.opening import open_bulk
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.admin_portal.import_export.export_dialog import ExportDialog
from mfadrill.tui.admin_portal.import_export.import_dialog import ImportDialog
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.admin_portal.user_sheet.user_sheet import UserSheet
from mfadrill.tui.admin_portal.users.chips import Chips
from mfadrill.tui.admin_portal.users.columns import FACTORS, Column, factor_label
from mfadrill.tui.admin_portal.users.columns_dialog import ColumnsDialog
from mfadrill.tui.admin_portal.users.filter_bar import FilterBar
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.admin_portal.users.new_user_dialog import NewUserDialog
from mfadrill.tui.admin_portal.users.order import Sorting
from mfadrill.tui.admin_portal.users.past import A_BLINK, Past
from mfadrill.tui.admin_portal.users.saved_filters import SavedFilters
from mfadrill.tui.admin_portal.users.saved_menu import SavedMenu
from mfadrill.tui.admin_portal.users.status_details import in_full
from mfadrill.tui.admin_portal.users.user_list import UserList
from mfadrill.tui.admin_portal.users.users_view import Lists, UsersView, selection_in_words
from mfadrill.tui.aside import MANY, aside
from mfadrill.tui.dialog import Words
from mfadrill.tui.directory import Directory
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.messages import OpenLogIn
from mfadrill.tui.moment import Moment


class UsersTab(Tab):
    HELP = (
        "Users: who has set up MFA, who is inside an enrollment period, and who is locked out. Search and filter, "
        "select users with space, and do something to them with more actions; enter opens a user."
    )
    DEFAULT_CSS = """
    UsersTab UserList { height: 1fr; }
    UsersTab #details { height: 2; background: $boost; color: $foreground; padding: 0 1; }
    UsersTab #selection { background: $surface; padding: 0 1; }
    """
    BINDINGS = bindings(Area.USERS)

    class SelectionChanged(Message):
        """Other users are selected, or the cursor is on another one."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.world = World()
        self.now: datetime | None = None
        self._moment: Moment | None = None
        self._lists = Lists(Directory(self.world.users))
        self._past: Past | None = None
        self._view: UsersView | None = None
        self.sorting = Sorting()
        #: Whose status the MFA column shows; None is the overall status.
        self.factor: Factor | None = Factor.TOTP
        self.saved = SavedFilters()

    def compose(self) -> ComposeResult:
        yield FilterBar()
        yield UserList(id="users-list")
        yield Words(id="details")
        yield ActionLine(id="selection")

    @property
    def user_list(self) -> UserList:
        return self.query_one(UserList)

    @property
    def filters(self) -> Filters:
        return self.query_one(FilterBar).filters

    def show(self, moment: Moment) -> None:
        world, now = moment.world, moment.now
        directory = self._lists.directory
        if world.users is not directory.source:
            self._lists = Lists(Directory(world.users, directory))
        self.world, self.now, self._moment = world, now, moment
        self.user_list.selected = {user for user in self.user_list.selected if user in world.users}
        self.query_one(FilterBar).show_world(world)
        if self._past is None or self._past.timeline is not moment.timeline:
            self._past = Past(moment.timeline)
        if self._past.unread > A_BLINK:
            aside(self, "past", self._read_past, self._past)
        else:
            self._past.read()
        self._show_matching()

    async def _read_past(self, past: Past) -> None:
        await asyncio.to_thread(past.read)
        self._show_details()

    def _latest(self, user: UserId, *kinds: type[Event]) -> Event | None:
        """The latest event of these kinds that happened to the user up to the moment."""
        moment, past = self._moment, self._past
        if moment is None or past is None or past.unread:
            return None
        return past.latest(user, moment.position, *kinds)

    def _show_matching(self) -> None:
        """Show who matches; sorting many takes its time, in a thread."""
        assert self.now is not None
        if len(self.world.users) > MANY and not self._lists.is_ready(
            self.sorting, self.factor, self.world, self.now
        ):
            self.query_one(FilterBar).show_found("sorting…")
            aside(self, "sorting", self._sort_aside)
        else:
            self._show_view()

    async def _sort_aside(self) -> None:
        assert self.now is not None
        lists, asked = self._lists, (self.sorting, self.factor, self.world, self.now)
        await asyncio.to_thread(lists.order, *asked)
        if lists is self._lists and asked == (self.sorting, self.factor, self.world, self.now):
            self._show_view()

    def _show_view(self) -> None:
        assert self.now is not None
        view = self._view = self._lists.view(
            self.world, self.now, self.filters, self.sorting, self.factor, self._latest
        )
        self.user_list.show(view)
        found = f"{len(view.users):,} of {view.total:,}" if self.filters.any else count(view.total, "user")
        self.query_one(FilterBar).show_found(found)
        self._show_selection()

    def _show_selection(self) -> None:
        """Show the user at the cursor, and how many are selected."""
        self._show_details()
        view, selected = self._view, self.user_list.selected
        hidden = 0 if view is None or not self.filters.any else view.hidden(selected)
        shown = selection_in_words(len(selected), hidden) if selected else "none selected"
        links = [Link(shown, "strong" if selected else "muted"), Link(" ")]
        links += [Link(" more actions ▾ ", "button", "app.do('users.more')"), Link(" ")]
        links += [Link(" select all ", "button", "app.do('users.all')"), Link(" ")]
        if selected:
            links += [Link(" clear ", "button", "app.do('users.none')"), Link(" ")]
        links.append(Link(" file ▾ ", "button", "app.do('users.file')"))
        self.query_one("#selection", ActionLine).show_links(links)
        self.post_message(self.SelectionChanged())

    def _show_details(self) -> None:
        user, view = self.user_list.user, self._view
        width = max(20, self.size.width - 2)
        details = "" if user is None or view is None else in_full(user, view.details(user), width)
        # Always two rows: nothing else has to be laid out again.
        self.query_one("#details", Words).update(plain(details, keep="\n"), layout=False)

    def on_resize(self) -> None:
        self._show_details()

    def focus_first(self) -> None:
        self.user_list.focus()

    @property
    def situation(self) -> dict[str, Any]:
        return {
            "selected": len(self.user_list.selected),
            "targets": self.target_count,
            "filtered": self.filters.any,
        }

    @property
    def target_count(self) -> int:
        """How many users an action is for."""
        return len(self.user_list.selected) or (0 if self.user_list.user is None else 1)

    @property
    def targets(self) -> tuple[UserId, ...]:
        """The selected users, or else the one at the cursor."""
        if self.user_list.selected:
            return tuple(sorted(self.user_list.selected))
        return () if self.user_list.user is None else (self.user_list.user.id,)

    def users_like(self, text: str) -> list[User]:
        """Those in whose names every word of the text is found."""
        return self._lists.directory.search(text)

    # What happens in the list

    @on(FilterBar.Changed)
    def _filters_changed(self, event: FilterBar.Changed) -> None:
        event.stop()
        self._show_matching()

    def on_mount(self) -> None:
        self.user_list.moved = self._show_details

    @on(UserList.Toggled)
    def _toggled(self, event: UserList.Toggled) -> None:
        event.stop()
        self._show_selection()

    @on(UserList.AllToggled)
    def _all_toggled(self, event: UserList.AllToggled) -> None:
        event.stop()
        if self._view is not None and all(user.id in self.user_list.selected for user in self._view.users):
            self.action_select_none()
        else:
            self.action_select_all()

    @on(UserList.Opened)
    def _opened(self, event: UserList.Opened) -> None:
        event.stop()
        user = self.user_list.user_at(event.index)
        if user is not None:
            self.open_user(user.id)

    @on(Input.Submitted, "#search")
    def _searched(self, event: Input.Submitted) -> None:
        event.stop()
        self.user_list.focus()

    # Actions

    def action_search(self) -> None:
        self.query_one("#search").focus()

    def action_select_all(self) -> None:
        if self._view is not None:
            self.user_list.selected |= {user.id for user in self._view.users}
            self.user_list.refresh()
            self._show_selection()

    def action_select_none(self) -> None:
        self.user_list.selected = set()
        self.user_list.refresh()
        self._show_selection()

    def action_back(self) -> None:
        """Search for nothing any more; where nothing is searched for, select nobody."""
        self.user_list.focus()
        if self.filters.text:
            self.set_filters(structs.replace(self.filters, text=""))
        else:
            self.action_select_none()

    def set_filters(self, filters: Filters) -> None:
        self.query_one(FilterBar).set_filters(filters)

    def action_clear_filters(self) -> None:
        self.set_filters(Filters())

    def action_add_filter(self) -> None:
        self.query_one(FilterBar).action_add()

    @on(FilterBar.SavedWanted)
    def action_saved_filters(self) -> None:
        region = self.query_one(Chips).region_of(0)
        SavedMenu(self, self.saved, self.filters, self.world, region, self.set_filters).open()

    # The columns

    def sort_by(self, column: Column) -> None:
        """Order the list by a column; by the same again, the other way round."""
        self.sorting = self.sorting.by(column)
        self._show_matching()

    def show_factor(self, factor: Factor | None) -> None:
        """Show the status for a factor in the MFA column, or the overall status."""
        self.factor = self.query_one(FilterBar).factor = factor
        self._show_matching()

    def action_sort(self) -> None:
        backward = "backward" if not self.sorting.backward else "forward again"
        items = [
            Item(column.value, column.label, backward if column is self.sorting.column else "")
            for column in Column
        ]

        def chosen(column: str | None) -> None:
            if column is not None:
                self.sort_by(Column(column))

        region = self.user_list.region_of(self.sorting.column)
        self.app.push_screen(Menu("Sort by", items, region, self.sorting.column), chosen)

    def action_choose_factor(self) -> None:
        items = [Item(factor_label(factor), factor_label(factor)) for factor in FACTORS]

        def chosen(label: str | None) -> None:
            if label is not None:
                self.show_factor(next(factor for factor in FACTORS if factor_label(factor) == label))

        region = self.user_list.region_of(Column.MFA)
        self.app.push_screen(Menu("MFA status of", items, region, factor_label(self.factor)), chosen)

    def action_choose_columns(self) -> None:
        def chosen(shown: frozenset[Column] | None) -> None:
            if shown is not None:
                self.user_list.show_columns(shown)

        self.app.push_screen(ColumnsDialog(self.user_list.shown, self.user_list.size.width - 1), chosen)

    @on(UserList.HeadingClicked)
    def _heading_clicked(self, event: UserList.HeadingClicked) -> None:
        event.stop()
        if event.choose:
            self.action_choose_factor()
        else:
            self.sort_by(event.column)

    def action_extend(self, lines: int) -> None:
        self.user_list.extend_to(self.user_list.cursor + lines)

    def action_log_in_as(self) -> None:
        if self.user_list.user is not None:
            self.post_message(OpenLogIn(self.user_list.user.username))

    def action_show_status(self, status: str) -> None:
        """Show who has this TOTP status, and nobody else."""
        self.query_one(FilterBar).set_filters(Filters(status=FactorStatus[status]))

    def unselect(self, outcomes: Iterable[Outcome]) -> None:
        """Those are done with; who was refused stays selected."""
        done = {outcome.user for outcome in outcomes if outcome.kind is not OutcomeKind.REFUSED}
        if done & self.user_list.selected:
            self.user_list.selected -= done
            self.user_list.refresh()
            self._show_selection()

    def point_at(self, user: UserId) -> None:
        """Put the cursor on a user; filters that would hide the user go."""
        if user not in self.world.users:
            return
        if self._view is not None and not self._view.index_of(user)[1]:
            self.action_clear_filters()
        self.user_list.put_on(user)

    def open_user(self, user: UserId) -> None:
        """Open the sheet of a user."""
        assert self._moment is not None
        self.user_list.put_on(user)
        self.app.push_screen(UserSheet(user, self._moment), self._sheet_closed)

    def _sheet_closed(self, wish: str | None) -> None:
        """The sheet of a user may have asked for an action, or for the log-in, of its user."""
        if self.user_list.user is not None and wish is not None:
            kind, _, user = wish.partition(" ")
            if kind == "log-in":
                self.post_message(OpenLogIn(self.world.users[UserId(user)].username))
            else:
                self._open_bulk(BULK_ACTIONS[kind], (UserId(user),))

    def action_more_actions(self) -> None:
        line = self.query_one("#selection", ActionLine)
        targets = self.targets
        who = self.world.users[targets[0]].username if len(targets) == 1 else count(len(targets), "user")
        title = f"more actions: {who}"
        few = len(targets) <= MANY
        items = [
            Item(action.id, f"{action.title}…", self._remark(action, targets) if few else "…")
            for action in BULK_ACTIONS.values()
        ]
        menu = Menu(title, items, line.region.translate((2, 0)))
        self.app.push_screen(menu, self._action_chosen)
        if not few:
            aside(self, "remarks", self._remark_aside, menu, targets)

    def _remark(self, action: BulkAction, targets: tuple[UserId, ...]) -> str:
        assert self.now is not None
        return remark(action, targets, self.world, self.now)

    async def _remark_aside(self, menu: Menu, targets: tuple[UserId, ...]) -> None:
        """Say beside each action what it would do, while the menu is open."""
        for action in BULK_ACTIONS.values():
            said = await asyncio.to_thread(self._remark, action, targets)
            if not menu.is_attached:
                return
            menu.remark(action.id, said)

    def _action_chosen(self, action: str | None) -> None:
        if action is not None:
            self.action_bulk(action)

    @property
    def shown_users(self) -> Sequence[User]:
        """The users that the list shows, in its order."""
        return () if self._view is None else self._view.users

    def action_file(self) -> None:
        line = self.query_one("#selection", ActionLine)
        items = [
            Item("import", "Import users from CSV…"),
            Item("export", "Export the list…", count(len(self.shown_users), "user")),
        ]

        def chosen(wish: str | None) -> None:
            if wish == "import":
                self.action_import_users()
            elif wish == "export":
                self.action_export_users()

        self.app.push_screen(Menu("file", items, line.region.translate((2, 0))), chosen)

    def action_new_user(self) -> None:
        assert self._moment is not None

        def created(user: UserId | None) -> None:
            if user is not None:
                self.call_after_refresh(self.user_list.put_on, user)

        self.app.push_screen(NewUserDialog(self._moment), created)

    def action_import_users(self) -> None:
        assert self.now is not None

        def done(receipt: Receipt | None) -> None:
            if receipt is not None:
                made = {e.user.id: e.user for e in receipt.events if isinstance(e, UserCreated)}
                lines = ResultLines(receipt.outcomes, made)
                self.app.push_screen(ResultSheet("Import users from CSV", lines, can_undo=True))

        self.app.push_screen(ImportDialog(self.world, self.now), done)

    def action_export_users(self) -> None:
        assert self.now is not None

        def done(written: str | None) -> None:
            if written is not None:
                self.notify(plain(written), markup=False)

        self.app.push_screen(ExportDialog(self.shown_users, self.world, self.now), done)

    def action_bulk(self, action: str) -> None:
        self._open_bulk(BULK_ACTIONS[action], self.targets)

    def _open_bulk(self, action: BulkAction, users: tuple[UserId, ...]) -> None:
        assert self.now is not None

        def done(receipt: Receipt) -> None:
            self.unselect(receipt.outcomes)

        open_bulk(self.app, action, users, self.world, self.now, done=done)
