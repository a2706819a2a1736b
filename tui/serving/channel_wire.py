"""The wire of an SSH client: a channel of its connection."""

from contextlib import suppress

import asyncssh

from mfadrill.tui.serving.wire import Wire


class ChannelWire(Wire):
    """A wire whose ends are told on the terminal, and with an exit status."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__()
        self._channel = channel

    def pause_reading(self) -> None:
        self._channel.pause_reading()

    def resume_reading(self) -> None:
        self._channel.resume_reading()

    def write(self, data: bytes) -> None:
        with suppress(OSError):
            self._channel.write(data)

    @property
    def unsent(self) -> int:
        # What waits for the client to make room in the channel, and what waits at the socket of the connection: a
        # client can promise room and then not read, of which asyncssh takes no notice.
        transport = getattr(self._channel.get_extra_info("connection"), "_transport", None)
        in_socket = 0 if transport is None else transport.get_write_buffer_size()
        return self._channel.get_write_buffer_size() + in_socket

    def end(self, said: str, status: int) -> None:
        self.write((said + "\r\n").encode("utf-8", "replace") if said else b"")
        with suppress(OSError):
            self._channel.exit(status)

    def fail(self, said: str) -> None:
        with suppress(OSError):
            self._channel.write_stderr((said + "\r\n").encode("utf-8", "replace"))
            self._channel.exit(1)
