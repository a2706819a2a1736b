"""The dialog of an action on many users: what it will do to how many, then do it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label, Static

from mfadrill.core.events import GroupCreated
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import whole_days
from mfadrill.core.settings import CreateGroup
from mfadrill.core.users import DEFAULT_DAYS, MAX_DAYS, MIN_DAYS, GroupId, UserId
from mfadrill.core.world import World
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.bulk.bulk_actions import BulkAction
from mfadrill.tui.admin_portal.bulk.bulk_view import Preview, for_whom, preview
from mfadrill.tui.admin_portal.bulk.group_list import GroupList
from mfadrill.tui.admin_portal.bulk.group_options import GroupOption, group_options, memberships, uses
from mfadrill.tui.admin_portal.bulk.period_end import end_line, replaced_line, weekend_line
from mfadrill.tui.aside import MANY, aside
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment


class BulkDialog(Dialog[Receipt]):
    """Answers with the receipt of what was done, or None. A refusal is explained in place.

    `among` is what its users are called: they are selected, or members of a group.
    """

    DEFAULT_CSS = """
    BulkDialog .days { height: 1; margin: 1 0 0 0; }
    BulkDialog Field { width: 12; margin: 0 1; }
    BulkDialog #group { width: 1fr; margin: 0 0 0 1; }
    BulkDialog #preview { margin: 1 0 0 0; height: auto; min-height: 2; }
    BulkDialog #preview.problem { color: $error; }
    BulkDialog #warning { height: auto; color: $warning; }
    BulkDialog .buttons { margin: 1 0 0 0; }
    """

    KEYS = (("tab", "next"), ("enter", "do it"), ("esc", "closes"))

    def __init__(
        self,
        action: BulkAction,
        users: tuple[UserId, ...],
        world: World,
        now: datetime,
        among: str = "selected",
    ) -> None:
        super().__init__()
        self.action, self.users, self.world, self.now, self.among = action, users, world, now, among
        self.preview = Preview()
        self._within: Mapping[GroupId, int] = {}
        self._created: GroupOption | None = None
        if action.has_group:
            self.KEYS = (("↑↓", "choose"), *self.KEYS)

    def compose(self) -> ComposeResult:
        action = self.action
        with Box(f"{action.title}: {for_whom(self.users, self.world)}"):
            yield Static(action.says, classes="muted", markup=False)
            if action.has_days:
                with Horizontal(classes="days"):
                    yield Label("Days to enroll in TOTP")
                    yield Field(str(DEFAULT_DAYS), id="days")
                    yield Label(f"({MIN_DAYS} to {MAX_DAYS})", classes="muted")
            if action.has_group:
                with Horizontal(classes="days"):
                    yield Label("Group")
                    yield Field(
                        "",
                        "search, or name a new one" if action.creates else "search",
                        id="group",
                        select=False,
                    )
                yield GroupList(id="groups")
            yield Words(id="preview")
            yield Words(id="warning")
            with Horizontal(classes="buttons"):
                yield RowButton(action.verb, id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self._look_ahead()
        action = self.action
        self.query_one("#days" if action.has_days else "#group" if action.has_group else "#do").focus()

    def show(self, moment: Moment) -> None:
        """The world changed below the dialog, perhaps by a group that was created for it."""
        if moment.world is not self.world and self.is_mounted:
            self.world, self.now = moment.world, moment.now
            self._look_ahead()

    @property
    def days_text(self) -> str:
        return self.query_one("#days", Input).value if self.action.has_days else ""

    @property
    def option(self) -> GroupOption | None:
        """The group that is chosen, if the action is about one."""
        return self.query_one(GroupList).chosen if self.action.has_group else None

    # Looking ahead

    @on(Input.Changed, "#days")
    def _days_changed(self) -> None:
        self._look_ahead()

    @on(Input.Changed, "#group")
    def _group_typed(self) -> None:
        self._created = None
        self._show_groups(keep=False)
        self._look_ahead()

    @on(GroupList.Moved)
    def _group_chosen(self, event: GroupList.Moved) -> None:
        event.stop()
        self._look_ahead()

    def _look_ahead(self) -> None:
        if len(self.users) <= MANY:
            if self.action.has_group:
                self._count(memberships(self.users, self.world))
            self._show(self._preview())
        else:
            self._say("Looking at what it will do…")
            aside(self, "preview", self._look_ahead_aside)

    async def _look_ahead_aside(self) -> None:
        if self.action.has_group:
            self._count(await asyncio.to_thread(memberships, self.users, self.world))
        self._show(await asyncio.to_thread(self._preview))

    def _preview(self) -> Preview:
        option = self.option
        if option is not None and option.id is None:
            return Preview()
        group = None if option is None else option.id
        return preview(self.action, self.users, self.days_text, self.world, self.now, group)

    def _count(self, within: Mapping[GroupId, int]) -> None:
        self._within = within
        self._show_groups()

    def _show_groups(self, *, keep: bool = True) -> None:
        groups = self.query_one(GroupList)
        typed = self.query_one("#group", Input).value
        creates = self.action.creates
        if typed.strip():
            groups.nothing = "No such group."
        elif creates:
            groups.nothing = "There is no group yet: type the name of a new one."
        else:
            groups.nothing = "They are in no group."
        options = group_options(self.world, self._within, len(self.users), typed, creates=creates)
        groups.show(options, (self._created or groups.chosen) if keep else None)

    def _show(self, found: Preview) -> None:
        self.preview = found
        option = self.option
        new = option is not None and option.id is None
        button = self.query_one("#do", Button)
        button.label = "create group" if new else self.action.verb
        button.refresh(layout=True)
        if option is not None and new:
            self._say(f"There is no group “{option.name}” yet. It is created first; then add to it.")
        elif self.action.has_group and option is None:
            self._say("")
        else:
            zone = self.world.organization.zone
            lines = [found.in_words(), *found.notes(self.among)]
            if option is not None and option.id is not None:
                lines.append(f"{option.name}: {uses(option.id, self.world).in_words()}")
            lines += [end_line(found.ends, self.now, zone), replaced_line(found.replaced, zone)]
            lines += [*found.refused(self.among)]
            self._say(
                "\n".join(filter(None, lines)), weekend_line(found.ends, zone), problem=bool(found.refusal)
            )

    def _say(self, text: str, warning: str = "", *, problem: bool = False) -> None:
        self.query_one("#preview", Words).say(text, problem=problem)
        warned = self.query_one("#warning", Words)
        warned.say(warning)
        warned.display = bool(warning)

    # Doing

    def on_key(self, event: events.Key) -> None:
        """Up and down choose a group while its name is typed."""
        field = self.query("#group")
        if field and field.first().has_focus and event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            groups = self.query_one(GroupList)
            groups.move_to(groups.cursor + (1 if event.key == "down" else -1))

    @on(Input.Submitted)
    @on(GroupList.Opened)
    @on(GroupList.Toggled)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        button = self.query_one("#do", Button)
        if button.disabled:
            return
        option = self.option
        if option is not None and option.id is None:
            button.disabled = True
            self.post_message(Perform(CreateGroup(option.name), self._group_created))
            return
        try:
            days = whole_days(self.days_text) if self.action.has_days else 0
            command = self.action.command(self.users, days, None if option is None else option.id)
        except Refusal as refusal:
            self._say(refusal.text, problem=True)
            return
        button.disabled = True
        self.post_message(Perform(command, self._answered))

    def _group_created(self, answer: Receipt | Refusal) -> None:
        """The group is there; the world that has it is shown next."""
        self.query_one("#do", Button).disabled = False
        if isinstance(answer, Refusal):
            self._say(answer.text, problem=True)
            return
        created = next(event.group for event in answer.events if isinstance(event, GroupCreated))
        self._created = GroupOption(created.id, created.name)

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.query_one("#do", Button).disabled = False
            self._show(Preview(refusal=answer.text))
        else:
            self.leave(answer)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
