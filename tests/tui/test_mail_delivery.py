"""Delivery to a real SMTP server: what arrives, in which order, and what is told when it cannot."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from drill import ADA, HAO, Drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.mail_delivery import Server
from mfadrill.sim.scenario.load import load
from mfadrill.tui.app import DrillApp
from mfadrill.tui.messages import Perform


class Letterbox:
    """Takes mail for everybody but for whom it refuses, with this answer."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        if name in self.refuses:
            return self.refuses[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        self.got.append((envelope.rcpt_tos[0].partition("@")[0], str(mail["Subject"]).partition(" ")[0]))
        return "250 OK"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


@pytest.fixture
def server(box: Letterbox, port: int) -> Iterator[Controller]:
    controller = Controller(box, hostname="127.0.0.1", port=port)
    yield controller
    if controller.server is not None:
        controller.stop()


@asynccontextmanager
async def posting(port: int) -> AsyncIterator[Drill]:
    """The application at a world where Hao has had a mail before."""
    app = DrillApp(nordwind(RequireMfa((HAO,), 30)), smtp=Server("127.0.0.1", port))
    app.asks_in_the_past = False  # the question has a test of its own
    async with app.run_test(size=(120, 40)) as pilot:
        drill = Drill(app, pilot)
        await drill.settle()
        yield drill


async def require(drill: Drill, *users: str) -> None:
    drill.app.post_message(Perform(RequireMfa(users, 7)))  # type: ignore[arg-type]
    await drill.settle()


async def travel(drill: Drill, days: int) -> None:
    drill.app.travel(timedelta(days=days))
    await drill.settle()


async def test_each_new_mail_arrives_once_and_in_order(server: Controller, box: Letterbox, port: int) -> None:
    server.start()
    async with posting(port) as d:
        await require(d, "ada.lovelace", "radia.perlman")
        await travel(d, 6)
        sent = [("ada.lovelace", "MFA"), ("radia.perlman", "MFA")]
        sent += [("ada.lovelace", "Reminder:"), ("radia.perlman", "Reminder:")]
        assert box.got == sent
        for days in (-6, 6, -3):
            await travel(d, days)
        assert box.got == sent
        await require(d, "zofia.kowalska")  # a branch begins
        sent.append(("zofia.kowalska", "MFA"))
        assert box.got == sent
        for branch in ("main", "branch 2"):
            d.app.switch_to(branch)
            await d.settle()
        assert box.got == sent
        await d.do("time.undo")
        assert box.got == sent
        assert d.notices == []


async def test_a_server_that_is_away_is_told_once_and_gets_everything_when_it_is_back(
    server: Controller, box: Letterbox, port: int
) -> None:
    async with posting(port) as d:
        await require(d, "ada.lovelace")
        await require(d, "radia.perlman")
        (told,) = d.notices
        assert told.startswith(
            f"The mail server 127.0.0.1:{port} cannot be used: connection refused. Mails are"
        )
        assert d.user(ADA).inbox
        server.start()
        await travel(d, 6)
        assert [to for to, _ in box.got] == ["ada.lovelace", "radia.perlman"] * 2
        assert d.notices[1:] == [f"The mail server 127.0.0.1:{port} is back: 4 mails delivered."]


async def test_a_refused_mail_does_not_hold_up_the_others(
    server: Controller, box: Letterbox, port: int
) -> None:
    server.start()
    box.refuses = {"ada.lovelace": "550 No such user", "radia.perlman": "450 Busy"}
    async with posting(port) as d:
        await require(d, "ada.lovelace", "radia.perlman", "zofia.kowalska")
        assert [to for to, _ in box.got] == ["zofia.kowalska"]
        (told,) = d.notices
        assert told.endswith("refused 1 mail: ada.lovelace: 550 No such user.")
        box.refuses = {}
        await require(d, "katherine.j")
        assert [to for to, _ in box.got] == ["zofia.kowalska", "radia.perlman", "katherine.j"]


@pytest.mark.parametrize("text", ["", "localhost", "localhost:", ":25", "a:0", "a:65536", "a:x", "a:٣"])
def test_what_is_no_server_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        Server.parse(text)


def test_a_server_is_read_and_written_alike() -> None:
    assert Server.parse("[::1]:1025") == ("::1", 1025)
    assert str(Server.parse("[::1]:1025")) == "[::1]:1025"


async def test_the_steps_of_a_replay_send_their_mails_and_a_jump_back_does_not(
    server: Controller, box: Letterbox, port: int
) -> None:
    server.start()
    async with posting(port) as d:
        d.app.replay_bar.begin(load(["extension-midway"])[0])
        await d.settle()
        assert not box.got
        await d.press("end")
        sent = len(box.got)
        assert sent > 1
        await d.press("home", "x", "down", "enter")
        assert len(box.got) == sent
