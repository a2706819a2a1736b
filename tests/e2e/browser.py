"""A real browser: Chromium without a window, driven by its DevTools protocol."""

import asyncio
import base64
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from e2e.terminal import PATIENCE, need

#: Chromium's own sandbox needs a user that is not root; the page that it shows here is our own.
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--enable-unsafe-swiftshader",  # draws as people see it, where there is no graphics card
    "--remote-debugging-port=0",
)

#: Lays hands on the terminal as textual.js makes it, to read what it shows.
WATCH = """
Object.defineProperty(Object.prototype, "fitAddon", {configurable: true, set(addon) {
  window.watched = this.terminal;
  Object.defineProperty(this, "fitAddon", {value: addon, writable: true});
}});
"""

SCREEN = """
(() => {
  const buffer = window.watched ? window.watched.buffer.active : null;
  return buffer ? [...Array(window.watched.rows).keys()].map(n => buffer.getLine(n).translateToString(true)) : [];
})()
"""

TEXT = "document.body && document.body.innerText"


class Page:
    """One page, what it asked for, and what it complained of."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.asked_for: list[str] = []
        self.complaints: list[str] = []

    async def listen(self) -> None:
        async for message in self._socket:
            said = message.json()
            match said.get("method"):
                case "Network.requestWillBeSent":
                    self.asked_for.append(said["params"]["request"]["url"])
                case "Network.webSocketCreated":
                    self.asked_for.append(said["params"]["url"])
                case "Runtime.exceptionThrown":
                    self.complaints.append(json.dumps(said["params"]["exceptionDetails"]))
                case "Log.entryAdded" if said["params"]["entry"]["level"] == "error":
                    self.complaints.append(said["params"]["entry"]["text"])
                case None:
                    self._answers.pop(said["id"]).set_result(said)

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        answer = await self._answers[number]
        assert "error" not in answer, (method, answer)
        return answer["result"]

    async def value(self, script: str) -> Any:
        result = await self.command("Runtime.evaluate", expression=script, returnByValue=True)
        return result["result"].get("value")

    async def sees(self, *texts: str) -> list[str]:
        """The lines of the screen and then of the page, as soon as all the texts are in them."""
        lines: list[str] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    lines = [*await self.value(SCREEN), *str(await self.value(TEXT)).split("\n")]
                    if all(any(text in line for line in lines) for text in texts):
                        return lines
                    await asyncio.sleep(0.05)
        raise AssertionError("\n".join([f"{texts} never came:", *lines, *self.complaints]))

    async def type(self, text: str) -> None:
        for character in text:
            code = {"code": "Enter", "windowsVirtualKeyCode": 13} if character == "\r" else {}
            key = {"key": "Enter" if character == "\r" else character, "text": character, **code}
            await self.command("Input.dispatchKeyEvent", type="keyDown", **key)
            await self.command("Input.dispatchKeyEvent", type="keyUp", **key)

    async def control(self, letter: str) -> None:
        code = {"key": letter, "code": f"Key{letter.upper()}", "windowsVirtualKeyCode": ord(letter.upper())}
        await self.command("Input.dispatchKeyEvent", type="keyDown", modifiers=2, **code)
        await self.command("Input.dispatchKeyEvent", type="keyUp", modifiers=2, **code)

    async def fill(self, field: str, text: str) -> None:
        """Type into a field of a form."""
        await self.value(f"document.getElementById({field!r}).focus()")
        await self.type(text)

    async def click(self, text: str) -> None:
        """Click in the middle of a text on the screen of the terminal."""
        lines = await self.sees(text)
        row = next(n for n, line in enumerate(lines) if text in line)
        column = lines[row].index(text) + len(text) // 2
        x, y = await self.value(
            f"""(() => {{
              const screen = document.querySelector(".xterm-screen").getBoundingClientRect();
              return [screen.left + screen.width * {column + 0.5} / window.watched.cols,
                      screen.top + screen.height * {row + 0.5} / window.watched.rows];
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def picture(self, file: Path) -> None:
        taken = await self.command("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(taken["data"]))


@asynccontextmanager
async def browsing(folder: Path, size: tuple[int, int] = (1200, 760)) -> AsyncIterator[Page]:
    """A browser with an empty page; `folder` is for what it keeps."""
    program = need("chromium", "chromium")
    profile, metrics = folder / "profile", {"width": size[0], "height": size[1], "deviceScaleFactor": 1}
    command = [program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            port = await _port(profile / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    (shown,) = (page for page in await answer.json() if page["type"] == "page")
                async with session.ws_connect(shown["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    page = Page(socket)
                    listening = asyncio.create_task(page.listen())
                    for domain in ("Page", "Network", "Runtime", "Log"):
                        await page.command(f"{domain}.enable")
                    await page.command("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
                    await page.command("Emulation.setDeviceMetricsOverride", mobile=False, **metrics)
                    yield page
                    listening.cancel()
        finally:
            process.terminate()
            process.wait(20)
            shutil.rmtree(profile, ignore_errors=True)


async def _port(file: Path) -> int:
    """The port of its DevTools, which it writes down once they are there."""
    async with asyncio.timeout(PATIENCE):
        while not (file.exists() and file.read_text().count("\n")):
            await asyncio.sleep(0.05)
    return int(file.read_text().split("\n")[0])
