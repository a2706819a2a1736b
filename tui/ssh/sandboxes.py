"""The sandboxes: a workspace on disk for each name, which one session has at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from mfadrill.sim.scenario.load import Scenario
from mfadrill.sim.workspace import CannotOpen, Damaged, Workspace
from mfadrill.sim.workspaces import SUFFIX
from mfadrill.tui.ssh.guards import NotLetIn
from mfadrill.tui.ssh.to_front import ToFront


class Sandboxes:
    """One for each name in the folder."""

    def __init__(self, folder: Path, scenario: Scenario, front: ToFront) -> None:
        self._folder, self._scenario, self._front = folder, scenario, front

    def folder_of(self, name: str) -> Path:
        return self._folder / name

    def files_of(self, name: str) -> Path:
        """Where a trainee's exports are."""
        return self.folder_of(name) / "files"

    @asynccontextmanager
    async def taken(self, name: str, leave: Callable[[str], None]) -> AsyncIterator[Workspace]:
        """Have the sandbox, once whoever has it has left; `leave` is called when somebody else wants it.

        Raises NotLetIn or Damaged. Who has the workspace closes it.
        """
        async with self._front.claimed(name, leave):
            yield await asyncio.to_thread(self._opened, name)

    def _opened(self, name: str) -> Workspace:
        folder = self.folder_of(name)
        path = folder / f"{name}{SUFFIX}"
        if path.exists():
            try:
                return Workspace.open(path)
            except Damaged:
                raise
            except CannotOpen as error:
                # Where it lies on the server is nothing to a trainee.
                raise NotLetIn(error.text.replace(str(path), "Your sandbox")) from error
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        scenario = self._scenario
        return Workspace.create(path, scenario.open(), scenario.title, scenario.beginning)
