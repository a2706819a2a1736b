"""What ended a user's requirement, period or enrollment, from the log."""

from threading import Lock

from mfadrill.core.events import (
    Event,
    PushDeleted,
    RequirementRemoved,
    RequirementSet,
    TotpDeleted,
)
from mfadrill.core.users import UserId
from mfadrill.sim.timeline import Timeline

#: So many events are read in a blink.
A_BLINK = 20_000

KINDS: frozenset[type[Event]] = frozenset({PushDeleted, RequirementRemoved, RequirementSet, TotpDeleted})


class Past:
    """For each user the places in one log that its status is explained by. Read once, as the log grows.

    Threads that read it take turns. Another branch has a past of its own, which a reading of this one cannot spoil.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._reading = Lock()
        self._read = 0
        self._places: dict[str, list[int]] = {}

    @property
    def unread(self) -> int:
        """How many events there are to be read."""
        return len(self.timeline) - self._read

    def read(self) -> None:
        """Read what the log has more than before."""
        with self._reading:
            events = self.timeline.events
            until = len(events)
            for at in range(self._read, until):
                event = events[at]
                if type(event) in KINDS:
                    self._places.setdefault(event.user, []).append(at)  # type: ignore[attr-defined]
            self._read = until

    def latest(self, user: UserId, position: int, *kinds: type[Event]) -> Event | None:
        """The latest event of these kinds that happened to the user before a position."""
        for at in reversed(self._places.get(user, ())):
            if at < position and isinstance(self.timeline.events[at], kinds):
                return self.timeline.events[at]
        return None
