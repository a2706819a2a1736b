"""The sandboxes: a workspace on disk for each name, which one session has at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from mfadrill.core.refusals import Refusal
from mfadrill.sim.scenario.load import Scenario
from mfadrill.sim.workspace import Workspace
from mfadrill.sim.workspaces import SUFFIX

#: Seconds that the session before has to end.
PATIENCE = 15.0

TAKEN_OVER = "You logged in again elsewhere, and go on there; this session is closed."


class Occupied(Refusal):
    """A sandbox that another session has, or has taken since."""


class _Place:
    """A sandbox that somebody has, or waits for."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        #: Asks the latest one who came to leave, and says why.
        self.leave: Callable[[str], None] | None = None


class Sandboxes:
    """One place for each name in the folder. Who comes later takes over."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self._folder, self._scenario = folder, scenario
        self._places: dict[str, _Place] = {}

    def folder_of(self, name: str) -> Path:
        return self._folder / name

    def files_of(self, name: str) -> Path:
        """Where a trainee's exports are."""
        return self.folder_of(name) / "files"

    @asynccontextmanager
    async def taken(self, name: str, leave: Callable[[str], None]) -> AsyncIterator[Workspace]:
        """Have the sandbox, once whoever has it has left; `leave` is called when somebody else wants it.

        Raises Occupied, CannotOpen or Damaged. Who has the workspace closes it.
        """
        place = self._places.setdefault(name, _Place())
        before, place.leave = place.leave, leave
        if before is not None:
            before(TAKEN_OVER)
        try:
            try:
                await asyncio.wait_for(place.lock.acquire(), PATIENCE)
            except TimeoutError:
                raise Occupied("Your other session is still at work; try again in a minute.") from None
            try:
                if place.leave is not leave:
                    raise Occupied(TAKEN_OVER)
                yield await asyncio.to_thread(self._opened, name)
            finally:
                place.lock.release()
        finally:
            if place.leave is leave:
                del self._places[name]

    def _opened(self, name: str) -> Workspace:
        folder = self.folder_of(name)
        path = folder / f"{name}{SUFFIX}"
        if path.exists():
            return Workspace.open(path)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        scenario = self._scenario
        return Workspace.create(path, scenario.open(), scenario.title, scenario.beginning)
