"""The dialog that saves what was done as a scenario."""

import asyncio
import re
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import count
from mfadrill.sim.scenario.load import SUFFIX
from mfadrill.sim.scenario.recording import Recording, record
from mfadrill.sim.timeline import Timeline
from mfadrill.tui.aside import aside
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.files import files_of
from mfadrill.tui.tick import Tick


class SaveScenarioDialog(Dialog[str]):
    """Answers with what was written, or None. `source` and `beginning` are title and beginning of the scenario that
    the branch comes from, as they were written."""

    HELP = (
        "Save what was done on this branch, from its start to its end, as a scenario: a file that "
        "`mfadrill replay` repeats, to the same log. What you undid, and what was refused, is not in it. With "
        "expectations, a replay also checks statuses, mails and what log-ins met; edit the file as you like."
    )
    KEYS = (("enter", "save"), ("tab", "next"), ("esc", "closes"))
    DEFAULT_CSS = """
    SaveScenarioDialog #said { height: auto; margin: 1 0 0 0; }
    SaveScenarioDialog Field { margin: 0 0 1 0; }
    """

    def __init__(self, branch: Timeline, source: str, beginning: str) -> None:
        super().__init__()
        # A copy of its own: nothing that happens meanwhile is in it.
        self.branch = branch.fork(branch.name, len(branch), branch.until)
        self.source, self.beginning = source, beginning
        self._taken = ""

    def compose(self) -> ComposeResult:
        name = re.sub(r"\W+", "-", self.branch.name).strip("-")
        with Box("Save as scenario"):
            yield Field(f"my-{name}{SUFFIX}", id="path")
            yield Tick("Expect what was seen: statuses, mails, and what log-ins met", True, id="expect")
            yield Words(f"It goes {files_of(self).where}", id="said", classes="muted")
            with Horizontal(classes="buttons"):
                yield RowButton("save", id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#path").focus()

    @on(Input.Changed, "#path")
    def _other_path(self) -> None:
        self._ask_over("")

    def _ask_over(self, path: str) -> None:
        self._taken = path
        self.query_one("#do", Button).label = "overwrite" if path else "save"

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        text = self.query_one("#path", Input).value.strip()
        if not text:
            self._say("Type the path of the file to write.")
            return
        self.query_one("#do", Button).disabled = True
        aside(self, "save", self._write_aside, text, self.query_one("#expect", Tick).value)

    async def _write_aside(self, text: str, expect: bool) -> None:
        self.query_one("#said", Words).say("Recording, and replaying what was recorded…")
        try:
            path = files_of(self).new_path(text)
            written = await asyncio.to_thread(self._write, path, replace=text == self._taken, expect=expect)
        except Refusal as refusal:
            self._say(f"Nothing was saved. {refusal.text}")
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
            self.leave(f"{count(written.steps, 'step')} saved as {text}")
        self.query_one("#do", Button).disabled = False

    def _write(self, path: Path, *, replace: bool, expect: bool) -> Recording:
        """Raises FileExistsError for a file that is there, unless it is to be replaced."""
        if path.exists() and not (replace and path.is_file()):
            raise FileExistsError
        title = path.name.removesuffix(SUFFIX).replace("-", " ")
        recording = record(self.branch, title, source=self.source, beginning=self.beginning, expect=expect)
        with path.open("w" if replace else "x", encoding="utf-8") as stream:
            stream.write(recording.text)
        return recording

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
