"""Where workspaces are found: by a name in the folder of a person's own files, or by a path."""

import os
from pathlib import Path

from platformdirs import user_data_path

from mfadrill.core.plain import is_plain
from mfadrill.core.words import count, when
from mfadrill.sim.workspace import CannotOpen, Workspace

SUFFIX = ".mfadrill"


def folder() -> Path:
    return user_data_path("mfadrill", appauthor=False) / "workspaces"


def path_of(name: str) -> Path:
    """The file of a name, or the path if it is one. Raises CannotOpen for what is neither."""
    if os.sep in name or "/" in name or name.endswith(SUFFIX):
        return Path(name).absolute()
    if (
        not name
        or name != name.strip()
        or name.startswith((".", "-"))
        or len(name) > 100
        or not is_plain(name)
    ):
        raise CannotOpen(f"{name[:40]!r} is no name for a workspace; use up to 100 printable characters.")
    return folder() / f"{name}{SUFFIX}"


def new_path(name: str) -> Path:
    """The file for a new workspace. Raises CannotOpen for what is no name, and where there is a file already."""
    path = path_of(name)
    if path.exists():
        raise CannotOpen(f"{path} exists already; choose another name.")
    return path


def listed() -> list[tuple[str, str]]:
    """The name of each workspace that has one, and what is to be said of it."""
    found = sorted(folder().glob(f"[!.]*{SUFFIX}"), key=lambda path: path.stem.casefold())
    return [(path.stem, _in_words(path)) for path in found]


def _in_words(path: Path) -> str:
    try:
        opened = Workspace.open(path)
    except CannotOpen as error:
        return error.text.removeprefix(f"{path} ")
    opened.close()
    simulation = opened.simulation
    branches = count(len(simulation.branches), "branch", "branches")
    return f"{opened.title} · {branches} · left at {when(simulation.now, simulation.zone)}"
