"""Answering the challenge of a log-in, with any of the factors that it asks for."""

from datetime import datetime, timedelta

from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import (
    ChallengeFailed,
    ChallengePassed,
    PushPromptSent,
)
from mfadrill.core.factors import Factor
from mfadrill.core.phones import Phone
from mfadrill.core.portal import Stage, at_step, lockout_facts, settled
from mfadrill.core.refusals import NotAtThisStep
from mfadrill.core.sessions import ChallengeFailure, PushPrompt, Session
from mfadrill.core.totp import accepted_step, six_digits
from mfadrill.core.users import User
from mfadrill.core.world import World


class Answer(Command, frozen=True):
    """An answer to the challenge of a log-in."""

    browser: str

    def challenged(self, world: World, now: datetime, factor: Factor) -> tuple[Session, User] | Decided:
        at = at_step(world, self.browser, now, Stage.CHALLENGE)
        if isinstance(at, Decided):
            return at
        session, user, step = at
        asked = () if step.decision is None else step.decision.challenge
        if factor not in asked:
            labels = " or ".join(f.label for f in asked)
            raise NotAtThisStep(f"This log-in asks for {labels}, not for {factor.label}.")
        return session, user

    def _passed(self, world: World, now: datetime, passed: ChallengePassed) -> Decided:
        return settled(world, self.browser, [passed], now)

    def _failed(
        self, world: World, now: datetime, user: User, factor: Factor, failure: ChallengeFailure
    ) -> Decided:
        fact = ChallengeFailed(now, user.id, user.id, self.browser, factor, failure)
        return settled(world, self.browser, [fact, *lockout_facts(user, world.organization, now)], now)


class AnswerTotp(Answer, frozen=True):
    """Answer with a TOTP code. A code is accepted once only."""

    code: str

    def decide(self, world: World, now: datetime) -> Decided:
        asked = self.challenged(world, now, Factor.TOTP)
        if isinstance(asked, Decided):
            return asked
        _, user = asked
        if user.totp is None:
            raise NotAtThisStep(f"{user.username} has no TOTP.")
        if six_digits(self.code) is None:
            return self._failed(world, now, user, Factor.TOTP, ChallengeFailure.NO_CODE)
        step = accepted_step(user.totp.secret, self.code, now)
        if step is None:
            return self._failed(world, now, user, Factor.TOTP, ChallengeFailure.WRONG_CODE)
        if step <= user.totp.last_step:
            return self._failed(world, now, user, Factor.TOTP, ChallengeFailure.CODE_USED)
        return self._passed(
            world, now, ChallengePassed(now, user.id, user.id, self.browser, Factor.TOTP, step)
        )


class SendPush(Answer, frozen=True):
    """Send a push prompt to the user's phone; a prompt that waits already is replaced."""

    def decide(self, world: World, now: datetime) -> Decided:
        asked = self.challenged(world, now, Factor.PUSH)
        if isinstance(asked, Decided):
            return asked
        _, user = asked
        ends = now + timedelta(seconds=world.organization.push_timeout_seconds)
        prompt = PushPrompt(now, ends)
        return Decided([PushPromptSent(now, user.id, user.id, self.browser, prompt)])


class AnswerPush(Answer, frozen=True):
    """Approve or deny the push prompt that waits on the phone."""

    approve: bool

    def decide(self, world: World, now: datetime) -> Decided:
        asked = self.challenged(world, now, Factor.PUSH)
        if isinstance(asked, Decided):
            return asked
        session, user = asked
        if session.push_prompt is None or now >= session.push_prompt.expires_at:
            raise NotAtThisStep("No push prompt waits on the phone; send one first.")
        if not is_at_hand(user, world):
            raise NotAtThisStep("The prompt went to a phone that is lost or replaced: nobody can answer it.")
        if not self.approve:
            return self._failed(world, now, user, Factor.PUSH, ChallengeFailure.PUSH_DENIED)
        return self._passed(world, now, ChallengePassed(now, user.id, user.id, self.browser, Factor.PUSH))


def is_at_hand(user: User, world: World) -> bool:
    """Whether the phone that the user's push prompts go to is still in its holder's hand."""
    if user.push is None:
        return False
    phone = world.phones.get(user.push.holder or user.id, Phone())
    return not phone.lost and phone.number == user.push.number


def prompts_on(world: World, holder: str, now: datetime) -> list[tuple[str, Session, PushPrompt]]:
    """The push prompts that wait on the phone in this hand, oldest first: whoever caused them, in any browser."""
    found = [
        (browser, session, prompt)
        for browser, session in world.browsers.items()
        if (prompt := session.push_prompt) is not None
        and now < prompt.expires_at
        and session.user is not None
        and _goes_to(world.users[session.user], holder, world)
    ]
    return sorted(found, key=lambda one: (one[2].sent_at, one[0]))


def _goes_to(user: User, holder: str, world: World) -> bool:
    return user.push is not None and (user.push.holder or user.id) == holder and is_at_hand(user, world)


class AnswerSecurityKey(Answer, frozen=True):
    """Answer with a security key's assertion, whose signature has been verified (`mfadrill.core.handling_keys`).

    The counter must grow.
    """

    credential: str
    sign_count: int

    def decide(self, world: World, now: datetime) -> Decided:
        asked = self.challenged(world, now, Factor.WEBAUTHN)
        if isinstance(asked, Decided):
            return asked
        _, user = asked
        key = next((k for k in user.security_keys if k.credential == self.credential), None)
        if key is None:
            return self._failed(world, now, user, Factor.WEBAUTHN, ChallengeFailure.UNKNOWN_KEY)
        if self.sign_count <= key.sign_count:
            return self._failed(world, now, user, Factor.WEBAUTHN, ChallengeFailure.COUNTER_DID_NOT_GROW)
        passed = ChallengePassed(
            now, user.id, user.id, self.browser, Factor.WEBAUTHN, self.sign_count, self.credential
        )
        return self._passed(world, now, passed)


class AnswerDuo(Answer, frozen=True):
    """Approve or deny the Duo prompt."""

    approve: bool

    def decide(self, world: World, now: datetime) -> Decided:
        asked = self.challenged(world, now, Factor.DUO)
        if isinstance(asked, Decided):
            return asked
        _, user = asked
        if not self.approve:
            return self._failed(world, now, user, Factor.DUO, ChallengeFailure.DUO_DENIED)
        return self._passed(world, now, ChallengePassed(now, user.id, user.id, self.browser, Factor.DUO))
