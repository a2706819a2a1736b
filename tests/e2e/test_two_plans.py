"""Two plans for one crowd in a real terminal: 7 days, and 21, and what the difference is."""

import sys
from pathlib import Path

import pytest

from e2e.terminal import Terminal

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))


def require(terminal: Terminal, days: str, ends: str) -> None:
    """Of everybody, so many days."""
    terminal.press("A")
    terminal.wait_for("48 selected")
    terminal.press("r")
    terminal.wait_for("Require MFA on User Portal: 48 users")
    terminal.type(days)
    terminal.wait_for("44 periods start", f"The period ends {ends}")
    terminal.press("Enter")
    terminal.wait_for("period started: 44 users")
    terminal.press("Escape")
    terminal.wait_for(f"{days} days left", gone="period started: 44 users")


def four_weeks(terminal: Terminal) -> None:
    for day in (
        "Mon 9 Mar 2026 09:00",
        "Mon 16 Mar 2026 09:00",
        "Mon 23 Mar 2026 09:00",
        "Mon 30 Mar 2026 10:00",
    ):
        terminal.press("w")
        terminal.wait_for(day)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_how_many_fewer_lock_outs_who_and_when(width: int, height: int) -> None:
    with Terminal(MFADRILL, width, height) as terminal:
        terminal.wait_for("ada.lovelace", "select all")
        terminal.press("C-p")
        terminal.wait_for("Application: Help")
        terminal.type("crowd")
        terminal.wait_for("Crowd…", gone="Application: Help")
        terminal.press("Enter")
        terminal.wait_for("Crowd: who logs in on their own")
        terminal.click("reluctant")
        terminal.wait_for("crowd: reluctant")
        require(terminal, "7", "Mon 9 Mar 2026 09:00")
        four_weeks(terminal)
        terminal.press("u")
        terminal.wait_for("branch: branch 2", "Mon 2 Mar 2026 09:00")
        require(terminal, "21", "Mon 23 Mar 2026 09:00")
        four_weeks(terminal)
        terminal.press("C-g")
        terminal.wait_for("from main, Mon 2 Mar 2026 09:00", "You are here")
        terminal.press("Up")
        terminal.wait_for("All other branches come from it")
        terminal.press("Space", "Down", "c")
        screen = terminal.wait_for("main beside branch 2", "locked out at the next log-in")
        assert "35 15 (20 fewer)" in numbers(screen, "locked out at the next log-in")
        terminal.press("End")
        screen = terminal.wait_for("Mon 30 Mar  ", gone="locked out at the next log-in  ")
        assert "11 / 0 5 / 15" in numbers(screen, "Mon 23 Mar")
        assert "22 / 0 0 / 0" in numbers(screen, "Fri 20 Mar")
        # The numbers, a heading, and who is enrolled and expired come before it.
        terminal.press("Home", *["Down"] * 12, "Enter")
        terminal.wait_for("ada.midura", "adelaide.levy", "crystal.romero", "juliusz.hanke")
        assert "locked out at the next log-in, only on main" in terminal.screen


def numbers(screen: str, label: str) -> list[str]:
    """What stands behind the label on the screen, in each line that begins with it."""
    lines = [line.split("│ ", 1)[-1].strip() for line in screen.splitlines()]
    found = [line.removeprefix(label).split("│")[0] for line in lines if line.startswith(label)]
    return [" ".join(text.split()).rstrip("▁▂▃▄▅▆▇█ ") for text in found]
