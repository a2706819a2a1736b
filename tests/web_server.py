"""A web door in the process of the test, and browsers that keep what they are sent."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from mfadrill.tui.serving.guards import Limits
from mfadrill.tui.serving.web.door import WebDoor
from ssh_server import PATIENCE, Serving, serving, until

_ESCAPES = re.compile(r"\x1b\[[0-9;?<>=]*\$?[a-zA-Z]")


class Screen:
    """The WebSocket of a page, and everything that it was sent."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.got = bytearray()
        self.said: list[list[str]] = []
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self.got += message.data
            elif message.type is aiohttp.WSMsgType.TEXT:
                self.said.append(json.loads(message.data))

    @property
    def text(self) -> str:
        return _ESCAPES.sub("", self.got.decode("utf-8", "replace"))

    async def type(self, text: str) -> None:
        await self.socket.send_json(["stdin", text])

    async def sees(self, text: str) -> None:
        try:
            await until(lambda: text in self.text)
        except TimeoutError:
            raise AssertionError(f"{text!r} never came:\n{self.text[-4000:]}{self.said}") from None

    async def ends(self) -> str:
        """The farewell."""
        async with asyncio.timeout(PATIENCE):
            await self._listening
        return dict(self.said).get("farewell", "")


class Browser:
    """Somebody's browser, with its cookies."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.session = aiohttp.ClientSession(self.origin, cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def text(self, path: str = "/") -> str:
        async with self.session.get(path) as answer:
            return await answer.text()

    async def submit(
        self, path: str = "/", headers: dict[str, str] | None = None, **form: str
    ) -> tuple[int, str]:
        """The status and the page that comes at last."""
        headers = {"Origin": self.origin, **(headers or {})}
        async with self.session.post(path, data=form, headers=headers) as answer:
            return answer.status, await answer.text()

    async def connect(self, size: tuple[int, int] = (80, 24), **more: Any) -> Screen:
        """The screen of a page, whatever becomes of it."""
        headers = more.pop("headers", {"Origin": self.origin})
        width, height = size
        socket = await self.session.ws_connect(
            f"/socket?width={width}&height={height}", headers=headers, max_msg_size=0, **more
        )
        return Screen(socket)

    async def log_in(self, name: str = "ada", size: tuple[int, int] = (80, 24), **more: Any) -> Screen:
        """A page that shows the application."""
        await self.submit(name=name)
        screen = await self.connect(size, **more)
        await screen.sees("ada.lovelace")
        return screen


class WebServing:
    """A web door that is open, beside that of SSH."""

    def __init__(self, ssh: Serving) -> None:
        self.ssh, self.port = ssh, ssh.web_port
        self._browsers: list[Browser] = []

    @property
    def door(self) -> WebDoor:
        assert self.ssh.worker.web is not None
        return self.ssh.worker.web

    def browser(self) -> Browser:
        self._browsers.append(Browser(self.port))
        return self._browsers[-1]

    async def log_in(self, name: str = "ada", size: tuple[int, int] = (80, 24)) -> Screen:
        return await self.browser().log_in(name, size)

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.session.close()


@asynccontextmanager
async def web_serving(
    data: Path, limits: Limits | None = None, passwords: Path | None = None, behind_proxy: bool = False
) -> AsyncIterator[WebServing]:
    async with serving(data, limits, passwords, web=True, behind_proxy=behind_proxy) as ssh:
        running = WebServing(ssh)
        try:
            yield running
        finally:
            await running.close()
