"""The log-ins of a crowd, as they come to pass at the end of a timeline."""

from collections.abc import Callable, Sequence
from datetime import datetime

from mfadrill.core.events import Event
from mfadrill.core.users import UserId
from mfadrill.sim.clock import SimClock
from mfadrill.sim.crowd import Crowd
from mfadrill.sim.routine import Visits
from mfadrill.sim.stretch import Stretch
from mfadrill.sim.timeline import CHECKPOINT_EVERY, Timeline


class LogIns:
    """Routine visits go into the log in stretches; whoever takes the long way ends one."""

    def __init__(self, seed: int) -> None:
        self.crowd = Crowd(seed)
        self.visits = Visits(seed)
        #: Where the visits themselves have left the log.
        self._stand_at: tuple[Timeline, int] | None = None

    def forget(self) -> None:
        """The world is another one."""
        self.crowd.forget()
        self.visits.forget()
        self._stand_at = None

    def let_come(
        self,
        timeline: Timeline,
        clock: SimClock,
        append: Callable[[Sequence[Event]], None],
        after: datetime,
        until: datetime,
    ) -> datetime | None:
        """Let the crowd come, after an instant and up to another, and say how far that went; None if nobody came.

        It does not always go all the way. What may put something ahead is given to `append`.
        """
        at, stretch = None, Stretch()
        if until <= after:
            return None
        for at, users in self.crowd.coming(timeline.but_for_visits, after, until):
            clock.move_to(at)
            self._see_whether_alone(timeline)
            left = users[self.visits.come(stretch, users, at, looked=False) :]
            if left or stretch.size >= CHECKPOINT_EVERY:
                self._let_come_by(timeline, append, stretch, left, at)
                return at
        self._add(timeline, stretch)
        return at

    def _let_come_by(
        self,
        timeline: Timeline,
        append: Callable[[Sequence[Event]], None],
        stretch: Stretch,
        users: Sequence[UserId],
        now: datetime,
    ) -> None:
        """Let users come of whom the first one takes the long way, after a stretch of visits."""
        while users:
            self._add(timeline, stretch)
            append(self.visits.the_long_way(timeline.head, users[0], now))
            self._see_whether_alone(timeline)
            stretch, users = Stretch(), users[1:]
            users = users[self.visits.come(stretch, users, now, looked=True) :]
        self._add(timeline, stretch)

    def _see_whether_alone(self, timeline: Timeline) -> None:
        """Have the visits begin anew if anything but them has changed the world."""
        here = timeline, len(timeline)
        if self._stand_at != here:
            self.visits.begin(timeline.head)
            self._stand_at = here

    def _add(self, timeline: Timeline, stretch: Stretch) -> None:
        if stretch.size:
            timeline.append_visits(stretch)
            self._stand_at = timeline, len(timeline)
