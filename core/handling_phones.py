"""What a user does with the phone: scan a secret, and have a clock that is off."""

from datetime import datetime

from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import PhoneClockSet, PhoneScanned
from mfadrill.core.phones import AuthenticatorEntry
from mfadrill.core.refusals import NotAtThisStep, UnknownThing, UnusableValue
from mfadrill.core.users import UserId
from mfadrill.core.world import World

DAY_SECONDS = 86_400


class ScanQrCode(Command, frozen=True):
    """Point the phone of the user who is setting up TOTP in this browser at the QR code on the screen."""

    browser: str

    def decide(self, world: World, now: datetime) -> Decided:
        session = world.browsers.get(self.browser)
        if session is None or session.user is None or session.pending_secret is None:
            raise NotAtThisStep("There is no QR code on the screen to scan.")
        phone = world.phones.get(session.user)
        if phone is not None and any(e.secret == session.pending_secret for e in phone.entries):
            return Decided([])
        entry = AuthenticatorEntry(world.organization.name, session.pending_secret, now)
        return Decided([PhoneScanned(now, session.user, session.user, entry)])


class SetPhoneClock(Command, frozen=True):
    """Let the user's phone be this many seconds ahead of the true time, or behind it if negative."""

    user: UserId
    offset_seconds: int

    def decide(self, world: World, now: datetime) -> Decided:
        if self.user not in world.users:
            raise UnknownThing(f"There is no user {self.user!r}.")
        if abs(self.offset_seconds) > DAY_SECONDS:
            raise UnusableValue("A phone's clock is off by a day at the most.")
        return Decided([PhoneClockSet(now, self.user, self.user, self.offset_seconds)])
