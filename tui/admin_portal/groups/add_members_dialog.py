"""The dialog that adds users to a group."""

from textual import on
from textual.binding import Binding
from textual.widgets import Button, Input

from mfadrill.core.accounts import AddToGroup
from mfadrill.core.commands import Command
from mfadrill.core.users import UserId
from mfadrill.core.words import count
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.groups.pick_dialog import PickDialog
from mfadrill.tui.admin_portal.groups.user_picks import UserPicks


class AddMembersDialog(PickDialog[Receipt]):
    """Answers with the receipt. Enter picks whom the search found; once more, it adds those that are picked."""

    KEYS = (
        ("type", "search"),
        ("↑↓", "move"),
        ("enter", "picks, then adds"),
        ("tab", "next"),
        ("esc", "closes"),
    )
    BINDINGS = [Binding("A", "pick_all", "Pick all that match", show=False)]
    members = False
    buttons = (("do", "add"), ("all", "pick all"), ("close", "cancel"))

    def heading(self) -> str:
        return f"Add users to {self.group_name}"

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#search").focus()

    def nothing(self, text: str) -> str:
        if text.strip():
            return "Nobody who is not in the group has this in the name."
        return "Everybody is in it." if self.moment.world.users else "There are no users yet."

    def telling(self, shown: int, picked: int) -> str:
        if not picked:
            return f"{count(shown, 'user')} to pick from: enter, space or a click on the box."
        return f"{count(picked, 'user')} picked; add puts them into {self.group_name}."

    def command(self, users: tuple[UserId, ...]) -> Command:
        return AddToGroup(self.group, users)

    def done(self, receipt: Receipt) -> None:
        self.leave(receipt)

    @on(Input.Submitted, "#search")
    def _entered(self) -> None:
        search = self.query_one("#search", Input)
        if not search.value.strip() and self.picks.picked:
            self.perform()
            return
        self.picks.action_toggle_line()
        search.value = ""

    @on(UserPicks.Opened)
    def _opened(self, event: UserPicks.Opened) -> None:
        event.stop()
        self.picks.action_toggle_line()

    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        self.perform()

    @on(Button.Pressed, "#all")
    def _all(self) -> None:
        self.action_pick_all()
