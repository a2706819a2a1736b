"""What people do with their phones: scan a secret, have a clock that is off, lose the phone, get a new one."""

from datetime import datetime

from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import PhoneClockSet, PhoneLost, PhoneReplaced, PhoneScanned
from mfadrill.core.phones import AuthenticatorEntry, Phone
from mfadrill.core.refusals import NotAtThisStep, UnknownThing, UnusableValue
from mfadrill.core.users import UserId
from mfadrill.core.world import World

DAY_SECONDS = 86_400


class ScanQrCode(Command, frozen=True):
    """Point a phone at the QR code on the screen of this browser: that of the user who sets up TOTP there, or
    that of `holder`, if it is somebody else's."""

    browser: str
    holder: str = ""

    def decide(self, world: World, now: datetime) -> Decided:
        session = world.browsers.get(self.browser)
        if session is None or session.user is None or session.pending_secret is None:
            raise NotAtThisStep("There is no QR code on the screen to scan.")
        holder = self.holder or session.user
        phone = world.phones.get(holder, Phone())
        if phone.lost:
            raise NotAtThisStep(LOST)
        if any(e.secret == session.pending_secret for e in phone.entries):
            return Decided([])
        entry = AuthenticatorEntry(world.organization.name, session.pending_secret, now)
        return Decided([PhoneScanned(now, session.user, session.user, entry, holder)])


LOST = "The phone is lost; get a new one first."


class SetPhoneClock(Command, frozen=True):
    """Let the user's phone be this many seconds ahead of the true time, or behind it if negative."""

    user: UserId
    offset_seconds: int

    def decide(self, world: World, now: datetime) -> Decided:
        if self.user not in world.users:
            raise UnknownThing(f"There is no user {self.user!r}.")
        if abs(self.offset_seconds) > DAY_SECONDS:
            raise UnusableValue("A phone's clock is off by a day at the most.")
        if world.phones.get(self.user, Phone()).lost:
            raise NotAtThisStep(LOST)
        return Decided([PhoneClockSet(now, self.user, self.user, self.offset_seconds)])


class LosePhone(Command, frozen=True):
    """The user's phone is gone, with the codes in it and the push prompts that go to it.

    What is enrolled stays enrolled: only an admin's reset lets the user enroll again.
    """

    user: UserId

    def decide(self, world: World, now: datetime) -> Decided:
        if self.user not in world.users:
            raise UnknownThing(f"There is no user {self.user!r}.")
        if world.phones.get(self.user, Phone()).lost:
            return Decided([])
        return Decided([PhoneLost(now, self.user, self.user)])


class ReplacePhone(Command, frozen=True):
    """A new phone: its authenticator app is empty, its clock is right, and push is not paired with it."""

    user: UserId

    def decide(self, world: World, now: datetime) -> Decided:
        if self.user not in world.users:
            raise UnknownThing(f"There is no user {self.user!r}.")
        return Decided([PhoneReplaced(now, self.user, self.user)])
