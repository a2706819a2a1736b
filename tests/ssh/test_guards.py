"""Hostile and clumsy clients: each is turned away or borne with, and the others do not notice."""

import asyncio
import socket
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest

from mfadrill.core.behaviour import PRESETS
from mfadrill.core.crowd import SetBehaviour
from mfadrill.tui.serving import wire
from mfadrill.tui.serving.driver import WireDriver
from mfadrill.tui.serving.guards import Connections, Limits, NotLetIn, WrongPasswords, clamped, sandbox_name
from ssh_server import Client, Serving, serving, until


async def others_go_on(s: Serving, client: Client) -> None:
    """Another session answers its keys."""
    client.type("?")
    await client.sees("─ Help ─")


async def test_without_a_terminal_there_is_a_clear_line_and_exit_status_1(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        connection = await s.connect()
        for terminal in (None, "dumb"):
            done = await connection.run(term_type=terminal)
            assert done.exit_status == 1
            assert str(done.stderr).startswith("mfadrill is drawn on a terminal")
            assert done.stdout == ""


async def test_a_command_is_run_only_if_it_replays_a_shipped_scenario(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        connection = await s.connect()
        for command in ("id", "replay", "replay /etc/passwd", "replay modal-totp-alone; id", "scp -t ."):
            done = await connection.run(command)
            assert done.exit_status == 1
            assert "There is no shell here." in str(done.stderr)
            assert done.stdout == ""
        done = await connection.run("replay lost-fone")
        assert (
            str(done.stderr).strip() == "There is no shipped scenario 'lost-fone'. Did you mean 'lost-phone'?"
        )
        done = await connection.run("replay modal-totp-alone")
        assert done.exit_status == 0
        assert "passed  modal-totp-alone" in str(done.stdout)


async def test_nothing_is_forwarded_and_there_is_no_other_subsystem(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        connection = await s.connect()
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", s.port)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_unix_connection("/run/any.sock")
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_port("", 0, "127.0.0.1", 9)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_path(str(tmp_path / "socket"), "any")
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_session(Client, subsystem="netconf", encoding=None)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_session(
                Client, x11_forwarding=True, x11_display="localhost:0.0", encoding=None
            )


async def test_the_agent_of_a_client_is_left_alone(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        connection = await s.connect(agent_forwarding=str(tmp_path / "agent"))
        await connection.run("replay modal-totp-alone")  # which asks for the forwarding, too
        (served,) = s.server.open
        assert served.conn.get_agent_path() is None


async def test_a_connection_has_few_sessions(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        connection = await s.connect()
        for _ in range(4):  # of those that stay: a sandbox is given up to the next one
            await connection.start_sftp_client()
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.run("id")


@pytest.mark.parametrize(
    ("said", "drawn"),
    [((0, 0), (80, 24)), ((0, 50), (80, 24)), ((1, 1), (20, 10)), ((2**32 - 1, 2**31), (500, 200))],
)
def test_a_window_has_a_size_that_can_be_drawn(said: tuple[int, int], drawn: tuple[int, int]) -> None:
    assert clamped(*said) == drawn


async def test_absurd_windows_and_many_changes_of_them_are_borne_with(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        client = await s.log_in()
        for width in range(1, 400):
            client.chan.change_terminal_size(width, 2**31)
        client.chan.change_terminal_size(2**31, 1)
        await until(lambda: s.app().size == (500, 10))
        client.chan.change_terminal_size(100, 30)
        await until(lambda: s.app().size == (100, 30))
        await others_go_on(s, client)


@pytest.mark.parametrize("where", ["channel", "socket"])
async def test_a_slow_reader_is_left_out_frames_and_then_sees_the_latest(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_UNSENT", 32_768)
    async with serving(tmp_path) as s:
        # Room for little in the channel; or much promised there, and then nothing taken from the socket.
        window = 16_384 if where == "channel" else 2**31
        client = await s.log_in("ada", (160, 45), window=window)
        other = await s.log_in("bob")
        transport = client.chan.get_connection()._transport
        assert isinstance(transport, asyncio.ReadTransport)
        if where == "channel":
            client.chan.pause_reading()
        else:
            transport.pause_reading()
            served = next(c.conn for c in s.server.open if c.conn.get_extra_info("username") == "ada")
            served.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        driver, app = s.app().driver, s.app()
        assert isinstance(driver, WireDriver)
        while not driver.left_out:
            app.call_later(app.refresh)
            await asyncio.sleep(0.02)
        for _ in range(5):
            app.call_later(app.refresh)
            await asyncio.sleep(0.02)
        assert driver._wire.unsent < 8 * wire.MOST_UNSENT
        await others_go_on(s, other)
        app.call_later(app.action_help)
        await until(lambda: len(app.screen_stack) == 2)
        client.got.clear()
        if where == "channel":
            client.chan.resume_reading()
        else:
            transport.resume_reading()
        await client.sees("─ Help ─")


async def test_a_client_that_is_gone_takes_no_frames_and_is_not_behind(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        client, wire = await s.log_in(), s.session()._wire
        client.chan.get_connection().abort()
        await until(lambda: not s.server.open)
        wire.write(b"a frame")  # as an application does that is putting a screen together meanwhile
        assert not wire.is_behind


async def test_a_paste_of_a_megabyte_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        client, other = await s.log_in("ada"), await s.log_in("bob")
        client.type("/")
        client.type("\x1b[200~" + "x" * 1_000_000 + "\x1b[201~")
        await others_go_on(s, other)
        client, other = await s.log_in("ada"), await s.log_in("bob")
        client.type("x?" * 500_000)  # the same as keys, one by one
        await others_go_on(s, other)
        assert len(s.session("ada")._wire._unread) <= 2 * 65_536 + 32_768
        client.chan.get_connection().abort()
        await until(lambda: len(s.server.served.sessions) == 1)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\xff\xfe\x80\xc3\x28\xed\xa0\x80",
        b"\x1b[99999999999999u",
        b"\x1b[1:2:3;4;5u\x1b[55296u\x1b[-1u",
        b"\x1b[48;99999;99999;1;1t\x1b[<0;99999999;99999999M\x1b[<35;-1;-1m\x1b[M\xff\xff\xff",
        b"\x1b[?2048;2$y\x1b[?1016;1$y\x1b]52;c;AAAA\x07\x1bP" + b"q" * 100,
        b"\x1b[201~\x1b[200~\x1b[200~ab\x1b[201~\x00",
    ],
)
async def test_what_makes_no_sense_does_no_harm(tmp_path: Path, nonsense: bytes) -> None:
    async with serving(tmp_path) as s:
        client = await s.log_in()
        client.type(nonsense)
        client.chan.change_terminal_size(90, 30)
        await until(lambda: s.app().size == (90, 30))
        await client.sees("ada.lovelace")


async def test_who_connects_and_says_nothing_is_cut_off(tmp_path: Path) -> None:
    async with serving(tmp_path, Limits(log_in_time=0.2)) as s:
        reader, writer = await asyncio.open_connection("127.0.0.1", s.port)
        await until(lambda: s.front.connections["ssh"].at_the_door == 1)
        await reader.read()
        writer.close()
        await until(lambda: s.front.connections["ssh"].at_the_door == 0)
        assert not s.server.open


async def test_a_session_that_keeps_the_processor_busy_leaves_the_others_their_turn(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        busy, other = await s.log_in("ada"), await s.log_in("bob")
        app = s.app("ada")
        app.simulation.act(SetBehaviour(PRESETS["eager"]))
        app.call_later(app.travel, timedelta(days=3000))
        await until(lambda: app._one_at_a_time.locked())
        await others_go_on(s, other)
        assert app._one_at_a_time.locked()
        busy.type("\x1b")  # stops the journey
        await until(lambda: not app._one_at_a_time.locked())


async def test_two_hundred_connections_at_once_from_one_address_are_too_many(tmp_path: Path) -> None:
    async with serving(tmp_path, Limits(connections_by_address=10)) as s:
        client = await s.log_in()
        opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", s.port) for _ in range(200)))
        await until(lambda: len(s.server.open) == 10)
        await others_go_on(s, client)
        for _, writer in opened:
            writer.close()
        await until(lambda: len(s.server.open) == 1)
        await s.connect("bob")


def test_connections_that_have_not_logged_in_are_few_altogether() -> None:
    connections = Connections(Limits(at_the_door=2))
    connections.come("a")
    connections.come("b")
    with pytest.raises(NotLetIn):
        connections.come("c")
    connections.logged_in()
    connections.come("c")
    connections.go("a", logged_in=True)
    connections.go("b", logged_in=False)
    assert connections.at_the_door == 1


def test_wrong_passwords_of_an_address_count_for_a_while() -> None:
    now = 0.0
    wrong = WrongPasswords(Limits(wrong_by_address=2, wrong_within=10), lambda: now)
    wrong.add("a")
    wrong.refuse_if_many("a")
    wrong.add("a")
    with pytest.raises(NotLetIn):
        wrong.refuse_if_many("a")
    wrong.refuse_if_many("b")
    now = 11
    wrong.refuse_if_many("a")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "a/b", "a\\b", "-rf", "a b", "a\x00", "ädà", "x" * 33, "a\n"]
)
def test_a_user_name_is_plain(name: str) -> None:
    with pytest.raises(NotLetIn):
        sandbox_name(name)


async def test_another_name_is_turned_away_before_the_log_in_with_the_reason(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        with pytest.raises(asyncssh.IllegalUserName, match="plain letters"):
            await s.connect("../../etc")
        assert sandbox_name("Ada.L-1_x") == "ada.l-1_x"
