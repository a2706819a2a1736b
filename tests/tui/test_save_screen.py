"""Saving what is on the screen as a drawing or as text."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from drill import drill
from mfadrill.tui.save_screen import SaveScreen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_the_screen_before_the_palette_is_written_as_text(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with drill(size=size) as d:
        before = [line.rstrip() for line in d.screen_text().splitlines()]
        await d.press("ctrl+p")
        await d.press(*"save this screen", "enter")
        await d.settle()
        assert isinstance(d.app.screen, SaveScreen)
        file = tmp_path / "there.txt"
        await d.type("#path", str(file))
        await d.press("enter")
        assert file.read_text(encoding="utf-8").splitlines() == before
        assert d.notices == [f"The screen was written to {file}"]


async def test_an_open_dialog_is_in_the_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with drill(size=(80, 24)) as d:
        await d.press("g")
        await d.press("ctrl+p")
        await d.press(*"save", "enter")
        await d.type("#path", "~/date.svg")
        await d.press("enter")
        drawing = ElementTree.fromstring((tmp_path / "date.svg").read_text(encoding="utf-8"))
        text = "".join(drawing.itertext()).replace("\xa0", " ")
        assert "esc closes" in text
        assert "ada.lovelace" in text
        assert type(d.app.screen).__name__ == "DateDialog"  # still open


async def test_no_file_is_overwritten_unasked_and_mistakes_have_words(tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_text("old", encoding="utf-8")
    async with drill(size=(80, 24)) as d:
        await d.do("app.save-screen")
        for path, words in (
            (str(file), "already"),
            (str(tmp_path / "old.png"), "ends in .svg or .txt"),
            (str(tmp_path / "none" / "a.svg"), "No such file"),
            ("a\0.svg", "no path"),
            ("~nobody-here/a.svg", "no path"),
        ):
            await d.type("#path", path)
            await d.press("enter")
            assert words in d.said("#said").replace("\n", " "), path
        assert file.read_text(encoding="utf-8") == "old"
        await d.type("#path", str(file))
        await d.press("enter", "enter")
        assert "mfadrill" in file.read_text(encoding="utf-8")
