"""Who has which sandbox, over all workers. Who comes later takes over."""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from mfadrill.core.words import count
from mfadrill.tui.ssh.guards import NotLetIn
from mfadrill.tui.ssh.messages import Answer, Leave

TAKEN_OVER = "You logged in again elsewhere, and go on there; this session is closed."


class Session(NamedTuple):
    """A session, as the front knows it."""

    worker: int
    ticket: int


class _Place(Struct):
    """A sandbox: who has it, and the latest one who waits for it."""

    has: Session
    waits: Session | None = None


class Directory:
    """One place for each name."""

    def __init__(self, most: int, say: Callable[[int, Answer | Leave], None]) -> None:
        """`most` is how many sandboxes may be in use; `say` tells a worker something."""
        self._most, self._say = most, say
        self._places: dict[str, _Place] = {}
        self._names: dict[Session, str] = {}
        #: Sandboxes that were given to a session, ever.
        self.given = 0

    def __len__(self) -> int:
        """Sandboxes that are in use."""
        return len(self._places)

    def of(self, worker: int) -> int:
        """Sandboxes that a worker has."""
        return sum(place.has.worker == worker for place in self._places.values())

    def claim(self, session: Session, name: str) -> None:
        """Give it the sandbox, now or as soon as it is left. Raises NotLetIn if there is no room."""
        place = self._places.get(name)
        if place is None:
            if len(self._places) >= self._most:
                room = count(self._most, "session")
                raise NotLetIn(f"There is no room for more than {room}. Try again later.", "sessions")
            self._names[session] = name
            self._places[name] = _Place(session)
            self._give(session)
            return
        self._names[session] = name
        if place.waits is not None:
            del self._names[place.waits]
            self._say(place.waits.worker, Answer(place.waits.ticket, TAKEN_OVER))
        place.waits = session
        self._say(place.has.worker, Leave(place.has.ticket, TAKEN_OVER))

    def release(self, session: Session) -> None:
        """It has the sandbox no more, or waits for it no more; one that did neither changes nothing."""
        name = self._names.pop(session, None)
        if name is None:
            return
        place = self._places[name]
        if place.waits == session:
            place.waits = None
        elif place.waits is None:
            del self._places[name]
        else:
            place.has, place.waits = place.waits, None
            self._give(place.has)

    def release_all(self, worker: int) -> None:
        """The worker is gone."""
        for session in [s for s in self._names if s.worker == worker]:
            self.release(session)

    def _give(self, session: Session) -> None:
        self.given += 1
        self._say(session.worker, Answer(session.ticket))
