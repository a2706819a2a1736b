"""The dialog that exports the users of the list."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.refusals import Refusal
from mfadrill.core.users import User
from mfadrill.core.words import count, local
from mfadrill.core.world import World
from mfadrill.sim.user_export import write_users
from mfadrill.tui.aside import aside
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.files import files_of
from mfadrill.tui.tick import Tick


def file_name(world: World, now: datetime) -> str:
    """Such as `nordwind-freight-users-2026-03-02.csv`."""
    organization = re.sub(r"\W+", "-", world.organization.name.casefold()).strip("-") or "organization"
    return f"{organization[:60]}-users-{local(now, world.organization.zone):%Y-%m-%d}.csv"


class ExportDialog(Dialog[str]):
    """Answers with what was written, or None."""

    HELP = (
        "Write the users that the list shows, in its order, to a CSV file that can be imported again, or to JSON in "
        "the names of the vendor's API. Passwords are not written. In CSV, what a spreadsheet would take for a "
        "formula has an apostrophe before it, which an import takes off again."
    )
    KEYS = (("enter", "export"), ("tab", "next"), ("esc", "closes"))
    DEFAULT_CSS = """
    ExportDialog #said { height: auto; margin: 1 0 0 0; }
    ExportDialog Field { margin: 0 0 1 0; }
    """

    def __init__(self, users: Sequence[User], world: World, now: datetime) -> None:
        super().__init__()
        self.users, self.world, self.now = users, world, now
        self._taken = ""

    def compose(self) -> ComposeResult:
        with Box(f"Export {count(len(self.users), 'user')} of the list"):
            yield Field(file_name(self.world, self.now), id="path")
            yield Tick("JSON in the names of the API, instead of CSV", id="json")
            yield Words(f"It goes {files_of(self).where}", id="said", classes="muted")
            with Horizontal(classes="buttons"):
                yield RowButton("export", id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#path").focus()

    @on(Tick.Changed)
    def _other_format(self, event: Tick.Changed) -> None:
        path = self.query_one("#path", Input)
        stem = re.sub(r"\.(csv|json)$", "", path.value, flags=re.IGNORECASE)
        path.value = stem + (".json" if event.value else ".csv")

    @on(Input.Changed, "#path")
    def _other_path(self) -> None:
        self._ask_over("")

    def _ask_over(self, path: str) -> None:
        self._taken = path
        self.query_one("#do", Button).label = "overwrite" if path else "export"

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        text = self.query_one("#path", Input).value.strip()
        if not text:
            self._say("Type the path of the file to write.")
            return
        self.query_one("#do", Button).disabled = True
        aside(self, "export", self._write_aside, text)

    async def _write_aside(self, text: str) -> None:
        said = self.query_one("#said", Words)
        said.say("Writing…")
        try:
            path = files_of(self).new_path(text)
            await asyncio.to_thread(
                write_users, path, self.users, self.world, self.now, replace=text == self._taken
            )
        except Refusal as refusal:
            self._say(refusal.text)
        except FileExistsError:
            if files_of(self).path(text).is_dir():
                self._say(f"{text} is a directory; add the name of a file.")
            else:
                self._ask_over(text)
                self._say(f"There is a file {text} already. Press overwrite to replace it.")
        except OSError as error:
            self._say(f"{text} cannot be written: {error.strerror or error}.")
        except (ValueError, RuntimeError):
            self._say("That is no path of a file.")
        else:
            self.leave(f"{count(len(self.users), 'user')} written to {files_of(self).shown(path)}")
        self.query_one("#do", Button).disabled = False

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
