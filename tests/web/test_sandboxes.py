"""Sandboxes in browsers: the same ones as over SSH, in the same processes."""

import weakref
from pathlib import Path

import pytest

from mfadrill.core.users import UserId
from mfadrill.tui.serving.directory import TAKEN_OVER
from mfadrill.tui.serving.guards import Limits
from mfadrill.tui.serving.to_front import STOPPING
from ssh_server import until
from web_server import web_serving

ADA = UserId("ada.lovelace")


async def test_two_trainees_act_in_sandboxes_of_their_own_and_go_on_where_they_were(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        browser = w.browser()
        ada, bob = await browser.log_in("ada"), await w.log_in("bob")
        await ada.type("r")
        await ada.sees("1 period starts")
        await ada.type("\r")
        await until(lambda: w.ssh.app("ada").simulation.world.users[ADA].required)
        assert not w.ssh.app("bob").simulation.world.users[ADA].required
        await ada.type("\r\x11")  # ctrl+q
        assert await ada.ends() == "Your sandbox is saved, and waits for you."
        assert b"38;2;" in ada.got
        again = await browser.connect()  # a reload; the cookie is still good
        await again.sees("ada.lovelace")
        assert w.ssh.app("ada").simulation.world.users[ADA].required
        await bob.type("?")
        await bob.sees("─ Help ─")


async def test_who_comes_later_under_a_name_takes_over_from_ssh_and_from_a_browser(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        terminal = await w.ssh.log_in("ada")
        page = await w.log_in("ada")
        assert await terminal.ends() == 0
        assert TAKEN_OVER in terminal.text
        terminal = await w.ssh.log_in("ada")
        assert await page.ends() == TAKEN_OVER
        terminal.type("?")
        await terminal.sees("─ Help ─")


async def test_a_page_that_is_closed_saves_and_makes_room(tmp_path: Path) -> None:
    async with web_serving(tmp_path, Limits(sessions=1)) as w:
        page = await w.log_in("ada")
        crowded = w.browser()
        await crowded.submit(name="bob")
        refused = await crowded.connect()
        assert await refused.ends() == "There is no room for more than 1 session. Try again later."
        await page.socket.close()
        await until(lambda: not w.ssh.server.served.sessions)
        await (await crowded.connect()).sees("ada.lovelace")


async def test_a_window_that_changes_its_size_is_drawn_anew_in_any_size(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        page = await w.browser().log_in(size=(120, 40))
        assert w.ssh.app().size == (120, 40)
        await page.socket.send_json(["resize", {"width": 2**70, "height": -1}])
        await until(lambda: w.ssh.app().size == (500, 10))
        await page.socket.send_json(["ping", "17"])
        await until(lambda: ["pong", "17"] in page.said)


# Textual may leave a coroutine that had not begun.
@pytest.mark.filterwarnings("ignore:.*_watch_selections:pytest.PytestUnraisableExceptionWarning")
async def test_nothing_of_a_session_is_left_once_it_was_swept_up(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        page, app = await w.log_in(), weakref.ref(w.ssh.app())
        await page.type("\x11")
        await page.ends()
        await until(lambda: not w.ssh.server.served.sessions)

        def is_gone() -> bool:
            w.ssh.server.served.sweep()
            return app() is None

        await until(is_gone)


async def test_everybody_is_told_when_the_server_stops(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        page = await w.log_in("ada")
        await w.ssh.front.stop()
        assert await page.ends() == STOPPING
