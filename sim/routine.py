"""The visits of a crowd, most of which are routine: the login decision says all that there is to know about them.

Going through the commands of a visit one by one, as `mfadrill.sim.visit` does, asks for that decision eight times, of
eight worlds. Where nothing can go wrong, the facts that these commands would answer with are known at once, and so is
what they change; all other visits go the long way. Tests hold one against the other.

What is known of a user holds for all of their visits until something changes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import immutables
from msgspec import structs

from mfadrill.core.behaviour import Behaviour
from mfadrill.core.challenges import is_at_hand
from mfadrill.core.events import (
    Event,
)
from mfadrill.core.factors import Factor
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization
from mfadrill.core.phones import AuthenticatorEntry, Phone
from mfadrill.core.policies import USER_PORTAL, Policy, PolicyId
from mfadrill.core.sessions import LoginDecision, Modal
from mfadrill.core.setting_up import AUTHENTICATOR_APP, PHONE
from mfadrill.core.totp import step_at
from mfadrill.core.users import PushDevice, Totp, User, UserId
from mfadrill.core.world import World
from mfadrill.sim import visit
from mfadrill.sim.stretch import FROM_ANYWHERE, Enrolling, Stretch, Way
from mfadrill.sim.visit import (
    Visit,
    entry_of,
    knows_of_it,
    secret_shown,
    takes_the_chance,
)

NO_PHONE = Phone()
NEVER = datetime.max.replace(tzinfo=UTC)

#: What the crowd enrolls, if it is offered.
OFFERS = frozenset({Factor.TOTP, Factor.PUSH})

#: What no login decision looks at.
WHO = frozenset(
    {"id", "username", "first_name", "last_name", "email", "department", "password", "created_at", "inbox"}
)
_what_matters = attrgetter(
    *(field for field in User.__struct_fields__ if field not in {*WHO, "totp", "bad_attempts"})
)


class _NotRoutineError(Exception):
    """What a user meets is not that simple."""


class _Kind:
    """What users who differ only in who they are meet until an instant: how each of their visits goes, if it is
    routine, unless they enroll at the modal, and the `way_in` then."""

    __slots__ = ("_asked", "_chance", "modal", "until", "way", "way_in")

    def __init__(self, way: Way | None, modal: Modal | None, until: datetime) -> None:
        self.way, self.modal, self.until = way, modal, until
        self.way_in = structs.replace(way, puts_off=False, inside=True).counted() if way and modal else None
        self._asked, self._chance = NEVER, 0.0

    def chance_to_enroll(self, behaviour: Behaviour, user: User, modal: Modal, now: datetime) -> float:
        """The same for all of them."""
        if self._asked is not now:
            self._asked, self._chance = now, visit.chance_to_enroll(behaviour, user, modal, now)
        return self._chance


def _kind_of(world: World, user: User, phone: Phone, now: datetime) -> _Kind:
    decision = login_decision(world, user, USER_PORTAL, FROM_ANYWHERE, now)
    turns = (
        NEVER if user.period is None else user.period.ends_at,
        NEVER if user.lockout is None else user.lockout.until or NEVER,
    )
    until = min((turn for turn in turns if turn > now), default=NEVER)
    try:
        way = _way_of(world, user, phone, decision)
    except _NotRoutineError:
        return _Kind(None, None, until)
    modal = decision.modal
    gets_there = way.inside or way.answer is not None or not decision.challenge
    if modal is None or not gets_there or phone.lost or not OFFERS.intersection(modal.factors):
        return _Kind(way, None, until)
    return _Kind(way, modal, until)


def _way_of(world: World, user: User, phone: Phone, decision: LoginDecision) -> Way:
    """How every visit goes in which the user does not enroll. Raises _NotRoutineError."""
    if decision.refuses:
        return Way(decision).counted()
    answer = _answer(world, user, phone, decision.challenge) if decision.challenge else None
    inside, puts_off = answer is not None or not decision.challenge, False
    if inside and decision.modal is not None:
        if phone.offset_seconds or answer is Factor.TOTP:
            raise _NotRoutineError
        inside = puts_off = decision.modal.skippable
    if user.bad_attempts:
        raise _NotRoutineError  # who gets in has made none
    stays = timedelta(seconds=world.organization.push_timeout_seconds)
    return Way(None, answer, stays, puts_off, inside).counted()


def _answer(world: World, user: User, phone: Phone, challenge: tuple[Factor, ...]) -> Factor | None:
    """The first factor that is asked for and at hand. Raises _NotRoutineError."""
    for factor in challenge:
        if factor is Factor.TOTP:
            if phone.lost or entry_of(user, phone) is None:
                continue
            # A clock that is right shows the very code that is asked for, whatever that is.
            if phone.offset_seconds:
                raise _NotRoutineError
            return factor
        if factor is Factor.PUSH:
            if user.push is None or user.push.holder or not is_at_hand(user, world):
                continue
            return factor
        if factor is Factor.DUO:
            return factor
        if user.security_keys:
            raise _NotRoutineError  # a real ceremony
    return None


class _Known:
    """A user that was seen with a phone, of which kind the user is, and the step of the newest code."""

    __slots__ = ("kind", "phone", "step", "user")

    def __init__(self, user: User, phone: Phone, kind: _Kind) -> None:
        self.user, self.phone, self.kind = user, phone, kind
        self.step = 0 if user.totp is None else user.totp.last_step


#: Who does not know of the account does not come.
STAYS_AWAY = _Known(User(id=UserId(""), username=""), NO_PHONE, _Kind(None, None, NEVER))


class Visits:
    """What comes of it when users of the crowd log in, in a world that only moves forward.

    `begin` in a world, and let users `come`. As long as nobody else changes that world, it need not begin again.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._world = World()
        self._waiting: frozenset[UserId | None] = frozenset()
        self._known: dict[UserId, _Known] = {}
        self._kinds: dict[object, _Kind] = {}
        self._rules: tuple[Organization, immutables.Map[PolicyId, Policy], Behaviour | None] | None = None
        #: Those of the known who have been looked at since the beginning.
        self._sure: dict[UserId, _Known] = {}

    def forget(self) -> None:
        """The world is another one."""
        self._known.clear()
        self._kinds.clear()

    def begin(self, world: World) -> None:
        """Users are about to come, in this world."""
        rules = world.organization, world.policies, world.behaviour
        if rules != self._rules:
            self._rules = rules
            self.forget()
        self._world = world
        self._waiting = frozenset(s.user for s in world.browsers.values() if s.is_under_way)
        self._sure.clear()

    def come(self, stretch: Stretch, users: Sequence[UserId], now: datetime, *, looked: bool) -> int:
        """Let these users log in now, one after the other, as long as that is routine, and say how many did.

        They have nothing to do with each other, unless somebody's log-in waits in another browser: then neither are
        the visits of its user routine, nor the first one of an instant (as long as nobody has `looked`), for it looks
        whether that log-in may go on by now, as every command does.
        """
        step, sure, waiting = step_at(now), self._sure, self._waiting
        looked = looked or not waiting
        came: list[UserId] = []
        ways: list[Way | Enrolling] = []
        number = 0
        for number, id_ in enumerate(users, 1):
            known = sure.get(id_)
            if known is None or known.kind.until <= now:
                known = self._look_at(id_, known, now)
            if known is STAYS_AWAY:
                continue
            kind = known.kind
            way = kind.way
            if way is None or not looked or id_ in waiting:
                number -= 1
                break
            if way.answer is Factor.TOTP:
                if step <= known.step:
                    number -= 1
                    break
                known.step = step
            elif kind.modal is not None and self._wants_to_enroll(known, kind.modal, now):
                way = self._enrolled(known, kind.way_in or way, kind.modal, now, step)
            came.append(id_)
            ways.append(way)
        if ways:
            stretch.add(now, came, ways)
        return number

    def _wants_to_enroll(self, known: _Known, modal: Modal, now: datetime) -> bool:
        behaviour, user = self._world.behaviour, known.user
        assert behaviour is not None
        chance = known.kind.chance_to_enroll(behaviour, user, modal, now)
        return takes_the_chance(chance, user.id, self._seed, now)

    def _look_at(self, id_: UserId, seen: _Known | None, now: datetime) -> _Known:
        # Who was seen since the beginning may be another user by now than in the world of the beginning.
        user = self._world.users[id_] if seen is None else seen.user
        if not knows_of_it(user):
            known = STAYS_AWAY
        elif seen is not None:
            known = self._got_to_know(user, seen.phone, now)
            known.step = seen.step
        else:
            phone = self._world.phones.get(id_, NO_PHONE)
            found = self._known.get(id_)
            stands = (
                found is not None and found.user is user and found.phone is phone and found.kind.until > now
            )
            known = found if found is not None and stands else self._got_to_know(user, phone, now)
        self._sure[id_] = known
        return known

    def _got_to_know(self, user: User, phone: Phone, now: datetime) -> _Known:
        enrolled, has_entry = user.totp is not None, entry_of(user, phone) is not None
        like = (
            _what_matters(user),
            enrolled,
            user.bad_attempts > 0,
            has_entry,
            phone.lost,
            phone.offset_seconds,
            phone.number,
        )
        kind = self._kinds.get(like)
        if kind is None or kind.until <= now:
            kind = _kind_of(self._world, user, phone, now)
            # The reasons for a refusal may tell when this very user enrolled.
            if not enrolled or (kind.way is not None and kind.way.refused is None):
                self._kinds[like] = kind
        self._known[user.id] = known = _Known(user, phone, kind)
        return known

    def _enrolled(self, known: _Known, way_in: Way, modal: Modal, now: datetime, step: int) -> Enrolling:
        user, phone, totp = known.user, known.phone, None
        if Factor.TOTP in modal.factors:
            secret = secret_shown(self._seed, user.id, now)
            entry = AuthenticatorEntry(self._world.organization.name, secret, now)
            totp = Totp(secret, now, AUTHENTICATOR_APP, step)
            phone = structs.replace(phone, entries=(*phone.entries, entry))
            user = structs.replace(user, totp=totp, period=None)
        else:
            user = structs.replace(user, push=PushDevice(PHONE, now, number=phone.number))
        self._sure[user.id] = self._got_to_know(
            user, phone, now
        )  # who has something else to meet from now on
        return Enrolling(way_in, user, phone, totp)

    def the_long_way(self, world: World, id_: UserId, now: datetime) -> list[Event]:
        """What comes of it that the user logs in now, command by command."""
        going = Visit(world, world.users[id_], self._seed, now)
        going.go()
        return going.events
