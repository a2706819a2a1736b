"""Files that are written whole, or not at all."""

import os
from pathlib import Path


def write_whole(path: Path, text: str, *, replace: bool) -> None:
    """Write a text, whatever happens meanwhile. Raises OSError or ValueError, and then nothing was written.

    FileExistsError says that there is such a file, or a directory; with `replace`, a file's place is taken.
    """
    path = path.resolve()
    refuse_if_there(path, replace=replace)
    beside = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def refuse_if_there(path: Path, *, replace: bool) -> None:
    """Raise FileExistsError if there is something that is not to be replaced."""
    if path.exists() and (not replace or path.is_dir()):
        raise FileExistsError(str(path))
