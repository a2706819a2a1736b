"""What the front and its workers say to each other: a JSON object a line.

A worker gives each of its sessions and questions a number, its ticket; the front knows a session by worker and
ticket. Whatever else is to be asked of a session or told to it is one more message here, with its ticket.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.json import Decoder, encode

from mfadrill.tui.classroom import messages as classroom
from mfadrill.tui.classroom.messages import Request
from mfadrill.tui.serving.pulse import Pulse

#: Bytes that a message may have.
LONGEST = 2**23


class _Message(Struct, frozen=True, tag=True):
    """One line."""


# From the front to a worker


class Answer(_Message, frozen=True):
    """To a question: yes; or no, and why."""

    ticket: int
    refused: str | None = None


class Leave(_Message, frozen=True):
    """A session is to end."""

    ticket: int
    why: str


class Ask(_Message, frozen=True):
    """An instructor asks for the class."""

    ticket: int
    request: Request


class Stop(_Message, frozen=True):
    """All are to end, and the worker as well."""


# From a worker to the front


class Ready(_Message, frozen=True):
    """It takes connections."""


class Taken(_Message, frozen=True):
    """A connection has arrived, and need not be kept any more."""

    connection: int


class LoggedIn(_Message, frozen=True):
    connection: int


class Gone(_Message, frozen=True):
    """A connection is closed."""

    connection: int


class Attempt(_Message, frozen=True):
    """May a password from this address be tried?"""

    ticket: int
    address: str


class WrongPassword(_Message, frozen=True):
    address: str


class Claim(_Message, frozen=True):
    """May this session have the sandbox? The answer comes once whoever has it has left."""

    ticket: int
    name: str
    address: str


class Release(_Message, frozen=True):
    """A session has ended, or wants the sandbox no more."""

    ticket: int


class Told(_Message, frozen=True):
    """The answer for an instructor."""

    ticket: int
    answer: classroom.Answer


class Beat(_Message, frozen=True):
    """How a worker is, once a second."""

    pulse: Pulse
    #: Mistakes of ours, so far.
    failures: int


class Stopped(_Message, frozen=True):
    """The last word of a worker, with the sessions that it could not save."""

    unsaved: int


ToWorker = Answer | Leave | Ask | Stop
FromWorker = (
    Ready | Taken | LoggedIn | Gone | Attempt | WrongPassword | Claim | Release | Told | Beat | Stopped
)

Heard = TypeVar("Heard", ToWorker, FromWorker)


class Line(Generic[Heard]):
    """One end: says messages, and hears those of the other end until that is gone."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, decoder: Decoder[Heard]
    ) -> None:
        self._reader, self._writer, self._decoder = reader, writer, decoder

    def say(self, message: ToWorker | FromWorker) -> None:
        """To an end that is gone, nothing is said."""
        if not self._writer.is_closing():
            self._writer.write(encode(message) + b"\n")

    async def heard(self) -> AsyncIterator[Heard]:
        """Raises msgspec.DecodeError for what is no message."""
        try:
            while (line := await self._reader.readline()).endswith(b"\n"):
                yield self._decoder.decode(line)
        except OSError:
            return

    async def close(self) -> None:
        """Once everything was said."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return


async def front_line(end: socket.socket) -> Line[FromWorker]:
    """The front's end of a line to a worker."""
    return Line(*await asyncio.open_connection(sock=end, limit=LONGEST), Decoder(FromWorker))


async def worker_line(end: socket.socket) -> Line[ToWorker]:
    """A worker's end."""
    return Line(*await asyncio.open_connection(sock=end, limit=LONGEST), Decoder(ToWorker))
