"""The application as a trainee has it: in a sandbox, on the terminal of the client."""

from collections.abc import Callable, Mapping
from functools import partial
from io import StringIO
from pathlib import Path
from typing import cast

from rich.console import Console
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.filter import Monochrome
from textual.widget import MountError

from mfadrill.sim.workspace import Workspace
from mfadrill.tui.app import DrillApp
from mfadrill.tui.files import OneFolder
from mfadrill.tui.serving.colors import color_system
from mfadrill.tui.serving.driver import WireDriver
from mfadrill.tui.serving.wire import Wire


class SandboxApp(DrillApp):
    """Takes nothing from the environment of the server, and puts nothing on its disk but the sandbox."""

    is_ready = _is_leaving = False

    def __init__(
        self, workspace: Workspace, folder: Path, wire: Wire, environment: Mapping[str, str]
    ) -> None:
        """`folder` is that of the sandbox; `environment` is the client's."""
        super().__init__(
            workspace.simulation,
            title=workspace.title,
            beginning=workspace.beginning,
            workspace=workspace,
            saved_filters=folder / "filters.json",
            files=OneFolder(folder / "files", wire.fetches),
        )
        self.console = Console(
            color_system="truecolor",  # see mfadrill.tui.serving.colors
            file=StringIO(),
            force_terminal=True,
            highlight=False,
            emoji=False,
            legacy_windows=False,
            safe_box=False,
            _environ=dict(environment),
        )
        #: Called as soon as everything is there.
        self.when_ready: Callable[[], None] = lambda: None
        self.error_console = Console(file=StringIO())
        if environment.get("NO_COLOR"):
            self._filters.append(Monochrome())
        self.driver_class = cast(
            type[Driver], partial(WireDriver, wire=wire, colors=color_system(environment))
        )

    def on_ready(self) -> None:
        self.is_ready = True
        self.when_ready()
        if self._is_leaving:
            self.exit()

    def leave(self) -> None:
        """End, as soon as everything is there: an application that ends while it is being put together fails."""
        self._is_leaving = True
        if self.is_ready:
            self.exit()

    @property
    def driver(self) -> WireDriver | None:
        """The driver, once it runs."""
        return cast("WireDriver | None", self._driver)

    @property
    def failure(self) -> Exception | None:
        """What ended it, if it was a mistake of ours."""
        # A dialog that opens while everything is taken apart finds none of its own widgets.
        was_opening = isinstance(self._exception, (NoMatches, MountError))
        return None if self._is_leaving and was_opening else self._exception

    def _fatal_error(self) -> None:
        # Textual would draw the traceback with everything in its variables, for a trainee.
        self._close_messages_no_wait()
