"""A server in the process of the test, and clients that keep what they are sent."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh

from mfadrill.sim.scenario.load import load
from mfadrill.tui.ssh.guards import Limits
from mfadrill.tui.ssh.sandbox_app import SandboxApp
from mfadrill.tui.ssh.server import Server
from mfadrill.tui.ssh.sitting import Sitting
from mfadrill.tui.ssh.who_gets_in import Doors

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


class Serving:
    """A server that runs."""

    def __init__(self, server: Server, port: int) -> None:
        self.server, self.port = server, port
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

    def session(self, name: str = "ada") -> Sitting:
        (sitting,) = (sitting for sitting in self.server.served.sessions if sitting.name == name)
        return sitting

    def app(self, name: str = "ada") -> SandboxApp:
        app = self.session(name)._app
        assert app is not None
        return app

    async def close(self) -> None:
        for connection in self._connections:
            connection.abort()
        await self.server.stop()


@asynccontextmanager
async def serving(
    data: Path, limits: Limits | None = None, passwords: Path | None = None, keys: Path | None = None
) -> AsyncIterator[Serving]:
    (scenario,) = load(["first-rollout"])
    server = Server(data, scenario, Doors(passwords, keys), limits or Limits())
    running = Serving(server, await server.start("127.0.0.1", 0))
    try:
        yield running
    finally:
        await running.close()
