"""The phone in somebody's hand: an authenticator app with its entries, a push app, and a clock that may be off."""

from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.core.totp import code_at

#: Who holds the attacker's phone and security keys. No user can have this id: it has a space.
ATTACKER = "the attacker"


class AuthenticatorEntry(Struct, frozen=True, gc=False):
    """A secret (base32) that the app has scanned."""

    label: str
    secret: str
    added_at: datetime


class Phone(Struct, frozen=True, gc=False):
    """`offset_seconds` is how far the phone's clock is ahead of the true time; negative is behind.

    `number` counts the phones that its holder has had before: push is paired with one phone, not with its holder.
    """

    entries: tuple[AuthenticatorEntry, ...] = ()
    offset_seconds: int = 0
    lost: bool = False
    number: int = 0

    def clock(self, now: datetime) -> datetime:
        """What the phone takes for the time."""
        return now + timedelta(seconds=self.offset_seconds)

    def code(self, entry: AuthenticatorEntry, now: datetime) -> str:
        """The six digits that the app shows for this entry."""
        return code_at(entry.secret, self.clock(now))
