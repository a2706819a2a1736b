"""Routine visits as they are kept: who came when, and how each visit went. The facts are made of that when somebody
reads them, and the world after them is had without.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct, structs

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
from mfadrill.core.phones import Phone
from mfadrill.core.policies import USER_PORTAL, Context
from mfadrill.core.sessions import LoginDecision, PushPrompt
from mfadrill.core.totp import step_at
from mfadrill.core.users import Totp, User, UserId
from mfadrill.core.world import World
from mfadrill.sim.instants import EPOCH
from mfadrill.sim.visit import browser_of

#: Where the crowd comes from is not known.
FROM_ANYWHERE = Context()


class Way(Struct, frozen=True, gc=False):
    """How visits go that change nothing but the newest code: what is asked is answered or not, the modal put off."""

    refused: LoginDecision | None = None
    answer: Factor | None = None
    prompt_stays: timedelta = timedelta(0)
    puts_off: bool = False
    inside: bool = False
    #: So many facts.
    count: int = 0

    def counted(self) -> "Way":
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


class Enrolling(Struct, frozen=True, gc=False):
    """A visit in which the user enrolls TOTP, or else push: how it goes but for that, and the user and the phone after
    it."""

    way: Way
    after: User
    phone: Phone
    totp: Totp | None
    answer: None = None

    @property
    def count(self) -> int:
        """So many facts."""
        return self.way.count + (1 if self.totp is None else 3)

    def facts(self, user: UserId, now: datetime, step: int) -> list[Event]:
        """What happens at an instant, which lies in this time step."""
        told, browser = self.way.facts(user, now, step), browser_of(user)
        if self.totp is not None:
            told[-2:-2] = (  # before going in, and leaving
                TotpEnrollmentStarted(now, user, user, browser, self.totp.secret),
                PhoneScanned(now, user, user, self.phone.entries[-1], user),
                TotpEnrolled(now, user, user, self.totp, browser),
            )
        elif self.after.push is not None:
            told[-2:-2] = (PushEnrolled(now, user, user, self.after.push, browser),)
        return told


#: Who comes at which instant, and how each of the visits goes.
_Minutes = list[tuple[datetime, list[UserId], list[Way | Enrolling]]]


class Stretch:
    """Routine visits in a row."""

    __slots__ = ("_minutes", "size")

    def __init__(self) -> None:
        #: So many facts.
        self.size = 0
        self._minutes: _Minutes = []

    def add(self, now: datetime, users: list[UserId], ways: list[Way | Enrolling]) -> None:
        """These users have come now."""
        self._minutes.append((now, users, ways))
        self.size += sum([way.count for way in ways])

    @property
    def at(self) -> datetime:
        """When the first fact happens."""
        return self._minutes[0][0]

    def facts(self) -> list[Event]:
        told: list[Event] = []
        for now, users, ways in self._minutes:
            step = step_at(now)
            for user, way in zip(users, ways, strict=True):
                told += way.facts(user, now, step)
        return told

    def tell(self, users: dict[UserId, User], phones: dict[str, Phone], steps: dict[UserId, int]) -> None:
        """Put down who is another user after it, whose phone is another one, and the step of whose newest code."""
        for now, came, ways in self._minutes:
            step = step_at(now)
            for user, way in zip(came, ways, strict=True):
                if way.answer is Factor.TOTP:
                    steps[user] = step
                elif isinstance(way, Enrolling):
                    users[user] = way.after
                    if way.totp is not None:
                        phones[user] = way.phone


def after_stretches(world: World, stretches: Iterable[Stretch]) -> World:
    """The world after them, as their facts would tell it."""
    users: dict[UserId, User] = {}
    phones: dict[str, Phone] = {}
    steps: dict[UserId, int] = {}
    for stretch in stretches:
        stretch.tell(users, phones, steps)
    for id_, step in steps.items():
        user = users.get(id_) or world.users[id_]
        assert user.totp is not None
        users[id_] = structs.replace(user, totp=structs.replace(user.totp, last_step=step))
    return structs.replace(world, users=world.users.update(users), phones=world.phones.update(phones))
