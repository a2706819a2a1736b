"""The dialog that exports the users of the list."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from mfadrill.core.users import User
from mfadrill.core.words import count, local
from mfadrill.core.world import World
from mfadrill.sim.user_export import write_users
from mfadrill.tui.tick import Tick
from mfadrill.tui.write_dialog import Write, WriteDialog


def file_name(world: World, now: datetime) -> str:
    """Such as `nordwind-freight-users-2026-03-02.csv`."""
    organization = re.sub(r"\W+", "-", world.organization.name.casefold()).strip("-") or "organization"
    return f"{organization[:60]}-users-{local(now, world.organization.zone):%Y-%m-%d}.csv"


class ExportDialog(WriteDialog):
    HELP = (
        "Write the users that the list shows, in its order, to a CSV file that can be imported again, or to JSON in "
        "the names of the vendor's API. Passwords are not written. In CSV, what a spreadsheet would take for a "
        "formula has an apostrophe before it, which an import takes off again."
    )

    def __init__(self, users: Sequence[User], world: World, now: datetime) -> None:
        title = f"Export {count(len(users), 'user')} of the list"
        super().__init__(title, file_name(world, now), "export")
        self.users, self.world, self.now = users, world, now

    def options(self) -> ComposeResult:
        yield Tick("JSON in the names of the API, instead of CSV", id="json")

    @on(Tick.Changed)
    def _other_format(self, event: Tick.Changed) -> None:
        path = self.query_one("#path", Input)
        stem = re.sub(r"\.(csv|json)$", "", path.value, flags=re.IGNORECASE)
        path.value = stem + (".json" if event.value else ".csv")

    def writer(self) -> Write:
        def write(path: Path, replace: bool) -> str:
            write_users(path, self.users, self.world, self.now, replace=replace)
            return f"{count(len(self.users), 'user')} written to"

        return write
