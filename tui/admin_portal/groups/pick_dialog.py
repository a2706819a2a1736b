"""What the two dialogs of a group's members have in common: a search, and a list to pick several users from."""

import asyncio

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.commands import Command
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import GroupId, User, UserId
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.groups.user_picks import UserPicks
from mfadrill.tui.aside import MANY, aside
from mfadrill.tui.dialog import Answer, Box, Dialog, Field, RowButton, Words
from mfadrill.tui.directory import Directory
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment


class PickDialog(Dialog[Answer]):
    """Shows the users that are in the group, or those that are not (`members`). Finding many is done in a thread."""

    DEFAULT_CSS = """
    PickDialog #search { width: 100%; margin: 1 0 0 0; }
    PickDialog #said { height: auto; min-height: 1; }
    PickDialog #said.problem { color: $error; }
    PickDialog .buttons { margin: 1 0 0 0; }
    """

    members = True
    #: The id and the label of each button; the first is the main one.
    buttons: tuple[tuple[str, str], ...] = ()

    def __init__(self, group: GroupId, moment: Moment) -> None:
        super().__init__()
        self.group, self.moment = group, moment
        self.found: list[User] | None = None
        self._directory: Directory | None = None

    # What subclasses say

    def heading(self) -> str:
        raise NotImplementedError

    def nothing(self, text: str) -> str:
        """What an empty list says."""
        raise NotImplementedError

    def telling(self, shown: int, picked: int) -> str:
        """What is picked, and what the button would do to how many."""
        raise NotImplementedError

    def command(self, users: tuple[UserId, ...]) -> Command:
        raise NotImplementedError

    def done(self, receipt: Receipt) -> None:
        raise NotImplementedError

    # Showing

    @property
    def group_name(self) -> str:
        group = self.moment.world.groups.get(self.group)
        return "" if group is None else group.name

    @property
    def picks(self) -> UserPicks:
        return self.query_one(UserPicks)

    def compose(self) -> ComposeResult:
        with Box(self.heading()):
            yield Field("", "search name, username, mail…", id="search", select=False)
            yield UserPicks(self.moment, id="picks")
            yield Words(id="said")
            with Horizontal(classes="buttons"):
                for number, (id_, label) in enumerate(self.buttons):
                    yield RowButton(label, id=id_, primary=not number)

    def on_mount(self) -> None:
        self._search()

    def show(self, moment: Moment) -> None:
        """The world changed below the dialog."""
        if self.group not in moment.world.groups:
            self.leave(None)
            return
        self.moment = moment
        if self.is_mounted:
            self._search()

    @on(Input.Changed, "#search")
    def _search(self) -> None:
        text = self.query_one("#search", Input).value
        if len(self.moment.world.users) <= MANY:
            self._show_found(text, *self._find(text))
        else:
            aside(self, "search", self._search_aside, text)

    async def _search_aside(self, text: str) -> None:
        self._show_found(text, *await asyncio.to_thread(self._find, text))

    def _find(self, text: str) -> tuple[Directory, list[User]]:
        users, directory = self.moment.world.users, self._directory
        if directory is None or directory.source is not users:
            directory = Directory(users, directory)
        return directory, [
            user for user in directory.search(text) if (self.group in user.groups) is self.members
        ]

    def _show_found(self, text: str, directory: Directory, found: list[User]) -> None:
        self._directory, self.found = directory, found
        users = self.moment.world.users
        self.picks.picked = {
            user
            for user in self.picks.picked
            if user in users and (self.group in users[user].groups) is self.members
        }
        self.picks.show(found, self.moment, self.nothing(text))
        self.say("")

    def say(self, text: str, *, problem: bool = False) -> None:
        """Say this, or else what is picked."""
        shown = 0 if self.found is None else len(self.found)
        self.query_one("#said", Words).say(
            text or self.telling(shown, len(self.picks.picked)), problem=problem
        )

    @on(UserPicks.Toggled)
    def _picked(self, event: UserPicks.Toggled) -> None:
        event.stop()
        self.say("")

    def on_key(self, event: events.Key) -> None:
        """Up and down move in the list while the search has the focus."""
        if self.query_one("#search").has_focus and event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            self.picks.move_to(self.picks.cursor + (1 if event.key == "down" else -1))

    def action_pick_all(self) -> None:
        """Pick all that the search shows; none, if all are picked."""
        shown = {user.id for user in self.found or ()}
        self.picks.picked = (
            self.picks.picked - shown if shown <= self.picks.picked else self.picks.picked | shown
        )
        self.picks.refresh()
        self.say("")

    # Doing

    def perform(self) -> None:
        """Do it to those that are picked."""
        users = tuple(sorted(self.picks.picked))
        if users:
            self.post_message(Perform(self.command(users), self._answered))
        else:
            self.say("Pick somebody first: space, or a click on the box.", problem=True)

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.say(answer.text, problem=True)
        else:
            self.done(answer)

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.dismiss(None)
