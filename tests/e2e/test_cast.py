"""A recorded replay, shown by a real terminal."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style

from drill_files import HEAD
from e2e.terminal import Terminal
from mfadrill.sim.scenario.load import Scenario, read
from mfadrill.tui import cli
from mfadrill.tui.picture import Picture
from mfadrill.tui.recording.cast import Cast
from mfadrill.tui.recording.film import film, screen_after

STORY = """\
people:
  ada: {name: 恵子 Lovelace, require MFA: 3}
steps:
  - advance: 1 hour
  - log in: ada
  - show QR code: ada
  - expect: {sees: {ada: QR code}}
  - advance: 4 days
    note: Nobody has done anything, and the period is over.
  - require MFA: {users: ada, days: 366}
    refused: whole number
"""


def story() -> Scenario:
    head = HEAD[: HEAD.index("people:")]
    return read(head + STORY, "story.drill.yaml")


def parsed(cast: str) -> tuple[dict[str, Any], list[tuple[float, str, str]]]:
    header, *events = map(json.loads, cast.splitlines())
    return header, [(interval, code, data) for interval, code, data in events]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_a_terminal_shows_at_the_end_of_the_cast_what_the_application_showed(
    size: tuple[int, int], tmp_path: Path
) -> None:
    scenario = story()
    steps = len(scenario.steps)
    cast = await film(scenario, size, steps)
    header, events = parsed(cast)
    assert (header["version"], header["term"]["cols"], header["term"]["rows"]) == (3, *size)
    assert [data for _, code, data in events if code == "m"] == [
        f"{number} {step.words}" for number, step in enumerate(scenario.steps, 1)
    ]
    assert all(interval >= 0 for interval, _, _ in events)
    assert events[-1][1:] == ("x", "0")
    assert len(cast) < 80_000

    app = await screen_after(scenario, size, steps)
    raw = tmp_path / "raw"
    # All but the end, which gives the terminal its cursor back.
    raw.write_text("".join(data for _, code, data in events[:-2] if code == "o"), encoding="utf-8")
    with Terminal(f"cat {raw} && exec cat", *size) as terminal:
        terminal.wait_for("REPLAY step 6 of 6")
        shown, cells = terminal.screen, terminal.cells
    assert [line.rstrip() for line in shown.splitlines()] == app.text.splitlines()
    # What was painted over and over has the colors of what is painted once.
    for row, (there, here) in enumerate(zip(cells, app.rows, strict=True)):
        assert _colors(there) == _colors(here), row


def _colors(segments: Iterable[Segment]) -> list[tuple[str, str, str]]:
    """For each cell that is not empty its character, color and background."""
    return [
        (character, str(style.color and style.color.triplet), str(style.bgcolor and style.bgcolor.triplet))
        for segment in segments
        for style in (segment.style or Style.null(),)
        for character in segment.text
        if character.strip()
    ]


async def test_the_same_replay_makes_the_same_cast() -> None:
    assert await film(story(), (80, 24), 2) == await film(story(), (80, 24), 2)


async def test_what_is_on_the_screen_already_is_not_sent_again_and_time_is_kept() -> None:
    picture = await screen_after(story(), (80, 24), 0)
    other = await screen_after(story(), (80, 24), 4)
    cast = Cast(80, 24, "A \x1b[2J title")
    cast.show(picture)
    cast.wait(2.0)
    cast.show(picture)
    cast.wait(1.5)
    cast.show(other)
    header, events = parsed(cast.end(1))
    assert "\x1b" not in header["title"]
    assert [(interval, code) for interval, code, _ in events] == [(0, "o"), (3.5, "o"), (0, "o"), (0, "x")]
    assert events[1][2] == other.painted(picture)
    assert len(other.painted(picture)) < len(other.painted())
    assert picture.painted(picture) == ""
    assert isinstance(picture, Picture)


def test_the_command_records_up_to_the_step_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    failing = "steps:\n- advance: 1 day\n- expect: {status: {ada: Enrolled}}\n- advance: 1 day\n"
    Path("bad.drill.yaml").write_text(HEAD + failing, encoding="utf-8")
    status = cli.main(
        ["replay", "bad.drill.yaml", "--cast", "bad.cast", "--screen", "bad.TXT", "--size", "80x24"]
    )
    assert status == 1
    assert capsys.readouterr().err == (
        "bad.cast: a recording of 2 steps.\nbad.TXT: the screen after 2 steps.\n"
    )
    _, events = parsed(Path("bad.cast").read_text(encoding="utf-8"))
    assert [data for _, code, data in events if code == "m"] == ["1 advance: 1 day", "2 expect status"]
    assert events[-1][1:] == ("x", "1")
    assert "ada, TOTP status: expected Enrolled" in Path("bad.TXT").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cast", "a.cast", "--shipped"], "for one scenario; these are"),
        (["lost-phone", "--until", "12"], "from 0 to 11 here"),
        (["lost-phone", "--screen", "a.png"], "FILE.svg or FILE.txt"),
        (["lost-phone", "--until", "1", "--screen", "none/a.svg"], "Cannot be written"),
    ],
    ids=str,
)
def test_what_cannot_be_recorded_has_words(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["replay", *arguments]) == 2
    assert words in capsys.readouterr().err
