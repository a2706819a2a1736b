"""Every case of the Set Up Multi-Factor Authentication modal in a real terminal, by keyboard or by mouse alone.

One organization goes through its factors: TOTP alone, TOTP and WebAuthn, all of them, Duo and WebAuthn, Duo alone.
"""

import sys
import time
from pathlib import Path

import pyotp
import pytest
from pyotp.totp import TOTP

from e2e.terminal import PATIENCE, Terminal
from qr_reader import decoded, picture

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))

USERS = ("ada", "ben", "cyd", "dan", "eve", "fay", "gus", "hal")

#: Opened two days later: a period of one day is over.
WORLD = """\
title: Every case of the modal
start: 2026-03-02 09:00 Europe/Berlin
organization: {name: Nordwind Freight, zone: Europe/Berlin, factors: [TOTP]}
groups: [Finance]
people:
  ada: {require MFA: 7}
  ben: {require MFA: 1}
  cyd: {require MFA: 1, groups: [Finance]}
  dan: {groups: [Finance]}
  eve: {require MFA: 7}
  fay: {require MFA: 7}
  gus: {groups: [Finance]}
  hal: {groups: [Finance]}
policies:
  - {name: Finance uses MFA, groups: [Finance], action: allow and require MFA}
steps:
  - advance: 2 days
"""

MODAL = "Set Up Multi-Factor Authentication"
FACTORS = ("TOTP", "Push", "WebAuthn", "Duo")


class Visitor:
    """Both sides of the drill, with one hand: on the keyboard, or on the mouse."""

    def __init__(self, terminal: Terminal, *, mouse: bool) -> None:
        self.terminal, self.mouse = terminal, mouse
        self._in_user_portal = False

    def do(self, text: str, *keys: str) -> None:
        """Click the text, or press the keys that come to the same."""
        self.terminal.wait_for(text)
        if self.mouse:
            self.terminal.click(text)
        else:
            self.terminal.press(*keys)

    def sees(self, *texts: str, gone: str = "") -> str:
        """The screen as soon as it shows these."""
        return self.terminal.wait_for(*texts, gone=gone)

    def _go_to_tab(self, tab: str, key: str) -> None:
        if self.mouse:
            if self._in_user_portal and self.terminal.width < 120:
                self.terminal.click("Admin")
                self.terminal.wait_for("ADMIN PORTAL")
            self.terminal.click(tab)
        else:
            if self._in_user_portal:
                self.terminal.press("C-o")
                self.terminal.wait_for("space select")  # the list of users has the focus
            self.terminal.press(key)
        self._in_user_portal = False

    def log_in(self, user: str) -> None:
        """From the list of users, as this one."""
        self._go_to_tab("Users", "1")
        if self.mouse:
            self.terminal.wait_for("select all")
            self.terminal.double_click(f"☐ {user} ")
            self.terminal.click("log in as this user")
        else:
            self.terminal.wait_for("none selected", "select all")
            self.terminal.press("Home", *["Down"] * USERS.index(user), "l")
        # The key line follows the focus out of the list, or the sheet.
        self.terminal.wait_for(user, "filled in for you", "h +hour")
        self._in_user_portal = True
        self.do("  log in", "Enter")

    def log_in_again(self) -> None:
        """In the form that the same user has come back to."""
        self.do("  log in", "Enter")

    def switch(self, *factors: str, off: bool = False, asks: bool = False) -> None:
        """Switch factors on, or off, in the MFA tab; which asks first where that hurts somebody."""
        before, after = "☑☐" if off else "☐☑"
        self._go_to_tab("MFA ", "4")
        self.terminal.wait_for("Portal default, where")
        at = 0
        for factor in factors:
            self.do(f"{before} {factor} ", *["Tab"] * (FACTORS.index(factor) - at), "Space")
            at = FACTORS.index(factor)
            if asks:
                self.do("switch off ", "BTab", "Enter")
            self.terminal.wait_for(f"{after} {factor} ", gone="esc leaves")


def read_off(terminal: Terminal, folder: Path) -> TOTP:
    """The authenticator app that has scanned the QR code which is on the terminal."""
    until = time.monotonic() + PATIENCE
    while not (uri := decoded(picture(terminal.cells), folder)):  # it may be painted in part as yet
        assert time.monotonic() < until, f"zbar reads no QR code off the screen:\n{terminal.screen}"
    app = pyotp.parse_uri(uri)
    assert isinstance(app, TOTP)
    return app


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
@pytest.mark.parametrize("mouse", [False, True], ids=["keyboard", "mouse"])
def test_all_cases_of_the_modal(width: int, height: int, mouse: bool, tmp_path: Path) -> None:
    file = tmp_path / "modal.drill.yaml"
    file.write_text(WORLD)
    with Terminal(f"{MFADRILL} tui --step 1 --scenario {file}", width, height) as terminal:
        terminal.wait_for("select all")
        visitor = Visitor(terminal, mouse=mouse)
        totp_can_wait_and_is_set_up_with_the_simulated_phone(visitor, tmp_path)
        expired_is_locked_out(visitor)
        expired_but_forced_enrolls_with_a_real_phone(visitor, tmp_path)
        forced_cannot_wait(visitor)
        visitor.switch("WebAuthn")
        after_webauthn_totp_is_still_owed(visitor)
        visitor.switch("Push", "Duo")
        push_is_offered_and_duo_is_not(visitor)
        visitor.switch("TOTP", "Push", off=True, asks=True)
        with_duo_and_webauthn_the_key_has_to_be_set_up(visitor)
        visitor.switch("WebAuthn", off=True)
        duo_alone_has_no_modal(visitor)


def totp_can_wait_and_is_set_up_with_the_simulated_phone(visitor: Visitor, folder: Path) -> None:
    terminal = visitor.terminal
    visitor.log_in("ada")
    screen = visitor.sees(MODAL, "(•) Authenticator app (TOTP)", "5 days left, until Mon 9 Mar 2026 09:00")
    assert "( )" not in screen, "TOTP alone is offered"
    visitor.do("Set Up Later", "Tab", "Tab", "Enter")
    visitor.sees("You are in the User Portal", "TOTP is not set up yet: 5 days left", gone=MODAL)
    visitor.do("log out", "Enter")
    visitor.sees("filled in for you")

    # Leaving halfway is not an enrollment.
    visitor.log_in_again()
    visitor.do("Continue", "Tab", "Enter")
    visitor.sees("Verify", "scan the QR code first", "Set Up Later", "5 days left")
    visitor.do("back", "Tab", "Tab", "Tab", "Enter")
    visitor.sees(MODAL)
    visitor.do("log out", "Tab", "Tab", "Tab", "Enter")
    visitor.sees("filled in for you", gone=MODAL)
    visitor.log_in_again()
    visitor.sees(MODAL, "5 days left")

    # A wrong code changes nothing.
    visitor.do("Continue", "Tab", "Enter")
    screen = visitor.sees("Verify", "scan the QR code first")
    secret = read_off(terminal, folder).secret
    assert all(secret[at : at + 4] in screen for at in range(0, len(secret), 4)), "the key string"
    if visitor.mouse:
        terminal.click("six digits")
    terminal.type("000000")  # a code has to be typed
    visitor.do("Verify", "Enter")
    visitor.sees("That code is not right.", "Verify", "scan the QR code first")

    visitor.do("scan QR code", "BTab", "Enter")
    visitor.do("use code", "Enter")
    visitor.sees("use code", gone="000000")
    visitor.do("Verify", "Enter")
    visitor.sees("✓ Your authenticator app is set up.")
    visitor.do("on to the portal", "Enter")
    visitor.sees("TOTP: Enrolled since", gone="TOTP is not set up yet")
    visitor.do("log out", "Enter")
    visitor.sees("filled in for you")
    visitor.log_in_again()
    visitor.sees("use code", "next code (30 s)", "cancel", gone=MODAL)
    visitor.do("next code (30 s)", "BTab", "Enter")
    visitor.sees("30 s later: nothing happened")
    visitor.do("use code", "BTab", "Enter")
    visitor.sees("use code", gone="six digits")
    visitor.do("Verify", "Enter")
    visitor.sees("You are in the User Portal")


def expired_is_locked_out(visitor: Visitor) -> None:
    visitor.log_in("ben")
    screen = visitor.sees("back to the log-in", "locked out")
    assert MODAL not in screen
    visitor.do("back to the log-in", "Enter")
    visitor.sees("filled in for you")


def expired_but_forced_enrolls_with_a_real_phone(visitor: Visitor, folder: Path) -> None:
    visitor.log_in("cyd")
    screen = visitor.sees(MODAL, "This cannot wait.", "Finance uses MFA")
    assert "Set Up Later" not in screen
    visitor.do("Continue", "Tab", "Enter")
    screen = visitor.sees("Verify", "scan the QR code first", "This cannot wait.")
    assert "Set Up Later" not in screen
    app = read_off(visitor.terminal, folder)
    assert app.name == "cyd"
    if visitor.mouse:
        visitor.terminal.click("six digits")
    visitor.terminal.type(app.now())  # a real phone lives in the real time
    visitor.do("Verify", "Enter")
    visitor.do("on to the portal", "Enter")
    visitor.sees("You are in the User Portal", "TOTP: Enrolled since")


def forced_cannot_wait(visitor: Visitor) -> None:
    visitor.log_in("dan")
    screen = visitor.sees(MODAL, "This cannot wait.", "Finance uses MFA")
    assert "Set Up Later" not in screen


def after_webauthn_totp_is_still_owed(visitor: Visitor) -> None:
    visitor.log_in("eve")
    screen = visitor.sees(
        MODAL, "(•) Authenticator app (TOTP)", "( ) Security key (WebAuthn)", "Set Up Later"
    )
    assert "still owed" not in screen
    visitor.do("Security key (WebAuthn)", "Down", "Space")
    visitor.sees(
        "( ) Authenticator app (TOTP)", "(•) Security key (WebAuthn)", "TOTP is still owed afterwards"
    )
    visitor.do("Continue", "Tab", "Enter")
    visitor.do("touch the security key", "Enter")
    visitor.sees("✓ Your security key is set up.", "TOTP is still owed: 5 days left")
    visitor.do("on to the portal", "Enter")
    visitor.sees("You are in the User Portal", "TOTP is not set up yet: 5 days left")
    visitor.do("log out", "Enter")
    visitor.sees("filled in for you")
    visitor.log_in_again()
    visitor.do("touch the security key", "Enter")
    screen = visitor.sees(MODAL, "(•) Authenticator app (TOTP)", "5 days left", "Set Up Later")
    assert "(WebAuthn)" not in screen, "only what is not set up yet"


def push_is_offered_and_duo_is_not(visitor: Visitor) -> None:
    visitor.log_in("fay")
    visitor.do("approve in Duo", "Enter")  # Duo needs no set-up, so it asks first
    screen = visitor.sees(
        MODAL, "(•) Authenticator app (TOTP)", "( ) Push to your phone (Push)", "( ) Security key"
    )
    assert ") Duo" not in screen
    visitor.do("Push to your phone (Push)", "Down", "Space")
    visitor.sees("(•) Push to your phone (Push)", "TOTP is still owed afterwards")
    visitor.do("Continue", "Enter")
    visitor.do("pair the phone", "Enter")
    visitor.sees("✓ Your phone is paired.", "TOTP is still owed: 5 days left")
    visitor.do("on to the portal", "Enter")
    visitor.sees("You are in the User Portal", "Push: Enrolled", "fay's phone")


def with_duo_and_webauthn_the_key_has_to_be_set_up(visitor: Visitor) -> None:
    visitor.log_in("gus")
    screen = visitor.sees(MODAL, "(•) Security key (WebAuthn)", "This cannot wait.", "Finance uses MFA")
    assert "( )" not in screen
    assert "Set Up Later" not in screen
    visitor.do("Continue", "Tab", "Enter")
    screen = visitor.sees("touch the security key", "This cannot wait.")
    assert "Set Up Later" not in screen
    visitor.do("touch the security key", "Enter")
    screen = visitor.sees("✓ Your security key is set up.")
    assert "still owed" not in screen
    visitor.do("on to the portal", "Enter")
    visitor.sees("You are in the User Portal", "WebAuthn: Enrolled", "Duo: needs no set-up")


def duo_alone_has_no_modal(visitor: Visitor) -> None:
    visitor.log_in("hal")
    screen = visitor.sees("approve in Duo", "it needs no set-up")
    assert MODAL not in screen
    visitor.do("approve in Duo", "Enter")
    visitor.sees("You are in the User Portal")
