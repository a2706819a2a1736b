"""An instructor looks after a class that is served by a front and a worker in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mfadrill.core.refusals import Refusal
from mfadrill.tui.classroom.app import ClassroomApp
from mfadrill.tui.classroom.line import CannotReach, Line
from mfadrill.tui.classroom.messages import SOCKET, Restart, Say, Trainee
from mfadrill.tui.classroom.trainee_list import TraineeList
from mfadrill.tui.classroom.watch_screen import ScreenView, WatchScreen
from mfadrill.tui.dialog import DialogHelp
from ssh_server import Serving, serving, until


@asynccontextmanager
async def a_class(tmp_path: Path) -> AsyncIterator[tuple[Serving, Line]]:
    async with serving(tmp_path) as s:
        line = await Line.to(tmp_path)
        try:
            yield s, line
        finally:
            await line.close()


async def the_only_one(line: Line) -> Trainee:
    (one,) = (await line.look()).trainees
    return one


async def test_an_instructor_sees_who_is_there_and_what_they_look_at(tmp_path: Path) -> None:
    async with a_class(tmp_path) as (s, line):
        assert (await line.look()).trainees == []
        ada = await s.log_in("ada", (100, 30))
        one = await the_only_one(line)
        assert (one.name, one.address, one.door, one.size) == ("ada", "127.0.0.1", "ssh", (100, 30))
        assert (one.looks_at, one.at, one.branch) == ("Users", "Mon 2 Mar 2026 09:00", "main")
        ada.type("w")
        await ada.sees("Mon 9 Mar 2026 09:00")
        ada.type("?")
        await ada.sees("─ Help ─")
        one = await the_only_one(line)
        assert (one.looks_at, one.at) == ("Help", "Mon 9 Mar 2026 09:00")
        seen = await line.look("ada")
        assert seen.screen is not None
        assert (seen.screen.width, len(seen.screen.rows)) == (100, 30)
        assert "esc closes, arrows scroll" in "".join(seen.screen.rows)
        assert (await line.look("bob")).screen is None


async def test_a_message_goes_to_one_or_to_everybody(tmp_path: Path) -> None:
    async with a_class(tmp_path) as (s, line):
        ada, bob = await s.log_in("ada"), await s.log_in("bob")
        assert await line.do(Say("Look at the \x1b[31mclock", to="ada")) == ["ada"]
        await ada.sees("Look at the")
        assert b"\x1b[31mclock" not in ada.got
        assert await line.do(Say("Time is up")) == ["ada", "bob"]
        await bob.sees("Time is up")
        assert "Look at the" not in bob.text
        assert await line.do(Say("Anybody?", to="cyd")) == []


async def test_a_sandbox_begins_anew_and_what_it_was_is_put_aside(tmp_path: Path) -> None:
    async with a_class(tmp_path) as (s, line):
        ada, bob = await s.log_in("ada"), await s.log_in("bob")
        for client in (ada, bob):
            client.type("w")
            await client.sees("Mon 9 Mar 2026 09:00")
        assert await line.do(Restart(name="ada")) == ["ada"]
        await ada.sees("This sandbox has begun anew")
        assert s.app("ada").simulation.now == s.app("ada").simulation.start
        assert s.app("bob").simulation.now > s.app("bob").simulation.start
        ada.type("?")
        await ada.sees("─ Help ─")
        (aside,) = (tmp_path / "sandboxes" / "ada" / "put-aside").iterdir()
        assert aside.suffix == ".mfadrill"


async def test_everybody_gets_a_scenario_and_so_does_who_comes_later(tmp_path: Path) -> None:
    async with a_class(tmp_path) as (s, line):
        ada = await s.log_in("ada")
        assert await line.do(Restart("lost-phone")) == ["ada"]
        await ada.sees("This sandbox has begun anew")
        title = s.app("ada").scenario_title
        assert "phone" in title.casefold()
        await s.open("bob")
        await until(lambda: any(one.name == "bob" and one.app for one in s.server.served.sessions))
        assert s.app("bob").scenario_title == title
        assert (await line.look()).scenario == "lost-phone"
        with pytest.raises(Refusal, match="to everybody, not to one alone"):
            await line.do(Restart("first-rollout", "ada"))
        with pytest.raises(Refusal, match="no shipped scenario"):
            await line.do(Restart("lost-fone"))
        assert (await line.look()).scenario == "lost-phone"


async def test_the_desk_is_for_its_owner_and_gone_with_the_server(tmp_path: Path) -> None:
    with pytest.raises(CannotReach, match="No server runs on"):
        await Line.to(tmp_path)
    async with serving(tmp_path):
        assert (tmp_path / SOCKET).stat().st_mode & 0o777 == 0o600
        line = await Line.to(tmp_path)
    with pytest.raises(CannotReach, match="no longer answers"):
        await line.look()
    await line.close()
    assert not (tmp_path / SOCKET).exists()


async def test_the_classroom_lists_watches_and_tells(tmp_path: Path) -> None:
    async with a_class(tmp_path) as (s, line):
        ada = await s.log_in("ada")
        app = ClassroomApp(line)
        async with app.run_test(size=(100, 24)) as pilot:
            listed = app.screen.query_one(TraineeList)
            await until(lambda: listed.trainees)
            await pilot.press("enter")
            assert isinstance(app.screen, WatchScreen)
            view = app.screen.query_one(ScreenView)
            await until(lambda: any("ada.lovelace" in strip.text for strip in view._strips))
            await pilot.press("m", *"Well done", "enter")
            await ada.sees("Well done")
            await until(lambda: isinstance(app.screen, WatchScreen))
            await pilot.press("escape")
            ada.type("\x11")
            await ada.ends()
            await until(lambda: not listed.trainees)
            await pilot.press("enter")
            assert app.screen is app.screen_stack[0]


async def test_the_classroom_resets_only_after_a_question(tmp_path: Path) -> None:
    async with a_class(tmp_path) as (s, line):
        ada = await s.log_in("ada")
        ada.type("w")
        await ada.sees("Mon 9 Mar 2026 09:00")
        app = ClassroomApp(line)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(lambda: app.screen.query_one(TraineeList).trainees)
            await pilot.press("question_mark")
            assert isinstance(app.screen, DialogHelp)
            await pilot.press("escape", "x", "enter")  # cancel has the focus
            assert s.app("ada").simulation.now > s.app("ada").simulation.start
            await pilot.press("x", "tab", "enter")
            await ada.sees("This sandbox has begun anew")
        assert s.app("ada").scenario_title == "A first rollout at Nordwind Freight"


async def test_the_classroom_ends_with_the_server_and_says_so(tmp_path: Path) -> None:
    async with a_class(tmp_path) as (s, line):
        app = ClassroomApp(line)
        async with app.run_test() as pilot:
            await pilot.pause()
            await s.front.stop()
            await until(lambda: app.return_value)
        assert "no longer answers" in (app.return_value or "")
