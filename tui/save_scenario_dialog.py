"""The dialog that saves what was done as a scenario."""

import re
from pathlib import Path

from textual.app import ComposeResult

from mfadrill.core.words import count
from mfadrill.sim.scenario.load import SUFFIX
from mfadrill.sim.scenario.recording import record
from mfadrill.sim.timeline import Timeline
from mfadrill.sim.whole_file import refuse_if_there, write_whole
from mfadrill.tui.tick import Tick
from mfadrill.tui.write_dialog import Write, WriteDialog


class SaveScenarioDialog(WriteDialog):
    """`source` and `beginning` are title and beginning of the scenario that the branch comes from, as written."""

    HELP = (
        "Save what was done on this branch, from its start to its end, as a scenario: a file that "
        "`mfadrill replay` repeats, to the same log. What you undid, and what was refused, is not in it. With "
        "expectations, a replay also checks statuses, mails and what log-ins met; edit the file as you like."
    )

    def __init__(self, branch: Timeline, source: str, beginning: str) -> None:
        name = re.sub(r"\W+", "-", branch.name).strip("-")
        super().__init__("Save as scenario", f"my-{name}{SUFFIX}")
        # A copy of its own: nothing that happens meanwhile is in it.
        self.branch = branch.fork(branch.name, len(branch), branch.until)
        self.source, self.beginning = source, beginning

    def options(self) -> ComposeResult:
        yield Tick("Expect what was seen: statuses, mails, and what log-ins met", True, id="expect")

    def writer(self) -> Write:
        expect = self.query_one("#expect", Tick).value

        def write(path: Path, replace: bool) -> str:
            refuse_if_there(path, replace=replace)  # before the recording, which may take long
            title = path.name.removesuffix(SUFFIX).replace("-", " ")
            recording = record(
                self.branch, title, source=self.source, beginning=self.beginning, expect=expect
            )
            write_whole(path, recording.text, replace=replace)
            return f"{count(recording.steps, 'step')} saved as"

        return write
