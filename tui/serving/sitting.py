"""A sitting: somebody has a sandbox, at whatever end of a wire, until one of both has had enough."""

import asyncio
import gc
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.core.words import count
from mfadrill.sim.workspace import Damaged, Workspace
from mfadrill.tui.serving.guards import Limits, clamped
from mfadrill.tui.serving.log import log, log_failure
from mfadrill.tui.serving.replays import Replays
from mfadrill.tui.serving.sandbox_app import SandboxApp
from mfadrill.tui.serving.sandboxes import Sandboxes
from mfadrill.tui.serving.wire import Wire

#: Applications that are put together at once.
STARTING = 2

#: Seconds after the end of a sitting until what it leaves is collected.
SWEEP = 5.0

#: Seconds that a message of the instructor stays.
MESSAGE = 60.0

SAVED = "Your sandbox is saved, and waits for you."


class Served:
    """What all sittings share."""

    def __init__(self, limits: Limits, sandboxes: Sandboxes) -> None:
        self.limits, self.sandboxes = limits, sandboxes
        self.replays = Replays()
        self.sessions: set[Sitting] = set()
        #: Putting an application together takes a processor, and all share one: those who come first are served first.
        self.starting = asyncio.Semaphore(STARTING)
        self.make_app: Callable[..., SandboxApp] = SandboxApp
        self._streams = sys.stdout, sys.stderr
        self._sweeping: asyncio.TimerHandle | None = None

    def come(self, sitting: "Sitting") -> None:
        self.sessions.add(sitting)

    def go(self, sitting: "Sitting") -> None:
        self.sessions.discard(sitting)
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


async def contained(does: Callable[[], Awaitable[None]], wire: Wire, *, user: str, address: str) -> None:
    """Nothing that goes wrong in what it does reaches anybody but the client on this wire."""
    try:
        await does()
    except Damaged as damaged:
        number = _incident("damaged sandbox", damaged, user, address)
        wire.fail(f"Your sandbox is damaged and cannot be opened: incident {number}. Tell your trainer.")
    except Refusal as refused:
        log("refused", user=user, address=address, why=refused.text)
        wire.fail(plain(refused.text))
    except Exception as error:
        number = _incident("failure", error, user, address)
        wire.end(
            f"Something went wrong in mfadrill, and this session had to end: incident {number}. "
            "What you did before is saved; log in again.",
            1,
        )


def _incident(event: str, error: Exception, user: str, address: str) -> str:
    """Log it under a number, which the trainee is told."""
    number = secrets.token_hex(4)
    log_failure(event, error, incident=number, user=user, address=address)
    return number


class Sitting:
    """Runs the application in a sandbox, for a client that it knows by its wire only."""

    def __init__(
        self,
        served: Served,
        wire: Wire,
        name: str,
        address: str,
        *,
        size: tuple[int, int],
        environment: Mapping[str, str],
    ) -> None:
        """`environment` is what the client says of its terminal."""
        self._served, self._wire, self.name, self.address = served, wire, name, address
        self.size, self._environment = clamped(*size), environment
        self._app: SandboxApp | None = None
        #: Why it ends, once it is to end.
        self._farewell: str | None = None
        #: Whether the sandbox is to begin anew.
        self._anew = False
        self._typed_at = asyncio.get_running_loop().time()
        self._task = asyncio.get_running_loop().create_task(
            contained(self._sit, wire, user=name, address=address)
        )

    async def _sit(self) -> None:
        served = self._served
        served.come(self)
        terminal = self._environment.get("TERM", "")
        log("session", user=self.name, address=self.address, terminal=terminal, size=self.size)
        try:
            async with served.sandboxes.taken(self.name, self.address, self.leave):
                unsaved = await self._run_until_it_ends()
        finally:
            served.go(self)
            log("session ended", user=self.name, address=self.address, why=self._farewell or "left")
        self._wire.end(unsaved or self._farewell or SAVED, 0)

    async def _run_until_it_ends(self) -> str:
        """Run the application, and once more if the sandbox begins anew. What could not be saved, in words."""
        sandboxes = self._served.sandboxes
        tiring = asyncio.create_task(self._tire())
        try:
            while True:
                unsaved = await self._run_app(await asyncio.to_thread(sandboxes.opened, self.name))
                if self._farewell is not None or not self._anew:
                    return unsaved
                await asyncio.to_thread(sandboxes.put_aside, self.name)
        finally:
            tiring.cancel()

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

        def ready() -> None:
            starting.close()
            if self._anew:
                self._anew = False
                self.say(
                    f"This sandbox has begun anew, with “{app.scenario_title}”. "
                    "What you had is kept; ask for it if you need it."
                )

        app.when_ready = ready
        try:
            if self._farewell is None:
                await app.run_async(size=self.size)
        finally:
            starting.close()
            self._app = None
            saving = app.autosave
            assert saving is not None
            unsaved = await asyncio.to_thread(saving.close)
        if app.failure is not None:
            raise app.failure
        return unsaved and f"{unsaved} What happened since then is lost."

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

    def typed(self, data: bytes) -> None:
        """Take what came from the client."""
        self._typed_at = asyncio.get_running_loop().time()
        self._wire.received(data)

    @property
    def door(self) -> str:
        return self._wire.door

    @property
    def app(self) -> SandboxApp | None:
        """The application, while there is something on its screen."""
        app = self._app
        return app if app is not None and app.is_ready and app.screen_stack else None

    @property
    def idle(self) -> float:
        """Seconds since something was typed."""
        return asyncio.get_running_loop().time() - self._typed_at

    def say(self, text: str) -> bool:
        """Show a message of the instructor. Whether there is a screen to show it on."""
        app = self.app
        if app is None:
            return False
        app.notify(plain(text), title="Your instructor", timeout=MESSAGE, markup=False)
        return True

    def begin_anew(self) -> bool:
        """Put the sandbox as it is aside, and begin a new one. Whether that can be now."""
        app = self.app
        if app is None or self._farewell is not None:
            return False
        self._anew = True
        app.leave()
        return True

    def resize(self, width: int, height: int) -> None:
        """Take the size of the client's window, whatever it claims."""
        self.size = clamped(width, height)
        driver = self._app and self._app.driver
        if driver is not None:
            driver.resize(width, height)

    def leave(self, why: str) -> None:
        """End, after what it is at, and say why."""
        if self._farewell is None:
            self._farewell = why
            if self._app is not None:
                self._app.leave()

    async def left(self) -> None:
        """Until it has ended."""
        await asyncio.wait([self._task])


def _in_words(seconds: float) -> str:
    return count(round(seconds / 60), "minute") if seconds < 7200 else count(round(seconds / 3600), "hour")
