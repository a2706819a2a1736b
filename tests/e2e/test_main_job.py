"""The main job in a real terminal: require MFA of three users, travel, meet a lock-out, reset, enroll."""

import sys
from pathlib import Path

import pytest

from e2e.terminal import Terminal

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))


def test_the_main_job_by_keyboard_with_both_panes_on_screen() -> None:
    with Terminal(MFADRILL, 160, 45) as terminal:
        terminal.wait_for("ADMIN PORTAL", "ada.lovelace", "Log in to Nordwind Freight", "select all")
        for _ in range(3):
            terminal.press("Space", "Down")
        terminal.wait_for("3 selected")
        terminal.press("r")
        terminal.wait_for("Require MFA on User Portal: 3 users", "3 periods start", "Mon 9 Mar 2026 09:00")
        terminal.press("Enter")
        terminal.wait_for("period started: 3 users", "3 mails sent")
        terminal.press("Escape")
        terminal.wait_for("7 days left", gone="3 mails sent")
        terminal.press("w", "d")
        terminal.wait_for("Tue 10 Mar 2026 09:00", "✗ expired 9 Mar")
        terminal.press("Home")
        terminal.wait_for("Expired since Mon 9 Mar 2026 09:00", "required Mon 2 Mar for 7 days")
        terminal.press("l")
        terminal.wait_for("logging in as ada.lovelace", "filled in for you")
        terminal.press("Enter")
        terminal.wait_for(
            "You are locked out", "The enrollment period ended Mon 9 Mar 2026 09:00 and TOTP was not enrolled"
        )
        terminal.press("C-o")
        terminal.wait_for("none selected", "m more actions")
        terminal.press("m")
        terminal.wait_for("Reset TOTP MFA")
        terminal.press("Down", "Down", "Enter")
        terminal.wait_for("Reset TOTP MFA: ada.lovelace", "1 is reset, period starts")
        terminal.press("Enter")
        terminal.wait_for("TOTP reset, period started: 1 user")
        terminal.press("Escape")
        terminal.wait_for("◔ 7 days left", gone="period started: 1 user")
        terminal.press("l")
        terminal.wait_for("filled in for you")
        terminal.press("Enter")
        terminal.wait_for("Set Up Multi-Factor Authentication", "Set Up Later")
        terminal.press("Enter")
        terminal.wait_for("▀", "Set up your authenticator app", "six digits")
        terminal.press("BTab", "Enter")
        terminal.wait_for("use code", "s left")
        terminal.press("Enter")
        terminal.wait_for("Verify", gone="six digits")
        terminal.press("Enter")
        terminal.wait_for("✓ enrolled")


def test_the_main_job_by_mouse_with_one_pane_at_a_time() -> None:
    with Terminal(MFADRILL, 80, 24) as terminal:
        terminal.wait_for("ada.lovelace", "select all")
        terminal.click("☐ ada.lovelace")
        terminal.click("ada.lovelace Ada")
        terminal.wait_for("Not enrolled; MFA is not required")
        terminal.click("more actions")
        terminal.click("Require MFA on User Portal…")
        terminal.wait_for("1 period starts")
        terminal.click("require ", nth=0)
        terminal.wait_for("period started: 1 user")
        terminal.click("close", nth=0)
        terminal.wait_for("7 days left", gone="period started")
        terminal.click("w ›")
        terminal.wait_for("✗ expired 9 Mar")
        terminal.click("User Portal")
        terminal.click("type to search")
        terminal.wait_for("ada.midura  Ada")
        terminal.type("ada.love")
        terminal.wait_for("ada.lovelace  Ada", gone="ada.midura  Ada")
        terminal.click("ada.lovelace  Ada")
        terminal.wait_for("filled in for you")
        terminal.click("log in")
        terminal.wait_for("You are locked out", "TOTP was not enrolled")
        terminal.click("Admin", nth=0)
        terminal.click("more actions")
        terminal.click("Reset TOTP MFA…")
        terminal.wait_for("1 is reset, period starts")
        terminal.click("reset ", nth=0)
        terminal.wait_for("TOTP reset, period started: 1 user")
        terminal.click("close", nth=0)
        terminal.wait_for("◔ 7 days left", gone="TOTP reset, period")
        terminal.click("User Portal")
        terminal.click("back to the log-in")
        terminal.wait_for("filled in for you")
        terminal.click("log in")
        terminal.wait_for("Set Up Later")
        terminal.click("Continue")
        terminal.wait_for("▀", "scan QR code")
        terminal.click("scan QR code")
        terminal.click("use code")
        terminal.wait_for("Verify", gone="six digits")
        terminal.click("Verify")
        terminal.wait_for("Your authenticator app is set up", gone="Verify")
        terminal.click("Admin", nth=0)
        terminal.wait_for("✓ enrolled")


def test_a_terminal_that_is_too_small_says_what_is_needed() -> None:
    with Terminal(MFADRILL, 40, 10) as terminal:
        terminal.wait_for("80×24", "40×10")
        terminal.press("C-q")
        terminal.wait_for("exit status 0")


def test_a_scenario_opens_at_the_step_where_it_failed() -> None:
    with Terminal(f"{MFADRILL} tui --scenario expired-reset-enrolled --step 3", 120, 40) as terminal:
        terminal.wait_for("Expired, reset, enrolled", "✗ expired 9 Mar", "Mon 9 Mar 2026 09:00")


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("tui --scenario no-such-story", "no shipped scenario"),
        ("tui --scenario first-rollout --step 999", "--step is a number from 0 to"),
    ],
)
def test_what_cannot_be_opened_is_said_and_has_an_exit_status(command: str, text: str) -> None:
    with Terminal(f"{MFADRILL} {command}", 120, 24) as terminal:
        terminal.wait_for(text, "exit status 2")
