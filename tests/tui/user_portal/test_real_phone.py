"""A real phone's code is taken for the code of the simulated instant."""

from datetime import UTC, datetime, timedelta

from pyotp.totp import TOTP

from mfadrill.core.totp import code_at
from mfadrill.tui.user_portal.real_phone import meant_code
from user_portal_harness import SECRET, START, WALL


def test_a_code_that_is_right_at_the_simulated_instant_stays_as_it_is() -> None:
    early = code_at(SECRET, START - timedelta(seconds=30))
    assert meant_code(SECRET, early, START, WALL) == early


def test_a_code_of_the_real_instant_becomes_that_of_the_simulated_one() -> None:
    assert meant_code(SECRET, code_at(SECRET, WALL), START, WALL) == code_at(SECRET, START)


def test_a_real_code_may_be_typed_with_a_space_and_be_a_step_late() -> None:
    late = TOTP(SECRET).at(WALL - timedelta(seconds=30))
    assert meant_code(SECRET, f"{late[:3]} {late[3:]}", START, WALL) == code_at(SECRET, START)


def test_a_wrong_code_stays_wrong() -> None:
    for typed in ("000000", "", "abc", "123456789", code_at(SECRET, WALL + timedelta(minutes=4))):
        assert meant_code(SECRET, typed, START, WALL) == typed


def test_a_code_of_another_secret_is_not_taken() -> None:
    other = code_at("KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU", WALL)
    assert meant_code(SECRET, other, START, datetime(2031, 7, 1, 12, 0, 5, tzinfo=UTC)) == other
