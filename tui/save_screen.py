"""The dialog that writes a picture of the screen to a file."""

import asyncio
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.refusals import Refusal
from mfadrill.tui.aside import aside
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.files import files_of
from mfadrill.tui.picture import SVG, TXT, Picture


class SaveScreen(Dialog[str]):
    """Answers with what was written, or None. The picture is of what was on the screen before this dialog."""

    HELP = (
        "Write what was on the screen to a file: as a drawing in its colors (.svg), which browsers show, or as text "
        "(.txt). The ending of the name says which."
    )
    KEYS = (("enter", "save"), ("tab", "next"), ("esc", "closes"))
    DEFAULT_CSS = """
    SaveScreen #said { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self, picture: Picture, title: str) -> None:
        super().__init__()
        self._picture, self._title = picture, title
        self._taken = ""

    def compose(self) -> ComposeResult:
        with Box("Save this screen"):
            yield Field("mfadrill.svg", id="path")
            yield Words(
                f"A name that ends in {SVG} or {TXT}; {files_of(self).where}",
                id="said",
                classes="muted",
            )
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
        if Path(text).suffix.lower() not in (SVG, TXT):
            self._say(f"Type the path of a file whose name ends in {SVG} or {TXT}.")
            return
        self.query_one("#do", Button).disabled = True
        aside(self, "save", self._write_aside, text)

    async def _write_aside(self, text: str) -> None:
        try:
            path = files_of(self).new_path(text)
            await asyncio.to_thread(self._write, path, replace=text == self._taken)
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
            self.leave(f"The screen was written to {files_of(self).shown(path)}")
        self.query_one("#do", Button).disabled = False

    def _write(self, path: Path, *, replace: bool) -> None:
        text = self._picture.written(path.suffix, self._title)
        with path.open("w" if replace else "x", encoding="utf-8") as file:
            file.write(text)

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
