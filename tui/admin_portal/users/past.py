"""What ended a user's requirement, period or enrollment, from the log."""

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
    """For each user the places in the log that its status is explained by. Read once, as the log grows."""

    def __init__(self) -> None:
        self._timeline: Timeline | None = None
        self._read = 0
        self._places: dict[str, list[int]] = {}

    def unread(self, timeline: Timeline) -> int:
        """How many events there are to be read."""
        return len(timeline) - (self._read if timeline is self._timeline else 0)

    def read(self, timeline: Timeline) -> None:
        """Read what the log has more than before."""
        places = self._places if timeline is self._timeline else {}
        began = self._read if timeline is self._timeline else 0
        events = timeline.events
        until = len(events)
        for at in range(began, until):
            event = events[at]
            if type(event) in KINDS:
                places.setdefault(event.user, []).append(at)  # type: ignore[attr-defined]
        self._timeline, self._read, self._places = timeline, until, places

    def latest(self, user: UserId, position: int, *kinds: type[Event]) -> Event | None:
        """The latest event of these kinds that happened to the user before a position."""
        if self._timeline is None:
            return None
        for at in reversed(self._places.get(user, ())):
            if at < position and isinstance(self._timeline.events[at], kinds):
                return self._timeline.events[at]
        return None
