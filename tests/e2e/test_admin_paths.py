"""The ways to MFA of the admin side in a real terminal, by keyboard alone and by mouse alone.

From individual user accounts, from the more actions menu, with a conditional access policy; soft enrollment from
both of the first; reset; and viewing and filtering the status.
"""

import sys
from pathlib import Path

import pytest

from e2e.terminal import Terminal

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))

both_sizes = pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])


@both_sizes
def test_individual_accounts_reset_and_status_by_keyboard(width: int, height: int) -> None:
    with Terminal(MFADRILL, width, height) as terminal:
        terminal.wait_for("select all")
        # An existing user.
        terminal.press("Enter")
        terminal.wait_for("☐ Require Multi-factor Authentication", "Not enrolled; MFA is not required")
        terminal.press("Space", "Tab", "BSpace", "5")
        terminal.wait_for("Sat 7 Mar")
        terminal.press("Enter")
        terminal.wait_for("Saved: period started")
        terminal.press("Escape")
        terminal.wait_for("◔ 5 days left", gone="Saved")
        # A new user, who meets soft enrollment at the log-in.
        terminal.press("N")
        terminal.wait_for("New user", "create user")
        terminal.type("eve.holt")
        terminal.press(*["Tab"] * 5)
        terminal.type("correct-horse")
        terminal.press("Tab", "Tab", "Tab", "Space")
        terminal.wait_for("☑ Require", "Mon 9 Mar 2026 09:00")
        terminal.press("Tab", "Enter")
        terminal.wait_for("eve.holt", "◔ 7 days left", gone="create user")
        terminal.press("l")
        terminal.wait_for("filled in for you")
        terminal.press("Enter")
        terminal.wait_for("Set Up Multi-Factor Authentication", "Set Up Later")
        terminal.press("Tab", "Tab", "Enter")
        terminal.wait_for("You are in the User Portal", gone="Set Up Later")
        # Both periods end; the status is viewed and filtered.
        terminal.press("C-o")
        terminal.wait_for("none selected", "m more actions")
        terminal.press("w")
        terminal.wait_for("✗ expired 9 Mar")
        terminal.press("f")
        terminal.wait_for("Status…", "Period ends…")
        terminal.press(*["Down"] * 5, "Enter")
        terminal.wait_for("Expired", "In enrollment", gone="Period ends…")
        terminal.press(*["Down"] * 4, "Enter")
        terminal.wait_for("2 of 49", "TOTP status: Expired")
        terminal.press("Home")
        terminal.wait_for("Expired since Sat 7 Mar 2026 09:00")
        # Reset on the user's own sheet: it is saved with the rest.
        terminal.press("Enter")
        terminal.wait_for("☐ reset TOTP MFA")
        terminal.press("Tab", "Space")
        terminal.wait_for("☑ reset TOTP MFA", "Sat 14 Mar")
        terminal.press("Tab", "Enter")
        terminal.wait_for("Saved: TOTP reset, period started")
        terminal.press("Escape")
        terminal.wait_for("1 of 49", gone="Saved")


@both_sizes
def test_individual_accounts_reset_and_status_by_mouse(width: int, height: int) -> None:
    with Terminal(MFADRILL, width, height) as terminal:
        terminal.wait_for("select all")
        terminal.double_click("ada.lovelace")
        terminal.click("☐ Require Multi-factor Authentication")
        terminal.wait_for("Mon 9 Mar 2026 09:00")
        terminal.click("save user")
        terminal.wait_for("Saved: period started")
        terminal.click("esc closes", nth=0)
        terminal.wait_for("◔ 7 days left", gone="Saved")
        terminal.click("w ›" if width < 100 else "week ›")
        terminal.wait_for("✗ expired 9 Mar")
        terminal.click("+ filter")
        terminal.click("Status…")
        terminal.wait_for("TOTP status")
        terminal.click("Expired ")
        terminal.wait_for("1 of 48")
        terminal.double_click("ada.lovelace")
        terminal.click("☐ reset TOTP MFA")
        terminal.wait_for("☑ reset TOTP MFA")
        terminal.click("save user")
        terminal.wait_for("Saved: TOTP reset, period started")
        terminal.click("esc closes", nth=0)
        terminal.wait_for("0 of 48", gone="Saved")


@both_sizes
def test_more_actions_and_a_conditional_access_policy_by_keyboard(width: int, height: int) -> None:
    with Terminal(MFADRILL, width, height) as terminal:
        terminal.wait_for("select all")
        terminal.press("Space", "Down", "Space", "m")
        terminal.wait_for("more actions: 2 users", "2 periods start")
        terminal.press("Enter")
        terminal.wait_for("Mon 9 Mar 2026 09:00", "from now")
        terminal.press("Enter")
        terminal.wait_for("period started: 2 users")
        terminal.press("Escape")
        terminal.wait_for("7 days left", gone="period started")
        terminal.press("Home", "l")
        terminal.wait_for("filled in for you")
        terminal.press("Enter")
        terminal.wait_for("Set Up Multi-Factor Authentication", "Set Up Later", "7 days left, until")
        terminal.press("C-o")
        terminal.wait_for("none selected")
        # Required by a policy: no way to put it off.
        terminal.press("3")
        terminal.wait_for("SECURITY MANAGEMENT", "+ new policy")
        terminal.press("+")
        terminal.wait_for("New conditional access policy", "save policy")
        terminal.type("MFA for everybody")
        terminal.press(*["Tab"] * 6, "Right")
        terminal.wait_for("the next log-in changes for")
        terminal.press(*["BTab"] * 8, "Enter")
        terminal.wait_for("● ON", "MFA for everybody", gone="New conditional access policy")
        terminal.press("1")
        terminal.wait_for("none selected")
        terminal.press("Home", "Down", "Down", "l")
        terminal.wait_for("adelaide.levy", "filled in for you")
        terminal.press("Enter")
        terminal.wait_for("Set Up Multi-Factor Authentication", gone="Set Up Later")


@both_sizes
def test_more_actions_and_a_conditional_access_policy_by_mouse(width: int, height: int) -> None:
    with Terminal(MFADRILL, width, height) as terminal:
        terminal.wait_for("select all")
        terminal.click("☐", nth=1)  # the first one is that of the heading
        terminal.wait_for("1 selected")
        terminal.click("☐", nth=1)
        terminal.wait_for("2 selected")
        terminal.click("more actions")
        terminal.click("Require MFA on User Portal…")
        terminal.wait_for("2 periods start")
        terminal.click("require ")
        terminal.wait_for("period started: 2 users")
        terminal.click("close")
        terminal.wait_for("7 days left", gone="period started")
        terminal.click("w ›" if width < 100 else "week ›")
        terminal.wait_for("✗ expired 9 Mar")
        terminal.click("more actions")
        terminal.click("Reset TOTP MFA…")
        terminal.wait_for("is reset, period starts")
        terminal.click("reset ")
        terminal.wait_for("TOTP reset, period started: 1 user")
        terminal.click("close")
        terminal.wait_for("◔ 7 days left", gone="TOTP reset, period")
        # Required by a policy: whoever was locked out is let through to enrollment.
        terminal.click("Policies")
        terminal.wait_for("SECURITY MANAGEMENT")
        terminal.click("+ new")
        terminal.wait_for("New conditional access policy", "save policy")
        terminal.type("MFA for everybody")  # a name has to be typed
        terminal.click("○ Allow, require MFA")
        terminal.wait_for("the next log-in changes for")
        terminal.click("save policy")
        terminal.wait_for("● ON", "MFA for everybody", gone="New conditional access policy")
        terminal.click("Users")
        terminal.double_click("adelaide.levy")
        terminal.click("log in as this user")
        terminal.wait_for("adelaide.levy", "filled in for you", gone="log in as this user")
        terminal.click("log in")
        terminal.wait_for("Set Up Multi-Factor Authentication", gone="Set Up Later")
