"""The dialog that says what deleting a group does before it does it."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.refusals import Refusal
from mfadrill.core.settings import DeleteGroup
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.groups.groups_view import GroupRow, deletion
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment


class DeleteDialog(Dialog[Receipt]):
    """Answers with the receipt. While a policy uses the group, it says so and deletes nothing."""

    DEFAULT_CSS = """
    DeleteDialog #box { width: 64; }
    DeleteDialog #said { margin: 1 0 0 0; height: auto; }
    DeleteDialog #said.problem { color: $error; }
    DeleteDialog .buttons { margin: 1 0 0 0; }
    """

    def __init__(self, row: GroupRow, moment: Moment) -> None:
        super().__init__()
        self._row = row
        self._said, self._refused = deletion(row, moment.world, moment.now)

    def compose(self) -> ComposeResult:
        with Box(f"Delete the group {self._row.name}"):
            yield Words(id="said")
            with Horizontal(classes="buttons"):
                yield RowButton("delete group", id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#said", Words).say(self._said, problem=self._refused)
        self.query_one("#do", Button).disabled = self._refused
        self.query_one("#cancel" if self._refused else "#do").focus()

    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        self.post_message(Perform(DeleteGroup(self._row.id), self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.query_one("#said", Words).say(answer.text, problem=True)
        else:
            self.leave(answer)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
