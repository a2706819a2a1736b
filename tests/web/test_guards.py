"""Hostile and clumsy browsers: each is turned away or borne with, and the others do not notice."""

import asyncio
import json
import socket
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from mfadrill.tui.serving import wire
from mfadrill.tui.serving.driver import WireDriver
from mfadrill.tui.serving.guards import Limits
from mfadrill.tui.serving.web import connection, sandbox_socket
from ssh_server import until
from web_server import Screen, web_serving


async def others_go_on(screen: Screen) -> None:
    """Another session answers its keys."""
    await screen.type("?")
    await screen.sees("─ Help ─")


NONSENSE = [
    "",
    "null",
    "{",
    "[" * 100_000,
    '["stdin"]',
    '["stdin", 1]',
    '["stdin", "\\ud800"]',
    '["resize", {"width": "a", "height": null}]',
    '["resize", {"width": 1e999, "height": 0}]',
    '["resize", [80, 24]]',
    '["ping", {}]',
    '["quit"]',
    json.dumps(["stdin", "\x1b[99999999999999u\x1b[<0;99999999;99999999M\x1b[48;9999;9999;1;1t"]),
]


async def test_what_makes_no_sense_does_no_harm(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        screen = await w.log_in()
        for nonsense in NONSENSE:
            await screen.socket.send_str(nonsense)
            await screen.socket.send_bytes(nonsense.encode())
        await screen.socket.send_json(["resize", {"width": 90, "height": 30}])
        await until(lambda: w.ssh.app().size == (90, 30))
        await others_go_on(screen)


async def test_what_is_no_text_or_too_long_ends_that_session_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_socket, "LONGEST_MESSAGE", 100_000)
    async with web_serving(tmp_path) as w:
        ada, bob, cyd = await w.log_in("ada"), await w.log_in("bob"), await w.log_in("cyd")
        await ada.socket.send_frame(b"\xff\xfe\x80\xc3\x28", aiohttp.WSMsgType.TEXT)
        await ada.ends()
        await bob.type("x" * 100_000)
        await bob.ends()
        assert (ada.socket.close_code, bob.socket.close_code) == (1007, 1009)
        await until(lambda: len(w.ssh.server.served.sessions) == 1)
        await others_go_on(cyd)


async def test_a_paste_of_a_megabyte_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        screen, other = await w.log_in("ada"), await w.log_in("bob")
        await screen.type("/\x1b[200~" + "x" * 1_000_000 + "\x1b[201~")
        await others_go_on(other)
        await screen.type("x?" * 500_000)  # the same as keys, one by one
        for _ in range(5):
            await screen.type("x?" * 50_000)
        assert len(w.ssh.session("ada")._wire._unread) < 2**21
        screen.socket._response.close()  # as a browser does that is killed
        await until(lambda: len(w.ssh.server.served.sessions) == 1)


async def test_a_slow_reader_is_left_out_frames_and_then_sees_the_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_UNSENT", 32_768)
    async with web_serving(tmp_path) as w:
        screen = await w.log_in("ada", (160, 45))
        (served,) = (c.transport for c in w.door._open.values() if c.has_sandbox)
        other = await w.log_in("bob")
        app, driver = w.ssh.app(), w.ssh.app().driver
        assert isinstance(driver, WireDriver)
        connection = screen.socket._response.connection
        assert connection is not None
        transport = connection.transport
        assert isinstance(transport, asyncio.ReadTransport)
        transport.pause_reading()
        served.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        while not driver.left_out:
            app.call_later(app.refresh)
            await asyncio.sleep(0.02)
        for _ in range(5):
            await screen.socket.send_json(["ping", "x" * 1000])
        assert driver._wire.unsent < 8 * wire.MOST_UNSENT
        await others_go_on(other)
        app.call_later(app.action_help)
        await until(lambda: len(app.screen_stack) == 2)
        screen.got.clear()
        transport.resume_reading()
        await screen.sees("─ Help ─")
        assert [said for said in screen.said if len(said[1]) > 40] == []


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_who_connects_and_asks_nothing_is_cut_off(tmp_path: Path, said: bytes) -> None:
    async with web_serving(tmp_path, Limits(log_in_time=0.2)) as w:
        reader, writer = await asyncio.open_connection("127.0.0.1", w.port)
        writer.write(said)
        await until(lambda: w.ssh.front.connections["web"].at_the_door == 1)
        with suppress(ConnectionError):
            assert not await reader.read()
        writer.close()
        await until(lambda: w.ssh.front.connections["web"].at_the_door == 0)


async def test_connections_and_sandboxes_of_an_address_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "AT_ONCE", 4)
    async with web_serving(tmp_path, Limits(connections_by_address=2)) as w:
        first, _ = await w.log_in("ada"), await w.log_in("bob")
        third = w.browser()
        await third.submit(name="cyd")
        refused = await third.connect()
        assert await refused.ends() == "There are too many sessions from your address."
        opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", w.port) for _ in range(50)))
        await until(lambda: len(w.door._open) == 8)
        await others_go_on(first)
        for _, writer in opened:
            writer.close()
