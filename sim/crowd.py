"""The crowd: when users log in on their own. What they do then is in `mfadrill.sim.visit`.

When a user logs in follows from the seed, the user, the day and the behaviour, and from nothing that admins do: the
same people come at the same minutes in every branch. Only what they meet there differs.
"""

from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from mfadrill.core.behaviour import WORKING_DAYS, Behaviour
from mfadrill.core.events import BrowserLeft, Event, LoginBegun
from mfadrill.core.users import UserId
from mfadrill.core.words import count, local
from mfadrill.core.world import World
from mfadrill.sim.instants import EPOCH
from mfadrill.sim.streams import WHOLE, draws_of_all
from mfadrill.sim.visit import BROWSER, knows_of_it


def in_short(behaviour: Behaviour) -> str:
    """Such as `4 log-ins a week, 10 to 50 % enroll when asked, 5 % away`."""
    chances = f"{behaviour.enroll_at_first} to {behaviour.enroll_at_last} % enroll when asked"
    return f"{count(behaviour.log_ins, 'log-in')} a week, {chances}, {behaviour.away} % away"


def is_working_day(behaviour: Behaviour, day: date) -> bool:
    return day.weekday() < WORKING_DAYS and day not in behaviour.holidays


def log_ins(behaviour: Behaviour, zone: str, seed: int, user: UserId, day: date) -> tuple[datetime, ...]:
    """The instants at which the user logs in on a day of the organization's zone, each on a minute of its own."""
    if not is_working_day(behaviour, day):
        return ()
    opens, away = _opens(behaviour, zone, day), _away(behaviour, seed, (user,), day)
    minutes = _minutes(behaviour, seed, (user,), day, away)
    return tuple(opens + timedelta(minutes=minute) for minute, who in enumerate(minutes) if who)


def _opens(behaviour: Behaviour, zone: str, day: date) -> datetime:
    hours, minutes = divmod(behaviour.opens, 60)
    # Made of a datetime that is there already: under a replay's wall clock, a new one would be of another class.
    there = EPOCH.replace(year=day.year, month=day.month, day=day.day, hour=hours, minute=minutes)
    return there.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _away(behaviour: Behaviour, seed: int, users: Sequence[UserId], day: date) -> Container[UserId]:
    """Those of the users who are away for all of the week that the day is in."""
    if not behaviour.away:
        return ()
    year, week, _ = day.isocalendar()
    drawn = draws_of_all(seed, users, f"away {year} {week}", 1)
    return {user for user, (draw,) in drawn if draw * 100 < behaviour.away * WHOLE}


def _minutes(
    behaviour: Behaviour, seed: int, users: Sequence[UserId], day: date, away: Container[UserId]
) -> list[list[UserId]]:
    """Who logs in at each minute of the working hours. More people come early than late."""
    whole, rest = divmod(behaviour.log_ins, WORKING_DAYS)
    span, once_more = behaviour.closes - behaviour.opens, rest * WHOLE
    found: list[list[UserId]] = [[] for _ in range(span)]
    there = [user for user in users if user not in away]
    for user, drawn in draws_of_all(seed, there, f"log-ins of {day}", 3 + 2 * whole):
        number = whole + 1 if drawn[0] * WORKING_DAYS < once_more else whole
        if number == 1:
            one, other = drawn[1], drawn[2]
            found[(one if one < other else other) * span // WHOLE].append(user)
        elif number:
            times = zip(drawn[1::2], drawn[2::2], strict=True)
            for minute in {min(pair) * span // WHOLE for pair in islice(times, number)}:
                found[minute].append(user)
    return found


class Crowd:
    """The log-ins of one day after the other, for a world that only moves forward."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._of: object = None
        self._by_instant: dict[datetime, list[UserId]] = {}
        self._instants: list[datetime] = []
        self._users: list[UserId] = []
        self._away_in: object = None
        self._away: Container[UserId] = ()

    def forget(self) -> None:
        """Look at everybody again at the next question: the world is another one."""
        self._of = self._away_in = None
        self._users = []

    def next(self, world: World, now: datetime, until: datetime) -> datetime | None:
        """The soonest instant after `now`, and not after `until`, at which somebody logs in."""
        for at, users in self.coming(world, now, until):
            if any(knows_of_it(world.users[user]) for user in users):
                return at
        return None

    def coming(self, world: World, now: datetime, until: datetime) -> Iterator[tuple[datetime, list[UserId]]]:
        """Who logs in at which instant after `now` and not after `until`, if they know of their accounts by then."""
        behaviour, zone = world.behaviour, world.organization.zone
        if behaviour is None:
            return
        day, last = local(now, zone).date(), local(until, zone).date()
        while day <= last:
            if is_working_day(behaviour, day):
                self._know(world, behaviour, day)
                instants, by_instant = self._instants, self._by_instant
                for at in islice(instants, bisect_right(instants, now), bisect_right(instants, until)):
                    yield at, by_instant[at]
            day += timedelta(days=1)

    def at(self, instant: datetime) -> list[UserId]:
        """Who logs in at an instant that `next` has answered."""
        return self._by_instant[instant]

    def _know(self, world: World, behaviour: Behaviour, day: date) -> None:
        # Users come, and none is ever deleted: as many of them are the same ones.
        of = (day, behaviour, world.organization.zone, len(world.users))
        if self._of == of:
            return
        if len(self._users) != len(world.users):
            # Copies, which lie side by side: to look at all of them where they are is to wait for memory all the time.
            self._users = [UserId(user.encode().decode()) for user in sorted(world.users)]
        week = (day.isocalendar()[:2], behaviour, len(world.users))
        if self._away_in != week:
            self._away_in, self._away = week, _away(behaviour, self._seed, self._users, day)
        opens = _opens(behaviour, world.organization.zone, day)
        minutes = _minutes(behaviour, self._seed, self._users, day, self._away)
        self._of = of
        self._by_instant = {
            opens + timedelta(minutes=minute): users for minute, users in enumerate(minutes) if users
        }
        self._instants = list(self._by_instant)


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
