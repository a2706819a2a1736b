"""The portal as a WebAuthn relying party: it believes a security key only what the webauthn library has verified.

The library and the cryptography below it take 0.2 s to import, so they come with the first ceremony.
"""

from msgspec import Struct

from mfadrill.core.authenticator import Assertion, Attestation, decoded, encoded
from mfadrill.core.refusals import Refusal

#: The portal's name in ceremonies. A key is bound to it, and so is not fooled by a page of another name.
RP_ID = "portal.mfadrill.example"
ORIGIN = f"https://{RP_ID}"

#: Where a phishing page stands.
PHISHING_ORIGIN = "https://portal-mfadrill.example"


#: What the library lets through from the parsers below it, such as for a point that is on no curve.
MALFORMED = (ValueError, TypeError, LookupError)


class NotVerified(Refusal):
    """A security key's answer that does not hold: another origin or challenge, a wrong signature, …"""


class Registered(Struct, frozen=True):
    """A credential whose attestation holds: its id and public key (COSE), both base64url, and its counter."""

    credential: str
    public_key: str
    count: int


def verified_registration(attestation: Attestation, challenge: str) -> Registered:
    """The credential. Raises NotVerified."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_registration_response(
            credential={
                "id": attestation.credential,
                "rawId": attestation.credential,
                "type": "public-key",
                "response": {
                    "clientDataJSON": encoded(attestation.client_data),
                    "attestationObject": encoded(attestation.attestation_object),
                },
            },
            expected_challenge=decoded(challenge),
            expected_rp_id=RP_ID,
            expected_origin=ORIGIN,
        )
    except (WebAuthnException, *MALFORMED) as wrong:
        raise NotVerified(f"The security key's answer does not hold: {wrong}.") from None
    return Registered(encoded(found.credential_id), encoded(found.credential_public_key), found.sign_count)


def verified_assertion(assertion: Assertion, public_key: str, challenge: str, count: int = 0) -> int:
    """The signature counter of an assertion that holds. Raises NotVerified.

    A counter that is not above `count`, the newest that is known, does not hold either.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_authentication_response(
            credential={
                "id": assertion.credential,
                "rawId": assertion.credential,
                "type": "public-key",
                "response": {
                    "clientDataJSON": encoded(assertion.client_data),
                    "authenticatorData": encoded(assertion.authenticator_data),
                    "signature": encoded(assertion.signature),
                },
            },
            expected_challenge=decoded(challenge),
            expected_rp_id=RP_ID,
            expected_origin=ORIGIN,
            credential_public_key=decoded(public_key),
            credential_current_sign_count=count,
        )
    except (WebAuthnException, *MALFORMED) as wrong:
        raise NotVerified(f"The security key's answer does not hold: {wrong}.") from None
    return found.new_sign_count
