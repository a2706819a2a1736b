"""The timeline: the log of one branch, from which the world at any position is had again."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from mfadrill.core.commands import Command
from mfadrill.core.events import Event
from mfadrill.core.evolve import evolve
from mfadrill.core.world import World
from mfadrill.sim.event_list import EventList

#: A checkpoint after this many events, in a log that is not very long. At 0.5M events a second, a seek folds for some
#: 8 ms at the most.
CHECKPOINT_EVERY = 4096

#: Of more checkpoints than this about every second one goes, and new ones come half as often. Each holds what was
#: changed since the one before, and a crowd changes much: after a month of 100,000 users, one for each 4096 events
#: would take a gigabyte.
MOST_CHECKPOINTS = 256

#: Fewer events than this are not worth a stretch of their own.
MADE_LATER = 1024


class Act(NamedTuple):
    """A command that somebody gave, and where its events begin in the log."""

    position: int
    at: datetime
    command: Command


class Timeline:
    """An append-only log with checkpoints. A position is a number of events from the start.

    `seed` is what chance is drawn from, the same on every branch.
    `until` is the instant up to which everything that happens by itself is in the log.
    """

    def __init__(self, name: str, start: datetime, seed: int = 1) -> None:
        self.name = name
        self.start = start
        self.seed = seed
        self.until = start
        self.events = EventList()
        self.acts: list[Act] = []
        #: The branch that this one was forked from, and the instant of the fork.
        self.parent: Timeline | None = None
        self.forked_at = start
        #: So many events at the beginning are those of the parent.
        self.shared = 0
        self._checkpoints: list[tuple[int, World]] = [(0, World())]
        self._checkpoint_every = CHECKPOINT_EVERY
        self._head: World | None = self._checkpoints[0][1]
        self._latest: tuple[int, World] = self._checkpoints[0]

    @property
    def head(self) -> World:
        """The world after all events."""
        if self._head is None:
            self._head = self._folded(len(self.events))
        return self._head

    def __len__(self) -> int:
        return len(self.events)

    @property
    def founded(self) -> int:
        """How many events at the beginning are what the simulation was founded on: no act, and not come by itself."""
        # What comes by itself comes after the start.
        at_start = self.position_at(self.start)
        return min(at_start, self.acts[0].position) if self.acts else at_start

    def append(self, events: Sequence[Event]) -> World:
        """Add facts to the end of the log; the world after them."""
        head = self.head
        if events:
            self.events.extend(events)
            self._stand(head := evolve(head, events))
        return head

    def append_told(self, count: int, make: Callable[[], list[Event]], at: datetime, after: World) -> None:
        """Add so many facts, the first of them at an instant, which lead to this world. Many are made when somebody
        asks for them."""
        if count < MADE_LATER:
            self.events.extend(make())
        else:
            self.events.extend_later(count, make, at)
        self._stand(after)

    def _stand(self, head: World) -> None:
        """Take it that this is the world after all events."""
        self._head = head
        if len(self.events) - self._checkpoints[-1][0] >= self._checkpoint_every:
            self._checkpoints.append((len(self.events), head))
            self._thin()

    def extend(self, events: Sequence[Event]) -> World:
        """Add a long stretch of log, with a checkpoint every so often."""
        for begin in range(0, len(events), CHECKPOINT_EVERY):
            self.append(events[begin : begin + CHECKPOINT_EVERY])
        if events:
            self.until = max(self.until, events[-1].at)
        return self.head

    def extend_later(self, count: int, make: Callable[[], list[Event]]) -> None:
        """Add so many facts, which are made, and told in the world, when somebody asks for them."""
        self.events.extend_later(count, make)
        self._head = None

    def remember(self, position: int, world: World) -> None:
        """Take it that this is the world after so many events, and fold no more of what is before."""
        self._checkpoints = sorted([*self._checkpoints, (position, world)], key=_position)
        self._thin()

    def _thin(self) -> None:
        """Have fewer checkpoints, if there are many, at about twice the distance from each other."""
        if len(self._checkpoints) <= MOST_CHECKPOINTS:
            return
        self._checkpoint_every *= 2
        kept = self._checkpoints[:1]
        for this, following in pairwise(self._checkpoints[1:]):
            if following[0] - kept[-1][0] > self._checkpoint_every:
                kept.append(this)
        self._checkpoints = [*kept, self._checkpoints[-1]]

    def position_at(self, instant: datetime) -> int:
        """How many events have happened at the instant, those exactly at it included."""
        return self.events.position_at(instant)

    def world_at(self, position: int) -> World:
        """The world after so many events."""
        if position == len(self.events):
            return self.head
        known, world = self._latest
        if position != known:
            world = self._folded(position)
            self._latest = position, world
        return world

    def _folded(self, position: int) -> World:
        """The world after so many events, told from the nearest one that is known."""
        count, world = self._nearest(position)
        while position - count > (stretch := self._checkpoint_every):
            world = evolve(world, self.events[count : count + stretch])
            count += stretch
            self.remember(count, world)
        return evolve(world, self.events[count:position]) if count < position else world

    def _nearest(self, position: int) -> tuple[int, World]:
        """The latest world up to the position that is known, and after how many events it is."""
        found = self._checkpoints[bisect_right(self._checkpoints, position, key=_position) - 1]
        known = [found, self._latest]
        if self._head is not None:
            known.append((len(self.events), self._head))
        return max((one for one in known if one[0] <= position), key=_position)

    def fork(self, name: str, position: int, now: datetime) -> "Timeline":
        """A branch that shares everything up to the position, and goes its own way from `now`."""
        branch = Timeline(name, self.start, self.seed)
        branch.until = now
        branch.parent, branch.forked_at, branch.shared = self, now, position
        branch.events = self.events.fork(position)
        branch.acts = self.acts[: bisect_left(self.acts, position, key=lambda act: act.position)]
        branch._checkpoint_every = self._checkpoint_every
        branch._checkpoints = self._checkpoints[: bisect_right(self._checkpoints, position, key=_position)]
        branch._head, branch._latest = None, self._nearest(position)
        return branch

    def leave_out(self, gone: "Timeline") -> None:
        """If the parent is this branch, grow from its parent from now on; the log stays as it is."""
        if self.parent is gone:
            self.parent = gone.parent
            self.forked_at = min(self.forked_at, gone.forked_at)
            self.shared = min(self.shared, gone.shared)


def _position(known: tuple[int, World]) -> int:
    return known[0]
