"""The dialog that writes a file."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.refusals import Refusal
from mfadrill.tui.aside import aside
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.files import files_of

#: Writes the file and says what was written, in words that the file's name is put behind. It may raise Refusal,
#: OSError, and FileExistsError for what is there already unless `replace` is set; then nothing is written.
Write = Callable[[Path, bool], str]


class WriteDialog(Dialog[str]):
    """Answers with what was written, or None. What is there already is replaced only by who says so."""

    KEYS = (("enter", "write it"), ("tab", "next"), ("esc", "closes"))
    DEFAULT_CSS = """
    WriteDialog #said { height: auto; margin: 1 0 0 0; }
    WriteDialog Tick { margin: 1 0 0 0; }
    """

    def __init__(self, title: str, name: str, verb: str = "save") -> None:
        super().__init__()
        self._title, self._file_name, self._verb = title, name, verb
        self._taken = ""

    def compose(self) -> ComposeResult:
        with Box(self._title):
            yield Field(self._file_name, id="path")
            yield from self.options()
            yield Words(self.hint(), id="said", classes="muted")
            with Horizontal(classes="buttons"):
                yield RowButton(self._verb, id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def options(self) -> ComposeResult:
        """What can be chosen besides the name."""
        yield from ()

    def hint(self) -> str:
        return f"It goes {files_of(self).where}"

    def wrong_with(self, text: str) -> str:
        """Why this cannot be the file, or nothing."""
        return "" if text else "Type the path of the file to write."

    def writer(self) -> Write:
        """What writes as it is chosen now. It runs in a thread."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.query_one("#path").focus()

    @on(Input.Changed, "#path")
    def _other_path(self) -> None:
        self._ask_over("")

    def _ask_over(self, path: str) -> None:
        self._taken = path
        self.query_one("#do", Button).label = "overwrite" if path else self._verb

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        text = self.query_one("#path", Input).value.strip()
        if wrong := self.wrong_with(text):
            self._say(wrong)
            return
        self.query_one("#do", Button).disabled = True
        self.query_one("#said", Words).say("Writing…")
        aside(self, "write", self._write_aside, text, self.writer())

    async def _write_aside(self, text: str, write: Write) -> None:
        files = files_of(self)
        try:
            path = files.new_path(text)
            written = await asyncio.to_thread(write, path, text == self._taken)
        except Refusal as refusal:
            self._say(f"Nothing was saved. {refusal.text}")
        except FileExistsError:
            if files.path(text).is_dir():
                self._say(f"{text} is a directory; add the name of a file.")
            else:
                self._ask_over(text)
                self._say(f"There is a file {text} already. Press overwrite to replace it.")
        except OSError as error:
            self._say(f"{text} cannot be written: {error.strerror or error}.")
        except (ValueError, RuntimeError):
            self._say("That is no path of a file.")
        else:
            self.leave(f"{written} {files.shown(path)}")
        self.query_one("#do", Button).disabled = False

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
