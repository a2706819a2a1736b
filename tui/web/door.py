"""The web door: a browser logs in by a form, and has the sandbox of that name on a page."""

import asyncio
import secrets
import socket
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec
from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler

from mfadrill.core.refusals import Refusal
from mfadrill.tui.ssh.guards import Connections, NotLetIn, WrongPasswords, sandbox_name
from mfadrill.tui.ssh.log import log
from mfadrill.tui.ssh.sitting import Served, Sitting
from mfadrill.tui.ssh.who_gets_in import Doors
from mfadrill.tui.web import pages
from mfadrill.tui.web.connection import Connection, browsers
from mfadrill.tui.web.own_files import OwnFiles
from mfadrill.tui.web.passes import Passes
from mfadrill.tui.web.socket_wire import SocketWire
from mfadrill.tui.web.statics import static

COOKIE = "mfadrill"

#: Bytes of a form, and of a message from a page: a paste of a million characters, and some.
LONGEST_FORM, LONGEST_MESSAGE = 4_096, 2**21

#: Seconds after which a silent browser is asked whether it is there; half of that later it is not.
HEARTBEAT = 60.0

#: Seconds for a browser to hang up, and for requests when the server stops.
HANG_UP = 2.0

#: What the terminal of the page can do.
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}

HEADERS = {
    # Styles of their own are what the terminal draws with. `self` is the WebSocket as well.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "mfadrill",
}


class UnusableWebDoor(Refusal):
    """A door that could let nobody in; the text says why."""


class WebDoor:
    """Shares the sandboxes, the passwords and the limits with the SSH server in the same process."""

    def __init__(
        self,
        served: Served,
        doors: Doors,
        connections: Connections,
        wrong_passwords: WrongPasswords,
        *,
        secret: bytes = b"",
        behind_proxy: bool = False,
    ) -> None:
        """`secret` signs who has logged in: processes that share one know each other's. A proxy is believed who
        asks, and whether over TLS. Raises UnusableWebDoor."""
        if doors.by_key and not doors.by_password:
            raise UnusableWebDoor("Browsers have no SSH keys: give --passwords as well, or leave --web out.")
        self._served, self._doors = served, doors
        self._connections, self._wrong_passwords = connections, wrong_passwords
        self._passes = Passes(secret or secrets.token_bytes(32), served.limits.total)
        self._behind_proxy = behind_proxy
        self._count = browsers(served.limits, behind_proxy=behind_proxy)
        self._open: dict[asyncio.BaseTransport, Connection] = {}
        self._listening: asyncio.Server | None = None
        app = web.Application(client_max_size=LONGEST_FORM, middlewares=[self._guarded])
        app.on_response_prepare.append(_with_headers)
        app.add_routes(
            [
                web.get("/", self._page),
                web.post("/", self._log_in),
                web.post("/leave", self._leave),
                web.get("/socket", self._sandbox),
                web.get("/files", self._files),
                web.get("/files/{file}", self._file),
                web.post("/files/{file}", self._remove),
                web.get("/static/{file}", static),
            ]
        )
        self._runner = web.AppRunner(
            app, access_log=None, keepalive_timeout=15, shutdown_timeout=HANG_UP, handle_signals=False
        )

    # Coming and going

    async def open(self) -> None:
        """Be ready to `take` connections, without listening for them."""
        await self._runner.setup()

    async def start(self, host: str, port: int) -> int:
        """Listen. The port, which is another one if it was 0. Raises OSError."""
        await self.open()
        self._listening = await asyncio.get_running_loop().create_server(self._connection, host, port)
        port = self._listening.sockets[0].getsockname()[1]
        log("listening for browsers", host=host, port=port, behind_proxy=self._behind_proxy)
        return port

    async def take(self, connected: socket.socket) -> None:
        """Serve a connection that somebody else has accepted."""
        await asyncio.get_running_loop().connect_accepted_socket(self._connection, connected)

    def _connection(self) -> Connection:
        assert self._runner.server is not None
        return Connection(self._runner.server(), self._count, self._served.limits.log_in_time, self._open)

    def shut(self) -> None:
        """Listen no longer."""
        if self._listening is not None:
            self._listening.close()

    async def stop(self) -> None:
        """Hang up; the sessions have been told before, by the server."""
        self.shut()
        await self._runner.cleanup()

    # Who asks

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Nothing is changed, and no sandbox shown, for a page of somebody else's."""
        if request.transport not in self._open:
            raise web.HTTPBadRequest  # who asked is gone
        self._open[request.transport].asked()
        origin = request.headers.get("Origin")
        if origin is None and request.path == "/socket":
            raise web.HTTPForbidden(text="This is for the page of the sandbox.")
        if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
            log("foreign origin", address=self._address(request), origin=origin[:100])
            raise web.HTTPForbidden(text="Another site has asked for this.")
        return await handler(request)

    def _address(self, request: web.Request) -> str:
        """Of a proxy's list, the address that it has added itself: the last one."""
        if self._behind_proxy:
            last = request.headers.getall("X-Forwarded-For", [""])[-1].rpartition(",")[2].strip()
            try:
                return str(ip_address(last))
            except ValueError:
                pass
        return request.remote or "?"

    def _who(self, request: web.Request) -> str | None:
        return self._passes.name_on(request.cookies.get(COOKIE, ""))

    def _logged_in(self, request: web.Request) -> str:
        name = self._who(request)
        if name is None:
            raise web.HTTPSeeOther("/")
        return name

    # The pages

    async def _page(self, request: web.Request) -> web.Response:
        name = self._who(request)
        return _html(
            pages.log_in(with_password=self._doors.by_password) if name is None else pages.terminal(name)
        )

    async def _log_in(self, request: web.Request) -> web.Response:
        form, address = await request.post(), self._address(request)
        said, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        try:
            name = sandbox_name(said)
            if not self._doors.are_open:
                self._wrong_passwords.refuse_if_many(address)
                if not await self._doors.password_fits(name, password):
                    self._wrong_passwords.add(address)
                    log("wrong password", user=name, address=address)
                    raise NotLetIn("That is not the password of this name, nor the code of the class.")
        except NotLetIn as refused:
            page = pages.log_in(with_password=self._doors.by_password, name=said, refused=refused.text)
            return _html(page, status=403)
        answer = web.Response(status=303, headers={"Location": "/"})
        secure = self._behind_proxy and request.headers.get("X-Forwarded-Proto") == "https"
        answer.set_cookie(
            COOKIE, self._passes.issue(name), httponly=True, samesite="Strict", secure=secure, path="/"
        )
        return answer

    async def _leave(self, request: web.Request) -> web.Response:
        answer = web.Response(status=303, headers={"Location": "/"})
        answer.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
        return answer

    async def _files(self, request: web.Request) -> web.Response:
        name = self._logged_in(request)
        return _html(pages.files(name, self._own_files(name).sizes()))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._own_files(self._logged_in(request)).sent(request.match_info["file"])

    async def _remove(self, request: web.Request) -> web.Response:
        self._own_files(self._logged_in(request)).remove(request.match_info["file"])
        raise web.HTTPSeeOther("/files")

    def _own_files(self, name: str) -> OwnFiles:
        return OwnFiles(self._served.sandboxes.files_of(name))

    # The sandbox

    async def _sandbox(self, request: web.Request) -> web.WebSocketResponse:
        assert request.transport is not None
        connection, address = self._open[request.transport], self._address(request)
        page = web.WebSocketResponse(
            heartbeat=HEARTBEAT, max_msg_size=LONGEST_MESSAGE, compress=False, timeout=HANG_UP
        )
        await page.prepare(request)
        connection.has_sandbox()
        wire = SocketWire(page, connection.transport)
        try:
            name = self._who(request)
            if name is None:
                raise NotLetIn("You are not logged in any more. Your sandbox is saved, and waits for you.")
            self._connections.come(address)
        except NotLetIn as refused:
            wire.fail(refused.text)
        else:
            self._connections.logged_in()
            try:
                await self._sit(page, wire, connection, name, address, _size(request))
            finally:
                self._connections.go(address, logged_in=True)
        await wire.closed()
        return page

    async def _sit(
        self,
        page: web.WebSocketResponse,
        wire: SocketWire,
        connection: Connection,
        name: str,
        address: str,
        size: tuple[int, int],
    ) -> None:
        sitting = Sitting(self._served, wire, name, address, size=size, environment=TERMINAL)
        connection.when_lost = partial(sitting.leave, "connection lost")
        try:
            async for message in page:
                if message.type is WSMsgType.TEXT:
                    take(message.data, sitting, wire)
                    await wire.has_room()
        finally:
            sitting.leave("connection lost")
            await sitting.left()


def take(message: str, sitting: Sitting, wire: SocketWire) -> None:
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


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"}
    )


async def _with_headers(_: web.Request, answer: web.StreamResponse) -> None:
    answer.headers.update(HEADERS)
