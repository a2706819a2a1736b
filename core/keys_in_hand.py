"""The security keys that people hold: what each remembers, and how far it has counted."""

from msgspec import Struct


class KeyInHand(Struct, frozen=True, gc=False):
    """A security key. `holder` is a user's id, or the attacker (`mfadrill.core.phones.ATTACKER`).

    `secret` (hex) is what the key derives its private keys from, so that a copy of the key has the same ones.
    `counter` counts every touch. `credentials` are those that it has made (base64url).
    """

    serial: str
    holder: str
    secret: str
    counter: int = 0
    plugged_in: bool = True
    credentials: tuple[str, ...] = ()
