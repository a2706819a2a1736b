import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from drill import drill
from mfadrill.core.users import UserId
from mfadrill.sim.user_csv import Checked
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.admin_portal.import_export import import_dialog
from mfadrill.tui.admin_portal.import_export.export_dialog import ExportDialog
from mfadrill.tui.admin_portal.import_export.import_dialog import GivenUp, ImportDialog

NOOR, BO = UserId("noor"), UserId("bo")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_good_rows_are_imported_only_when_accepted_and_undone_at_once(
    size: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "new.csv"
    path.write_text(
        "Username,FirstName,Shoe,enable_user_portal_multifactor,EnrollmentDays\n"
        "noor,=cmd,1,True,14\nada.lovelace,Ada,,,\nbo,Bo,,perhaps,\nbo2,Bo,,,\n"
    )
    async with drill(size=size) as d:
        await d.press("I")
        await d.type("#path", str(path))
        await d.click("#path")
        await d.press("enter")
        text = " ".join(d.screen_text().replace("│", "").split())
        assert "2 rows can be imported, MFA required of 1; 2 rows with errors, not imported." in text
        assert "line 3: The username 'ada.lovelace' is taken" in text
        assert "line 4: enable_user_portal_multifactor: 'perhaps'" in text
        assert "Columns that are not imported: Shoe." in text
        assert "import the 2 good rows" in text
        assert NOOR not in d.simulation.world.users
        await d.click("#do")
        assert isinstance(d.app.screen, ResultSheet)
        assert d.user(NOOR).first_name == "=cmd"
        assert d.user(NOOR).period is not None
        await d.press("u")
        await d.settle()
        assert NOOR not in d.simulation.world.users
        assert UserId("bo2") not in d.simulation.world.users


async def test_a_column_is_taken_for_another_field(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("who;Email\nnoor;n@x.example\n")
    async with drill() as d:
        await d.do("users.import")
        await d.type("#path", str(path))
        await d.click("#read")
        assert "No column is the username" in d.screen_text()
        assert d.app.screen.query_one("#do").disabled
        await d.press("enter", "down", "enter")
        assert not d.app.screen.query_one("#do").disabled
        await d.click("#do")
        assert d.user(NOOR).email == "n@x.example"


async def test_a_file_that_is_not_there_is_told_in_place() -> None:
    async with drill() as d:
        await d.do("users.import")
        await d.press("enter")
        assert d.said("#said") == "Type the path of a CSV file."
        await d.type("#path", "/no/where.csv")
        await d.press("enter")
        assert d.said("#said") == "There is no file /no/where.csv."
        assert isinstance(d.app.screen, ImportDialog)
        await d.press("escape")
        assert len(d.app.screen_stack) == 1


async def test_a_large_file_is_imported_in_one_act(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("Username\n" + "".join(f"u{n}\n" for n in range(5000)))
    async with drill() as d:
        await d.do("users.import")
        await d.type("#path", str(path))
        await d.press("enter")
        await d.press("enter")
        await d.settle()
        assert len(d.simulation.world.users) == 5008
        assert len(d.simulation.timeline.acts) == 1


async def test_an_import_that_is_left_while_it_is_checked_ends_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.csv"
    path.write_text("Username\nnoor\n")
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    gave_up: list[bool] = []

    def check(*arguments: Any) -> Checked:
        arguments[-1](1)
        begun.set()
        assert go_on.wait(10)
        try:
            arguments[-1](2)
        except GivenUp:
            gave_up.append(True)
            raise
        finally:
            ended.set()
        return Checked()

    monkeypatch.setattr(import_dialog, "check", check)
    async with drill() as d:
        wrong: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
        await d.do("users.import")
        d.app.screen.query_one("#path", Input).value = str(path)
        await d.pilot.press("enter")
        while not begun.is_set():
            await d.pilot.pause()
        await d.pilot.press("escape")
        assert len(d.app.screen_stack) == 1
        go_on.set()
        assert ended.wait(10)
        await d.settle()
        assert gave_up
        assert not wrong
        assert NOOR not in d.simulation.world.users


async def test_the_list_is_exported_as_it_is_filtered(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    async with drill() as d:
        await d.click_text("#selection", "file")
        await d.press("escape")
        await d.type("#search", "kowalska")
        await d.do("users.export")
        assert d.app.screen.query_one("#path").value == "nordwind-freight-users-2026-03-02.csv"  # type: ignore[attr-defined]
        await d.type("#path", str(path))
        await d.press("enter")
        assert d.notices == [f"1 user written to {path}"]
        assert path.read_text().splitlines()[1].startswith("zofia.kowalska,Zofia,Kowalska,")


async def test_a_file_is_overwritten_only_after_asking(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    beside = tmp_path / "users.json"
    beside.write_text("precious")
    async with drill(size=(80, 24)) as d:
        await d.press("E")
        await d.type("#path", str(path))
        await d.click("#json")
        await d.click("#do")
        assert beside.read_text() == "precious"
        assert isinstance(d.app.screen, ExportDialog)
        assert "Press overwrite to replace it." in " ".join(d.screen_text().split())
        d.app.screen.query_one("#path").focus()
        await d.press("enter")
        assert len(json.loads(beside.read_text())) == 8
