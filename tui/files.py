"""Where the files are that dialogs read and write: anywhere on a person's own machine, or in one folder on a server."""

import re
from pathlib import Path
from typing import Protocol

from textual.widget import Widget

from mfadrill.core.refusals import Refusal

#: In one folder, no more files are written than these, nor after they have so many bytes together.
MOST_FILES = 100
MOST_BYTES = 20_000_000

NAME = re.compile(r"\w[\w .+=@,-]{0,99}")


class NotHere(Refusal):
    """A path that cannot be used here; the text says what can."""


class Files(Protocol):
    """Where the files of an application are. Each path may raise Refusal, RuntimeError or ValueError."""

    @property
    def where(self) -> str:
        """Where a name without a path leads, in words."""
        ...

    @property
    def folder(self) -> str:
        """What a field for a folder is filled with."""
        ...

    def path(self, text: str) -> Path:
        """The file that is meant, to be read."""
        ...

    def new_path(self, text: str) -> Path:
        """The file that is meant, to be written."""
        ...

    def folder_path(self, text: str) -> Path:
        """The folder that is meant, to write files into."""
        ...

    def shown(self, path: Path) -> str:
        """How the file is called to whom it belongs."""
        ...


class Anywhere:
    """Files of the person who runs the application."""

    @property
    def where(self) -> str:
        return f"into {Path.cwd()}, unless the path says otherwise."

    @property
    def folder(self) -> str:
        return str(Path.cwd())

    def path(self, text: str) -> Path:
        return Path(text).expanduser()

    new_path = path
    folder_path = path

    def shown(self, path: Path) -> str:
        return str(path)


class OneFolder:
    """Files of somebody who is on this machine as a guest: plain names in one folder, and nowhere else."""

    folder = "your own folder"

    def __init__(self, folder: Path, fetches: str = "sftp") -> None:
        """`fetches` is what takes files from there, in words."""
        self._folder, self._fetches = folder, fetches

    @property
    def where(self) -> str:
        return f"into your own folder here; {self._fetches} fetches it."

    def path(self, text: str) -> Path:
        if not NAME.fullmatch(text):
            raise NotHere(
                "Files are in your own folder here: type a name of letters and digits, without a path."
            )
        path = self._folder / text
        if path.is_symlink():
            raise NotHere(f"{text} is no ordinary file.")
        return path

    def new_path(self, text: str) -> Path:
        path = self.path(text)
        self._refuse_if_full()
        return path

    def folder_path(self, text: str) -> Path:
        if text != self.folder:
            raise NotHere(f"Files go into {self.folder} here: leave that as it was.")
        self._refuse_if_full()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder

    def shown(self, path: Path) -> str:
        return path.name

    def _refuse_if_full(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sizes = [path.lstat().st_size for path in self._folder.iterdir()]
        if len(sizes) >= MOST_FILES or sum(sizes) >= MOST_BYTES:
            raise NotHere(f"Your folder is full: {self._fetches} fetches files, and removes them.")


ANYWHERE = Anywhere()


def files_of(widget: Widget) -> Files:
    """Where the application of this widget has its files."""
    return getattr(widget.app, "files", ANYWHERE)
