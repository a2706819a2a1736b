"""Starting: the commands without a screen, and the application up to its first full screen with 48 users.

Peers in the same run: Python that does nothing, and the smallest Textual application there is. A pseudo-terminal
answers like a terminal would, and the clock stops when the last line of the screen has been drawn. "One more" is an
application in a process that has had some, as `mfadrill serve` and the tests have; that is processor time.
Run: python benchmarks/start_up.py
"""

import asyncio
import fcntl
import gc
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from measure import line, seconds
from textual.app import App, ComposeResult
from textual.widgets import Label

from mfadrill.sim.scenario.load import load
from mfadrill.tui.app import DrillApp

RUNS = 7
MFADRILL = str(Path(sys.executable).with_name("mfadrill"))
ROWS, COLUMNS = 40, 120
#: Seconds after which an application that was started has nothing left to do.
SETTLED = 0.5

HELLO = """
from textual.app import App
from textual.widgets import Label

class Hello(App):
    def compose(self):
        yield Label("ready")

Hello().run()
"""


def to_text(command: list[str], text: bytes) -> float:
    """Seconds from the start of a program in a terminal to the text on its screen."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    seen = b""
    while text not in seen:
        seen += os.read(terminal, 65536)
    took = time.perf_counter() - began
    os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(terminal)
    return took


class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Label("ready")


def one_more(made: Callable[[], App[None]]) -> float:
    """Median seconds of processor time from making an application until nothing is to be done any more."""

    async def start() -> float:
        gc.collect()
        began = time.process_time()
        async with made().run_test(size=(COLUMNS, ROWS)):
            await asyncio.sleep(SETTLED)
            return time.process_time() - began

    return median([asyncio.run(start()) for _ in range(RUNS + 1)][1:])


def headless(*arguments: str) -> float:
    return seconds(lambda: subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL))


def main() -> None:
    rounds = [
        (
            headless(sys.executable, "-c", "pass"),
            headless(MFADRILL, "--version"),
            headless(MFADRILL, "replay", "expired-reset-enrolled"),
            to_text([sys.executable, "-c", HELLO], b"ready"),
            to_text([MFADRILL], b"palette"),
        )
        for _ in range(RUNS)
    ]
    nothing, version, replay, hello, application = (median(times) for times in zip(*rounds, strict=True))
    line("mfadrill --version", f"{version * 1000:.0f} ms", "", f"{version / nothing:.1f}x an empty Python")
    line("mfadrill replay", f"{replay * 1000:.0f} ms", "", f"{replay / nothing:.1f}x an empty Python")
    peer = f"{application / hello:.1f}x a Textual 'ready' ({hello * 1000:.0f} ms)"
    line("the application's first full screen, 48 users", f"{application * 1000:.0f} ms", "< 1000 ms", peer)
    scenario = load(["first-rollout"])[0]
    more = one_more(lambda: DrillApp(scenario.open(), title=scenario.title, beginning=scenario.beginning))
    smallest = one_more(Hello)
    peer = f"{more / smallest:.1f}x a Textual 'ready' ({smallest * 1000:.0f} ms)"
    line("one more application, processor time", f"{more * 1000:.0f} ms", "< 220 ms", peer)


if __name__ == "__main__":
    main()
