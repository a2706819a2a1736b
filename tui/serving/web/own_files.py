"""A trainee's own files for a browser: the same ones as over SFTP, to list, to fetch and to remove."""

from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from mfadrill.tui.files import NotHere, OneFolder


class OwnFiles:
    """The files of one folder, by plain names."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._files = folder, OneFolder(folder)

    def sizes(self) -> list[tuple[str, int]]:
        """Names and bytes."""
        names = sorted(path.name for path in self._folder.iterdir()) if self._folder.is_dir() else []
        return [(name, path.stat().st_size) for name in names if (path := self._path(name)) is not None]

    def sent(self, name: str) -> web.StreamResponse:
        """To be kept by the browser, whatever is in it, and never shown."""
        return web.FileResponse(
            self._existing(name),
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
                "Cache-Control": "no-store",
            },
        )

    def remove(self, name: str) -> None:
        self._existing(name).unlink(missing_ok=True)

    def _existing(self, name: str) -> Path:
        path = self._path(name)
        if path is None:
            raise web.HTTPNotFound(text="There is no such file of yours.")
        return path

    def _path(self, name: str) -> Path | None:
        try:
            path = self._files.path(name)
        except NotHere:
            return None
        return path if path.is_file() else None
