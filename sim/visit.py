"""One visit of one user, command by command: from the password until the browser is left. It takes no time."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from mfadrill.core.authenticator import encoded
from mfadrill.core.behaviour import Behaviour
from mfadrill.core.challenges import AnswerDuo, AnswerPush, AnswerTotp, SendPush, is_at_hand
from mfadrill.core.commands import Command
from mfadrill.core.events import Event
from mfadrill.core.evolve import evolve
from mfadrill.core.factors import Factor
from mfadrill.core.handling_keys import BeginKeyCeremony, TouchSecurityKey
from mfadrill.core.handling_phones import ScanQrCode
from mfadrill.core.phones import AuthenticatorEntry, Phone
from mfadrill.core.portal import LeaveBrowser, LogIn, Stage, arrivals, step_of
from mfadrill.core.refusals import Refusal
from mfadrill.core.sessions import LoginDecision, Modal
from mfadrill.core.setting_up import ConfirmTotp, PairPush, SkipEnrollment, StartTotpEnrollment
from mfadrill.core.users import User, UserId, UserState
from mfadrill.core.world import World
from mfadrill.sim.streams import WHOLE, base32_secret, digest, draw

#: How the browsers begin that the crowd logs in with. No username begins so: it has a space.
BROWSER = "crowd of "


#: Many come at the same instant.
_written = lru_cache(maxsize=4)(datetime.isoformat)


def browser_of(user: UserId) -> str:
    """The browser that the user logs in with on their own. It is not the one that the User Portal shows."""
    return BROWSER + user


def knows_of_it(user: User) -> bool:
    """Whether the user has an account to log in to, as far as the user knows."""
    return user.state is not UserState.STAGED and user.password is not None


def chance_to_enroll(behaviour: Behaviour, user: User, modal: Modal, now: datetime) -> float:
    """The chance, from 0 to 1, that the user enrolls at this modal. One that cannot be skipped is the last call."""
    first, last = behaviour.enroll_at_first / 100, behaviour.enroll_at_last / 100
    if modal.ends_at is None or user.period is None:
        return last
    gone = (now - user.period.starts_at) / (modal.ends_at - user.period.starts_at)
    return first + (last - first) * gone


def takes_the_chance(chance: float, user: UserId, seed: int, now: datetime) -> bool:
    """Whether the user enrolls now who does so with this chance."""
    return draw(seed, user, f"enroll {_written(now)}") < chance * WHOLE


def wants_to_enroll(behaviour: Behaviour, user: User, modal: Modal, seed: int, now: datetime) -> bool:
    """Whether the user would enroll at this modal; without a phone in the hand it comes to nothing."""
    return takes_the_chance(chance_to_enroll(behaviour, user, modal, now), user.id, seed, now)


def secret_shown(seed: int, user: UserId, now: datetime) -> str:
    """The TOTP secret (base32) in the QR code that the user is shown at this instant."""
    return base32_secret(seed, user, f"totp {browser_of(user)} {_written(now)}")


def entry_of(user: User, phone: Phone) -> AuthenticatorEntry | None:
    """The entry in the authenticator app that shows the user's codes, if the phone has it."""
    if user.totp is not None:
        for entry in phone.entries:
            if entry.secret == user.totp.secret:
                return entry
    return None


class Visit:
    """`go`, and `events` is what came of it, and `world` the world afterwards."""

    def __init__(self, world: World, user: User, seed: int, now: datetime) -> None:
        self.world = world
        self.events: list[Event] = []
        self._id, self._seed, self._now = user.id, seed, now
        self._browser = browser_of(user.id)

    @property
    def _user(self) -> User:
        return self.world.users[self._id]

    def _do(self, command: Command) -> None:
        """Through the core, so that every rule counts. Raises its Refusal."""
        self._happened(command.decide(self.world, self._now).events)

    def _happened(self, events: list[Event]) -> None:
        self.world = evolve(self.world, events)
        self.events += events

    def go(self) -> None:
        user = self._user
        if not knows_of_it(user) or user.password is None:
            return
        try:
            self._do(LogIn(self._browser, user.username, user.password))
            self._go_on()
        except Refusal:
            pass  # what a rule forbids does not get done, and the user gives up
        self._do(LeaveBrowser(self._browser))
        under_way = [name for name, session in self.world.browsers.items() if session.is_under_way]
        if under_way:  # another log-in may have nothing left to answer now, as `decide` has it
            self._happened(arrivals(self.world, under_way, self._now))

    def _go_on(self) -> None:
        """Answer what is asked, and meet the modal, as far as the log-in gets."""
        for stage, meet in ((Stage.CHALLENGE, self._answer), (Stage.SET_UP, self._set_up)):
            session = self.world.browsers[self._browser]
            if not session.is_under_way:
                return
            step = step_of(self.world, session, self._now)
            if step.stage is stage and step.decision is not None:
                meet(step.decision)

    def _answer(self, decision: LoginDecision) -> None:
        """With the first factor asked for that the user has at hand; without any, not at all."""
        for factor in decision.challenge:
            commands = tuple(self._answers(factor))
            if commands:
                for command in commands:
                    self._do(command)
                return

    def _answers(self, factor: Factor) -> Iterator[Command]:
        user = self._user
        match factor:
            case Factor.TOTP:
                phone = self.world.phones.get(user.id, Phone())
                entry = entry_of(user, phone)
                if entry is not None and not phone.lost:
                    yield AnswerTotp(self._browser, phone.code(entry, self._now))
            case Factor.PUSH:
                if user.push is not None and not user.push.holder and is_at_hand(user, self.world):
                    yield SendPush(self._browser)
                    yield AnswerPush(self._browser, True)
            case Factor.WEBAUTHN:
                registered = {key.credential for key in user.security_keys}
                keys = (key for key in self.world.keys.values() if key.holder == user.id and key.plugged_in)
                fitting = next((key for key in keys if registered.intersection(key.credentials)), None)
                if fitting is not None:
                    challenge = digest(self._seed, user.id, f"webauthn {self._now.isoformat()}", 32)
                    yield BeginKeyCeremony(self._browser, encoded(challenge))
                    yield TouchSecurityKey(self._browser, fitting.serial)
            case Factor.DUO:
                yield AnswerDuo(self._browser, True)

    def _set_up(self, decision: LoginDecision) -> None:
        """Enroll, or put it off where that is possible; else leave."""
        modal, behaviour = decision.modal, self.world.behaviour
        if modal is None or behaviour is None:
            return
        phone = self.world.phones.get(self._id, Phone())
        wants = not phone.lost and wants_to_enroll(behaviour, self._user, modal, self._seed, self._now)
        try:
            if wants and Factor.TOTP in modal.factors:
                self._enroll_totp()
            elif wants and Factor.PUSH in modal.factors:
                self._do(PairPush(self._browser))
        except Refusal:
            pass  # the code was wrong, say, because the phone's clock is
        if modal.skippable and self.world.browsers[self._browser].is_under_way:
            self._do(SkipEnrollment(self._browser))

    def _enroll_totp(self) -> None:
        secret = secret_shown(self._seed, self._id, self._now)
        self._do(StartTotpEnrollment(self._browser, secret))
        self._do(ScanQrCode(self._browser))
        phone = self.world.phones[self._id]
        self._do(ConfirmTotp(self._browser, phone.code(phone.entries[-1], self._now)))
