"""The simulation: one organization on a timeline that can be travelled, and acted on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from msgspec import Struct

from mfadrill.core.commands import Command, Decided, Outcome
from mfadrill.core.decide import decide
from mfadrill.core.events import Event
from mfadrill.core.occurrences import Occurrence, OccurrenceKind, happen, still_due
from mfadrill.core.refusals import Refusal
from mfadrill.core.world import World
from mfadrill.sim.agenda import Agenda
from mfadrill.sim.clock import SimClock
from mfadrill.sim.timeline import Act, Timeline

#: How far ahead the clock goes at the most, so that a slip of the finger is no endless run.
FURTHEST = timedelta(days=3660)


TOO_EARLY = "The simulation starts later than that; there is nothing before its start."
TOO_FAR = "That is more than ten years after the start; choose an earlier date."


class CannotTravel(Refusal):
    """An instant that the clock cannot be set to."""


class Receipt(Struct, frozen=True):
    """What an act brought: its events, each user's outcome, and the branch that it forked, if it did."""

    events: list[Event]
    outcomes: list[Outcome]
    forked: str | None = None


class Digest(Struct, frozen=True):
    """What happened by itself, or lies between, when the clock went from one instant to another."""

    since: datetime
    until: datetime
    events: Sequence[Event]

    @property
    def counts(self) -> Counter[str]:
        """How many events of each kind (their class names)."""
        return Counter(type(event).__name__ for event in self.events)


class Ahead(Struct, frozen=True):
    """What comes next: when, and what will happen then. `recorded` means that it is in the log already."""

    at: datetime
    kinds: tuple[tuple[str, int], ...]
    subjects: tuple[str, ...] = ()
    recorded: bool = False


class Simulation:
    """A world on a timeline. The cursor (`now`, `position`) may stand anywhere on the branch.

    Acting where later events exist forks a branch; the old one stays in `branches`.
    """

    def __init__(self, start: datetime, seed: int = 1, founding: Iterable[Command] = ()) -> None:
        self.clock = SimClock(start)
        self.seed = seed
        self.timeline = Timeline("main", self.clock.now)
        self.branches = {"main": self.timeline}
        self._agenda = Agenda()
        self._of_undo: set[str] = set()
        self.position = 0
        #: So many events at the beginning of every branch are what it was founded on.
        self.founded = 0
        for command in founding:
            self.found(command)

    def found(self, command: Command) -> None:
        """Let this be so from the start on: it is no act, and cannot be undone. Raises a Refusal."""
        self._append(decide(self.timeline.head, command, self.now).events)
        self.founded = len(self.timeline)

    def begin(self, events: Sequence[Event]) -> None:
        """Begin with what another simulation was founded on."""
        self._append(events)
        self.founded = len(self.timeline)

    def copy(self) -> "Simulation":
        """A private copy at this instant of this branch, which shares the past and costs next to nothing."""
        return self.standing_at(self.timeline, self.position, self.now, self.seed)

    @classmethod
    def standing_at(cls, timeline: Timeline, position: int, now: datetime, seed: int = 1) -> "Simulation":
        """A simulation that goes its own way from an instant of a timeline, which it leaves as it is."""
        twin = cls(timeline.start, seed)
        twin.timeline = timeline.fork("main", position, now)
        twin.branches = {"main": twin.timeline}
        twin.position = position
        twin.clock.move_to(now)
        return twin

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def start(self) -> datetime:
        return self.timeline.start

    @property
    def world(self) -> World:
        """The world at the cursor."""
        return self.timeline.world_at(self.position)

    @property
    def zone(self) -> str:
        return self.timeline.head.organization.zone

    @property
    def in_the_past(self) -> bool:
        """Whether the log has events after the cursor, so that acting here forks a branch."""
        return self.position < len(self.timeline)

    # Acting

    def preview(self, command: Command) -> Decided:
        """What the command would do here. Raises its refusal; changes nothing."""
        return decide(self.world, command, self.now)

    def act(self, command: Command) -> Receipt:
        """Do it. Raises a Refusal and changes nothing where a rule forbids it."""
        decided = decide(self.world, command, self.now)
        if not decided.events:
            return Receipt([], decided.outcomes)
        forked = self._fork() if self.in_the_past else None
        self.timeline.acts.append(Act(self.position, self.now, command))
        self._append(decided.events)
        self.timeline.until = self.now
        return Receipt(decided.events, decided.outcomes, forked)

    def _append(self, events: Sequence[Event]) -> None:
        world = self.timeline.append(events)
        self.position = len(self.timeline)
        self._agenda.note(world, events)

    def _fork(self) -> str:
        number = len(self.branches) + 1
        while f"branch {number}" in self.branches:
            number += 1
        branch = self.timeline.fork(f"branch {number}", self.position, self.now)
        self._switch(branch)
        return branch.name

    def _switch(self, branch: Timeline) -> None:
        self.branches[branch.name] = branch
        self.timeline = branch
        self._agenda.forget()

    def switch_to(self, name: str) -> None:
        """Look at another branch, at the instant where that one ends or at this one if it is earlier."""
        branch = self.branches[name]
        self._switch(branch)
        self.clock.move_to(min(self.now, branch.until))
        self.position = branch.position_at(self.now)

    # Travelling

    def advance(self, span: timedelta) -> Digest:
        """Let time pass. Raises CannotTravel."""
        try:
            instant = self.now + span
        except OverflowError:
            raise CannotTravel(TOO_EARLY if span < timedelta(0) else TOO_FAR) from None
        return self.travel_to(instant)

    def travel_to(self, instant: datetime) -> Digest:
        """Set the clock; forwards, what happens by itself happens at its exact instant.

        Raises CannotTravel before the start or absurdly far ahead.
        """
        if instant < self.start:
            raise CannotTravel(TOO_EARLY)
        if instant - self.start > FURTHEST:
            raise CannotTravel(TOO_FAR)
        since, before = self.now, self.position
        if instant > self.timeline.until:
            self._run_until(instant)
        self.clock.move_to(instant)
        self.position = (
            self.timeline.position_at(instant) if instant < self.timeline.until else len(self.timeline)
        )
        low, high = sorted((before, self.position))
        return Digest(since, instant, self.timeline.events[low:high])

    def _run_until(self, instant: datetime) -> None:
        """Let everything that is due up to the instant happen, from the end of the log on."""
        self.position = len(self.timeline)
        at = self.timeline.until
        while (due := self._agenda.next(self.timeline.head, at)) is not None and due <= instant:
            at = due
            self.clock.move_to(at)
            happening = self._agenda.at(at)
            for kind, group in groupby(happening, key=lambda occurrence: occurrence.kind):
                # Push prompts of one user meet in the count of bad attempts, so they go one by one.
                if kind is OccurrenceKind.PUSH_TIMES_OUT:
                    for occurrence in group:
                        self._let_happen([occurrence])
                else:
                    self._let_happen(group)
            self.timeline.until = at
        self.timeline.until = instant

    def _let_happen(self, due: Iterable[Occurrence]) -> None:
        world = self.timeline.head
        events: list[Event] = []
        for occurrence in due:
            if still_due(world, occurrence):
                events += happen(world, occurrence)
        self._append(events)

    def ahead(self) -> Ahead | None:
        """What comes next after the cursor: in the log, or by itself."""
        if self.in_the_past:
            events = self.timeline.events
            at = events[self.position].at
            end = self.timeline.position_at(at)
            names = Counter(event.name for event in events[self.position : end])
            return Ahead(at, tuple(names.items()), recorded=True)
        first = self._agenda.next(self.timeline.head, self.now)
        if first is None:
            return None
        same = [o for o in self._agenda.at(first) if still_due(self.timeline.head, o)]
        kinds = Counter(occurrence.kind.label for occurrence in same)
        return Ahead(first, tuple(kinds.items()), tuple(occurrence.subject for occurrence in same[:100]))

    def upcoming(self) -> list[tuple[datetime, OccurrenceKind]]:
        """Every instant after the end of the log at which something will happen by itself, with each kind of it."""
        return self._agenda.instants(self.timeline.head, self.timeline.until)

    def next_event(self) -> Digest:
        """Go to what comes next. Raises CannotTravel when nothing does."""
        coming = self.ahead()
        if coming is None:
            raise CannotTravel("Nothing will happen by itself: no period runs and nothing is scheduled.")
        return self.travel_to(coming.at)

    def undo(self) -> Act:
        """Step back to just before the latest act before the cursor, on a branch without it.

        The branch with the act stays, and is the way to have it again. Undoing once more shortens the new branch.
        Raises CannotTravel without an act.
        """
        acts = [act for act in self.timeline.acts if act.position < self.position]
        if not acts:
            raise CannotTravel("There is nothing to undo.")
        last = acts[-1]
        undone = self.timeline
        self.clock.move_to(last.at)
        self.position = last.position
        if undone.name in self._of_undo and undone.shared == len(undone):
            # It was nothing but an earlier undo: everything in it is in the branch that it came from.
            del self.branches[undone.name]
        self._fork()
        self._of_undo.add(self.timeline.name)
        return last
