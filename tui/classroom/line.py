"""The line from an instructor to the server."""

import asyncio
from pathlib import Path
from typing import Self

import msgspec

from mfadrill.core.refusals import Refusal
from mfadrill.tui.classroom import messages
from mfadrill.tui.classroom.messages import LONGEST, SOCKET, Answer, Done, NotDone, Request, Seen

#: Seconds until an answer is there.
PATIENCE = 30.0


class CannotReach(Refusal):
    """There is no server, or no longer; the text says where."""


class Line:
    """Asks one thing after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: Path) -> None:
        self._reader, self._writer, self._where = reader, writer, where
        self._turn = asyncio.Lock()

    @classmethod
    async def to(cls, data: Path) -> Self:
        """The line to the server whose folder this is. Raises CannotReach."""
        try:
            return cls(*await asyncio.open_unix_connection(data / SOCKET, limit=LONGEST), data)
        except PermissionError:
            raise CannotReach(
                f"The server of {data} is another user's: run this as the user who runs it."
            ) from None
        except OSError:
            raise CannotReach(
                f"No server runs on {data}: start it with `mfadrill serve`, or say --data as it was said there."
            ) from None

    async def look(self, screen_of: str = "") -> Seen:
        """Raises CannotReach."""
        answer = await self._ask(messages.Look(screen_of))
        if not isinstance(answer, Seen):
            raise self._gone()
        return answer

    async def do(self, request: messages.Say | messages.Restart) -> list[str]:
        """For whom it was done. Raises Refusal."""
        answer = await self._ask(request)
        if isinstance(answer, NotDone):
            raise Refusal(answer.why)
        return answer.names if isinstance(answer, Done) else []

    async def _ask(self, request: Request) -> Answer:
        async with self._turn:
            try:
                self._writer.write(messages.line(request))
                async with asyncio.timeout(PATIENCE):
                    answered = await self._reader.readline()
                return messages.answers.decode(answered)
            except (OSError, TimeoutError, ValueError, msgspec.DecodeError):
                raise self._gone() from None

    def _gone(self) -> CannotReach:
        return CannotReach(f"The server of {self._where} no longer answers.")

    async def close(self) -> None:
        self._writer.close()
