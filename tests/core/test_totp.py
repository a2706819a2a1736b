"""TOTP codes (domain.md §6.7): SHA-1, 6 digits, 30 s; one step early or late."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyotp.hotp import HOTP

from core_story import OTHER_SECRET, SECRET, START
from mfadrill.core.phones import AuthenticatorEntry, Phone
from mfadrill.core.totp import accepted_step, code_at, provisioning_uri, seconds_left, step_at

#: The secret of RFC 6238's appendix B ("12345678901234567890").
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def code(steps: int = 0) -> str:
    return code_at(SECRET, START + timedelta(seconds=30 * steps))


@pytest.mark.parametrize(
    ("seconds", "last_six"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, last_six: str) -> None:
    assert code_at(RFC_SECRET, datetime.fromtimestamp(seconds, UTC)) == last_six


@settings(max_examples=200, deadline=None, database=None)
@given(
    st.binary(min_size=14, max_size=80).map(lambda key: b32encode(key).decode()),
    st.integers(0, 10**11),
    st.booleans(),
    st.booleans(),
)
def test_codes_are_those_of_pyotp(secret: str, seconds: int, lower: bool, bare: bool) -> None:
    secret = secret.lower() if lower else secret
    secret = secret.rstrip("=") if bare else secret
    instant = datetime.fromtimestamp(seconds, UTC)
    right = HOTP(secret).at(seconds // 30)
    assert code_at(secret, instant) == right
    assert accepted_step(secret, right, instant) == seconds // 30


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_is_accepted_one_step_early_or_late(steps: int) -> None:
    assert accepted_step(SECRET, code(steps), START) == step_at(START) + steps


@pytest.mark.parametrize("steps", [-20, -3, -2, 2, 3, 20])
def test_a_code_two_steps_off_or_more_is_not_accepted(steps: int) -> None:
    assert accepted_step(SECRET, code(steps), START) is None


def test_the_window_counts_steps_and_not_seconds() -> None:
    last_second = START + timedelta(seconds=29.999)
    assert accepted_step(SECRET, code(-1), last_second) is not None
    assert accepted_step(SECRET, code(-1), START + timedelta(seconds=30)) is None


@pytest.mark.parametrize("form", ["{0} {1}", " {0}{1} ", "{0}\t{1}\n", "{0}\u00a0{1}"])
def test_spaces_in_a_code_are_ignored(form: str) -> None:
    right = code()
    assert accepted_step(SECRET, form.format(right[:3], right[3:]), START) == step_at(START)


def full_width(digits: str) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "abcdef",
        "12345a",
        code()[:5],
        code() + "0",
        "0" + code(),
        code()[:5] + "x",
        "-" + code()[1:],
        "+" + code()[1:],
        code()[:3] + "-" + code()[3:],
        full_width(code()),
        "١٢٣٤٥٦",
        "²²²²²²",
        "\x00" * 6,
        "1" * 10_000,
        code() * 2_000,
    ],
    ids=lambda typed: ascii(typed[:12]) + str(len(typed)),
)
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert accepted_step(SECRET, typed, START) is None


def test_a_code_of_another_secret_is_not_accepted() -> None:
    assert accepted_step(OTHER_SECRET, code(), START) is None


def test_codes_exist_at_the_beginning_of_time() -> None:
    epoch = datetime.fromtimestamp(0, UTC)
    assert accepted_step(SECRET, code_at(SECRET, epoch), epoch) == 0


def test_seconds_left_run_from_30_down_to_1() -> None:
    assert [seconds_left(START + timedelta(seconds=s)) for s in (0, 1, 29, 29.9, 30)] == [30, 29, 1, 1, 30]


def test_the_uri_names_the_issuer_the_user_and_the_secret() -> None:
    uri = urlsplit(provisioning_uri(SECRET, "ada", "Acme & Söhne"))
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Acme%20%26%20S%C3%B6hne:ada")
    asked = parse_qs(uri.query)
    assert (asked["secret"], asked["issuer"]) == ([SECRET], ["Acme & Söhne"])
    # What is left out stands for its default: SHA1, 6 digits, 30 s.
    assert asked.get("algorithm", ["SHA1"]) == ["SHA1"]
    assert asked.get("digits", ["6"]) == ["6"]
    assert asked.get("period", ["30"]) == ["30"]


@pytest.mark.parametrize(
    ("offset", "accepted"), [(0, True), (30, True), (-30, True), (60, False), (-60, False), (300, False)]
)
def test_a_phone_whose_clock_is_off_shows_the_codes_of_its_own_time(offset: int, accepted: bool) -> None:
    phone = Phone(offset_seconds=offset)
    shown = phone.code(AuthenticatorEntry("Acme", SECRET, START), START)
    assert (accepted_step(SECRET, shown, START) is not None) is accepted
