"""The dialog of an action on many users: what it will do to how many, then do it."""

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label, Static

from mfadrill.core.commands import OutcomeKind
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import whole_days
from mfadrill.core.users import DEFAULT_DAYS, MAX_DAYS, MIN_DAYS, UserId
from mfadrill.core.world import World
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.bulk.bulk_view import (
    BulkAction,
    Preview,
    for_whom,
    period_line,
    preview,
)
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.messages import Perform

#: Previews of more users than this are computed in a thread.
MANY = 2000


class BulkDialog(Dialog[Receipt]):
    """Answers with the receipt of what was done, or None. A refusal is explained in place."""

    DEFAULT_CSS = """
    BulkDialog .days { height: 1; margin: 1 0 0 0; }
    BulkDialog Field { width: 12; margin: 0 1; }
    BulkDialog #preview { margin: 1 0 0 0; height: auto; min-height: 2; }
    BulkDialog #preview.problem { color: $error; }
    """

    KEYS = (("tab", "next"), ("enter", "do it"), ("esc", "closes"))

    def __init__(self, action: BulkAction, users: tuple[UserId, ...], world: World, now: datetime) -> None:
        super().__init__()
        self.action, self.users, self.world, self.now = action, users, world, now
        self.preview = Preview()

    def compose(self) -> ComposeResult:
        action = self.action
        with Box(f"{action.title}: {for_whom(self.users, self.world)}"):
            yield Static(action.says, classes="muted", markup=False)
            if action.has_days:
                with Horizontal(classes="days"):
                    yield Label("Days to enroll in TOTP")
                    yield Field(str(DEFAULT_DAYS), id="days")
                    yield Label(f"({MIN_DAYS} to {MAX_DAYS})", classes="muted")
            yield Words(id="preview")
            with Horizontal(classes="buttons"):
                yield RowButton(action.verb, id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self._look_ahead()
        self.query_one("#days" if self.action.has_days else "#do").focus()

    @property
    def days_text(self) -> str:
        return self.query_one("#days", Input).value if self.action.has_days else ""

    @on(Input.Changed, "#days")
    def _days_changed(self) -> None:
        self._look_ahead()

    def _look_ahead(self) -> None:
        if len(self.users) <= MANY:
            self._show(preview(self.action, self.users, self.days_text, self.world, self.now))
        else:
            self.query_one("#preview", Words).say("Looking at what it will do…")
            self.run_worker(self._look_ahead_aside(self.days_text), exclusive=True, group="preview")

    async def _look_ahead_aside(self, days_text: str) -> None:
        from asyncio import to_thread

        found = await to_thread(preview, self.action, self.users, days_text, self.world, self.now)
        self._show(found)

    def _show(self, found: Preview) -> None:
        self.preview = found
        lines = [found.in_words()]
        if found.ends_at is not None:
            lines.append(period_line(found.ends_at, self.now, self.world.organization.zone))
        if found.first_refused:
            refused = dict(found.counts)[OutcomeKind.REFUSED]
            lines.append(("Refused, for one: " if refused > 1 else "Refused: ") + found.first_refused)
        self.query_one("#preview", Words).say("\n".join(lines), problem=bool(found.refusal))

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        try:
            days = whole_days(self.days_text) if self.action.has_days else 0
        except Refusal as refusal:
            self._show(Preview(refusal=refusal.text))
            return
        self.query_one("#do", Button).disabled = True
        self.post_message(Perform(self.action.command(self.users, days), self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.query_one("#do", Button).disabled = False
            self._show(Preview(refusal=answer.text))
        else:
            self.leave(answer)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
