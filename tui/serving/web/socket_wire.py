"""The wire of a browser: a WebSocket, in the protocol of Textual's page."""

import asyncio
from contextlib import suppress

import msgspec
from aiohttp import web

from mfadrill.tui.serving.wire import Wire


class SocketWire(Wire):
    """What is drawn goes in binary frames; what is said to the page is a list in a text frame."""

    door = "browser"
    fetches = "the link Your files"

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        super().__init__()
        self._socket, self._transport = socket, transport
        self._drawn = bytearray()
        self._said: list[str] = []
        self._ends = False
        self._something = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._sending = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        """Send, in one frame, what has come together since the client took the one before."""
        with suppress(OSError):
            while self._drawn or self._said or not self._ends:
                await self._something.wait()
                self._something.clear()
                drawn, self._drawn = bytes(self._drawn), bytearray()
                if drawn:
                    await self._socket.send_bytes(drawn)
                said, self._said = self._said, []
                for text in said:
                    await self._socket.send_str(text)
            await self._socket.close()

    async def closed(self) -> None:
        """Until everything was sent, or cannot be."""
        await asyncio.wait([self._sending])

    async def has_room(self) -> None:
        """Until more of what the client types can be taken."""
        await self._room.wait()

    def pause_reading(self) -> None:
        if not self._ends:
            self._room.clear()

    def resume_reading(self) -> None:
        self._room.set()

    @property
    def unsent(self) -> int:
        return len(self._drawn) + self._transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        self._drawn += data
        self._something.set()

    def say(self, kind: str, text: str) -> None:
        """Say it to the page; to one that is behind, nothing is said."""
        if not self.is_behind:
            self._said.append(msgspec.json.encode([kind, text]).decode())
            self._something.set()

    def end(self, said: str, status: int) -> None:
        if not self._ends:
            self._said.append(msgspec.json.encode(["farewell", said]).decode())
            self._ends = True
            self._room.set()
            self._something.set()

    def fail(self, said: str) -> None:
        self.end(said, 1)
