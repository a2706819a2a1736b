"""Serving SSH: who comes in on a connection, and what becomes of it until the end."""

import asyncio
import socket
from pathlib import Path

import asyncssh

from mfadrill.sim.scenario.load import Scenario
from mfadrill.tui.serving.guards import Limits, NotLetIn, sandbox_name
from mfadrill.tui.serving.hand_over import Arrival
from mfadrill.tui.serving.host_key import host_key
from mfadrill.tui.serving.log import log
from mfadrill.tui.serving.messages import Gone, LoggedIn, WrongPassword
from mfadrill.tui.serving.sandboxes import Sandboxes
from mfadrill.tui.serving.session import Session
from mfadrill.tui.serving.sitting import Served
from mfadrill.tui.serving.to_front import STOPPING, ToFront
from mfadrill.tui.serving.who_gets_in import Doors

#: Sessions at once on one connection: the sandbox, and files beside it.
CHANNELS = 4

#: Seconds that sessions have to end when the server does, and after which a silent client is asked whether it is there;
#: the third time without an answer it is not.
LAST_ORDERS, KEEPALIVE = 20.0, 30.0

#: Seconds that clients have to hang up when the server stops.
HANG_UP = 2.0


class Connection(asyncssh.SSHServer):
    """One connection, from before its log-in. Of what SSH knows, it has sessions and nothing else."""

    def __init__(self, server: "Server", arrival: Arrival) -> None:
        self._server, self._number, self._address = server, arrival.connection, arrival.address
        self._attempts = 0
        self._sessions = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.conn = conn
        self._server.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
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
        front = self._server.front
        try:
            await front.may_try(self._address)
            self._attempts += 1
            if self._attempts > self._server.limits.attempts:
                raise NotLetIn("Too many wrong passwords.")
        except NotLetIn as refused:
            raise asyncssh.PermissionDenied(refused.text) from None
        fits = await self._server.doors.password_fits(sandbox_name(username), password)
        if not fits:
            front.tell(WrongPassword(self._address))
            log("wrong password", user=username[:60], address=self._address)
        return fits

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._server.doors.key_fits(sandbox_name(username), key, self._address)

    def auth_completed(self) -> None:
        self._server.front.tell(LoggedIn(self._number))

    def session_requested(self) -> Session | bool:
        if self._sessions == CHANNELS:
            return False
        self._sessions += 1
        name = sandbox_name(self.conn.get_extra_info("username"))
        return Session(self._server.served, name, self._address, self._session_lost)

    def _session_lost(self) -> None:
        self._sessions -= 1


class Server:
    """Serves each connection that it is given, until `stop`."""

    def __init__(self, data: Path, scenario: Scenario, doors: Doors, limits: Limits, front: ToFront) -> None:
        """Raises OSError, or ValueError for a broken host key."""
        self.doors, self.limits, self.front = doors, limits, front
        self.served = Served(limits, Sandboxes(data / "sandboxes", scenario, front))
        self.open: set[Connection] = set()
        self._options = asyncssh.SSHServerConnectionOptions(
            server_host_keys=[host_key(data)],
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
            login_timeout=limits.log_in_time,
            keepalive_interval=KEEPALIVE,
            keepalive_count_max=3,
            window=65_536,
        )

    async def serve(self, arrival: Arrival, connection: socket.socket) -> None:
        """Until the client is gone."""
        try:
            served = await asyncssh.run_server(
                connection, options=self._options, server_factory=lambda: Connection(self, arrival)
            )
            await served.wait_closed()
        except (OSError, asyncssh.Error):
            pass  # it was not let in, or it went
        finally:
            self.front.tell(Gone(arrival.connection))

    async def stop(self) -> None:
        """Tell everybody, save, and close."""
        sessions = [*self.served.sessions]
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

    async def _closed(self) -> None:
        """Until no connection is open, or for a while."""
        closing = [asyncio.ensure_future(connection.conn.wait_closed()) for connection in self.open]
        if closing:
            await asyncio.wait(closing, timeout=HANG_UP)
