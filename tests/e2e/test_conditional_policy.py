"""A conditional access policy in a real terminal: made with its numbers in sight, and met at the next log-in."""

import sys
from pathlib import Path

from e2e.terminal import Terminal

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))


def test_a_policy_that_requires_mfa_is_made_by_keyboard_and_met_at_the_log_in() -> None:
    with Terminal(MFADRILL, 120, 40) as terminal:
        terminal.wait_for("select all")
        terminal.press("3")
        terminal.wait_for("SECURITY MANAGEMENT", "+ new policy")
        terminal.press("+")
        terminal.wait_for("New conditional access policy")
        terminal.type("MFA for everybody")
        terminal.wait_for("MFA for everybody", "unchanged: let in")
        terminal.press(*["Tab"] * 6, "Right")
        terminal.wait_for("let in → has to enroll", "there is no emergency access")
        terminal.press(*["BTab"] * 8, "Enter")
        terminal.wait_for("● ON", "MFA for everybody", gone="New conditional access policy")
        terminal.press("1")
        terminal.wait_for("none selected")
        terminal.press("l")
        terminal.wait_for("filled in for you")
        terminal.press("Enter")
        terminal.wait_for("Set Up Multi-Factor Authentication", gone="Set Up Later")


def test_a_policy_that_denies_is_made_where_the_form_is_higher_than_the_screen() -> None:
    with Terminal(MFADRILL, 80, 24) as terminal:
        terminal.wait_for("select all")
        terminal.click("Conditional Policies")
        terminal.click("+ new")
        terminal.wait_for("New conditional access policy")
        terminal.type("Nobody")
        terminal.click("○ Deny")
        terminal.wait_for(
            "44 of 48 users"
        )  # the numbers stay in sight where the form is higher than the screen
        terminal.click("Nobody")
        terminal.press("BTab", "BTab", "Enter")
        terminal.wait_for("● ON", "Nobody", gone="New conditional access policy")
        terminal.click("Users")
        terminal.click("ada.lovelace Ada")
        terminal.press("l")
        terminal.wait_for("filled in for you")
        terminal.press("Enter")
        terminal.wait_for("Access denied", "Nobody")
