"""Pastes in a real terminal: nothing hangs, nothing is cut into something valid, and the next thing typed counts."""

import sys
from pathlib import Path

import pytest

from e2e.terminal import Terminal

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("x" * 10_000, "200 characters are the most here"),
        ("ada.lovelace\nfoo", "it has several lines"),
        ("ada.lovelace\t\n", "filled in for you"),
    ],
    ids=["10 kB", "two lines", "a line"],
)
def test_a_paste_into_the_username(pasted: str, told: str) -> None:
    with Terminal(MFADRILL, 80, 24) as terminal:
        terminal.wait_for("ada.lovelace", "select all")
        terminal.click("User Portal")
        terminal.click("type to search")
        terminal.wait_for("ada.midura  Ada")
        terminal.paste(pasted)
        terminal.wait_for(told)
        terminal.type("q")
        terminal.wait_for("ada.lovelaceq" if "\t" in pasted else "Username  q", gone=told)
