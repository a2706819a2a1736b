"""The crowd: when users log in on their own, and what they do then.

When a user logs in follows from the seed, the user, the day and the behaviour, and from nothing that admins do: the
same people come at the same minutes in every branch. Only what they meet there differs.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from mfadrill.core.authenticator import encoded
from mfadrill.core.behaviour import WORKING_DAYS, Behaviour
from mfadrill.core.challenges import (
    AnswerDuo,
    AnswerPush,
    AnswerTotp,
    SendPush,
    is_at_hand,
)
from mfadrill.core.commands import Command
from mfadrill.core.events import BrowserLeft, Event, LoginBegun
from mfadrill.core.evolve import evolve
from mfadrill.core.factors import Factor
from mfadrill.core.handling_keys import BeginKeyCeremony, TouchSecurityKey
from mfadrill.core.handling_phones import ScanQrCode
from mfadrill.core.phones import Phone
from mfadrill.core.portal import (
    LeaveBrowser,
    LogIn,
    Stage,
    arrivals,
    step_of,
)
from mfadrill.core.refusals import Refusal
from mfadrill.core.sessions import LoginDecision, Modal
from mfadrill.core.setting_up import (
    ConfirmTotp,
    PairPush,
    SkipEnrollment,
    StartTotpEnrollment,
)
from mfadrill.core.users import User, UserId, UserState
from mfadrill.core.words import count, local
from mfadrill.core.world import World
from mfadrill.sim.instants import EPOCH
from mfadrill.sim.streams import base32_secret, digest, draws

#: The numbers of a stream are below this.
WHOLE = 2**32

#: How the browsers begin that the crowd logs in with. No username begins so: it has a space.
BROWSER = "crowd of "


def browser_of(user: UserId) -> str:
    """The browser that the user logs in with on their own. It is not the one that the User Portal shows."""
    return BROWSER + user


def in_short(behaviour: Behaviour) -> str:
    """Such as `4 log-ins a week, 10 to 50 % enroll when asked, 5 % away`."""
    chances = f"{behaviour.enroll_at_first} to {behaviour.enroll_at_last} % enroll when asked"
    return f"{count(behaviour.log_ins, 'log-in')} a week, {chances}, {behaviour.away} % away"


# When


def is_working_day(behaviour: Behaviour, day: date) -> bool:
    return day.weekday() < WORKING_DAYS and day not in behaviour.holidays


def log_ins(behaviour: Behaviour, zone: str, seed: int, user: UserId, day: date) -> tuple[datetime, ...]:
    """The instants at which the user logs in on a day of the organization's zone, each on a minute of its own."""
    if not is_working_day(behaviour, day):
        return ()
    opens = _opens(behaviour, zone, day)
    return tuple(opens + timedelta(minutes=minute) for minute in _minutes(behaviour, seed, user, day))


def _opens(behaviour: Behaviour, zone: str, day: date) -> datetime:
    hours, minutes = divmod(behaviour.opens, 60)
    # Made of a datetime that is there already: under a replay's wall clock, a new one would be of another class.
    there = EPOCH.replace(year=day.year, month=day.month, day=day.day, hour=hours, minute=minutes)
    return there.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _minutes(behaviour: Behaviour, seed: int, user: UserId, day: date) -> list[int]:
    """The minutes after the beginning of the working hours. More people come early than late."""
    number, rest = divmod(behaviour.log_ins, WORKING_DAYS)
    once_more, *times = draws(seed, user, f"log-ins of {day}", 3 + 2 * number)
    if once_more * WORKING_DAYS < rest * WHOLE:
        number += 1
    if not number:
        return []
    if behaviour.away:
        year, week, _ = day.isocalendar()
        (away,) = draws(seed, user, f"away {year} {week}", 1)
        if away * 100 < behaviour.away * WHOLE:
            return []
    span = behaviour.closes - behaviour.opens
    return sorted({min(times[2 * n], times[2 * n + 1]) * span // WHOLE for n in range(number)})


class Crowd:
    """The log-ins of one day after the other, for a world that only moves forward."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._of: object = None
        self._by_instant: dict[datetime, list[UserId]] = {}
        self._instants: list[datetime] = []

    def forget(self) -> None:
        """Look at everybody again at the next question: the world is another one."""
        self._of = None

    def next(self, world: World, now: datetime, until: datetime) -> datetime | None:
        """The soonest instant after `now`, and not after `until`, at which somebody logs in."""
        behaviour, zone = world.behaviour, world.organization.zone
        if behaviour is None:
            return None
        day, last = local(now, zone).date(), local(until, zone).date()
        while day <= last:
            if is_working_day(behaviour, day):
                self._know(world, behaviour, day)
                for found in islice(self._instants, bisect_right(self._instants, now), None):
                    if found > until:
                        return None
                    if any(_knows_of_it(world.users[user]) for user in self._by_instant[found]):
                        return found
            day += timedelta(days=1)
        return None

    def at(self, instant: datetime) -> list[UserId]:
        """Who logs in at an instant that `next` has answered."""
        return self._by_instant[instant]

    def _know(self, world: World, behaviour: Behaviour, day: date) -> None:
        # Users come, and none is ever deleted: as many of them are the same ones.
        of = (day, behaviour, world.organization.zone, len(world.users))
        if self._of == of:
            return
        self._of, self._by_instant = of, {}
        opens = _opens(behaviour, world.organization.zone, day)
        by_minute: dict[int, list[UserId]] = {}
        for user in world.users:
            for minute in _minutes(behaviour, self._seed, user, day):
                by_minute.setdefault(minute, []).append(user)
        for minute in sorted(by_minute):
            self._by_instant[opens + timedelta(minutes=minute)] = sorted(by_minute[minute])
        self._instants = list(self._by_instant)


def _knows_of_it(user: User) -> bool:
    """Whether the user has an account to log in to, as far as the user knows."""
    return user.state is not UserState.STAGED and user.password is not None


# What


def visits(world: World, users: Iterable[UserId], seed: int, now: datetime) -> list[Event]:
    """What comes of it that these users log in now, one after the other. It takes them no time."""
    events: list[Event] = []
    for id_ in users:
        visit = _Visit(world, world.users[id_], seed, now)
        visit.go()
        world = visit.world
        events += visit.events
    return events


def chance_to_enroll(behaviour: Behaviour, user: User, modal: Modal, now: datetime) -> float:
    """The chance, from 0 to 1, that the user enrolls at this modal. One that cannot be skipped is the last call."""
    first, last = behaviour.enroll_at_first / 100, behaviour.enroll_at_last / 100
    if modal.ends_at is None or user.period is None:
        return last
    gone = (now - user.period.starts_at) / (modal.ends_at - user.period.starts_at)
    return first + (last - first) * gone


def after_visits(events: Sequence[Event], position: int) -> int:
    """The first position from this one on with an event that is not of the crowd's; the same one, if all are."""
    visiting = False
    for index in range(position, len(events)):
        event = events[index]
        of_crowd = isinstance(event, LoginBegun | BrowserLeft) and event.browser.startswith(BROWSER)
        if isinstance(event, LoginBegun) and of_crowd:
            visiting = True
        if not visiting:
            return index
        if isinstance(event, BrowserLeft) and of_crowd:
            visiting = False
    return position


class _Visit:
    """One log-in of one user, from the password until the browser is left."""

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
        if not _knows_of_it(user) or user.password is None:
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
                secret = None if user.totp is None else user.totp.secret
                entry = next((entry for entry in phone.entries if entry.secret == secret), None)
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
        (draw,) = draws(self._seed, self._id, f"enroll {self._now.isoformat()}", 1)
        phone = self.world.phones.get(self._id, Phone())
        wants = draw < chance_to_enroll(behaviour, self._user, modal, self._now) * WHOLE and not phone.lost
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
        purpose = f"totp {self._browser} {self._now.isoformat()}"
        self._do(StartTotpEnrollment(self._browser, base32_secret(self._seed, self._id, purpose)))
        self._do(ScanQrCode(self._browser))
        phone = self.world.phones[self._id]
        self._do(ConfirmTotp(self._browser, phone.code(phone.entries[-1], self._now)))
