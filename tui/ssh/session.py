"""One session: a channel on which a trainee has the sandbox, fetches files, or sees a replay."""

import asyncio
import gc
import secrets
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial

import asyncssh
from asyncssh.stream import SSHServerStreamSession

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.core.words import count
from mfadrill.sim.workspace import Damaged, Workspace
from mfadrill.tui.ssh.colors import can_be_drawn_on
from mfadrill.tui.ssh.guards import Limits, clamped
from mfadrill.tui.ssh.log import log, log_failure
from mfadrill.tui.ssh.replays import Replays, refusal, scenario_meant
from mfadrill.tui.ssh.sandbox_app import SandboxApp
from mfadrill.tui.ssh.sandboxes import Sandboxes
from mfadrill.tui.ssh.sftp import OwnFiles
from mfadrill.tui.ssh.wire import Wire

#: What a client may say of its terminal.
ENVIRONMENT = (b"COLORTERM", b"NO_COLOR")

#: Applications that are put together at once.
STARTING = 2

#: Seconds after the end of a session until what it leaves is collected.
SWEEP = 5.0

NEEDS_A_TERMINAL = "mfadrill is drawn on a terminal, and this client has none: try ssh -t."


class Served:
    """What all sessions share."""

    def __init__(self, limits: Limits, sandboxes: Sandboxes) -> None:
        self.limits, self.sandboxes = limits, sandboxes
        self.replays = Replays()
        self.sessions: set[Session] = set()
        #: Putting an application together takes a processor, and all share one: those who come first are served first.
        self.starting = asyncio.Semaphore(STARTING)
        self.make_app: Callable[..., SandboxApp] = SandboxApp
        self._streams = sys.stdout, sys.stderr
        self._sweeping: asyncio.TimerHandle | None = None

    def come(self, session: "Session") -> None:
        self.sessions.add(session)

    def go(self, session: "Session") -> None:
        self.sessions.discard(session)
        # Each application puts back the streams that it found, which may be those of one that has ended since.
        sys.stdout, sys.stderr = self._streams
        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(SWEEP, self.sweep)

    def started(self) -> None:
        """Let the next one start. What there is now stays for long, and is no longer searched for garbage."""
        self.starting.release()
        gc.freeze()

    def sweep(self) -> None:
        """Free what has ended. It is full of cycles, and what works in a large organization takes all that there is
        out of the usual search for them (`uncollected`)."""
        self._sweeping = None
        gc.unfreeze()
        gc.collect()
        gc.freeze()


class Session(asyncssh.SSHServerSession[bytes]):
    """What a client asks for on a channel decides what it becomes."""

    def __init__(self, served: Served, name: str, address: str, lost: Callable[[], None]) -> None:
        """`lost` is called when the channel is closed."""
        self._served, self.name, self._address, self._lost = served, name, address, lost
        self._terminal = ""
        self._size = clamped(0, 0)
        self._does: Callable[[], Awaitable[None]] | None = None
        self._files: SSHServerStreamSession[bytes] | None = None
        self._app: SandboxApp | None = None
        #: Why it ends, once it is to end.
        self._farewell: str | None = None
        self._typed_at = 0.0
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel, self._wire = chan, Wire(chan)

    # What the client asks for

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object) -> bool:
        self._terminal, self._size = term_type[:60], clamped(*term_size[:2])
        return True

    def shell_requested(self) -> bool:
        has_terminal = can_be_drawn_on(self._terminal)
        self._does = self._show if has_terminal else partial(self._refuse, NEEDS_A_TERMINAL)
        return True

    def exec_requested(self, command: str) -> bool:
        name = scenario_meant(command)
        self._does = partial(self._refuse, refusal()) if name is None else partial(self._replay, name)
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        if subsystem != "sftp":
            return False
        folder = self._served.sandboxes.files_of(self.name)
        self._files = SSHServerStreamSession(None, lambda _: OwnFiles(self._channel, folder), 3)
        self._files.connection_made(self._channel)
        log("files", user=self.name, address=self._address)
        return True

    def session_started(self) -> None:
        self._typed_at = asyncio.get_running_loop().time()
        if self._files is not None:
            self._files.session_started()
        elif self._does is not None:
            self._task = asyncio.get_running_loop().create_task(self._run(self._does))

    # What becomes of it

    async def _run(self, does: Callable[[], Awaitable[None]]) -> None:
        """Nothing that goes wrong in here reaches another session."""
        try:
            await does()
        except Damaged as damaged:
            number = self._incident("damaged sandbox", damaged)
            self._wire.fail(
                f"Your sandbox is damaged and cannot be opened: incident {number}. Tell your trainer."
            )
        except Refusal as refused:
            log("refused", user=self.name, address=self._address, why=refused.text)
            self._wire.fail(plain(refused.text))
        except Exception as error:
            number = self._incident("failure", error)
            self._wire.end(
                f"Something went wrong in mfadrill, and this session had to end: incident {number}. "
                "What you did before is saved; log in again.",
                1,
            )

    def _incident(self, event: str, error: Exception) -> str:
        """Log it under a number, which the trainee is told."""
        number = secrets.token_hex(4)
        log_failure(event, error, incident=number, user=self.name, address=self._address)
        return number

    async def _refuse(self, why: str) -> None:
        log("refused", user=self.name, address=self._address, why=why)
        self._wire.fail(why)

    async def _replay(self, name: str) -> None:
        log("replay", user=self.name, address=self._address, scenario=name)
        text, status = await self._served.replays.result(name)
        self._wire.end(text.rstrip("\n").replace("\n", "\r\n" if self._terminal else "\n"), status)

    async def _show(self) -> None:
        served = self._served
        served.come(self)
        log("session", user=self.name, address=self._address, terminal=self._terminal, size=self._size)
        try:
            async with served.sandboxes.taken(self.name, self.leave) as workspace:
                unsaved = await self._run_app(workspace)
        finally:
            served.go(self)
            log("session ended", user=self.name, address=self._address, why=self._farewell or "left")
        self._wire.end(unsaved or self._farewell or "Your sandbox is saved, and waits for you.", 0)

    async def _run_app(self, workspace: Workspace) -> str:
        """Run the application until it ends. What could not be saved, in words; or nothing."""
        starting = ExitStack()
        try:
            await self._served.starting.acquire()
            starting.callback(self._served.started)
            folder = self._served.sandboxes.folder_of(self.name)
            self._app = app = self._served.make_app(workspace, folder, self._wire, self._environment)
        except BaseException:
            starting.close()
            workspace.close()
            raise
        app.when_ready = starting.close
        tiring = asyncio.create_task(self._tire())
        try:
            if self._farewell is None:
                await app.run_async(size=self._size)
        finally:
            tiring.cancel()
            starting.close()
            self._app = None
            saving = app.autosave
            assert saving is not None
            unsaved = await asyncio.to_thread(saving.close)
        if app.failure is not None:
            raise app.failure
        return unsaved and f"{unsaved} What happened since then is lost."

    @property
    def _environment(self) -> dict[str, str]:
        said = self._channel.get_environment_bytes()
        known = {
            key.decode(): said[key][:60].decode("utf-8", "replace") for key in ENVIRONMENT if key in said
        }
        return {"TERM": self._terminal, **known}

    async def _tire(self) -> None:
        """Ask to leave who types nothing for long, or stays for too long."""
        loop, limits = asyncio.get_running_loop(), self._served.limits
        began = loop.time()
        while True:
            now = loop.time()
            idle, total = self._typed_at + limits.idle - now, began + limits.total - now
            if idle <= 0:
                self.leave(
                    f"You typed nothing for {_in_words(limits.idle)}; your sandbox is saved. Log in again to go on."
                )
                return
            if total <= 0:
                self.leave(
                    f"A session lasts {_in_words(limits.total)}; your sandbox is saved. Log in again to go on."
                )
                return
            await asyncio.sleep(min(idle, total))

    def leave(self, why: str) -> None:
        """End the session, after what it is at, and say why."""
        if self._farewell is None:
            self._farewell = why
            if self._app is not None:
                self._app.leave()

    async def left(self) -> None:
        """Until it has ended."""
        if self._task is not None:
            await asyncio.wait([self._task])

    # What comes from the client

    def data_received(self, data: bytes, datatype: int | None) -> None:
        if self._files is not None:
            self._files.data_received(data, datatype)
        elif self._does == self._show:
            self._typed_at = asyncio.get_running_loop().time()
            self._wire.received(data)

    def eof_received(self) -> bool:
        if self._files is not None:
            return bool(self._files.eof_received())
        self.leave("Nothing more comes from your client.")
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        self._size = clamped(width, height)
        driver = self._app and self._app.driver
        if driver is not None:
            driver.resize(width, height)

    def pause_writing(self) -> None:
        if self._files is not None:
            self._files.pause_writing()

    def resume_writing(self) -> None:
        if self._files is not None:
            self._files.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._files is not None:
            self._files.connection_lost(exc)
        self.leave("connection lost")
        self._lost()


def _in_words(seconds: float) -> str:
    return count(round(seconds / 60), "minute") if seconds < 7200 else count(round(seconds / 3600), "hour")
