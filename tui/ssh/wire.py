"""A channel to a client, both ways, neither of which keeps much."""

import asyncio
from contextlib import suppress

import asyncssh

#: Bytes from the client that wait to be handled; then it is not read from, until there are few again.
MOST_UNREAD, FEW_UNREAD = 32_768, 4_096

#: Bytes to the client that wait to be taken; a screen with more colors than any has is as long.
MOST_UNSENT = 262_144


class Wire:
    """What lies between a session and its client."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = channel
        self._unread = bytearray()
        self._some = asyncio.Event()
        self._paused = False

    def received(self, data: bytes) -> None:
        self._unread += data
        self._some.set()
        if len(self._unread) > MOST_UNREAD and not self._paused:
            self._paused = True
            self._channel.pause_reading()

    async def read(self, most: int) -> bytes:
        """The next bytes, as soon as there are any."""
        await self._some.wait()
        data = bytes(self._unread[:most])
        del self._unread[:most]
        if not self._unread:
            self._some.clear()
        if self._paused and len(self._unread) < FEW_UNREAD:
            self._paused = False
            self._channel.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        """Send it; to a client that is gone, nothing is sent."""
        with suppress(OSError):
            self._channel.write(data)

    @property
    def is_behind(self) -> bool:
        """Whether the client takes less than it is sent."""
        return self._unsent > MOST_UNSENT

    @property
    def is_through(self) -> bool:
        """Whether next to nothing waits for the client any more."""
        return self._unsent < MOST_UNSENT // 8

    @property
    def _unsent(self) -> int:
        # What waits for the client to make room in the channel, and what waits at the socket of the connection: a
        # client can promise room and then not read, of which asyncssh takes no notice.
        transport = getattr(self._channel.get_extra_info("connection"), "_transport", None)
        in_socket = 0 if transport is None else transport.get_write_buffer_size()
        return self._channel.get_write_buffer_size() + in_socket

    def end(self, said: str, status: int) -> None:
        """Say something in a line of its own, and close the channel."""
        self.write((said + "\r\n").encode("utf-8", "replace") if said else b"")
        with suppress(OSError):
            self._channel.exit(status)

    def fail(self, said: str) -> None:
        """Say why not, where a program would, and close the channel with exit status 1."""
        with suppress(OSError):
            self._channel.write_stderr((said + "\r\n").encode("utf-8", "replace"))
            self._channel.exit(1)
