"""The crowd of `mfadrill.sim.crowd` as one would write it in SimPy: a process for each user, who sleeps until the next
log-in, and the rules of the log-in in plain Python.

It models one plan, MFA required of everybody for some days, with TOTP as the only factor; it logs the same facts. It
has no branches, no reasons and no other rules, and it cannot go back.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import simpy
from pyotp import random_base32
from pyotp.totp import TOTP

from mfadrill.core.behaviour import WORKING_DAYS, Behaviour

#: The unit of SimPy's clock.
MINUTE = 60
DAY = 24 * 60 * MINUTE


class Fact(NamedTuple):
    at: float
    kind: str
    user: str


@dataclass(slots=True)
class Person:
    name: str
    password: str
    draw: Random
    ends_at: float | None = None
    bad_attempts: int = 0
    totp: TOTP | None = None
    last_step: int = -1
    app: TOTP | None = None


@dataclass
class Organization:
    """`codes` says whether TOTP codes are really made and checked, with pyotp."""

    start: datetime
    zone: str
    behaviour: Behaviour
    days: int
    codes: bool
    env: simpy.Environment = field(default_factory=simpy.Environment)
    log: list[Fact] = field(default_factory=list[Fact])

    def tell(self, kind: str, user: Person) -> None:
        self.log.append(Fact(self.env.now, kind, user.name))

    def instant(self) -> datetime:
        return self.start + timedelta(seconds=self.env.now)

    # What happens by itself

    def period(self, user: Person) -> Generator[simpy.Event, Any, None]:
        self.tell("mfa required", user)
        user.ends_at = self.env.now + self.days * DAY
        yield self.env.timeout((self.days - 1) * DAY)
        if user.totp is None:
            self.tell("reminder", user)
        yield self.env.timeout(DAY)
        if user.totp is None:
            self.tell("period expired", user)

    # When users come

    def life(self, user: Person, days: int) -> Generator[simpy.Event, Any, None]:
        behaviour, env, draw = self.behaviour, self.env, user.draw
        number, rest = divmod(behaviour.log_ins, WORKING_DAYS)
        local = self.start.astimezone(ZoneInfo(self.zone))
        midnight = -(local.hour * 60 + local.minute) * MINUTE
        away = False
        for day in range(days + 1):
            weekday = (local.weekday() + day) % 7
            if weekday == 0 or day == 0:
                away = draw.random() * 100 < behaviour.away
            if weekday >= WORKING_DAYS:
                continue
            times = number + (draw.random() * WORKING_DAYS < rest)
            span = behaviour.closes - behaviour.opens
            minutes = {int(min(draw.random(), draw.random()) * span) for _ in range(times)}
            if away:
                continue
            for minute in sorted(minutes):
                wait = midnight + day * DAY + (behaviour.opens + minute) * MINUTE - env.now
                if wait > 0:
                    yield env.timeout(wait)
                    self.log_in(user, user.password)

    # What they meet

    def log_in(self, user: Person, password: str) -> None:
        if password != user.password:
            user.bad_attempts += 1
            self.tell("password refused", user)
            return
        self.tell("log-in begun", user)
        if user.totp is not None:
            inside = self.challenge(user)
        elif user.ends_at is not None:
            if self.env.now >= user.ends_at:
                self.tell("log-in refused", user)
                inside = False
            else:
                self.set_up(user, user.ends_at)
                inside = True
        else:
            inside = True
        if inside:
            user.bad_attempts = 0
            self.tell("log-in succeeded", user)
        self.tell("browser left", user)

    def challenge(self, user: Person) -> bool:
        step = int(self.instant().timestamp()) // 30
        if self.codes and not self.shows_right_code(user):
            return False
        if step <= user.last_step:
            return False
        user.last_step = step
        self.tell("challenge passed", user)
        return True

    def shows_right_code(self, user: Person) -> bool:
        if user.app is None or user.totp is None:
            return False
        now = self.instant()
        return user.totp.verify(user.app.at(now), for_time=now, valid_window=1)

    def set_up(self, user: Person, ends_at: float) -> None:
        first, last = self.behaviour.enroll_at_first / 100, self.behaviour.enroll_at_last / 100
        gone = 1 - (ends_at - self.env.now) / (self.days * DAY)
        if user.draw.random() >= first + (last - first) * gone:
            self.tell("set-up skipped", user)
            return
        self.tell("QR code shown", user)
        user.app = user.totp = TOTP(random_base32())
        self.tell("QR code scanned", user)
        if not self.codes or self.shows_right_code(user):
            user.last_step = int(self.instant().timestamp()) // 30
            self.tell("TOTP enrolled", user)


def simulate(
    users: list[str],
    days: int,
    *,
    start: datetime,
    zone: str,
    behaviour: Behaviour,
    required: int,
    codes: bool,
) -> list[Fact]:
    """The log of so many days, MFA being required of all users for the first `required` of them."""
    organization = Organization(start, zone, behaviour, required, codes)
    env = organization.env
    for name in users:
        user = Person(name, "correct horse", Random(f"1 {name}"))
        env.process(organization.period(user))
        env.process(organization.life(user, days))
    env.run(until=days * DAY)
    return organization.log
