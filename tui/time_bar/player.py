"""Playing: time passes by itself, at a speed, until it is paused."""

from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.sim.simulation import CannotTravel, Digest, Simulation
from mfadrill.sim.timeline import Timeline
from mfadrill.tui.menu import Item


class Speed(Struct, frozen=True):
    """So much time passes in a second."""

    id: str
    label: str
    a_second: timedelta
    remark: str = ""


SPEEDS = (
    Speed("real", "1×", timedelta(seconds=1), "as fast as a real phone's clock"),
    Speed("minute", "1 min/s", timedelta(minutes=1)),
    Speed("hour", "1 h/s", timedelta(hours=1)),
    Speed("day", "1 day/s", timedelta(days=1)),
)

#: What the menu of speeds has besides them.
AT_EVENTS = "at-events"

#: The clock moves this often, in seconds.
EVERY = 0.5


class Player:
    """Whether time passes by itself and how fast, and where that began. Nothing waits in here."""

    def __init__(self) -> None:
        self.speed = SPEEDS[1]
        self.playing = False
        self.pauses_at_events = False
        self.seen: float | None = None
        self._from: tuple[Timeline, datetime, int] | None = None

    def items(self) -> list[Item]:
        """The speeds, and whether to pause at events."""
        at_events = "yes" if self.pauses_at_events else "no"
        speeds = [Item(speed.id, speed.label, speed.remark) for speed in SPEEDS]
        return [*speeds, Item(AT_EVENTS, "pause at events", at_events)]

    def choose(self, item: str) -> None:
        """Set the speed, or change whether to pause at events."""
        if item == AT_EVENTS:
            self.pauses_at_events = not self.pauses_at_events
        else:
            self.speed = next(speed for speed in SPEEDS if speed.id == item)

    def begin(self, simulation: Simulation) -> None:
        self.playing, self.seen = True, None
        self._from = simulation.timeline, simulation.now, simulation.position

    def elapsed(self, clock: float) -> float:
        """The seconds since this was asked last, by a clock in seconds; none at first."""
        before, self.seen = self.seen, clock
        return 0.0 if before is None else max(0.0, clock - before)

    def play(self, simulation: Simulation, seconds: float) -> Digest:
        """Let the time pass that passes in so many seconds. Raises CannotTravel where the clock goes no further."""
        target = simulation.now + self.speed.a_second * seconds
        coming = simulation.ahead() if self.pauses_at_events else None
        if coming is not None and coming.at <= target:
            self.playing = False
            return simulation.travel_to(coming.at)
        try:
            return simulation.travel_to(target)
        except CannotTravel:
            self.playing = False
            raise

    def since(self, simulation: Simulation) -> Digest | None:
        """What it brought since it began; nothing if that was on another branch, or the clock was turned back."""
        if self._from is None:
            return None
        timeline, since, low = self._from
        if timeline is not simulation.timeline or simulation.position < low:
            return None
        return Digest(since, simulation.now, timeline.events.part(low, simulation.position))
