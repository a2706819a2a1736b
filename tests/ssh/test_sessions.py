"""Sessions: each has its own sandbox, and what happens in one happens in no other."""

import gc
import json
import logging
import re
import stat
import sys
import weakref
from pathlib import Path

import pytest

from mfadrill.core.users import UserId
from mfadrill.sim.workspace import Workspace
from mfadrill.tui.serving.directory import TAKEN_OVER
from mfadrill.tui.serving.guards import Limits
from mfadrill.tui.serving.log import _Line
from mfadrill.tui.serving.to_front import STOPPING
from ssh_server import serving, until

ADA = UserId("ada.lovelace")

# Textual's own, when an application fails.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine 'Screen._watch_selections' was never awaited")


async def test_two_trainees_act_in_sandboxes_of_their_own_and_go_on_where_they_were(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        ada, bob = await s.log_in("ada"), await s.log_in("bob")
        ada.type("r")
        await ada.sees("1 period starts")
        ada.type("\r")
        await until(lambda: s.app("ada").simulation.world.users[ADA].required)
        assert not s.app("bob").simulation.world.users[ADA].required
        ada.chan.abort()  # the line breaks in the middle of a dialog
        await until(lambda: len(s.server.served.sessions) == 1)
        again = await s.log_in("ADA")
        assert s.app("ada").simulation.world.users[ADA].required
        again.type("\x11")  # ctrl+q
        assert await again.ends() == 0
        assert "Your sandbox is saved, and waits for you." in again.text
        bob.type("\x11")
        await bob.ends()
        assert sys.stdout is s.server.served._streams[0]
    assert stat.S_IMODE((tmp_path / "host_key").stat().st_mode) == 0o600


async def test_the_second_log_in_of_a_user_takes_over(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        first = await s.log_in()
        second = await s.log_in()
        assert await first.ends() == 0
        assert TAKEN_OVER in first.text
        first.closed.clear()
        second.type("?")
        await second.sees("─ Help ─")


async def test_what_fails_in_one_session_ends_that_one_with_a_number_that_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("on purpose")

    async with serving(tmp_path) as s:
        ada, bob = await s.log_in("ada"), await s.log_in("bob")
        s.app("ada").call_later(fail)
        assert await ada.ends() == 1
        found = re.search(r"incident ([0-9a-f]{8})", ada.text)
        assert found
        assert "ZeroDivisionError" not in ada.text
        (record,) = (r for r in caplog.records if r.levelno == logging.ERROR)
        line = json.loads(_Line().format(record))
        assert (line["incident"], line["user"]) == (found[1], "ada")
        assert "on purpose" in line["traceback"]
        bob.type("?")
        await bob.sees("─ Help ─")
        await s.log_in("ada")
        del record
        caplog.clear()
        s.server.served.sweep()  # what is left of it warns here, and not in another test


async def test_who_has_to_leave_while_a_dialog_opens_is_told_why(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        client, app, session = await s.log_in(), s.app(), s.session()

        def both() -> None:
            app.action_help()
            session.leave("You have to go.")

        app.call_later(both)
        assert await client.ends() == 0
        assert "You have to go." in client.text
        assert "incident" not in client.text


async def test_a_sandbox_that_is_damaged_is_told_with_a_number_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "sandboxes" / "ada" / "ada.mfadrill"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no workspace")
    async with serving(tmp_path) as s:
        connection = await s.connect()
        done = await connection.run(term_type="xterm")
        assert done.exit_status == 1
        assert "Your sandbox is damaged and cannot be opened: incident" in str(done.stderr)
    assert file.read_bytes() == b"no workspace"


async def test_a_sandbox_that_another_server_has_open_is_refused_in_words(tmp_path: Path) -> None:
    async with serving(tmp_path) as s, serving(tmp_path) as other:
        await s.log_in()
        done = await (await other.connect()).run(term_type="xterm")
        assert (done.exit_status, str(done.stderr).strip()) == (
            1,
            "Your sandbox is open in another mfadrill.",
        )


async def test_everybody_is_told_and_saved_when_the_server_stops(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        clients = [await s.log_in(name) for name in ("ada", "bob")]
        clients[0].type("w")
        await until(lambda: s.app("ada").simulation.now > s.app("bob").simulation.now)
        await s.front.stop()
        for client in clients:
            assert await client.ends() == 0
            assert STOPPING in client.text
        assert not s.server.open
    left = Workspace.open(tmp_path / "sandboxes" / "ada" / "ada.mfadrill")
    assert left.simulation.now > left.simulation.start
    left.close()


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(idle=0.3), "You typed nothing for 0 minutes"),
        (Limits(total=0.3), "A session lasts 0 minutes"),
    ],
)
async def test_who_types_nothing_or_stays_for_too_long_is_told_and_saved(
    tmp_path: Path, limits: Limits, told: str
) -> None:
    async with serving(tmp_path, limits) as s:
        client = await s.open()
        assert await client.ends() == 0
        assert told in client.text


async def test_a_session_too_many_is_told_that_there_is_no_room(tmp_path: Path) -> None:
    async with serving(tmp_path, Limits(sessions=1)) as s:
        await s.log_in("ada")
        done = await (await s.connect("bob")).run(term_type="xterm")
        assert (done.exit_status, str(done.stderr).strip()) == (
            1,
            "There is no room for more than 1 session. Try again later.",
        )


# Textual may leave a coroutine that had not begun.
@pytest.mark.filterwarnings("ignore:.*_watch_selections:pytest.PytestUnraisableExceptionWarning")
async def test_nothing_of_a_session_is_left_once_it_was_swept_up(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        client = await s.log_in()
        app = weakref.ref(s.app())
        client.type("\x1b[1;2A\x1b[97;5u")  # keys that Textual's parser remembers
        gc.freeze()  # as work in a large organization does
        client.type("\x11")
        await client.ends()
        await until(lambda: not s.server.served.sessions)

        def is_gone() -> bool:
            s.server.served.sweep()
            return app() is None

        await until(is_gone)  # the thread that saved it may have it for a moment


async def test_sessions_of_different_colors_do_not_disturb_each_other(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        all_colors = await s.log_in("ada", term="xterm-kitty")
        sixteen = await s.log_in("bob", term="linux")
        many = await s.log_in("cyd", term="xterm-256color")
        assert b"38;2;" in all_colors.got
        assert b"38;5;" not in all_colors.got
        assert b"38;5;" in many.got
        assert b"38;2;" not in many.got
        assert b"38;" not in sixteen.got
        assert b"\x1b[3" in sixteen.got
