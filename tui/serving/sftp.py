"""SFTP for a trainee's own files: to list, to fetch and to remove them, and nothing else."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NoReturn

import asyncssh
from asyncssh.constants import FXF_READ

from mfadrill.tui.files import NAME
from mfadrill.tui.serving.channel_wire import ChannelWire

#: Bytes of an answer, and answers that are prepared at once.
MOST, AT_ONCE = 65_536, 8


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise asyncssh.SFTPPermissionDenied("Files can be listed, fetched and removed here, and nothing else.")


class OwnFiles(asyncssh.SFTPServer):
    """The files of one folder, which looks like the root. There are no paths, links or folders in it."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(channel, chroot=os.fsencode(folder))
        self._folder = folder
        self._wire = ChannelWire(channel)
        self._answers = asyncio.Semaphore(AT_ONCE)

    def map_path(self, path: bytes) -> bytes:
        name = path.decode("utf-8", "replace").strip("/")
        if name in ("", "."):
            return os.fsencode(self._folder)
        mapped = self._folder / name
        if not NAME.fullmatch(name) or mapped.is_symlink():
            raise asyncssh.SFTPNoSuchFile("There are only files with plain names here.")
        return os.fsencode(mapped)

    def realpath(self, path: bytes) -> bytes:
        mapped = Path(os.fsdecode(self.map_path(path)))
        return b"/" if mapped == self._folder else b"/" + os.fsencode(mapped.name)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        # The one that is there also asks for `.` and `..`, which are no plain names.
        if Path(os.fsdecode(self.map_path(path))) != self._folder:
            raise asyncssh.SFTPNotADirectory("There are no folders here.")
        for entry in sorted(self._folder.iterdir()):
            if NAME.fullmatch(entry.name) and entry.is_file() and not entry.is_symlink():
                yield asyncssh.SFTPName(
                    os.fsencode(entry.name), attrs=asyncssh.SFTPAttrs.from_local(entry.lstat())
                )

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & ~FXF_READ:
            _refuse()
        return super().open(path, FXF_READ, asyncssh.SFTPAttrs())

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        # Who asks for much and takes nothing gets no more until it is taken.
        async with self._answers:
            while self._wire.is_behind:
                await asyncio.sleep(0.1)
            answer = super().read(file_obj, offset, min(size, MOST))
        assert isinstance(answer, bytes)
        return answer

    open56 = write = setstat = lsetstat = fsetstat = mkdir = rmdir = rename = posix_rename = _refuse
    readlink = symlink = link = lock = unlock = statvfs = fstatvfs = fsync = _refuse
