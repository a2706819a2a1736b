"""A workspace in a real terminal: the program is killed, and everything is there again."""

import os
import shlex
import signal
import sys
from pathlib import Path

from e2e.terminal import Terminal

MFADRILL = shlex.quote(str(Path(sys.executable).with_name("mfadrill")))


def opened(home: Path) -> str:
    """The command that opens the workspace by its name, in a folder of the test's, and writes down its process."""
    data, pid = shlex.quote(str(home)), shlex.quote(str(home / "pid"))
    return "sh -c " + shlex.quote(f"echo $$ > {pid}; XDG_DATA_HOME={data} exec {MFADRILL} open rollout")


def test_killed_and_opened_again_it_is_where_it_was_and_a_second_one_is_told(tmp_path: Path) -> None:
    with Terminal(opened(tmp_path), 80, 24) as terminal:
        terminal.wait_for("ada.lovelace", "workspace: rollout", "branch: main")
        terminal.press("r")
        terminal.wait_for("1 period starts")
        terminal.press("Enter")
        terminal.wait_for("period started: 1 user")
        terminal.press("Escape")
        terminal.wait_for("7 days left", gone="period started: 1 user")
        terminal.press("w")
        terminal.wait_for("✗ expired 9 Mar")
        first = int((tmp_path / "pid").read_text())
        with Terminal(opened(tmp_path), 80, 24) as second:
            second.wait_for("rollout.mfadrill is open in another mfadrill.", "exit status 2")
        os.kill(first, signal.SIGKILL)
        terminal.wait_for("exit status 137")
    with Terminal(opened(tmp_path), 80, 24) as terminal:
        terminal.wait_for("workspace: rollout", "Mon 9 Mar 2026 09:00", "✗ expired 9 Mar")
        terminal.press("u")
        terminal.wait_for("branch: branch 2", "Mon 2 Mar 2026 09:00")
        terminal.press("C-q")
        terminal.wait_for("exit status 0")
    with Terminal(opened(tmp_path), 80, 24) as terminal:
        terminal.wait_for("workspace: rollout", "branch: branch 2", "Mon 2 Mar 2026 09:00")
