"""The simulated clock. It stands still unless it is moved, and nothing else in here knows the time."""

from collections.abc import Callable
from datetime import UTC, datetime


class SimClock:
    """The instant of one simulation, in UTC."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("The clock needs an instant with a zone.")
        self._now = start.astimezone(UTC)
        self._watchers: list[Callable[[datetime], None]] = []

    @property
    def now(self) -> datetime:
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Set the clock, forwards or backwards, and tell who watches it."""
        self._now = instant.astimezone(UTC)
        for watcher in self._watchers:
            watcher(self._now)

    def watch(self, watcher: Callable[[datetime], None]) -> None:
        """Call `watcher` with each new instant."""
        self._watchers.append(watcher)
