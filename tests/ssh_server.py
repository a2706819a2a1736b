"""A server in the process of the test, and clients that keep what they are sent."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh

from mfadrill.tui.serving.front import Front
from mfadrill.tui.serving.guards import Limits
from mfadrill.tui.serving.messages import worker_line
from mfadrill.tui.serving.sandbox_app import SandboxApp
from mfadrill.tui.serving.server import Server
from mfadrill.tui.serving.settings import Settings
from mfadrill.tui.serving.sitting import Sitting
from mfadrill.tui.serving.to_front import ToFront
from mfadrill.tui.serving.worker import Worker

#: Seconds that something may take to come.
PATIENCE = 20.0

_ESCAPES = re.compile(r"\x1b\[[0-9;?<>=]*\$?[a-zA-Z]")


async def until(is_so: Callable[[], object]) -> None:
    """Wait for what other tasks bring about."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.01)


class Client(asyncssh.SSHClientSession[bytes]):
    """A session with a terminal, and everything that it was sent."""

    def __init__(self) -> None:
        self.got = bytearray()
        self.closed = asyncio.Event()

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        self.chan = chan

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self.got += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()

    @property
    def text(self) -> str:
        return _ESCAPES.sub("", self.got.decode("utf-8", "replace"))

    def type(self, text: str | bytes) -> None:
        self.chan.write(text.encode() if isinstance(text, str) else text)

    async def sees(self, text: str) -> None:
        try:
            await until(lambda: text in self.text)
        except TimeoutError:
            raise AssertionError(f"{text!r} never came:\n{self.text[-4000:]}") from None

    async def ends(self) -> int | None:
        """The exit status."""
        async with asyncio.timeout(PATIENCE):
            await self.closed.wait()
        return self.chan.get_exit_status()


class InThisProcess:
    """A worker as a task: it can be looked into. It is never killed."""

    def __init__(self, running: asyncio.Task[None]) -> None:
        self._running = running
        self.pid = os.getpid()

    async def wait(self) -> int:
        await self._running
        return 0

    def kill(self) -> None:
        raise AssertionError("the worker did not stop")


class Clients:
    """Those of a server."""

    port: int

    def __init__(self) -> None:
        self._connections: list[asyncssh.SSHClientConnection] = []

    async def connect(self, name: str = "ada", **more: Any) -> asyncssh.SSHClientConnection:
        options: dict[str, Any] = {
            "known_hosts": None,
            "config": None,
            "client_keys": None,
            "agent_path": None,
        }
        connection = await asyncssh.connect("127.0.0.1", self.port, username=name, **{**options, **more})
        self._connections.append(connection)
        return connection

    async def open(
        self, name: str = "ada", size: tuple[int, int] = (80, 24), term: str = "xterm-256color", **more: Any
    ) -> Client:
        """A client with a terminal, whatever becomes of it."""
        connection, client = await self.connect(name), Client()
        await connection.create_session(lambda: client, term_type=term, term_size=size, encoding=None, **more)
        return client

    async def log_in(
        self, name: str = "ada", size: tuple[int, int] = (80, 24), term: str = "xterm-256color", **more: Any
    ) -> Client:
        """A client that sees the application."""
        client = await self.open(name, size, term, **more)
        await client.sees("ada.lovelace")
        return client

    def abort(self) -> None:
        for connection in self._connections:
            connection.abort()


class Serving(Clients):
    """A front with one worker."""

    front: Front
    worker: Worker
    server: Server

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._doors = ("ssh", "web") if settings.web else ("ssh",)

    async def start(self) -> None:
        self.front = Front(self._settings, 1, self._worker)
        ports = await self.front.start(dict.fromkeys(self._doors, ("127.0.0.1", 0)))
        self.port, self.web_port = ports["ssh"], ports.get("web", 0)

    async def _worker(self, number: int, line: socket.socket, sockets: socket.socket) -> InThisProcess:
        # The front closes its copies, as it does when a process has its own.
        line, sockets = line.dup(), sockets.dup()
        worker = Worker(self._settings, ToFront(await worker_line(line)))
        self.worker, self.server = worker, worker.server
        return InThisProcess(asyncio.create_task(worker.run(sockets)))

    def session(self, name: str = "ada") -> Sitting:
        (sitting,) = (sitting for sitting in self.server.served.sessions if sitting.name == name)
        return sitting

    def app(self, name: str = "ada") -> SandboxApp:
        app = self.session(name)._app
        assert app is not None
        return app

    async def close(self) -> None:
        self.abort()
        await self.front.stop()


@asynccontextmanager
async def serving(
    data: Path,
    limits: Limits | None = None,
    passwords: Path | None = None,
    keys: Path | None = None,
    web: bool = False,
    behind_proxy: bool = False,
) -> AsyncIterator[Serving]:
    settings = Settings(
        data=data,
        scenario="first-rollout",
        passwords=passwords,
        keys=keys,
        limits=limits or Limits(),
        web=web,
        behind_proxy=behind_proxy,
    )
    running = Serving(settings)
    await running.start()
    try:
        yield running
    finally:
        await running.close()
