"""The simulation: one organization on a timeline that can be travelled, and acted on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Self
from weakref import WeakSet

from msgspec import Struct

from mfadrill.core.commands import Command, Decided, Outcome
from mfadrill.core.decide import decide
from mfadrill.core.events import Event
from mfadrill.core.occurrences import Occurrence, OccurrenceKind, happen, still_due
from mfadrill.core.refusals import Refusal
from mfadrill.core.world import World
from mfadrill.sim import branches as tree
from mfadrill.sim.agenda import Agenda
from mfadrill.sim.clock import SimClock
from mfadrill.sim.crowd import after_visits
from mfadrill.sim.log_ins import LogIns
from mfadrill.sim.timeline import Act, Timeline

#: How far ahead the clock goes at the most, so that a slip of the finger is no endless run.
FURTHEST = timedelta(days=3660)

#: The least step of time.
MOMENT = timedelta(microseconds=1)
#: So far ahead the crowd's next log-in is looked for.
LOOKS_AHEAD = timedelta(days=60)

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
        self.timeline = Timeline(tree.MAIN, self.clock.now, seed)
        self.branches = {tree.MAIN: self.timeline}
        self._agenda = Agenda()
        self._log_ins = LogIns(seed)
        self._of_undo: WeakSet[Timeline] = WeakSet()
        self.position = 0
        for command in founding:
            self.found(command)

    def found(self, command: Command) -> None:
        """Let this be so from the start on: it is no act, and cannot be undone. Raises a Refusal."""
        self._append(decide(self.timeline.head, command, self.now).events)

    def begin(self, events: Sequence[Event]) -> None:
        """Begin with what another simulation was founded on."""
        self._append(events)

    def copy(self) -> "Simulation":
        """A private copy at this instant of this branch, which shares the past and costs next to nothing."""
        return self.standing_at(self.timeline, self.position, self.now)

    @classmethod
    def standing_at(cls, timeline: Timeline, position: int, now: datetime) -> Self:
        """A simulation that goes its own way from an instant of a timeline, which it leaves as it is."""
        twin = cls(timeline.start, timeline.seed)
        twin.timeline = timeline.fork(tree.MAIN, position, now)
        twin.timeline.parent = None
        twin.branches = {tree.MAIN: twin.timeline}
        twin.position = position
        twin.clock.move_to(now)
        return twin

    @classmethod
    def reopened(
        cls,
        branches: Sequence[Timeline],
        of_undo: Iterable[Timeline],
        here: str,
        now: datetime,
        position: int,
    ) -> "Simulation":
        """A simulation of these branches as it was left: the cursor on one of them, at an instant and a position."""
        found = cls(branches[0].start, branches[0].seed)
        found.branches = {branch.name: branch for branch in branches}
        found.timeline, found.position = found.branches[here], position
        found._of_undo = WeakSet(of_undo)
        found.clock.move_to(now)
        return found

    def is_of_undo(self, branch: Timeline) -> bool:
        """Whether the branch came from an undo, so that the next one may take its place."""
        return branch in self._of_undo

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def seed(self) -> int:
        return self.timeline.seed

    @property
    def start(self) -> datetime:
        return self.timeline.start

    @property
    def world(self) -> World:
        """The world at the cursor."""
        return self.timeline.world_at(self.position)

    @property
    def zone(self) -> str:
        return self.timeline.but_for_visits.organization.zone

    @property
    def has_crowd(self) -> bool:
        """Whether users log in on their own."""
        world = self.world if self.in_the_past else self.timeline.but_for_visits
        return world.behaviour is not None

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
        branch = self.timeline.fork(tree.free_name(self.branches), self.position, self.now)
        self._switch(branch)
        return branch.name

    def _switch(self, branch: Timeline) -> None:
        self.branches[branch.name] = branch
        self.timeline = branch
        self._agenda.forget()
        self._log_ins.forget()

    def switch_to(self, name: str) -> None:
        """Look at another branch, at the instant where that one ends or at this one if it is earlier."""
        branch = self.branches[name]
        self._switch(branch)
        self.clock.move_to(min(self.now, branch.until))
        self.position = branch.position_at(self.now)

    def take_in(self, branch: Timeline) -> None:
        """Have another branch among the others, under a free name, and look at it. Its parent is one of ours."""
        branch.name = tree.free_name(self.branches)
        self.branches[branch.name] = branch
        self.switch_to(branch.name)

    def rename_branch(self, name: str, to: str) -> None:
        """Give a branch another name. Raises a Refusal."""
        self.branches = tree.rename(self.branches, name, to)
        # Who gave it a name wants to find it again, whether or not another undo makes nothing of it.
        self._of_undo.discard(self.branches[to.strip()])

    def delete_branch(self, name: str) -> None:
        """Take out a branch with the acts that no other has; what grew from it stays whole. Raises a Refusal."""
        self.branches = tree.delete(self.branches, name, self.timeline)

    # Travelling

    def advance(self, span: timedelta) -> Digest:
        """Let time pass. Raises CannotTravel."""
        return self.travel_to(self.goal(span))

    def next_event(self) -> Digest:
        """Go to what comes next. Raises CannotTravel when nothing does."""
        return self.travel_to(self.goal(None))

    def goal(self, target: timedelta | datetime | None) -> datetime:
        """The instant that is a span from now, or that of what comes next (None); one that is given is its own.

        Raises CannotTravel when nothing comes, before the start, or absurdly far ahead.
        """
        instant: datetime
        if target is None:
            coming = self.ahead()
            if coming is None:
                raise CannotTravel("Nothing will happen by itself: no period runs and nothing is scheduled.")
            instant = coming.at
        elif isinstance(target, timedelta):
            try:
                instant = self.now + target
            except OverflowError:
                raise CannotTravel(TOO_EARLY if target < timedelta(0) else TOO_FAR) from None
        else:
            instant = target
        if instant < self.start:
            raise CannotTravel(TOO_EARLY)
        if instant - self.start > FURTHEST:
            raise CannotTravel(TOO_FAR)
        return instant

    def travel_to(self, instant: datetime) -> Digest:
        """Set the clock; forwards, what happens by itself happens at its exact instant. Raises CannotTravel."""
        instant = self.goal(instant)
        since, before = self.now, self.position
        if instant > self.timeline.until:
            self._run_until(instant)
        self.clock.move_to(instant)
        self.position = (
            self.timeline.position_at(instant) if instant < self.timeline.until else len(self.timeline)
        )
        low, high = sorted((before, self.position))
        return Digest(since, instant, self.timeline.events.part(low, high))

    def _run_until(self, instant: datetime) -> None:
        """Let everything that is due up to the instant happen, from the end of the log on."""
        self.position = len(self.timeline)
        at = came = self.timeline.until
        while True:
            first = self._agenda.next(self.timeline.but_for_visits, at)
            if first is not None and first > instant:
                first = None
            until = instant if first is None else first - MOMENT
            reached = self._log_ins.let_come(self.timeline, self.clock, self._append, came, until)
            self.position = len(self.timeline)
            if reached is not None:
                at = came = reached
            elif first is None:
                break
            else:
                self._let_happen_at(first)
                # Who was activated right now may come right now.
                at, came = first, first - MOMENT
            self.timeline.until = at
        self.timeline.until = instant

    def _let_happen_at(self, instant: datetime) -> None:
        """Let happen what is due by itself at the instant."""
        self.clock.move_to(instant)
        happening = self._agenda.at(instant)
        for kind, group in groupby(happening, key=lambda occurrence: occurrence.kind):
            # Push prompts of one user meet in the count of bad attempts, so they go one by one.
            if kind is OccurrenceKind.PUSH_TIMES_OUT:
                for occurrence in group:
                    self._let_happen([occurrence])
            else:
                self._let_happen(group)

    def _let_happen(self, due: Iterable[Occurrence]) -> None:
        world = self.timeline.head
        events: list[Event] = []
        for occurrence in due:
            if still_due(world, occurrence):
                events += happen(world, occurrence)
        self._append(events)

    def ahead(self) -> Ahead | None:
        """What comes next after the cursor: in the log, or by itself.

        The crowd's log-ins come every minute, and count only when nothing else lies ahead.
        """
        if self.in_the_past:
            events = self.timeline.events
            begin = after_visits(events, self.position)
            at = events[begin].at
            names = Counter(event.name for event in events[begin : self.timeline.position_at(at)])
            return Ahead(at, tuple(names.items()), recorded=True)
        first = self._agenda.next(self.timeline.head, self.now)
        if first is None:
            return self._log_ins_ahead()
        same = self.due_at(first)
        kinds = Counter(occurrence.kind.label for occurrence in same)
        return Ahead(first, tuple(kinds.items()), tuple(occurrence.subject for occurrence in same[:100]))

    def next_instant(self) -> datetime | None:
        """The next instant after the cursor at which anything happens, be it nothing but log-ins of the crowd."""
        if self.in_the_past:
            return self.timeline.events[self.position].at
        world, horizon = self.timeline.head, self.now + LOOKS_AHEAD
        first = self._agenda.next(world, self.now)
        log_in = self._log_ins.crowd.next(world, self.now, horizon if first is None else min(first, horizon))
        return first if log_in is None else log_in

    def _log_ins_ahead(self) -> Ahead | None:
        at = self._log_ins.crowd.next(self.timeline.head, self.now, self.now + LOOKS_AHEAD)
        if at is None:
            return None
        users = self._log_ins.crowd.at(at)
        return Ahead(at, (("log-in", len(users)),), tuple(users[:100]))

    def upcoming(self) -> list[tuple[datetime, OccurrenceKind]]:
        """Every instant after the end of the log at which something will happen by itself, with each kind of it."""
        return self._agenda.instants(self.timeline.head, self.timeline.until)

    def due_at(self, instant: datetime) -> list[Occurrence]:
        """What will happen by itself at an instant after the end of the log."""
        return [o for o in self._agenda.at(instant) if still_due(self.timeline.head, o)]

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
        superseded = undone in self._of_undo and undone.shared == len(undone)
        if superseded:
            # It was nothing but an earlier undo: everything in it is in the branch that it came from.
            del self.branches[undone.name]
        self._fork()
        if superseded:
            for branch in self.branches.values():
                branch.leave_out(undone)
        self._of_undo.add(self.timeline)
        return last
