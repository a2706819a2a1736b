"""What lies between a sitting and its client, both ways, neither of which keeps much."""

import asyncio
from abc import ABC, abstractmethod

#: Bytes from the client that wait to be handled; then it is not read from, until there are few again.
MOST_UNREAD, FEW_UNREAD = 32_768, 4_096

#: Bytes to the client that wait to be taken; a screen with more colors than any has is as long.
MOST_UNSENT = 262_144


class Wire(ABC):
    """Whatever the client is connected by. To a client that is gone, nothing is sent, and that is no failure."""

    #: How the client came, in a word.
    door = "ssh"
    #: What fetches a trainee's own files, in words.
    fetches = "sftp"

    def __init__(self) -> None:
        self._unread = bytearray()
        self._some = asyncio.Event()
        self._paused = False

    def received(self, data: bytes) -> None:
        self._unread += data
        self._some.set()
        if len(self._unread) > MOST_UNREAD and not self._paused:
            self._paused = True
            self.pause_reading()

    async def read(self, most: int) -> bytes:
        """The next bytes, as soon as there are any."""
        await self._some.wait()
        data = bytes(self._unread[:most])
        del self._unread[:most]
        if not self._unread:
            self._some.clear()
        if self._paused and len(self._unread) < FEW_UNREAD:
            self._paused = False
            self.resume_reading()
        return data

    @property
    def is_behind(self) -> bool:
        """Whether the client takes less than it is sent."""
        return self.unsent > MOST_UNSENT

    @property
    def is_through(self) -> bool:
        """Whether next to nothing waits for the client any more."""
        return self.unsent < MOST_UNSENT // 8

    @property
    @abstractmethod
    def unsent(self) -> int:
        """The bytes that wait for the client, wherever they do."""

    @abstractmethod
    def pause_reading(self) -> None: ...

    @abstractmethod
    def resume_reading(self) -> None: ...

    @abstractmethod
    def write(self, data: bytes) -> None: ...

    @abstractmethod
    def end(self, said: str, status: int) -> None:
        """Say something after everything else, and hang up."""

    @abstractmethod
    def fail(self, said: str) -> None:
        """Say why there is nothing, where a program would, and hang up."""
