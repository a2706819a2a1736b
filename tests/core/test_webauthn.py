"""The ceremonies between a security key and the portal: the webauthn library accepts ours, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from mfadrill.core.authenticator import (
    Assertion,
    Attestation,
    encoded,
    get_assertion,
    make_credential,
    new_credential,
    private_key,
)
from mfadrill.core.relying_party import (
    ORIGIN,
    PHISHING_ORIGIN,
    RP_ID,
    NotVerified,
    verified_assertion,
    verified_registration,
)

SECRET = "5a" * 32
CREDENTIAL = new_credential(SECRET, RP_ID, 0)
CHALLENGE, ANOTHER = encoded(b"a challenge of the portal"), encoded(b"another challenge")


def attestation(**others: str) -> Attestation:
    said = {"rp_id": RP_ID, "origin": ORIGIN, "challenge": CHALLENGE, **others}
    return make_credential(SECRET, CREDENTIAL, 1, **said)


def assertion(counter: int = 8, /, **others: str) -> Assertion:
    said = {"rp_id": RP_ID, "origin": ORIGIN, "challenge": CHALLENGE, **others}
    return get_assertion(SECRET, CREDENTIAL, counter, **said)


REGISTERED = verified_registration(attestation(), CHALLENGE)
PUBLIC_KEY = REGISTERED.public_key


def test_what_the_key_registers_is_verified() -> None:
    assert REGISTERED.credential == CREDENTIAL
    assert REGISTERED.count == 1


def test_what_the_key_signs_is_verified_and_counted() -> None:
    assert verified_assertion(assertion(), PUBLIC_KEY, CHALLENGE, count=7) == 8


@pytest.mark.parametrize(
    "wrong",
    [{"origin": PHISHING_ORIGIN}, {"challenge": ANOTHER}, {"rp_id": "somewhere.example"}],
    ids=["other origin", "other challenge", "other relying party"],
)
def test_what_was_made_for_something_else_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(NotVerified):
        verified_registration(attestation(**wrong), CHALLENGE)
    with pytest.raises(NotVerified):
        verified_assertion(assertion(**wrong), PUBLIC_KEY, CHALLENGE)


def test_a_replayed_assertion_is_refused() -> None:
    first = assertion()
    count = verified_assertion(first, PUBLIC_KEY, CHALLENGE)
    with pytest.raises(NotVerified, match="challenge"):
        verified_assertion(first, PUBLIC_KEY, ANOTHER, count)
    with pytest.raises(NotVerified, match="sign count"):  # even to the challenge that it was made for
        verified_assertion(first, PUBLIC_KEY, CHALLENGE, count)


@pytest.mark.parametrize("counter", [0, 3, 7])
def test_a_counter_that_did_not_grow_is_refused(counter: int) -> None:
    with pytest.raises(NotVerified, match="sign count"):
        verified_assertion(assertion(counter), PUBLIC_KEY, CHALLENGE, count=7)


def test_the_signature_of_another_key_is_refused() -> None:
    stranger = get_assertion("77" * 32, CREDENTIAL, 8, rp_id=RP_ID, origin=ORIGIN, challenge=CHALLENGE)
    with pytest.raises(NotVerified, match="signature"):
        verified_assertion(stranger, PUBLIC_KEY, CHALLENGE)


FIELDS = ("client_data", "authenticator_data", "signature")


@given(field=st.sampled_from(FIELDS), at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_an_assertion_with_any_bit_changed_is_refused(field: str, at: int, bit: int) -> None:
    genuine = assertion()
    tampered = bytearray(getattr(genuine, field))
    tampered[at % len(tampered)] ^= 1 << bit
    with pytest.raises(NotVerified):
        verified_assertion(structs.replace(genuine, **{field: bytes(tampered)}), PUBLIC_KEY, CHALLENGE)


@given(
    field=st.sampled_from(("client_data", "attestation_object")),
    at=st.integers(0, 10_000),
    bit=st.integers(0, 7),
)
def test_an_attestation_with_any_bit_changed_registers_nothing_else(field: str, at: int, bit: int) -> None:
    genuine = attestation()
    tampered = bytearray(getattr(genuine, field))
    tampered[at % len(tampered)] ^= 1 << bit
    try:
        found = verified_registration(structs.replace(genuine, **{field: bytes(tampered)}), CHALLENGE)
    except NotVerified:
        return
    assert found == REGISTERED  # a bit that means nothing, such as the name of a map's key that nobody reads


@given(st.binary(max_size=200))
def test_rubbish_is_refused_with_words(rubbish: bytes) -> None:
    with pytest.raises(NotVerified):
        verified_assertion(Assertion(CREDENTIAL, rubbish, rubbish, rubbish), PUBLIC_KEY, CHALLENGE)
    with pytest.raises(NotVerified):
        verified_registration(Attestation(CREDENTIAL, rubbish, rubbish), CHALLENGE)


def test_the_same_touch_of_the_same_key_gives_the_same_bytes() -> None:
    assert assertion() == assertion()
    assert attestation() == attestation()


@given(st.binary(min_size=32, max_size=32), st.integers(0, 5))
def test_every_secret_makes_a_key_of_its_own(secret: bytes, number: int) -> None:
    credential = new_credential(secret.hex(), RP_ID, number)
    assert private_key(secret.hex(), credential).key_size == 256
    assert new_credential(secret.hex(), RP_ID, number + 1) != credential
