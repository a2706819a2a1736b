"""Opening the dialog of an action on many users, and the sheet of what it did."""

from collections.abc import Callable
from datetime import datetime

from textual.app import App

from mfadrill.core.users import UserId
from mfadrill.core.world import World
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.bulk.bulk_actions import BulkAction
from mfadrill.tui.admin_portal.bulk.bulk_dialog import BulkDialog
from mfadrill.tui.admin_portal.bulk.bulk_view import ResultLines, result_note
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet


def open_bulk(
    app: App,
    action: BulkAction,
    users: tuple[UserId, ...],
    world: World,
    now: datetime,
    *,
    among: str = "selected",
    done: Callable[[Receipt], None] | None = None,
) -> None:
    """Ask, do it, tell `done`, and show what came of it."""

    def answered(receipt: Receipt | None) -> None:
        if receipt is None:
            return
        if done is not None:
            done(receipt)
        lines = ResultLines(receipt.outcomes, world.users)
        sheet = ResultSheet(action.title, lines, result_note(receipt), can_undo=bool(receipt.events))
        app.push_screen(sheet)

    app.push_screen(BulkDialog(action, users, world, now, among), answered)
