"""The timeline: the log of one branch, from which the world at any position is had again."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from mfadrill.core.commands import Command
from mfadrill.core.events import Event
from mfadrill.core.evolve import evolve
from mfadrill.core.world import World
from mfadrill.sim.event_list import EventList
from mfadrill.sim.stretch import Stretch, after_stretches

#: A checkpoint after this many events, in a log that is not very long. At 0.5M events a second, a seek folds for some
#: 8 ms at the most.
CHECKPOINT_EVERY = 4096

#: Of more checkpoints than this about every second one goes, and new ones come half as often. Each holds what was
#: changed since the one before, and a crowd changes much: after a month of 100,000 users, one for each 4096 events
#: would take a gigabyte.
MOST_CHECKPOINTS = 256

#: Who seeks has the world remembered after so many events of routine visits, for each user. To tell visits in a world
#: costs most for each user who came, and only once for one who came often.
EVENTS_A_USER = 12

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
        #: The head as it was last known. It may lag behind, by routine visits, or by more.
        self._head: tuple[int, World] = self._checkpoints[0]
        self._lags_by_more = False
        self._latest: tuple[int, World] = self._checkpoints[0]
        #: Stretches of the log that can be told at once, and where they begin.
        self._visits: list[tuple[int, Stretch]] = []

    @property
    def head(self) -> World:
        """The world after all events."""
        count = len(self.events)
        known, world = self._head
        if known != count:
            world = self._folded(count)
            # Another thread may have added events meanwhile: a head that is not the latest does no harm.
            self._head, self._lags_by_more = (count, world), False
        return world

    @property
    def but_for_visits(self) -> World:
        """The world after all events, but it may lack what the latest routine visits changed; it is had at once."""
        return self.head if self._lags_by_more else self._head[1]

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
            head = evolve(head, events)
            self._head = len(self.events), head
            self._check()
        return head

    def append_visits(self, visits: Stretch) -> None:
        """Add what came of routine visits. Their facts are made, and told in the world, when somebody asks for them."""
        if self._lags_by_more:
            _ = self.head
        begin = len(self.events)
        if self._head[0] == begin:
            self._check()
        if visits.size < MADE_LATER:
            self.events.extend(visits.facts())
        else:
            self.events.extend_later(visits.size, visits.facts, visits.at)
        self._visits.append((begin, visits))

    def _check(self) -> None:
        """Make a checkpoint of the head, which is known, if the last one is far back."""
        if self._head[0] - self._checkpoints[-1][0] >= self._checkpoint_every:
            self._checkpoints.append(self._head)
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
        self._lags_by_more = True

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
            portion = max(self._checkpoint_every, EVENTS_A_USER * len(self._head[1].users))
            world = self._folded(position, portion)
            self._latest = position, world
        return world

    def _folded(self, position: int, portion: int | None = None) -> World:
        """The world after so many events, told from the nearest one that is known.

        Between them, the worlds after each portion of as many events of routine visits are remembered.
        """
        count, world = self._nearest(position)
        for begin, end, visits in self._stretches(count, position, portion or position):
            world = after_stretches(self._evolved(count, world, begin), visits)
            count = end
            if portion is not None:
                self.remember(end, world)
        return self._evolved(count, world, position)

    def _stretches(self, begin: int, end: int, portion: int) -> Iterator[tuple[int, int, list[Stretch]]]:
        """All stretches of visits between two positions; those that follow right upon each other, up to a portion,
        together."""
        first, position, found = begin, begin, list[Stretch]()
        for at, visits in self._visits[bisect_left(self._visits, begin, key=_position) :]:
            if at + visits.size > end:
                break
            if found and (at > position or position - first >= portion):
                yield first, position, found
                found = []
            if not found:
                first = at
            found.append(visits)
            position = at + visits.size
        if found:
            yield first, position, found

    def _evolved(self, count: int, world: World, position: int) -> World:
        """The world after so many events, told event by event from the world after `count` of them."""
        while position - count > (stretch := self._checkpoint_every):
            world = evolve(world, self.events[count : count + stretch])
            count += stretch
            self.remember(count, world)
        return evolve(world, self.events[count:position]) if count < position else world

    def _nearest(self, position: int) -> tuple[int, World]:
        """The latest world up to the position that is known, and after how many events it is."""
        found = self._checkpoints[bisect_right(self._checkpoints, position, key=_position) - 1]
        known = (found, self._latest, self._head)
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
        branch._visits = [
            (begin, visits) for begin, visits in self._visits if begin + visits.size <= position
        ]
        branch._head = branch._latest = self._nearest(position)
        branch._lags_by_more = True
        return branch

    def leave_out(self, gone: "Timeline") -> None:
        """If the parent is this branch, grow from its parent from now on; the log stays as it is."""
        if self.parent is gone:
            self.parent = gone.parent
            self.forked_at = min(self.forked_at, gone.forked_at)
            self.shared = min(self.shared, gone.shared)


def _position(at: tuple[int, object]) -> int:
    return at[0]
