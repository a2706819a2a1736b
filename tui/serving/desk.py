"""The instructor's desk: a socket in the folder of the server, on which its owner asks for the class."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from msgspec import MsgspecError

from mfadrill.core.refusals import Refusal
from mfadrill.sim.scenario.load import load
from mfadrill.sim.scenario.problems import UnusableScenarios
from mfadrill.tui.classroom.messages import (
    LONGEST,
    SOCKET,
    Answer,
    Done,
    Look,
    NotDone,
    Request,
    Restart,
    Seen,
    line,
    requests,
)
from mfadrill.tui.serving.log import log


class Desk:
    """Asks all workers, and makes one answer of theirs."""

    def __init__(
        self, folder: Path, scenario: str, ask: Callable[[Request], Awaitable[list[Answer]]]
    ) -> None:
        self._path, self._ask = folder / SOCKET, ask
        #: What new sandboxes begin with: a shipped scenario by name, or a file.
        self.scenario = scenario
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Raises OSError."""
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self._listening = await asyncio.start_unix_server(self._serve, self._path, limit=LONGEST)
        finally:
            os.umask(before)

    async def stop(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._path.unlink(missing_ok=True)
        for writer in self._open:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while asked := await reader.readline():
                writer.write(line(await self._answered(requests.decode(asked))))
                await writer.drain()
        except (OSError, ValueError, MsgspecError):
            pass  # it went, or speaks another language
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answered(self, request: Request) -> Answer:
        if isinstance(request, Restart) and request.scenario:
            if request.name:
                return NotDone("A scenario is given to everybody, not to one alone.")
            try:
                await asyncio.to_thread(_check, request.scenario)
            except (UnusableScenarios, Refusal) as unusable:
                return NotDone(str(unusable))
            self.scenario = request.scenario
        answers = await self._ask(request)
        if isinstance(request, Look):
            seen = [answer for answer in answers if isinstance(answer, Seen)]
            screens = [one.screen for one in seen if one.screen is not None]
            trainees = [trainee for one in seen for trainee in one.trainees]
            return Seen(trainees, screens[0] if screens else None, self.scenario)
        names = sorted(name for one in answers if isinstance(one, Done) for name in one.names)
        log("instructor", asked=type(request).__name__.lower(), names=names)
        return Done(names)


def _check(scenario: str) -> None:
    """Raises UnusableScenarios, and Refusal where there is more than one."""
    if len(load([scenario])) != 1:
        raise Refusal(f"{scenario} has several scenarios; name one.")
