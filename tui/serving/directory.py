"""Who has which sandbox, over all workers. Who comes later takes over."""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from mfadrill.core.words import count
from mfadrill.tui.serving.guards import Limits, NotLetIn
from mfadrill.tui.serving.messages import Answer, Leave

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

    def __init__(self, limits: Limits, say: Callable[[int, Answer | Leave], None]) -> None:
        """`say` tells a worker something."""
        self._limits, self._say = limits, say
        self._places: dict[str, _Place] = {}
        self._names: dict[Session, str] = {}
        self._addresses: dict[Session, str] = {}
        #: Sandboxes that were given to a session, ever.
        self.given = 0

    def __len__(self) -> int:
        """Sandboxes that are in use."""
        return len(self._places)

    def of(self, worker: int) -> int:
        """Sandboxes that a worker has."""
        return sum(place.has.worker == worker for place in self._places.values())

    def claim(self, session: Session, name: str, address: str) -> None:
        """Give it the sandbox, now or as soon as it is left. Raises NotLetIn if there is no room."""
        place = self._places.get(name)
        self._refuse_if_many(address, is_new=place is None)
        self._names[session], self._addresses[session] = name, address
        if place is None:
            self._places[name] = _Place(session)
            self._give(session)
            return
        if place.waits is not None:
            del self._names[place.waits], self._addresses[place.waits]
            self._say(place.waits.worker, Answer(place.waits.ticket, TAKEN_OVER))
        place.waits = session
        self._say(place.has.worker, Leave(place.has.ticket, TAKEN_OVER))

    def _refuse_if_many(self, address: str, *, is_new: bool) -> None:
        most, by_address = self._limits.sessions, self._limits.connections_by_address
        if is_new and len(self._places) >= most:
            room = count(most, "session")
            raise NotLetIn(f"There is no room for more than {room}. Try again later.", "sessions")
        # A proxy, or one connection of SSH, may bring several.
        if sum(one == address for one in self._addresses.values()) >= by_address:
            raise NotLetIn("There are too many sessions from your address.", "connections_by_address")

    def release(self, session: Session) -> None:
        """It has the sandbox no more, or waits for it no more; one that did neither changes nothing."""
        name = self._names.pop(session, None)
        if name is None:
            return
        del self._addresses[session]
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
