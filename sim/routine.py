"""The visits of a crowd, most of which are routine: the login decision says all that there is to know about them.

Going through the commands of a visit one by one, as `mfadrill.sim.visit` does, asks for that decision eight times, of
eight worlds. Where nothing can go wrong, the facts that these commands would answer with are known at once, and so is
what they change; all other visits go the long way. Tests hold one against the other.

What is known of a user holds for all of their visits until something changes: a visit is that, and the instant.
Its facts are made of it when somebody reads them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import NamedTuple

import immutables
from msgspec import Struct, structs

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
from mfadrill.sim.instants import EPOCH
from mfadrill.sim.visit import Visit, browser_of, entry_of, knows_of_it, secret_shown, wants_to_enroll

#: Where the crowd comes from is not known.
FROM_ANYWHERE = Context()
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

#: After so many facts a stretch of visits is long enough.
LONG = 4096


class _NotRoutineError(Exception):
    """What a user meets is not that simple."""


class _Told(Struct, frozen=True, gc=False):
    """A visit that is told already."""

    events: list[Event]
    count: int

    def facts(self, user: UserId, now: datetime, step: int) -> list[Event]:  # noqa: ARG002
        return self.events


class _Way(Struct, frozen=True, gc=False):
    """How visits go that change nothing but the newest code: what is asked is answered or not, the modal put off."""

    refused: LoginDecision | None = None
    answer: Factor | None = None
    prompt_stays: timedelta = timedelta(0)
    puts_off: bool = False
    inside: bool = False
    #: So many facts.
    count: int = 0

    def counted(self) -> "_Way":
        return structs.replace(self, count=len(self.facts(UserId(""), EPOCH, 0)))

    def facts(self, user: UserId, now: datetime, step: int) -> list[Event]:
        """What happens to a user at an instant, which lies in this time step."""
        browser = browser_of(user)
        told: list[Event] = [LoginBegun(now, user, user, browser, USER_PORTAL, FROM_ANYWHERE)]
        if self.refused is not None:
            told.append(LoginRefused(now, user, user, browser, self.refused))
        if self.answer is Factor.TOTP:
            told.append(ChallengePassed(now, user, user, browser, Factor.TOTP, step))
        elif self.answer is not None:
            if self.answer is Factor.PUSH:
                prompt = PushPrompt(now, now + self.prompt_stays)
                told.append(PushPromptSent(now, user, user, browser, prompt))
            told.append(ChallengePassed(now, user, user, browser, self.answer))
        if self.puts_off:
            told.append(EnrollmentSkipped(now, user, user, browser))
        if self.inside:
            told.append(LoginSucceeded(now, user, user, browser))
        told.append(BrowserLeft(now, user, browser, user))
        return told


class _Kind(NamedTuple):
    """What users who differ only in who they are meet until an instant: how each of their visits goes, if it is
    routine, unless they enroll at the modal."""

    way: _Way | None
    modal: Modal | None
    until: datetime


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


def _way_of(world: World, user: User, phone: Phone, decision: LoginDecision) -> _Way:
    """How every visit goes in which the user does not enroll. Raises _NotRoutineError."""
    if decision.refuses:
        return _Way(decision).counted()
    answer = _answer(world, user, phone, decision.challenge) if decision.challenge else None
    inside, puts_off = answer is not None or not decision.challenge, False
    if inside and decision.modal is not None:
        if phone.offset_seconds or answer is Factor.TOTP:
            raise _NotRoutineError
        inside = puts_off = decision.modal.skippable
    if user.bad_attempts:
        raise _NotRoutineError  # who gets in has made none
    stays = timedelta(seconds=world.organization.push_timeout_seconds)
    return _Way(None, answer, stays, puts_off, inside).counted()


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
    """A user that was seen with a phone, and of which kind the user is."""

    __slots__ = ("kind", "phone", "user")

    def __init__(self, user: User, phone: Phone, kind: _Kind) -> None:
        self.user, self.phone, self.kind = user, phone, kind


#: Who does not know of the account does not come.
STAYS_AWAY = _Known(User(id=UserId(""), username=""), NO_PHONE, _Kind(None, None, NEVER))

#: Who comes at which instant, and how each of the visits goes.
_Minutes = list[tuple[datetime, list[UserId], list[_Way | _Told]]]


class Stretch(NamedTuple):
    """Visits in a row: how many facts, how to make them, when the first of them may happen, the world after all of
    them, and those that may put something ahead."""

    count: int
    make: Callable[[], list[Event]]
    at: datetime
    after: World
    noticed: list[Event]


class Visits:
    """What comes of it when users of the crowd log in, in a world that only moves forward.

    `begin` a stretch, let users `come`, and `told` is what came of it.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._known: dict[UserId, _Known] = {}
        self._kinds: dict[object, _Kind] = {}
        self._rules: tuple[Organization, immutables.Map[PolicyId, Policy]] | None = None
        #: Those of the known who are so in the world as it is. Nobody else has changed these maps since.
        self._sure: dict[UserId, _Known] = {}
        self._maps: tuple[object, object] | None = None
        self._begin(World())

    def forget(self) -> None:
        """The world is another one."""
        self._known.clear()
        self._kinds.clear()
        self._maps = None

    def begin(self, world: World) -> None:
        """Users are about to come, in this world."""
        rules = world.organization, world.policies
        if rules != self._rules:
            self._rules = rules
            self.forget()
        if self._maps is None or world.users is not self._maps[0] or world.phones is not self._maps[1]:
            self._sure.clear()
        self._maps = None
        self._begin(world)

    def _begin(self, world: World) -> None:
        self._world = world
        self._waiting = {session.user for session in world.browsers.values() if session.is_under_way}
        #: What has changed and is not in the world yet.
        self._users: dict[UserId, User] = {}
        self._phones: dict[str, Phone] = {}
        self._minutes: _Minutes = []
        self._count = 0
        self._noticed: list[Event] = []

    def come(self, users: Sequence[UserId], now: datetime) -> bool:
        """These users log in now, one after the other. Whether the stretch may go on.

        They have nothing to do with each other, unless somebody's log-in waits in another browser: then the first
        visit looks whether that one may go on by now, as every command does, and so does each visit of its user.
        """
        step, sure, waiting = step_at(now), self._sure, self._waiting
        looked, count = not waiting, 0
        came: list[UserId] = []
        ways: list[_Way | _Told] = []
        for id_ in users:
            known = sure.get(id_)
            if known is None or known.kind.until <= now:
                known = self._look_at(id_, now)
            if known is STAYS_AWAY:
                continue
            way = self._way(known, now, step) if looked and id_ not in waiting else None
            if way is None:
                way, looked = self._the_long_way(id_, now), True
            came.append(id_)
            ways.append(way)
            count += way.count
        if ways:
            self._minutes.append((now, came, ways))
            self._count += count
        return self._count < LONG and not self._noticed

    def told(self) -> Stretch | None:
        """What came of the visits since `begin`, if there were any."""
        self._settle()
        world = self._world
        self._maps = world.users, world.phones
        if not self._minutes:
            return None
        make = partial(_facts, self._minutes)
        return Stretch(self._count, make, self._minutes[0][0], world, self._noticed)

    def _settle(self) -> None:
        """Put what has changed into the world."""
        if self._users:
            users = self._world.users.update(self._users)
            phones = self._world.phones.update(self._phones) if self._phones else self._world.phones
            self._world = structs.replace(self._world, users=users, phones=phones)
            self._users, self._phones = {}, {}

    def _look_at(self, id_: UserId, now: datetime) -> _Known:
        if id_ in self._users:
            self._settle()
        user = self._world.users[id_]
        if knows_of_it(user):
            phone = self._world.phones.get(id_, NO_PHONE)
            known = self._known.get(id_)
            if known is None or known.user is not user or known.phone is not phone or known.kind.until <= now:
                self._known[id_] = known = self._got_to_know(user, phone, now)
        else:
            known = STAYS_AWAY
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
        return _Known(user, phone, kind)

    def _way(self, known: _Known, now: datetime, step: int) -> _Way | _Told | None:
        """How this visit goes, if it is routine."""
        (way, modal, _), user = known.kind, known.user
        if way is None:
            return None
        if way.answer is Factor.TOTP and user.totp is not None:
            if step <= user.totp.last_step:
                return None
            # No decision looks at the newest code.
            totp = structs.replace(user.totp, last_step=step)
            known.user = self._users[user.id] = structs.replace(user, totp=totp)
        elif modal is not None:
            behaviour = self._world.behaviour
            if behaviour is None:
                return None
            if wants_to_enroll(behaviour, user, modal, self._seed, now):
                return self._enrolled(known, way, modal, now, step)
        return way

    def _enrolled(self, known: _Known, way: _Way, modal: Modal, now: datetime, step: int) -> _Told:
        user, phone, id_ = known.user, known.phone, known.user.id
        browser = browser_of(id_)
        if Factor.TOTP in modal.factors:
            secret = secret_shown(self._seed, id_, now)
            entry = AuthenticatorEntry(self._world.organization.name, secret, now)
            totp = Totp(secret, now, AUTHENTICATOR_APP, step)
            facts: list[Event] = [
                TotpEnrollmentStarted(now, id_, id_, browser, secret),
                PhoneScanned(now, id_, id_, entry, id_),
                TotpEnrolled(now, id_, id_, totp, browser),
            ]
            self._phones[id_] = structs.replace(phone, entries=(*phone.entries, entry))
            self._users[id_] = structs.replace(user, totp=totp, period=None)
        else:
            push = PushDevice(PHONE, now, number=phone.number)
            facts = [PushEnrolled(now, id_, id_, push, browser)]
            self._users[id_] = structs.replace(user, push=push)
        del self._sure[id_]  # who has something else to meet from now on
        events = structs.replace(way, puts_off=False, inside=True).facts(id_, now, step)
        events[-2:-2] = facts  # before going in, and leaving
        return _Told(events, len(events))

    def _the_long_way(self, id_: UserId, now: datetime) -> _Told:
        """A visit command by command."""
        self._settle()
        visit = Visit(self._world, self._world.users[id_], self._seed, now)
        visit.go()
        self._world = visit.world
        self._noticed += visit.events
        self._sure.clear()
        return _Told(visit.events, len(visit.events))


def _facts(minutes: _Minutes) -> list[Event]:
    told: list[Event] = []
    for now, users, ways in minutes:
        step = step_at(now)
        for user, way in zip(users, ways, strict=True):
            told += way.facts(user, now, step)
    return told
