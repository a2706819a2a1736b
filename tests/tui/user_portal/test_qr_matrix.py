"""The enrollment's QR code is small enough for a terminal of 80×24, whatever the names are."""

import pyotp
import pytest
from pyotp.totp import TOTP

from mfadrill.tui.user_portal.qr_code import lines
from mfadrill.tui.user_portal.qr_matrix import enrollment_uri, matrix
from user_portal_harness import SECRET


@pytest.mark.parametrize(
    ("username", "organization"),
    [
        ("ada", "Acme"),
        ("ada.lovelace", "Nordwind Freight"),
        ("konstantinos.papadopoulos2", "Nordwind Freight"),
        ("x" * 100, "y" * 200),
        ("адалавлейс", "Северный ветер"),
        ("a&b?c#d%", "R&D / 100 %"),
    ],
)
def test_the_code_fits_and_carries_the_secret(username: str, organization: str) -> None:
    uri = enrollment_uri(SECRET, username, organization)
    drawn = lines(matrix(uri))
    assert len(drawn) <= 19
    assert {len(line) for line in drawn} == {37}
    parsed = pyotp.parse_uri(uri)
    assert isinstance(parsed, TOTP)
    assert parsed.secret == SECRET
    assert username.startswith(parsed.name.rpartition(":")[2])


def test_issuer_and_account_stay_where_there_is_room() -> None:
    parsed = pyotp.parse_uri(enrollment_uri(SECRET, "ada", "Acme"))
    assert (parsed.name, parsed.issuer) == ("ada", "Acme")


def test_there_is_white_on_all_sides() -> None:
    drawn = lines(matrix(enrollment_uri(SECRET, "ada.lovelace", "Nordwind Freight")))
    assert all(line.startswith("  ") and line.endswith("  ") for line in drawn)
    assert not set(drawn[0]) & set("▀█")
    assert not set(drawn[-1]) & set("▄█")


def test_nothing_to_show_is_no_line() -> None:
    assert lines(()) == ()
