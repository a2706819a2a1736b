"""A connection of a browser, which is cut off when nothing comes of it."""

import asyncio
from collections.abc import Callable

from mfadrill.tui.serving.guards import Connections, Limits

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
        patience: float,
        kept: "dict[asyncio.BaseTransport, Connection]",
        stays: Callable[[], None],
    ) -> None:
        """`patience` is the time until the first request, in seconds; `kept` has the connection while there is one.

        `stays` is called when it has a sandbox.
        """
        self._inner, self._patience, self._kept, self._stays = inner, patience, kept, stays
        self._cut: asyncio.TimerHandle | None = None
        self.has_sandbox = False
        #: Called when the connection is lost.
        self.when_lost: Callable[[], None] = lambda: None
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
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

    def took_sandbox(self) -> None:
        """It stays; from now on the session has limits of its own."""
        self.has_sandbox = True
        self._stays()
        if self._cut is not None:
            self._cut.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._cut is not None:
            self._cut.cancel()
        self._kept.pop(self.transport)
        self._inner.connection_lost(exc)
        self.when_lost()
        self.lost.set()

    def data_received(self, data: bytes) -> None:
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()
