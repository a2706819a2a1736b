"""The server: it listens, lets in who may come in, and ends without losing anything.

It is one process. A workspace is open in one process at a time, and which sandbox a connection is for is known only
after its log-in, when no other process can take it over any more.
"""

import asyncio
import os
from pathlib import Path

import asyncssh

from mfadrill.sim.scenario.load import Scenario
from mfadrill.tui.ssh.guards import Connections, Limits, NotLetIn, WrongPasswords, sandbox_name
from mfadrill.tui.ssh.log import log
from mfadrill.tui.ssh.sandboxes import Sandboxes
from mfadrill.tui.ssh.session import Session
from mfadrill.tui.ssh.sitting import Served
from mfadrill.tui.ssh.who_gets_in import Doors

#: Sessions at once on one connection: the sandbox, and files beside it.
CHANNELS = 4

#: Seconds that sessions have to end when the server does, and after which a silent client is asked whether it is there;
#: the third time without an answer it is not.
LAST_ORDERS, KEEPALIVE = 20.0, 30.0

#: Seconds that clients have to hang up when the server stops.
HANG_UP = 2.0

STOPPING = "The server stops; your sandbox is saved, and waits for you."


def host_key(folder: Path) -> asyncssh.SSHKey:
    """The key of the server, made the first time. Raises OSError, or ValueError for what is no key."""
    file = folder / "host_key"
    if not file.exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="mfadrill")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(key.export_private_key())
    return asyncssh.read_private_key(str(file))


class Connection(asyncssh.SSHServer):
    """One connection, from before its log-in. Of what SSH knows, it has sessions and nothing else."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._counted = self._logged_in = False
        self._attempts = 0
        self._sessions = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.conn = conn
        self._address = str((conn.get_extra_info("peername") or ("?",))[0])
        try:
            self._server.connections.come(self._address)
        except NotLetIn as refused:
            log("turned away", address=self._address, why=refused.text)
            conn.abort()
            return
        self._counted = True
        self._server.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._counted:
            self._server.connections.go(self._address, logged_in=self._logged_in)
            self._server.open.discard(self)

    def begin_auth(self, username: str) -> bool:
        try:
            sandbox_name(username)
        except NotLetIn as refused:
            raise asyncssh.IllegalUserName(refused.text) from None
        return not self._server.doors.are_open

    def password_auth_supported(self) -> bool:
        return self._server.doors.by_password

    def public_key_auth_supported(self) -> bool:
        return self._server.doors.by_key

    async def validate_password(self, username: str, password: str) -> bool:
        wrong = self._server.wrong_passwords
        try:
            wrong.refuse_if_many(self._address)
            self._attempts += 1
            if self._attempts > self._server.limits.attempts:
                raise NotLetIn("Too many wrong passwords.")
        except NotLetIn as refused:
            raise asyncssh.PermissionDenied(refused.text) from None
        fits = await self._server.doors.password_fits(sandbox_name(username), password)
        if not fits:
            wrong.add(self._address)
            log("wrong password", user=username[:60], address=self._address)
        return fits

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._server.doors.key_fits(sandbox_name(username), key, self._address)

    def auth_completed(self) -> None:
        self._logged_in = True
        self._server.connections.logged_in()

    def session_requested(self) -> Session | bool:
        if self._sessions == CHANNELS:
            return False
        self._sessions += 1
        name = sandbox_name(self.conn.get_extra_info("username"))
        return Session(self._server.served, name, self._address, self._session_lost)

    def _session_lost(self) -> None:
        self._sessions -= 1


class Server:
    """Listens between `start` and `stop`."""

    def __init__(self, data: Path, scenario: Scenario, doors: Doors, limits: Limits) -> None:
        self.doors, self.limits = doors, limits
        self.connections = Connections(limits)
        self.wrong_passwords = WrongPasswords(limits)
        self.served = Served(limits, Sandboxes(data / "sandboxes", scenario))
        self.open: set[Connection] = set()
        self._data = data
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen. The port, which is another one if it was 0. Raises OSError, or ValueError for a broken host key."""
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = host_key(self._data)
        self._acceptor = await asyncssh.listen(
            host,
            port,
            server_factory=lambda: Connection(self),
            server_host_keys=[key],
            encoding=None,
            line_editor=False,
            # Nothing is done for a client but what a session does.
            agent_forwarding=False,
            x11_forwarding=False,
            allow_scp=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            compression_algs=["none"],
            login_timeout=self.limits.log_in_time,
            keepalive_interval=KEEPALIVE,
            keepalive_count_max=3,
            window=65_536,
        )
        port = self._acceptor.get_port()
        log("listening", host=host, port=port, host_key=key.get_fingerprint(), open=self.doors.are_open)
        return port

    async def stop(self) -> None:
        """Tell everybody, save, and close."""
        if self._acceptor is not None:
            self._acceptor.close()
        sessions = [*self.served.sessions]
        log("stopping", sessions=len(sessions))
        for session in sessions:
            session.leave(STOPPING)
        if sessions:
            await asyncio.wait(
                [asyncio.ensure_future(session.left()) for session in sessions], timeout=LAST_ORDERS
            )
        # A client hangs up by itself once its session has ended. Told to before that, it takes the end for a failure.
        await self._closed()
        for connection in [*self.open]:
            connection.conn.close()
        await self._closed()
        log("stopped", unsaved=len(self.served.sessions))

    async def _closed(self) -> None:
        """Until no connection is open, or for a while."""
        closing = [asyncio.ensure_future(connection.conn.wait_closed()) for connection in self.open]
        if closing:
            await asyncio.wait(closing, timeout=HANG_UP)
