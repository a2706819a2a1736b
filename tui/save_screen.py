"""The dialog that writes a picture of the screen to a file."""

from pathlib import Path

from mfadrill.sim.whole_file import write_whole
from mfadrill.tui.files import files_of
from mfadrill.tui.picture import SVG, TXT, Picture
from mfadrill.tui.write_dialog import Write, WriteDialog


class SaveScreen(WriteDialog):
    """The picture is of what was on the screen before this dialog."""

    HELP = (
        "Write what was on the screen to a file: as a drawing in its colors (.svg), which browsers show, or as text "
        "(.txt). The ending of the name says which."
    )

    def __init__(self, picture: Picture, title: str) -> None:
        super().__init__("Save this screen", "mfadrill.svg")
        self._picture, self._of = picture, title

    def hint(self) -> str:
        return f"A name that ends in {SVG} or {TXT}; {files_of(self).where}"

    def wrong_with(self, text: str) -> str:
        if Path(text).suffix.lower() in (SVG, TXT):
            return ""
        return f"Type the path of a file whose name ends in {SVG} or {TXT}."

    def writer(self) -> Write:
        def write(path: Path, replace: bool) -> str:
            write_whole(path, self._picture.written(path.suffix, self._of), replace=replace)
            return "The screen was written to"

        return write
