"""The WebSocket on which a page has its sandbox."""

from functools import partial

import msgspec
from aiohttp import WSMsgType, web

from mfadrill.tui.serving.sitting import Served, Sitting
from mfadrill.tui.serving.web.connection import Connection
from mfadrill.tui.serving.web.socket_wire import SocketWire

#: Bytes of a message from a page: a paste of a million characters, and some.
LONGEST_MESSAGE = 2**21

#: Seconds after which a silent browser is asked whether it is there; half of that later it is not.
HEARTBEAT = 60.0

#: Seconds that a browser has to hang up.
HANG_UP = 2.0

#: What the terminal of the page can do.
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


class SandboxSocket:
    """Lets a page have its sandbox, within the limits that hold for SSH as well."""

    def __init__(self, served: Served) -> None:
        self._served = served

    async def serve(
        self, request: web.Request, connection: Connection, name: str | None, address: str
    ) -> web.WebSocketResponse:
        """Until it is over. Who is not let in is told so on the page."""
        page = web.WebSocketResponse(
            heartbeat=HEARTBEAT, max_msg_size=LONGEST_MESSAGE, compress=False, timeout=HANG_UP
        )
        await page.prepare(request)
        connection.took_sandbox()
        wire = SocketWire(page, connection.transport)
        if name is None:
            wire.fail("You are not logged in any more. Your sandbox is saved, and waits for you.")
        else:
            sitting = Sitting(self._served, wire, name, address, size=_size(request), environment=TERMINAL)
            connection.when_lost = partial(sitting.leave, "connection lost")
            try:
                await _talk(page, sitting, wire)
            finally:
                sitting.leave("connection lost")
                await sitting.left()
        await wire.closed()
        return page


async def _talk(page: web.WebSocketResponse, sitting: Sitting, wire: SocketWire) -> None:
    async for message in page:
        if message.type is WSMsgType.TEXT:
            _take(message.data, sitting, wire)
            await wire.has_room()


def _take(message: str, sitting: Sitting, wire: SocketWire) -> None:
    """Do what the page says. What makes no sense is borne with."""
    try:
        said = msgspec.json.decode(message)
    except (ValueError, RecursionError):
        return
    match said:
        case ["stdin", str(typed)]:
            sitting.typed(typed.encode("utf-8", "replace"))
        case ["resize", {"width": int(width), "height": int(height)}]:
            sitting.resize(width, height)
        case ["ping", str(sent)]:
            wire.say("pong", sent[:40])


def _size(request: web.Request) -> tuple[int, int]:
    """The size that the page begins with; it says at once if that changes."""
    width, height = (request.query.get(side, "")[:6] for side in ("width", "height"))
    return (int(width), int(height)) if width.isdecimal() and height.isdecimal() else (0, 0)
