"""Letting time pass until something is so: event by event, in stretches that can be shown and stopped."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from mfadrill.core.events import Event, LoginRefused, OrganizationUpdated, PeriodExpired
from mfadrill.core.factors import FactorStatus
from mfadrill.core.refusals import Refusal
from mfadrill.core.status import totp_status
from mfadrill.core.users import UserId
from mfadrill.core.words import count
from mfadrill.sim.simulation import Digest, Simulation

#: A condition may never come true: so far and no further does one run go.
MOST_DAYS, MOST_EVENTS = 366, 200_000


class Condition:
    """What is waited for. It is told of the events after the clock, and asked after each instant."""

    def __init__(self, words: str) -> None:
        self.words = words

    def begin(self, simulation: Simulation) -> bool:  # noqa: ARG002
        """Look at the world before time passes; whether it is so already."""
        return False

    def holds(self, simulation: Simulation, events: Sequence[Event]) -> bool:
        raise NotImplementedError


class Happens(Condition):
    """An event like this happens."""

    def __init__(self, words: str, meant: Callable[[Event], bool]) -> None:
        super().__init__(words)
        self._meant = meant

    def holds(self, simulation: Simulation, events: Sequence[Event]) -> bool:  # noqa: ARG002
        return any(self._meant(event) for event in events)


def of_kind(kind: str, words: str) -> Condition:
    """The next event of a class with this name."""
    return Happens(words, lambda event: type(event).__name__ == kind)


def of_user(user: UserId, name: str) -> Condition:
    """The next event that touches the user."""
    return Happens(f"something happens to {name}", lambda event: user in event.touches)


def somebody_locked_out() -> Condition:
    """A period ends without TOTP, or a log-in is refused."""
    return Happens("someone is locked out", lambda event: isinstance(event, PeriodExpired | LoginRefused))


class _Counted(Condition):
    """Who has a TOTP status, kept up with the events: to ask everybody at each instant would take too long."""

    status: FactorStatus

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.users: set[UserId] = set()

    def begin(self, simulation: Simulation) -> bool:
        self._look(simulation, simulation.world.users)
        return self.reached(simulation)

    def holds(self, simulation: Simulation, events: Sequence[Event]) -> bool:
        if any(isinstance(event, OrganizationUpdated) for event in events):
            self._look(simulation, simulation.world.users)
        else:
            self._look(simulation, {UserId(one) for event in events for one in event.touches})
        return self.reached(simulation)

    def reached(self, simulation: Simulation) -> bool:
        raise NotImplementedError

    def has_it(self, simulation: Simulation, user: UserId) -> bool:
        world = simulation.world
        found = world.users.get(user)
        return found is not None and totp_status(found, world.organization, simulation.now) is self.status

    def _look(self, simulation: Simulation, users: Iterable[UserId]) -> None:
        for user in users:
            (self.users.add if self.has_it(simulation, user) else self.users.discard)(user)


class NobodyInEnrollment(_Counted):
    status = FactorStatus.IN_ENROLLMENT

    def __init__(self) -> None:
        super().__init__("nobody is in enrollment")

    def reached(self, simulation: Simulation) -> bool:
        # The period of a suspended user may end without an event, so those who are left are asked.
        while self.users:
            user = next(iter(self.users))
            if self.has_it(simulation, user):
                return False
            self.users.discard(user)
        return True


class Enrolled(_Counted):
    status = FactorStatus.ENROLLED

    def __init__(self, number: int) -> None:
        super().__init__(f"{count(number, 'user')} {'is' if number == 1 else 'are'} enrolled")
        self.number = number

    def reached(self, simulation: Simulation) -> bool:  # noqa: ARG002
        return len(self.users) >= self.number


class Run:
    """Time passes until the condition holds, nothing more happens, or the run has gone far enough.

    `why` says how it ended, and is empty until then. Wherever it is left, the clock stands after the last thing
    that happened, so everything is in order.
    """

    def __init__(self, simulation: Simulation, condition: Condition) -> None:
        self.simulation, self.condition = simulation, condition
        self.reached, self.why = False, ""
        self._begun = False
        self.start()

    def start(self) -> None:
        """Begin where the clock stands by now."""
        self.since, self.low = self.simulation.now, self.simulation.position

    @property
    def digest(self) -> Digest:
        simulation = self.simulation
        return Digest(self.since, simulation.now, simulation.timeline.events[self.low : simulation.position])

    @property
    def events(self) -> int:
        """So many have happened."""
        return self.simulation.position - self.low

    def stop(self) -> None:
        self._end("stopped")

    def stretch(self, instants: int) -> None:
        """Go on for so many instants at which something happens, at the most."""
        if not self._begun:
            self._begun = True
            if self.condition.begin(self.simulation):
                self._end(f"It is so already: {self.condition.words}.", reached=True)
        for _ in range(instants):
            if self.why:
                return
            self._step()

    def _step(self) -> None:
        simulation = self.simulation
        coming = simulation.ahead()
        if coming is None:
            self._end("nothing more happens by itself")
        elif coming.at - self.since > timedelta(days=MOST_DAYS):
            self._end(f"not within {MOST_DAYS} days, which is as far as one run goes")
        else:
            try:
                digest = simulation.travel_to(coming.at)
            except Refusal as refusal:
                self._end(refusal.text)
                return
            if self.condition.holds(simulation, digest.events):
                self._end(self.condition.words, reached=True)
            elif self.events >= MOST_EVENTS:
                self._end(f"not within {MOST_EVENTS:,} events, which is as far as one run goes")

    def _end(self, why: str, *, reached: bool = False) -> None:
        self.why, self.reached = self.why or why, reached
