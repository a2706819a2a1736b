"""The journal of a simulation: what it is made of, as entries that are only ever added to.

A step is the entries that one act or one travel brought; `Stands` is the last of each. Branches go by numbers, because
their names may change.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from msgspec import Raw, Struct

from mfadrill.core.world import World
from mfadrill.sim.codec import decode_command, decode_events, encode_command, encode_events
from mfadrill.sim.event_list import Part
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.timeline import CHECKPOINT_EVERY, Act, Timeline


class Entry(Struct, frozen=True, tag=True):
    """One entry."""


class Founded(Entry, frozen=True):
    """The first one: what everything else follows from."""

    seed: int
    start: datetime
    title: str
    #: How the scenario begins that the simulation comes from, as it was written.
    beginning: str = ""


class Grew(Entry, frozen=True):
    """A new branch. Its first events and acts are those of another one, `of`; without that, it has none yet."""

    branch: int
    of: int | None
    taken: int


class Acted(Entry, frozen=True):
    """An act was added to a branch."""

    branch: int
    position: int
    at: datetime
    command: Raw


class Happened(Entry, frozen=True):
    """So many events were added to the end of a branch; long stretches come in several of these."""

    branch: int
    count: int
    events: Raw


class IsNow(Entry, frozen=True):
    """What a branch is called, how far it has come, and where it was forked."""

    branch: int
    name: str
    until: datetime
    of_undo: bool
    parent: int | None
    forked_at: datetime
    shared: int


class Dropped(Entry, frozen=True):
    """A branch is no more."""

    branch: int


class Stands(Entry, frozen=True):
    """Where the cursor stands. It completes a step."""

    branch: int
    now: datetime
    position: int


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    Founded | Grew | Acted | Happened | IsNow | Dropped | Stands
)


def encode(entry: Entry) -> bytes:
    return _encoder.encode(entry)


def decode(written: bytes) -> Entry:
    """Raises msgspec.DecodeError."""
    return _decoder.decode(written)


#: The world is kept beside the journal whenever this many events came since the last time: telling them again takes
#: a quarter of a second.
SNAPSHOT_EVERY = 100_000


class Facts(Struct):
    """What a simulation has that the journal lacks, and how it would be written down.

    It is taken at once, and made into entries when there is time: a step may have hundreds of thousands of events.
    """

    parts: list["Entry | tuple[int, Act] | tuple[int, Part]"]
    #: A branch's number, and the world at its end after these facts, if it is to be kept.
    snapshot: tuple[int, World] | None = None

    def entries(self) -> Iterator[Entry]:
        for part in self.parts:
            if isinstance(part, Entry):
                yield part
                continue
            branch, what = part
            if isinstance(what, Act):
                yield Acted(branch, what.position, what.at, Raw(encode_command(what.command)))
                continue
            for begin in range(0, len(what), CHECKPOINT_EVERY):
                events = what[begin : begin + CHECKPOINT_EVERY]
                yield Happened(branch, len(events), Raw(encode_events(events)))


class _Written(Struct):
    """How much of a branch is in the journal."""

    number: int
    events: int
    acts: int
    is_now: IsNow | None = None


class Recorder:
    """Finds what is new in a simulation. It must not change meanwhile."""

    def __init__(self, kept: tuple[Timeline, int] | None = None) -> None:
        self._written: dict[Timeline, _Written] = {}
        self._numbers = 0
        self._stands: Stands | None = None
        #: The branch whose world was kept last, and after how many events that was.
        self._kept = kept

    def news(self, simulation: Simulation) -> Facts:
        """What came about since the last time; nothing if nothing did."""
        facts = Facts([])
        branches = [*simulation.branches.values()]
        for branch in branches:
            if branch not in self._written:
                self._take_up(branch, facts)
            self._follow(branch, facts)
        for gone in [branch for branch in self._written if branch not in branches]:
            facts.parts.append(Dropped(self._written.pop(gone).number))
        for branch in branches:
            self._describe(branch, simulation.is_of_undo(branch), facts)
        stands = Stands(self._written[simulation.timeline].number, simulation.now, simulation.position)
        if facts.parts or stands != self._stands:
            self._stands = stands
            facts.parts.append(stands)
        here = simulation.timeline
        if len(here) - self._kept_of(here) >= SNAPSHOT_EVERY:
            facts.snapshot = stands.branch, here.head
            self._kept = here, len(here)
        return facts

    def _kept_of(self, branch: Timeline) -> int:
        """How many events of the branch are in the world that was kept last."""
        of, position = self._kept or (branch, 0)
        shared = position <= len(branch) and (
            position == 0 or of.events[position - 1] is branch.events[position - 1]
        )
        return position if shared else 0

    def knows(self, branch: Timeline, number: int) -> None:
        """This branch is in the journal, under this number."""
        self._written[branch] = _Written(number, len(branch), len(branch.acts))
        self._numbers = max(self._numbers, number)

    def _take_up(self, branch: Timeline, facts: Facts) -> None:
        """Find a branch that has the same beginning: the very same facts, as a fork leaves them."""
        taken, of = branch.shared, None
        for other, written in self._written.items():
            if taken == 0 or (taken <= len(other) and other.events[taken - 1] is branch.events[taken - 1]):
                of = written.number
                break
        else:
            taken = 0
        self._numbers += 1
        acts = bisect_left(branch.acts, taken, key=lambda act: act.position)
        self._written[branch] = _Written(self._numbers, taken, acts)
        facts.parts.append(Grew(self._numbers, of, taken))

    def _follow(self, branch: Timeline, facts: Facts) -> None:
        written = self._written[branch]
        facts.parts += [(written.number, act) for act in branch.acts[written.acts :]]
        if len(branch) > written.events:
            # What is there stays as it is, so it can be read, and made if need be, when it is written.
            facts.parts.append((written.number, branch.events.part(written.events, len(branch))))
        written.acts, written.events = len(branch.acts), len(branch)

    def _describe(self, branch: Timeline, of_undo: bool, facts: Facts) -> None:
        written = self._written[branch]
        parent = None if branch.parent is None else self._written.get(branch.parent)
        is_now = IsNow(
            written.number,
            branch.name,
            branch.until,
            of_undo,
            None if parent is None else parent.number,
            branch.forked_at,
            branch.shared,
        )
        if is_now != written.is_now:
            written.is_now = is_now
            facts.parts.append(is_now)


class Retelling:
    """Makes a simulation of entries again. What they say must fit together: otherwise some exception comes of it."""

    def __init__(self) -> None:
        self.steps = 0
        self.title = self.beginning = ""
        self._step: list[Entry] = []
        self._founded: Founded | None = None
        self._branches: dict[int, Timeline] = {}
        self._is_now: dict[int, IsNow] = {}
        self._kept: tuple[Timeline, int] | None = None
        self._stands: Stands | None = None

    def hear(self, entry: Entry) -> None:
        """Take in an entry; it counts once its step is complete."""
        self._step.append(entry)
        if isinstance(entry, Stands):
            for heard in self._step:
                self._apply(heard)
            self._step = []
            self.steps += 1

    def _apply(self, entry: Entry) -> None:
        match entry:
            case Founded():
                self._founded, self.title, self.beginning = entry, entry.title, entry.beginning
            case Grew(number, of, taken):
                self._branches[number] = self._grown(of, taken)
            case Acted(number, position, at, command):
                self._branches[number].acts.append(Act(position, at, decode_command(command)))
            case Happened(number, count, events):
                self._branches[number].extend_later(count, partial(decode_events, events))
            case IsNow():
                self._is_now[entry.branch] = entry
            case Dropped(number):
                del self._branches[number], self._is_now[number]
            case Stands():
                self._stands = entry
            case _:
                raise TypeError(entry)

    def _grown(self, of: int | None, taken: int) -> Timeline:
        assert self._founded is not None
        seed, start = self._founded.seed, self._founded.start
        return Timeline("", start, seed) if of is None else self._branches[of].fork("", taken, start)

    def remember(self, number: int, world: World) -> None:
        """Take it that this is the world at the end of a branch now."""
        branch = self._branches[number]
        branch.remember(len(branch), world)
        self._kept = branch, len(branch)

    def simulation(self) -> tuple[Simulation, Recorder]:
        """The simulation as it stood after the last whole step, and who finds what is new in it from now on."""
        assert self._stands is not None
        recorder = Recorder(self._kept)
        of_undo: list[Timeline] = []
        for number, branch in self._branches.items():
            is_now = self._is_now[number]
            branch.name, branch.until = is_now.name, is_now.until
            branch.forked_at, branch.shared = is_now.forked_at, is_now.shared
            branch.parent = None if is_now.parent is None else self._branches.get(is_now.parent)
            if is_now.of_undo:
                of_undo.append(branch)
            recorder.knows(branch, number)
        stands = self._stands
        simulation = Simulation.reopened(
            [*self._branches.values()],
            of_undo,
            self._branches[stands.branch].name,
            stands.now,
            stands.position,
        )
        recorder.news(simulation)
        return simulation, recorder


def founded(simulation: Simulation, title: str) -> Founded:
    """The entry that a journal begins with."""
    return Founded(simulation.seed, simulation.start, title)
