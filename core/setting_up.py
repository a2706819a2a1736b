"""Setting up a factor, from the modal or from inside the portal; or putting it off."""

from datetime import datetime

from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import (
    EnrollmentSkipped,
    PushEnrolled,
    SecurityKeyRegistered,
    TotpEnrolled,
    TotpEnrollmentStarted,
)
from mfadrill.core.factors import Factor
from mfadrill.core.handling_phones import LOST
from mfadrill.core.phones import Phone
from mfadrill.core.portal import Stage, at_step, settled
from mfadrill.core.refusals import CannotSkip, NotAtThisStep, UnusableValue, WrongCode
from mfadrill.core.sessions import ChallengeFailure, Session
from mfadrill.core.status import has_enrolled
from mfadrill.core.totp import accepted_step, six_digits
from mfadrill.core.users import PushDevice, SecurityKey, Totp, User
from mfadrill.core.words import CHALLENGE_FAILURES
from mfadrill.core.world import World


class SetUp(Command, frozen=True):
    """Setting up a factor, from the modal or from inside the portal."""

    browser: str

    def setting_up(self, world: World, now: datetime, factor: Factor) -> tuple[Session, User] | Decided:
        at = at_step(world, self.browser, now, Stage.SET_UP, Stage.IN)
        if isinstance(at, Decided):
            return at
        session, user, step = at
        modal = None if step.decision is None else step.decision.modal
        if factor not in world.organization.factors:
            raise NotAtThisStep(f"{factor.label} is not enabled for the organization.")
        if step.stage is Stage.SET_UP and (modal is None or factor not in modal.factors):
            raise NotAtThisStep(f"{factor.label} is not offered here.")
        if factor is not Factor.PUSH and has_enrolled(factor, user):
            raise NotAtThisStep(f"{factor.label} is set up already.")
        return session, user


class StartTotpEnrollment(SetUp, frozen=True):
    """Show the QR code and the key string of this secret (base32). Nothing is enrolled yet."""

    secret: str

    def decide(self, world: World, now: datetime) -> Decided:
        at = self.setting_up(world, now, Factor.TOTP)
        if isinstance(at, Decided):
            return at
        _, user = at
        return Decided([TotpEnrollmentStarted(now, user.id, user.id, self.browser, self.secret)])


class ConfirmTotp(SetUp, frozen=True):
    """Confirm the secret with a code from the app. A wrong code changes nothing. Raises WrongCode."""

    code: str
    device: str = "authenticator app"

    def decide(self, world: World, now: datetime) -> Decided:
        at = self.setting_up(world, now, Factor.TOTP)
        if isinstance(at, Decided):
            return at
        session, user = at
        if session.pending_secret is None:
            raise NotAtThisStep("No QR code has been shown yet: choose TOTP and continue first.")
        if six_digits(self.code) is None:
            raise WrongCode(CHALLENGE_FAILURES[ChallengeFailure.NO_CODE])
        step = accepted_step(session.pending_secret, self.code, now)
        if step is None:
            raise WrongCode(
                "That code is not right. Enter the six digits that the app shows now; "
                "if it goes on, the clock of the phone may be wrong."
            )
        totp = Totp(session.pending_secret, now, self.device, step)
        return settled(world, self.browser, [TotpEnrolled(now, user.id, user.id, totp, self.browser)], now)


class RegisterSecurityKey(SetUp, frozen=True):
    """Register a security key whose attestation has been verified (`mfadrill.core.handling_keys`)."""

    credential: str
    device: str = "security key"
    sign_count: int = 0
    public_key: str = ""

    def decide(self, world: World, now: datetime) -> Decided:
        at = self.setting_up(world, now, Factor.WEBAUTHN)
        if isinstance(at, Decided):
            return at
        _, user = at
        if not self.credential:
            raise UnusableValue("A security key needs a credential id.")
        key = SecurityKey(self.credential, self.device, now, self.sign_count, self.public_key)
        return settled(
            world, self.browser, [SecurityKeyRegistered(now, user.id, user.id, key, self.browser)], now
        )


class PairPush(SetUp, frozen=True):
    """Pair the phone of the user, or of `holder`, for push prompts; a new one replaces the old."""

    device: str = "phone"
    holder: str = ""

    def decide(self, world: World, now: datetime) -> Decided:
        at = self.setting_up(world, now, Factor.PUSH)
        if isinstance(at, Decided):
            return at
        _, user = at
        phone = world.phones.get(self.holder or user.id, Phone())
        if phone.lost:
            raise NotAtThisStep(LOST)
        push = PushDevice(self.device, now, self.holder, phone.number)
        return settled(world, self.browser, [PushEnrolled(now, user.id, user.id, push, self.browser)], now)


class SkipEnrollment(Command, frozen=True):
    """Set Up Later. Raises CannotSkip where the modal has no way out."""

    browser: str

    def decide(self, world: World, now: datetime) -> Decided:
        at = at_step(world, self.browser, now, Stage.SET_UP)
        if isinstance(at, Decided):
            return at
        _, user, step = at
        if step.decision is None or step.decision.modal is None or not step.decision.modal.skippable:
            raise CannotSkip("This set-up cannot be skipped: MFA has to be set up to go on.")
        return settled(world, self.browser, [EnrollmentSkipped(now, user.id, user.id, self.browser)], now)
