"""The wall clock during a replay: third-party code that looks at it sees the simulated instant.

Nothing of ours looks. A replay under a wall clock that stands in 1999 gives the same log, byte for byte.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from freezegun import freeze_time

from mfadrill.sim.clock import SimClock

LONG_AGO = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)

#: The test runner and the command line measure how long a replay takes, and need the true time for that.
NOT_FROZEN = ["_pytest", "pytest", "xdist", "execnet", "mfadrill.tui.replay_command"]


class WallClock(Protocol):
    """Something that can be set to an instant."""

    def move_to(self, target_datetime: datetime) -> None: ...


@contextmanager
def frozen(instant: datetime = LONG_AGO) -> Generator[WallClock]:
    """The wall clock of this process, standing still. Freezing takes some ms, so one serves many replays."""
    with freeze_time(instant, ignore=NOT_FROZEN) as wall:
        yield wall


def follow(wall: WallClock, clock: SimClock) -> None:
    """Let the wall clock show what the simulated clock shows, from now on."""
    wall.move_to(clock.now)
    clock.watch(wall.move_to)
