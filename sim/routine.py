"""The visits of a crowd, most of which are routine: the login decision says all that there is to know about them.

Going through the commands of a visit one by one, as `mfadrill.sim.visit` does, asks for that decision eight times, of
eight worlds. Where nothing can go wrong, the facts that these commands would answer with are known at once, and so is
what they change; all other visits go the long way. Tests hold one against the other.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import immutables
from msgspec import structs

from mfadrill.core.challenges import is_at_hand
from mfadrill.core.events import (
    BrowserLeft,
    ChallengePassed,
    EnrollmentSkipped,
    Event,
    LoginBegun,
    LoginRefused,
    LoginSucceeded,
    PhoneScanned,
    PushEnrolled,
    PushPromptSent,
    TotpEnrolled,
    TotpEnrollmentStarted,
)
from mfadrill.core.factors import Factor
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization
from mfadrill.core.phones import AuthenticatorEntry, Phone
from mfadrill.core.policies import USER_PORTAL, Context, Policy, PolicyId
from mfadrill.core.sessions import LoginDecision, Modal, PushPrompt
from mfadrill.core.setting_up import AUTHENTICATOR_APP, PHONE
from mfadrill.core.totp import step_at
from mfadrill.core.users import PushDevice, Totp, User, UserId
from mfadrill.core.world import World
from mfadrill.sim.visit import Visit, browser_of, entry_of, knows_of_it, secret_shown, wants_to_enroll

#: Where the crowd comes from is not known.
FROM_ANYWHERE = Context()
NO_PHONE = Phone()


class _Known:
    """The decision that a user met last. It stands until an instant, and while the user is the same one."""

    __slots__ = ("browser", "challenge", "decision", "modal", "refuses", "until", "user")

    def __init__(self, user: User, browser: str, decision: LoginDecision, until: datetime | None) -> None:
        self.user, self.browser, self.decision, self.until = user, browser, decision, until
        self.refuses, self.challenge, self.modal = decision.refuses, decision.challenge, decision.modal


class Visits:
    """What comes of it when users of the crowd log in, in a world that only moves forward."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._known: dict[UserId, _Known] = {}
        self._rules: tuple[Organization, immutables.Map[PolicyId, Policy]] | None = None

    def forget(self) -> None:
        """The world is another one."""
        self._known.clear()

    def of(self, world: World, users: Sequence[UserId], now: datetime) -> tuple[list[Event], World]:
        """What comes of it that these users log in now, one after the other, and the world afterwards.

        They have nothing to do with each other, unless somebody's log-in waits in another browser: then the first
        visit looks whether that one may go on by now, as every command does, and so does each visit of its user.
        """
        rules = world.organization, world.policies
        if rules != self._rules:
            self._rules = rules
            self._known.clear()
        waiting = {session.user for session in world.browsers.values() if session.is_under_way}
        looked = not waiting
        routine = _Routine(world, self._seed, now)
        events = routine.events
        for id_ in users:
            user = world.users[id_]
            if not knows_of_it(user):
                continue
            if looked and id_ not in waiting and routine.go(user, self._decided(world, user, now)):
                continue
            visit = Visit(world, user, self._seed, now)
            visit.go()
            world, looked = visit.world, True
            events += visit.events
        return events, routine.changed(world)

    def _decided(self, world: World, user: User, now: datetime) -> _Known:
        """The login decision, asked for again only where its answer may be another one."""
        known = self._known.get(user.id)
        if known is not None and known.user is user and (known.until is None or now < known.until):
            return known
        decision = login_decision(world, user, USER_PORTAL, FROM_ANYWHERE, now)
        turns = (
            None if user.period is None else user.period.ends_at,
            None if user.lockout is None else user.lockout.until,
        )
        until = min((turn for turn in turns if turn is not None and turn > now), default=None)
        browser = browser_of(user.id) if known is None else known.browser
        self._known[user.id] = known = _Known(user, browser, decision, until)
        return known


class _Routine:
    """The routine visits of one instant, and their facts in `events`. This is where a crowd's time goes."""

    def __init__(self, world: World, seed: int, now: datetime) -> None:
        self._world, self._seed, self._now = world, seed, now
        self._step = step_at(now)
        self._users: dict[UserId, User] = {}
        self._phones: dict[str, Phone] = {}
        self.events: list[Event] = []

    def changed(self, world: World) -> World:
        """The world after these visits too."""
        if not self._users:
            return world
        users = world.users.update(self._users)
        phones = world.phones.update(self._phones) if self._phones else world.phones
        return structs.replace(world, users=users, phones=phones)

    def go(self, user: User, known: _Known) -> bool:
        """Tell the visit in facts. False, and nothing else, if it is not routine."""
        now, id_, browser, events = self._now, user.id, known.browser, self.events
        before = len(events)
        events.append(LoginBegun(now, id_, id_, browser, USER_PORTAL, FROM_ANYWHERE))
        after: User | None = user
        if known.refuses:
            events.append(LoginRefused(now, id_, id_, browser, known.decision))
        else:
            inside = True
            if known.challenge:
                after, inside = self._answer(user, browser, known.challenge)
            if inside and after is not None and known.modal is not None:
                after, inside = self._set_up(after, browser, known.modal)
            if after is None:
                del events[before:]
                return False
            if inside:
                events.append(LoginSucceeded(now, id_, id_, browser))
                if after.bad_attempts:
                    after = structs.replace(after, bad_attempts=0)
            if after is not user:
                self._users[id_] = after
                if known.modal is None:
                    known.user = after  # no decision looks at the newest code, nor at the bad attempts
        events.append(BrowserLeft(now, id_, browser, id_))
        return True

    def _answer(self, user: User, browser: str, challenge: tuple[Factor, ...]) -> tuple[User | None, bool]:
        """The user afterwards, and whether the challenge is passed. No user, if it is not that simple."""
        now, id_ = self._now, user.id
        for factor in challenge:
            if factor is Factor.TOTP:
                phone = self._world.phones.get(id_, NO_PHONE)
                if phone.lost or user.totp is None or entry_of(user, phone) is None:
                    continue
                # A clock that is right shows the very code that is asked for, whatever that is.
                if phone.offset_seconds or self._step <= user.totp.last_step:
                    return None, False
                self.events.append(ChallengePassed(now, id_, id_, browser, factor, self._step))
                totp = structs.replace(user.totp, last_step=self._step)
                return structs.replace(user, totp=totp), True
            if factor is Factor.PUSH:
                if user.push is None or user.push.holder or not is_at_hand(user, self._world):
                    continue
                ends = now + timedelta(seconds=self._world.organization.push_timeout_seconds)
                self.events.append(PushPromptSent(now, id_, id_, browser, PushPrompt(now, ends)))
                self.events.append(ChallengePassed(now, id_, id_, browser, factor))
                return user, True
            if factor is Factor.DUO:
                self.events.append(ChallengePassed(now, id_, id_, browser, factor))
                return user, True
            if user.security_keys:
                return None, False  # a real ceremony
        return user, False

    def _set_up(self, user: User, browser: str, modal: Modal) -> tuple[User | None, bool]:
        """The user afterwards, and whether that is the way in. No user, if it is not that simple."""
        now, id_ = self._now, user.id
        behaviour = self._world.behaviour
        phone = self._world.phones.get(id_, NO_PHONE)
        if behaviour is None or phone.offset_seconds:
            return None, False
        if not phone.lost and wants_to_enroll(behaviour, user, modal, self._seed, now):
            if Factor.TOTP in modal.factors:
                secret = secret_shown(self._seed, id_, now)
                entry = AuthenticatorEntry(self._world.organization.name, secret, now)
                totp = Totp(secret, now, AUTHENTICATOR_APP, self._step)
                self.events += (
                    TotpEnrollmentStarted(now, id_, id_, browser, secret),
                    PhoneScanned(now, id_, id_, entry, id_),
                    TotpEnrolled(now, id_, id_, totp, browser),
                )
                self._phones[id_] = structs.replace(phone, entries=(*phone.entries, entry))
                return structs.replace(user, totp=totp, period=None), True
            if Factor.PUSH in modal.factors:
                push = PushDevice(PHONE, now, number=phone.number)
                self.events.append(PushEnrolled(now, id_, id_, push, browser))
                return structs.replace(user, push=push), True
        if modal.skippable:
            self.events.append(EnrollmentSkipped(now, id_, id_, browser))
        return user, modal.skippable
