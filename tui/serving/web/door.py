"""The web door: a browser logs in by a form, and has the sandbox of that name on a page."""

import asyncio
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from mfadrill.tui.serving.guards import NotLetIn, sandbox_name
from mfadrill.tui.serving.hand_over import Arrival
from mfadrill.tui.serving.log import log
from mfadrill.tui.serving.messages import Gone, LoggedIn, WrongPassword
from mfadrill.tui.serving.sitting import Served
from mfadrill.tui.serving.to_front import ToFront
from mfadrill.tui.serving.web import pages
from mfadrill.tui.serving.web.connection import Connection
from mfadrill.tui.serving.web.own_files import OwnFiles
from mfadrill.tui.serving.web.passes import Passes
from mfadrill.tui.serving.web.sandbox_socket import HANG_UP, SandboxSocket
from mfadrill.tui.serving.web.statics import static
from mfadrill.tui.serving.who_gets_in import Doors

COOKIE = "mfadrill"

#: What a browser calls the machine that it runs on.
LOOPBACK = ("127.0.0.1", "::1", "localhost")

#: Bytes of a form.
LONGEST_FORM = 4_096

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


class WebDoor:
    """Serves the connections of browsers that the front hands to a worker, beside those of SSH."""

    def __init__(
        self,
        served: Served,
        doors: Doors,
        front: ToFront,
        passes: Passes,
        *,
        behind_proxy: bool = False,
    ) -> None:
        """A proxy is believed who asks, and whether over TLS."""
        self._served, self._doors, self._front, self._passes = served, doors, front, passes
        self._sandboxes = SandboxSocket(served)
        self._behind_proxy = behind_proxy
        self._open: dict[asyncio.BaseTransport, Connection] = {}
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
        """Be ready to serve."""
        await self._runner.setup()

    async def serve(self, arrival: Arrival, connected: socket.socket) -> None:
        """Until the browser is gone."""
        assert self._runner.server is not None
        number, patience = arrival.connection, self._served.limits.log_in_time
        connection = Connection(
            self._runner.server(), patience, self._open, lambda: self._front.tell(LoggedIn(number))
        )
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, connected)
            await connection.lost.wait()
        except OSError:
            pass  # it went
        finally:
            self._front.tell(Gone(number))

    async def stop(self) -> None:
        """Hang up; the sessions have been told before."""
        await self._runner.cleanup()

    # Who asks

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Nothing is changed, and no sandbox shown, for a page of somebody else's."""
        if request.transport not in self._open:
            raise web.HTTPBadRequest  # who asked is gone
        self._open[request.transport].asked()
        if not self._is_meant(request):
            raise web.HTTPForbidden(text="Use the address that the server was started with.")
        origin = request.headers.get("Origin")
        if origin is None and request.path == "/socket":
            raise web.HTTPForbidden(text="This is for the page of the sandbox.")
        if origin is not None and _host_of(origin) != request.host.lower():
            log("foreign origin", address=self._address(request), origin=origin[:100])
            raise web.HTTPForbidden(text="Another site has asked for this.")
        return await handler(request)

    def _is_meant(self, request: web.Request) -> bool:
        """Whether the browser means this machine: a name of somebody else's that leads here is of a page of theirs."""
        assert request.transport is not None
        ours = ip_address(request.transport.get_extra_info("sockname")[0])
        host = urlsplit(f"//{request.host}").hostname or ""
        return self._behind_proxy or not ours.is_loopback or host in LOOPBACK

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
        try:
            form, address = await request.post(), self._address(request)
        except (ValueError, LookupError):
            raise web.HTTPBadRequest(text="This is no form.") from None
        said, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        try:
            name = sandbox_name(said)
            if not self._doors.are_open:
                await self._front.may_try(address)
                if not await self._doors.password_fits(name, password):
                    self._front.tell(WrongPassword(address))
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
        connection = self._open[request.transport]
        return await self._sandboxes.serve(request, connection, self._who(request), self._address(request))


def _host_of(origin: str) -> str:
    """With the port, if it says one; nothing for what is no address."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"}
    )


async def _with_headers(_: web.Request, answer: web.StreamResponse) -> None:
    answer.headers.update(HEADERS)
