"""A connection of a browser: counted, and cut off when nothing comes of it."""

import asyncio
from collections.abc import Callable

from mfadrill.tui.ssh.guards import Connections, Limits, NotLetIn
from mfadrill.tui.ssh.log import log

#: Seconds in which an answer has to be taken, a file of one's own on a slow line included.
ANSWER = 300.0

#: A browser opens several connections where SSH has one.
AT_ONCE = 8


def browsers(limits: Limits, *, behind_proxy: bool) -> Connections:
    """The count of their connections. Behind a proxy, all come from its address."""
    everybody = limits.at_the_door * AT_ONCE
    return Connections(
        Limits(
            connections_by_address=everybody if behind_proxy else limits.connections_by_address * AT_ONCE,
            at_the_door=everybody,
        )
    )


class Connection(asyncio.Protocol):
    """Stands between the socket and the HTTP server. It may idle for a while, and answers take a while; whoever has
    a sandbox stays."""

    def __init__(
        self,
        inner: asyncio.Protocol,
        count: Connections,
        patience: float,
        kept: "dict[asyncio.BaseTransport, Connection]",
    ) -> None:
        """`patience` is the time until the first request, in seconds; `kept` has the connection while there is one."""
        self._inner, self._count, self._patience, self._kept = inner, count, patience, kept
        self._address = ""
        self._cut: asyncio.TimerHandle | None = None
        self._counted = self._has_sandbox = False
        #: Called when the connection is lost.
        self.when_lost: Callable[[], None] = lambda: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._address = str((transport.get_extra_info("peername") or ("?",))[0])
        try:
            self._count.come(self._address)
        except NotLetIn as refused:
            log("turned away", address=self._address, why=refused.text)
            transport.abort()
            return
        self._counted = True
        self._kept[transport] = self
        self._inner.connection_made(transport)
        self._cut_after(self._patience)

    def _cut_after(self, seconds: float) -> None:
        if self._cut is not None:
            self._cut.cancel()
        self._cut = asyncio.get_running_loop().call_later(seconds, self.transport.abort)

    def asked(self) -> None:
        """A request has come."""
        self._cut_after(ANSWER)

    def has_sandbox(self) -> None:
        """It stays; from now on the session has limits of its own."""
        self._has_sandbox = True
        self._count.logged_in()
        if self._cut is not None:
            self._cut.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._counted:
            return
        if self._cut is not None:
            self._cut.cancel()
        self._count.go(self._address, logged_in=self._has_sandbox)
        self._kept.pop(self.transport)
        self._inner.connection_lost(exc)
        self.when_lost()

    def data_received(self, data: bytes) -> None:
        if self._counted:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._counted else None

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()
