"""What a client types and what it is shown: pastes in any pieces, and colors that can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from textual.events import Key, Paste

from mfadrill.tui.serving import intake
from mfadrill.tui.serving.colors import color_system, in_colors_of
from mfadrill.tui.serving.intake import LONGEST_PASTE, Intake


@given(st.integers(0, 40), st.integers(1, 9))
def test_a_long_paste_is_cut_wherever_its_packets_end_and_the_keys_after_it_count(
    over: int, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "LONGEST_PASTE", 30)
        typed = Intake()
        sent = b"a\x1b[200~" + b"x" * (15 + over) + b"\x1b[201~b"
        got = [m for at in range(0, len(sent), size) for m in typed.feed(sent[at : at + size])]
    first, paste, last = got
    assert isinstance(first, Key)
    assert isinstance(last, Key)
    assert (first.key, last.key) == ("a", "b")
    assert isinstance(paste, Paste)
    assert paste.text == "x" * len(paste.text)
    assert min(15 + over, 24) <= len(paste.text) <= 36


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    typed = Intake()
    list(typed.feed(data))
    typed.end()
    typed.end()


def test_an_endless_paste_takes_no_room() -> None:
    typed = Intake()
    list(typed.feed(b"\x1b[200~"))
    for _ in range(20):
        assert not list(typed.feed(b"x" * 10_000))
    (paste,) = typed.feed(b"\x1b[201~")
    assert isinstance(paste, Paste)
    assert len(paste.text) == LONGEST_PASTE


@pytest.mark.parametrize(
    ("environment", "system"),
    [
        ({"TERM": "xterm-256color"}, ColorSystem.EIGHT_BIT),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ColorSystem.TRUECOLOR),
        ({"TERM": "xterm-kitty"}, ColorSystem.TRUECOLOR),
        ({"TERM": "linux"}, ColorSystem.STANDARD),
        ({}, ColorSystem.STANDARD),
    ],
)
def test_a_client_has_the_colors_that_its_terminal_surely_shows(
    environment: dict[str, str], system: ColorSystem
) -> None:
    assert color_system(environment) is system


def test_text_can_be_told_from_its_ground_in_16_colors() -> None:
    muted = "\x1b[1;38;2;138;138;138;48;2;108;108;108mtext\x1b[0m"
    assert in_colors_of(ColorSystem.STANDARD, muted) in (
        "\x1b[1;97;100mtext\x1b[0m",
        "\x1b[1;30;100mtext\x1b[0m",
    )
    assert in_colors_of(ColorSystem.TRUECOLOR, muted) == muted
    assert in_colors_of(ColorSystem.EIGHT_BIT, muted) == "\x1b[1;38;5;245;48;5;242mtext\x1b[0m"
