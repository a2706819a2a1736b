"""The User Portal: the steps of a log-in, challenges, and setting up factors.

A browser holds one log-in. Its step is derived from the login decision at every look, so what changes
meanwhile (a suspension, a policy, the end of the period) counts at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import (
    BrowserLeft,
    ChallengeFailed,
    ChallengePassed,
    EnrollmentSkipped,
    Event,
    LoginBegun,
    LoginRefused,
    LoginSucceeded,
    PasswordRefused,
    PushEnrolled,
    PushPromptSent,
    SecurityKeyRegistered,
    TotpEnrolled,
    TotpEnrollmentStarted,
    UserLockedOut,
)
from mfadrill.core.evolve import evolve
from mfadrill.core.factors import Factor
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization
from mfadrill.core.phones import Phone
from mfadrill.core.policies import USER_PORTAL, Context, ResourceId
from mfadrill.core.refusals import CannotSkip, NotAtThisStep, UnknownThing, UnusableValue, WrongCode
from mfadrill.core.sessions import ChallengeFailure, LoginDecision, PushPrompt, Session
from mfadrill.core.status import has_enrolled
from mfadrill.core.totp import accepted_step, six_digits
from mfadrill.core.users import Lockout, PushDevice, SecurityKey, Totp, User, user_id
from mfadrill.core.words import CHALLENGE_FAILURES
from mfadrill.core.world import World


class Stage(StrEnum):
    """The steps of a log-in after the password."""

    CHALLENGE = "CHALLENGE"
    SET_UP = "SET_UP"
    IN = "IN"
    REFUSED = "REFUSED"


class Step(Struct, frozen=True, gc=False):
    """The step that a log-in is at; the decision is None for who is in already."""

    stage: Stage
    decision: LoginDecision | None = None


def step_of(world: World, session: Session, now: datetime) -> Step:
    """The step that this log-in is at now."""
    if session.refused is not None:
        return Step(Stage.REFUSED, session.refused)
    if session.inside or session.user is None:
        return Step(Stage.IN)
    user = world.users[session.user]
    decision = login_decision(world, user, session.resource, session.context, now)
    if decision.refuses:
        return Step(Stage.REFUSED, decision)
    if decision.challenge and session.proved not in decision.challenge:
        return Step(Stage.CHALLENGE, decision)
    if decision.modal is not None and not session.modal_done:
        return Step(Stage.SET_UP, decision)
    return Step(Stage.IN, decision)


class LogIn(Command, frozen=True):
    """Username and password at a resource, in a browser; it replaces what that browser was doing."""

    browser: str
    username: str
    password: str
    resource: ResourceId = USER_PORTAL
    context: Context = Context()

    def decide(self, world: World, now: datetime) -> Decided:
        if self.resource != USER_PORTAL and self.resource not in world.applications:
            raise UnknownThing(f"There is no application {self.resource!r}.")
        user = world.users.get(user_id(self.username))
        if user is None or user.password is None or self.password != user.password:
            id_ = None if user is None else user.id
            fact = PasswordRefused(now, id_ or "unknown", self.browser, self.username[:200], id_)
            return Decided([fact, *lockout_facts(user, world.organization, now)])
        begun = LoginBegun(now, user.id, user.id, self.browser, self.resource, self.context)
        return settled(world, self.browser, [begun], now)


def lockout_facts(user: User | None, organization: Organization, now: datetime) -> list[Event]:
    """The lock-out that one more bad attempt brings, if it does."""
    if user is None or user.is_locked(now) or user.bad_attempts + 1 < organization.max_login_attempts:
        return []
    minutes = organization.lockout_minutes
    until = None if minutes is None else now + timedelta(minutes=minutes)
    return [UserLockedOut(now, "system", user.id, Lockout(now, until))]


def settled(world: World, browser: str, facts: list[Event], now: datetime) -> Decided:
    """The facts, and the end of the log-in if they have brought it there."""
    after = evolve(world, facts)
    session = after.browsers[browser]
    if session.user is None or not session.is_under_way:
        return Decided(facts)
    step = step_of(after, session, now)
    if step.stage is Stage.REFUSED and step.decision is not None:
        return Decided([*facts, LoginRefused(now, session.user, session.user, browser, step.decision)])
    return Decided([*facts, *arrivals(after, (browser,), now)])


def arrivals(world: World, browsers: Iterable[str], now: datetime) -> list[Event]:
    """For each of these browsers whose log-in has nothing left to answer: that it is in."""
    facts: list[Event] = []
    for browser in sorted(browsers):
        session = world.browsers.get(browser)
        if session is None or session.user is None or not session.is_under_way:
            continue
        if step_of(world, session, now).stage is Stage.IN:
            facts.append(LoginSucceeded(now, session.user, session.user, browser))
    return facts


def _at(world: World, browser: str, now: datetime, *stages: Stage) -> tuple[Session, User, Step] | Decided:
    """The session, its user and its step, which must be one of the stages.

    A log-in that has come to be refused meanwhile answers with that refusal as a fact. Raises NotAtThisStep.
    """
    session = world.browsers.get(browser)
    if session is None or session.user is None:
        raise NotAtThisStep("Nobody is logging in here; log in first.")
    step = step_of(world, session, now)
    if step.stage in stages:
        return session, world.users[session.user], step
    if step.stage is Stage.REFUSED and session.refused is None:
        return settled(world, browser, [], now)
    raise NotAtThisStep(NOT_NOW[step.stage])


NOT_NOW = {
    Stage.CHALLENGE: "This log-in waits for a second factor: answer the challenge first.",
    Stage.SET_UP: "This log-in waits for MFA to be set up.",
    Stage.IN: "This log-in is complete; there is nothing to answer.",
    Stage.REFUSED: "This log-in was refused; log in again.",
}


class Answer(Command, frozen=True):
    """An answer to the challenge of a log-in."""

    browser: str

    def challenged(self, world: World, now: datetime, factor: Factor) -> tuple[Session, User] | Decided:
        at = _at(world, self.browser, now, Stage.CHALLENGE)
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


class SetUp(Command, frozen=True):
    """Setting up a factor, from the modal or from inside the portal."""

    browser: str

    def setting_up(self, world: World, now: datetime, factor: Factor) -> tuple[Session, User] | Decided:
        at = _at(world, self.browser, now, Stage.SET_UP, Stage.IN)
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


def check_key_ceremony(world: World, browser: str, now: datetime) -> tuple[Session, User] | Decided:
    """The log-in that can use a security key now, and its user. Answers and raises as the commands do."""
    session = world.browsers.get(browser)
    if session is not None and session.user is not None:
        step = step_of(world, session, now)
        if step.stage is Stage.CHALLENGE:
            return AnswerSecurityKey(browser, "", 0).challenged(world, now, Factor.WEBAUTHN)
    return RegisterSecurityKey(browser, "").setting_up(world, now, Factor.WEBAUTHN)


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
            raise NotAtThisStep("The phone is lost; get a new one first.")
        push = PushDevice(self.device, now, self.holder, phone.number)
        return settled(world, self.browser, [PushEnrolled(now, user.id, user.id, push, self.browser)], now)


class SkipEnrollment(Command, frozen=True):
    """Set Up Later. Raises CannotSkip where the modal has no way out."""

    browser: str

    def decide(self, world: World, now: datetime) -> Decided:
        at = _at(world, self.browser, now, Stage.SET_UP)
        if isinstance(at, Decided):
            return at
        _, user, step = at
        if step.decision is None or step.decision.modal is None or not step.decision.modal.skippable:
            raise CannotSkip("This set-up cannot be skipped: MFA has to be set up to go on.")
        return settled(world, self.browser, [EnrollmentSkipped(now, user.id, user.id, self.browser)], now)


class LeaveBrowser(Command, frozen=True):
    """Log out, or leave halfway."""

    browser: str

    def decide(self, world: World, now: datetime) -> Decided:
        session = world.browsers.get(self.browser)
        if session is None:
            return Decided([])
        return Decided([BrowserLeft(now, session.user or "unknown", self.browser, session.user)])
