"""What people do with security keys: get one, plug it in and out, copy it, and touch it in a WebAuthn ceremony."""

from datetime import datetime

from mfadrill.core.authenticator import get_assertion, make_credential, new_credential
from mfadrill.core.challenges import AnswerSecurityKey
from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import (
    ChallengeFailed,
    Event,
    KeyChallengeIssued,
    SecurityKeyCopied,
    SecurityKeyGiven,
    SecurityKeyPlugged,
    SecurityKeyTouched,
)
from mfadrill.core.factors import Factor
from mfadrill.core.keys_in_hand import KeyInHand
from mfadrill.core.phones import ATTACKER
from mfadrill.core.portal import (
    Stage,
    lockout_facts,
    settled,
    step_of,
)
from mfadrill.core.refusals import DuplicateName, NotAtThisStep, UnknownThing
from mfadrill.core.relying_party import ORIGIN, RP_ID, NotVerified, verified_assertion, verified_registration
from mfadrill.core.sessions import ChallengeFailure, Session
from mfadrill.core.setting_up import RegisterSecurityKey
from mfadrill.core.users import User
from mfadrill.core.world import World


class GiveSecurityKey(Command, frozen=True):
    """Hand a new security key to a user or to the attacker. `secret` is 32 bytes in hex."""

    holder: str
    serial: str
    secret: str

    def decide(self, world: World, now: datetime) -> Decided:
        if self.holder != ATTACKER and self.holder not in world.users:
            raise UnknownThing(f"There is no user {self.holder!r}.")
        _check_new(self.serial, world)
        return Decided([SecurityKeyGiven(now, self.holder, KeyInHand(self.serial, self.holder, self.secret))])


class PlugSecurityKey(Command, frozen=True):
    """Plug the key in, or unplug it."""

    serial: str
    plugged_in: bool

    def decide(self, world: World, now: datetime) -> Decided:
        key = _key(self.serial, world)
        if key.plugged_in is self.plugged_in:
            return Decided([])
        return Decided([SecurityKeyPlugged(now, key.holder, self.serial, self.plugged_in)])


class CopySecurityKey(Command, frozen=True):
    """Copy a key: the copy has the same credentials and goes on counting where the key stands now."""

    serial: str
    holder: str = ATTACKER

    def decide(self, world: World, now: datetime) -> Decided:
        key = _key(self.serial, world)
        number = 1
        while (serial := f"{self.serial}-copy{number if number > 1 else ''}") in world.keys:
            number += 1
        copy = KeyInHand(serial, self.holder, key.secret, key.counter, credentials=key.credentials)
        return Decided([SecurityKeyCopied(now, self.holder, self.serial, copy)])


class BeginKeyCeremony(Command, frozen=True):
    """Let the portal ask for a security key: `challenge` (base64url) is what the key has to sign."""

    browser: str
    challenge: str

    def decide(self, world: World, now: datetime) -> Decided:
        at = _at_ceremony(world, self.browser, now)
        if isinstance(at, Decided):
            return at
        _, user = at
        return Decided([KeyChallengeIssued(now, user.id, user.id, self.browser, self.challenge)])


class TouchSecurityKey(Command, frozen=True):
    """Touch the key: it registers, or answers the challenge, and the portal verifies what it says.

    `origin` is the page that the browser stands on: the key signs for that, so a phishing page gets nowhere.
    `counter` is what the key counts as, where it is not one more than before.
    """

    browser: str
    serial: str
    origin: str = ORIGIN
    counter: int | None = None

    def decide(self, world: World, now: datetime) -> Decided:
        at = _at_ceremony(world, self.browser, now)
        if isinstance(at, Decided):
            return at
        session, user = at
        key = _key(self.serial, world)
        if not key.plugged_in:
            raise NotAtThisStep(f"The key {key.serial} is not plugged in.")
        if session.key_challenge is None:
            raise NotAtThisStep("The portal has not asked for a security key yet.")
        answers = step_of(world, session, now).stage is Stage.CHALLENGE
        ceremony = self._assertion if answers else self._registration
        return ceremony(world, now, session, user, key)

    def _touched(self, key: KeyInHand, now: datetime, credential: str | None = None) -> tuple[int, Event]:
        counter = key.counter + 1 if self.counter is None else self.counter
        return counter, SecurityKeyTouched(now, key.holder, key.serial, counter, credential)

    def _registration(
        self, world: World, now: datetime, session: Session, user: User, key: KeyInHand
    ) -> Decided:
        if any(known.credential in key.credentials for known in user.security_keys):
            raise NotAtThisStep(f"The key {key.serial} is registered for {user.username} already.")
        credential = new_credential(key.secret, RP_ID, len(key.credentials))
        counter, touched = self._touched(key, now, credential)
        assert session.key_challenge is not None
        attestation = make_credential(
            key.secret,
            credential,
            counter,
            rp_id=_rp_id(self.origin),
            origin=self.origin,
            challenge=session.key_challenge,
        )
        found = verified_registration(attestation, session.key_challenge)
        register = RegisterSecurityKey(
            self.browser, found.credential, key.serial, found.count, found.public_key
        )
        decided = register.decide(world, now)
        return Decided([touched, *decided.events], decided.outcomes)

    def _assertion(
        self, world: World, now: datetime, session: Session, user: User, key: KeyInHand
    ) -> Decided:
        known = next((k for k in user.security_keys if k.credential in key.credentials), None)
        if known is None:
            raise NotAtThisStep(f"The key {key.serial} knows no credential of {user.username}.")
        counter, touched = self._touched(key, now)
        assert session.key_challenge is not None
        assertion = get_assertion(
            key.secret,
            known.credential,
            counter,
            rp_id=_rp_id(self.origin),
            origin=self.origin,
            challenge=session.key_challenge,
        )
        try:
            count = verified_assertion(assertion, known.public_key, session.key_challenge)
        except NotVerified:
            failed = ChallengeFailed(
                now, user.id, user.id, self.browser, Factor.WEBAUTHN, ChallengeFailure.NOT_VERIFIED
            )
            facts = [touched, failed, *lockout_facts(user, world.organization, now)]
            return settled(world, self.browser, facts, now)
        decided = AnswerSecurityKey(self.browser, known.credential, count).decide(world, now)
        return Decided([touched, *decided.events], decided.outcomes)


def _at_ceremony(world: World, browser: str, now: datetime) -> tuple[Session, User] | Decided:
    """The log-in that can use a security key now, and its user. Answers and raises as the commands do."""
    session = world.browsers.get(browser)
    if session is not None and session.user is not None:
        step = step_of(world, session, now)
        if step.stage is Stage.CHALLENGE:
            return AnswerSecurityKey(browser, "", 0).challenged(world, now, Factor.WEBAUTHN)
    return RegisterSecurityKey(browser, "").setting_up(world, now, Factor.WEBAUTHN)


def _rp_id(origin: str) -> str:
    """A page can ask a key only in its own name."""
    return origin.removeprefix("https://")


def _key(serial: str, world: World) -> KeyInHand:
    key = world.keys.get(serial)
    if key is None:
        raise UnknownThing(f"There is no security key {serial!r}.")
    return key


def _check_new(serial: str, world: World) -> None:
    if serial in world.keys:
        raise DuplicateName(f"There is a security key {serial!r} already.")
