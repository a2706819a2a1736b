"""The dialog of a group's members."""

from textual import on
from textual.binding import Binding
from textual.widgets import Button, Input

from mfadrill.core.accounts import RemoveFromGroup
from mfadrill.core.commands import Command
from mfadrill.core.users import UserId
from mfadrill.core.words import count
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.groups.add_members_dialog import AddMembersDialog
from mfadrill.tui.admin_portal.groups.pick_dialog import PickDialog
from mfadrill.tui.admin_portal.groups.user_picks import UserPicks


class MembersDialog(PickDialog[UserId]):
    """Lists the members; adds users and removes them. Answers with a user whose sheet is wanted, or None."""

    KEYS = (
        ("space", "select"),
        ("a", "add users"),
        ("x", "remove"),
        ("/", "search"),
        ("enter", "open the user"),
        ("esc", "closes"),
    )
    BINDINGS = [
        Binding("a", "add", "Add users", show=False),
        Binding("x,delete", "remove", "Remove", show=False),
        Binding("A", "pick_all", "Select all that match", show=False),
        Binding("slash", "search", "Search", show=False),
    ]
    buttons = (("add", "add users…"), ("remove", "remove"), ("all", "select all"), ("close", "close"))

    def heading(self) -> str:
        return f"Members of {self.group_name}"

    def on_mount(self) -> None:
        super().on_mount()
        self.picks.focus()

    def nothing(self, text: str) -> str:
        return (
            "No member has this in the name."
            if text.strip()
            else "Nobody is in this group yet: a adds users."
        )

    def telling(self, shown: int, picked: int) -> str:
        if not picked:
            return count(shown, "member")
        return f"{count(shown, 'member')}, {picked:,} selected; remove takes them out of {self.group_name}."

    def command(self, users: tuple[UserId, ...]) -> Command:
        return RemoveFromGroup(self.group, users)

    def done(self, receipt: Receipt) -> None:
        self._tell(f"Removed from {self.group_name}: {count(len(receipt.outcomes), 'user')}.")

    def _tell(self, text: str) -> None:
        """Say it after the world that it made is shown."""
        self.call_after_refresh(self.say, text)

    @on(Button.Pressed, "#add")
    def action_add(self) -> None:
        def added(receipt: Receipt | None) -> None:
            if receipt is not None:
                self._tell(f"Added to {self.group_name}: {count(len(receipt.outcomes), 'user')}.")

        self.app.push_screen(AddMembersDialog(self.group, self.moment), added)

    @on(Button.Pressed, "#remove")
    def action_remove(self) -> None:
        self.perform()

    @on(Button.Pressed, "#all")
    def _all(self) -> None:
        self.action_pick_all()

    def action_search(self) -> None:
        self.query_one("#search").focus()

    @on(Input.Submitted, "#search")
    def _searched(self) -> None:
        self.picks.focus()

    @on(UserPicks.Opened)
    def _opened(self, event: UserPicks.Opened) -> None:
        event.stop()
        user = self.picks.user_at(event.index)
        if user is not None:
            self.dismiss(user.id)
