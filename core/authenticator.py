"""A security key in software: it makes credentials and signs challenges as WebAuthn has it (CTAP2, ES256).

Its private keys are derived from the secret of the key, and its signatures are deterministic, so that the same touch
of the same key gives the same bytes.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

#: No model: a software key.
AAGUID = bytes(16)

#: The flags of the authenticator data: somebody touched the key; a new credential follows.
USER_PRESENT, ATTESTED = 0x01, 0x40

#: The order of the group of P-256; private keys are below it.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Attestation(Struct, frozen=True):
    """What the key answers to `navigator.credentials.create()`."""

    credential: str
    client_data: bytes
    attestation_object: bytes


class Assertion(Struct, frozen=True):
    """What the key answers to `navigator.credentials.get()`."""

    credential: str
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    @property
    def count(self) -> int:
        """The signature counter that the key claims."""
        return int.from_bytes(self.authenticator_data[33:37])


def new_credential(secret: str, rp_id: str, number: int) -> str:
    """The id (base64url) of the credential that the key makes next for a relying party."""
    return encoded(
        blake2b(f"{rp_id}\x1f{number}".encode(), key=bytes.fromhex(secret), digest_size=32).digest()
    )


def make_credential(
    secret: str, credential: str, counter: int, *, rp_id: str, origin: str, challenge: str
) -> Attestation:
    """Register: a new key pair, attested by itself (format `packed`)."""
    import cbor2

    client_data = _client_data("webauthn.create", challenge, origin)
    private = private_key(secret, credential)
    id_ = decoded(credential)
    public = decoded(public_key(secret, credential))
    attested = AAGUID + len(id_).to_bytes(2) + id_ + public
    data = _authenticator_data(rp_id, USER_PRESENT | ATTESTED, counter) + attested
    statement = {"alg": -7, "sig": _signed(private, data, client_data)}
    return Attestation(
        credential, client_data, cbor2.dumps({"fmt": "packed", "attStmt": statement, "authData": data})
    )


def get_assertion(
    secret: str, credential: str, counter: int, *, rp_id: str, origin: str, challenge: str
) -> Assertion:
    """Sign a challenge with the private key of a credential."""
    client_data = _client_data("webauthn.get", challenge, origin)
    data = _authenticator_data(rp_id, USER_PRESENT, counter)
    return Assertion(
        credential, client_data, data, _signed(private_key(secret, credential), data, client_data)
    )


def private_key(secret: str, credential: str) -> "EllipticCurvePrivateKey":
    """The private key of a credential."""
    from cryptography.hazmat.primitives.asymmetric import ec

    digest = blake2b(credential.encode(), key=bytes.fromhex(secret), digest_size=40).digest()
    return ec.derive_private_key(1 + int.from_bytes(digest) % (P256_ORDER - 1), ec.SECP256R1())


def public_key(secret: str, credential: str) -> str:
    """The public key (COSE, base64url) of a credential."""
    import cbor2

    return encoded(cbor2.dumps(_cose(private_key(secret, credential))))


def encoded(data: bytes) -> str:
    """As base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _client_data(kind: str, challenge: str, origin: str) -> bytes:
    """What the browser, not the key, says about the ceremony: the key signs its digest."""
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def _authenticator_data(rp_id: str, flags: int, counter: int) -> bytes:
    return sha256(rp_id.encode()).digest() + bytes((flags,)) + counter.to_bytes(4)


def _cose(private: "EllipticCurvePrivateKey") -> dict[int, object]:
    """The public key: EC2, ES256, P-256."""
    numbers = private.public_key().public_numbers()
    return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}


def _signed(private: "EllipticCurvePrivateKey", data: bytes, client_data: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    signed = data + sha256(client_data).digest()
    return private.sign(signed, ec.ECDSA(SHA256(), deterministic_signing=True))
