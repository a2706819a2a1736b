"""Saves the workspace beside the interface, step by step and in order."""

from concurrent.futures import Future, ThreadPoolExecutor

import msgspec
from textual.app import App

from mfadrill.core.plain import plain
from mfadrill.sim.workspace import CannotSave, Workspace
from mfadrill.tui.admin_portal.users.filters import Filters


class Autosave:
    """`look` after each change of the simulation, while it stands still; a thread of its own writes."""

    def __init__(self, app: App[None], workspace: Workspace) -> None:
        self._app = app
        self.workspace = workspace
        self._writer = ThreadPoolExecutor(1, "autosave")
        self._latest: Future[None] | None = None
        self.failing = ""

    @property
    def filters(self) -> Filters:
        """What the list of users was narrowed to. What cannot be read, as from a later version, narrows nothing."""
        try:
            return msgspec.json.decode(self.workspace.view, type=Filters)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Filters()

    def look(self) -> None:
        """Have what came about saved."""
        if self.workspace.note():
            self._latest = self._writer.submit(self._write)

    def keep_filters(self, filters: Filters) -> None:
        """Have what the list of users is narrowed to saved."""
        view = msgspec.json.encode(filters)
        if filters != self.filters:
            self.workspace.view = view
            self._latest = self._writer.submit(self._write)

    def _write(self) -> None:
        if not self.workspace.has_news:
            return  # it went with what was noted before
        try:
            self.workspace.write()
        except CannotSave as error:
            if not self.failing:
                self._tell(f"{error.text} The simulation goes on; it is saved as soon as that is possible.")
            self.failing = error.text
        else:
            if self.failing:
                self._tell("The workspace is saved again, with everything that happened meanwhile.")
            self.failing = ""

    def _tell(self, news: str) -> None:
        if self._app.is_running:
            self._app.notify(plain(news), severity="warning", markup=False, timeout=10)

    def wait(self) -> None:
        """Until everything is written that can be."""
        if self._latest is not None:
            self._latest.result()

    def close(self) -> str:
        """Write the rest and let others have the file. What could not be saved, in words; or nothing."""
        self._writer.submit(self._write)
        self._writer.shutdown()
        self.workspace.close()
        return self.failing
