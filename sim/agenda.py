"""The agenda: the occurrences that lie ahead, soonest first."""

from collections.abc import Iterable
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import groupby
from operator import attrgetter

from mfadrill.core.events import (
    ActivationScheduled,
    Event,
    OrganizationUpdated,
    PeriodStarted,
    PushPromptSent,
    UserActivated,
    UserLockedOut,
)
from mfadrill.core.occurrences import (
    Occurrence,
    OccurrenceKind,
    occurrences,
    occurrences_of_session,
    occurrences_of_user,
    still_due,
)
from mfadrill.core.world import World

#: The facts that put something ahead of a user. What others take away is noticed when its instant comes.
PUTS_AHEAD = (PeriodStarted, UserActivated, UserLockedOut, ActivationScheduled)
#: All that are looked at. Most events are none of these, and a crowd brings millions.
NOTED = frozenset({*PUTS_AHEAD, PushPromptSent, OrganizationUpdated})


class Agenda:
    """Occurrences by their instant, for a world that only moves forward.

    What no longer follows from the world stays until its instant comes up, and is dropped there.
    """

    def __init__(self) -> None:
        self._by_instant: dict[datetime, list[Occurrence]] = {}
        self._instants: list[datetime] = []
        self._known = False

    def forget(self) -> None:
        """Look at everybody again at the next question: the world is another one."""
        self._known = False

    def note(self, world: World, events: Iterable[Event]) -> None:
        """Take in what the events, already applied to the world, put ahead."""
        if not self._known:
            return
        for event in events:
            if type(event) not in NOTED:
                continue
            if isinstance(event, PUTS_AHEAD):
                for occurrence in occurrences_of_user(world.users[event.user], world.organization):
                    self._add(occurrence)
            elif isinstance(event, PushPromptSent):
                session = world.browsers.get(event.browser)  # who left at once is not there any more
                for occurrence in occurrences_of_session(event.browser, session) if session else ():
                    self._add(occurrence)
            elif isinstance(event, OrganizationUpdated):
                self.forget()
                return

    def _add(self, occurrence: Occurrence) -> None:
        same = self._by_instant.get(occurrence.at)
        if same is None:
            self._by_instant[occurrence.at] = [occurrence]
            heappush(self._instants, occurrence.at)
        else:
            same.append(occurrence)

    def _know(self, world: World, now: datetime) -> None:
        self._by_instant = {}
        for occurrence in occurrences(world, now):
            self._by_instant.setdefault(occurrence.at, []).append(occurrence)
        self._instants = list(self._by_instant)
        heapify(self._instants)
        self._known = True

    def next(self, world: World, now: datetime) -> datetime | None:
        """The soonest instant after `now` at which something that still follows from the world will happen."""
        if not self._known:
            self._know(world, now)
        while self._instants:
            soonest = self._instants[0]
            if soonest > now and any(still_due(world, o) for o in self._by_instant[soonest]):
                return soonest
            del self._by_instant[heappop(self._instants)]
        return None

    def at(self, instant: datetime) -> list[Occurrence]:
        """What is noted for the instant, each once, in the order it would happen in; some may not be due any more."""
        noted = sorted(self._by_instant.get(instant, ()), key=attrgetter("subject"))
        noted.sort(key=attrgetter("kind"))
        return [occurrence for occurrence, _ in groupby(noted)]

    def instants(self, world: World, now: datetime) -> list[tuple[datetime, OccurrenceKind]]:
        """Every instant after `now` with each kind that will happen then, for a picture of what lies ahead."""
        self.next(world, now)
        found: list[tuple[datetime, OccurrenceKind]] = []
        for at, noted in self._by_instant.items():
            kinds: set[OccurrenceKind] = set()
            for occurrence in noted if at > now else ():
                if occurrence.kind not in kinds and still_due(world, occurrence):
                    kinds.add(occurrence.kind)
            found += [(at, kind) for kind in sorted(kinds)]
        return found
