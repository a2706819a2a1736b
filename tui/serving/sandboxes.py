"""The sandboxes: a workspace on disk for each name, which one session has at a time."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

from mfadrill.sim.scenario.load import Scenario, load
from mfadrill.sim.workspace import CannotOpen, Damaged, Workspace
from mfadrill.sim.workspaces import SUFFIX
from mfadrill.tui.serving.guards import NotLetIn
from mfadrill.tui.serving.to_front import ToFront


class Sandboxes:
    """One for each name in the folder."""

    def __init__(self, folder: Path, scenario: Scenario, front: ToFront) -> None:
        self._folder, self._scenario, self._front = folder, scenario, front

    def folder_of(self, name: str) -> Path:
        return self._folder / name

    def _path_of(self, name: str) -> Path:
        return self.folder_of(name) / f"{name}{SUFFIX}"

    async def begin_with(self, scenario: str) -> None:
        """Let new sandboxes begin with this: a shipped scenario by name, or a file. Raises UnusableScenarios."""
        (self._scenario,) = await asyncio.to_thread(load, [scenario])

    def put_aside(self, name: str) -> None:
        """Begin with a new workspace the next time; the one there is kept beside. Raises OSError."""
        aside = self.folder_of(name) / "put-aside"
        aside.mkdir(mode=0o700, exist_ok=True)
        at = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}"
        paths = (aside / f"{at}{more}{SUFFIX}" for more in ("", *(f"-{n}" for n in range(2, 1000))))
        self._path_of(name).rename(next(path for path in paths if not path.exists()))

    def files_of(self, name: str) -> Path:
        """Where a trainee's exports are."""
        return self.folder_of(name) / "files"

    def taken(
        self, name: str, address: str, leave: Callable[[str], None]
    ) -> AbstractAsyncContextManager[None]:
        """Have the sandbox, once whoever has it has left; `leave` is called when somebody else wants it.

        Raises NotLetIn.
        """
        return self._front.claimed(name, address, leave)

    def opened(self, name: str) -> Workspace:
        """The workspace of a sandbox that one has, maybe a new one. Raises NotLetIn or Damaged."""
        folder = self.folder_of(name)
        path = self._path_of(name)
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
