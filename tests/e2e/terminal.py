"""A real terminal: tmux runs the program, types, clicks, and shows what is on the screen."""

import os
import shutil
import subprocess
import time
from itertools import count
from types import TracebackType
from typing import Self

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

_numbers = count()

#: How long something may take to appear. A loaded machine is slow; a broken program never gets there.
PATIENCE = 30.0


def need(program: str, package: str) -> str:
    """The path of a program that a test cannot do without. Fails, and says what to install."""
    found = shutil.which(program)
    if found is None:
        pytest.fail(f"this test needs the program {program!r}: install it with `apt-get install {package}`")
    return found


class Terminal:
    """A program in a terminal of a given size."""

    def __init__(self, command: str, width: int, height: int) -> None:
        self.tmux = [need("tmux", "tmux"), "-L", f"mfadrill-{os.getpid()}-{next(_numbers)}", "-f", os.devnull]
        self.command, self.width, self.height = command, width, height

    def __enter__(self) -> Self:
        # `cat` keeps the terminal open, so that what the program printed last can still be read.
        shell = f"{self.command}; echo exit status $?; exec cat"
        self._run("new-session", "-d", "-x", str(self.width), "-y", str(self.height), shell)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("kill-server")

    def _run(self, *arguments: str) -> str:
        # A size in the environment would be believed before that of the terminal.
        inherited = {
            name: value for name, value in os.environ.items() if name not in ("TMUX", "COLUMNS", "LINES")
        }
        environment = {**inherited, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        done = subprocess.run(
            [*self.tmux, *arguments], capture_output=True, text=True, env=environment, check=True
        )
        return done.stdout

    @property
    def screen(self) -> str:
        """What is on the screen now."""
        return self._run("capture-pane", "-p")

    @property
    def cells(self) -> list[list[Segment]]:
        """What is on the screen now, line by line, in its colors."""
        plain = Console(color_system=None)
        return [
            [Segment(s.text, s.style or Style.null()) for s in line.render(plain)]
            for line in Text.from_ansi(self._run("capture-pane", "-p", "-e"), end="").split()
        ]

    def wait_for(self, *texts: str, gone: str = "") -> str:
        """The screen as soon as it shows all the texts, and no longer the one that is to be gone."""
        until = time.monotonic() + PATIENCE
        while True:
            screen = self.screen
            if all(text in screen for text in texts) and not (gone and gone in screen):
                return screen
            if time.monotonic() > until:
                pytest.fail(f"the screen never showed {texts} (without {gone!r}):\n{screen}")

    def press(self, *keys: str) -> None:
        """Press keys by their tmux names: Enter, Escape, C-o, Down, Space, a …"""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        self._run("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """Paste as terminals do that mark a paste as one (bracketed paste)."""
        self._run("set-buffer", text)
        self._run("paste-buffer", "-p")

    def resize(self, width: int, height: int) -> None:
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def double_click(self, text: str) -> None:
        self.click(text, times=2)

    def click(self, text: str, *, nth: int = 0, times: int = 1) -> None:
        """Click in the middle of a text that is on the screen: the first one of it, or the nth."""
        seen = 0
        for row, line in enumerate(self.wait_for(text).splitlines(), 1):
            column = line.find(text)
            while column >= 0:
                if seen == nth:
                    at = f"{column + 1 + len(text) // 2};{row}"
                    self._run("send-keys", "-l", f"\x1b[<0;{at}M\x1b[<0;{at}m" * times)
                    return
                seen += 1
                column = line.find(text, column + 1)
        pytest.fail(f"{text!r} is not {nth + 1} times on the screen:\n{self.screen}")
