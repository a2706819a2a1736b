"""The front of the server: it listens, bounds what comes from an address, and hands each connection to a worker.

It runs no session, so that nothing a trainee does holds it up. Whose a connection is shows only after its log-in, in
the worker that has it; who may have which sandbox, and when, is kept here.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Mapping
from itertools import count
from time import monotonic

from msgspec import Struct

from mfadrill.tui.classroom import messages as classroom
from mfadrill.tui.serving.desk import Desk
from mfadrill.tui.serving.directory import Directory, Session
from mfadrill.tui.serving.guards import Connections, NotLetIn, WrongPasswords
from mfadrill.tui.serving.hand_over import Arrival
from mfadrill.tui.serving.host_key import host_key
from mfadrill.tui.serving.log import log
from mfadrill.tui.serving.messages import (
    Answer,
    Ask,
    Attempt,
    Claim,
    FromWorker,
    Gone,
    LoggedIn,
    Ready,
    Release,
    Taken,
    Told,
    ToWorker,
    WrongPassword,
)
from mfadrill.tui.serving.pulse import Pulse, beating
from mfadrill.tui.serving.settings import Settings
from mfadrill.tui.serving.web.connection import browsers
from mfadrill.tui.serving.web.passes import secret_in
from mfadrill.tui.serving.workers import Starts, Worker, Workers

#: Connections that a worker was handed and has not taken yet: what is busy gets no more, and no queue is ever full.
UNTAKEN = 4

#: Seconds that a worker has to answer an instructor.
ANSWER = 5.0

#: Seconds until the next connection is accepted if there was no descriptor for one.
PAUSE = 1.0


class _Open(Struct):
    """A connection. We have its socket as long as no worker has taken it."""

    arrival: Arrival
    socket: socket.socket | None
    logged_in: bool = False


class Front:
    """Listens between `start` and `stop`."""

    def __init__(self, settings: Settings, workers: int, starts: Starts) -> None:
        limits = settings.limits
        self._data = settings.data
        #: By the door that they come in at.
        self.connections = {
            "ssh": Connections(limits),
            "web": browsers(limits, behind_proxy=settings.behind_proxy),
        }
        self.wrong_passwords = WrongPasswords(limits)
        self.workers = Workers(workers, starts, self._heard, self._gone)
        self.directory = Directory(limits, self._say)
        #: Connections and sessions by the limit that they were turned away for, and passwords that were refused.
        self.turned_away = Counter(connections_by_address=0, at_the_door=0, sessions=0)
        self.refused = Counter(wrong=0, too_many_wrong=0)
        self.pulse: Pulse | None = None
        self.began = monotonic()
        self.desk = Desk(settings.data, settings.scenario, self._ask_all)
        self._first_scenario = settings.scenario
        #: What workers are asked for an instructor, by ticket.
        self._asked: dict[int, asyncio.Future[classroom.Answer]] = {}
        self._numbers = count(1)
        self._open: dict[int, _Open] = {}
        #: Numbers of connections that wait for a worker.
        self._waiting: list[int] = []
        self._listeners: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._is_stopping = False
        self._unsaved = 0

    async def start(self, addresses: Mapping[str, tuple[str, int]]) -> dict[str, int]:
        """Listen at the host and port of each door. The ports, which are other ones where it was 0.

        Raises OSError, or ValueError for a broken host key.
        """
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = host_key(self._data)
        secret_in(self._data)
        listeners: list[tuple[str, socket.socket]] = []
        try:
            for door, (host, port) in addresses.items():
                listeners += [(door, listener) for listener in await _listening(host, port)]
            await self.workers.start()
            await self.desk.start()
        except BaseException:
            for _, listener in listeners:
                listener.close()
            raise
        self._listeners = [listener for _, listener in listeners]
        self._tasks = [asyncio.create_task(self._accept(*listener)) for listener in listeners]
        self._tasks.append(asyncio.create_task(beating(self._beat)))
        ports = {door: listener.getsockname()[1] for door, listener in listeners}
        log(
            "listening",
            hosts={door: host for door, (host, _) in addresses.items()},
            ports=ports,
            host_key=key.get_fingerprint(),
            workers=[w.process.pid for w in self.workers.running.values()],
        )
        return ports

    async def stop(self) -> int:
        """Let everybody be told and saved. How many sessions could not be saved."""
        self._is_stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()
        await self.desk.stop()
        log("stopping", sessions=len(self.directory))
        await self.workers.stop()
        for number in [*self._open]:
            self._close(number)
        log("stopped", unsaved=self._unsaved)
        return self._unsaved

    def _beat(self, pulse: Pulse) -> None:
        self.pulse = pulse

    @property
    def connected(self) -> int:
        """Connections, of those that have not logged in as well."""
        return len(self._open)

    # Connections

    async def _accept(self, door: str, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, peer = await loop.sock_accept(listener)
            except OSError as error:
                log("cannot accept", why=str(error))
                await asyncio.sleep(PAUSE)
            else:
                self._arrived(door, connection, str(peer[0]))

    def _arrived(self, door: str, connection: socket.socket, address: str) -> None:
        try:
            self.connections[door].come(address)
        except NotLetIn as refused:
            log("turned away", address=address, why=refused.text)
            self.turned_away[refused.limit] += 1
            connection.close()
            return
        number = next(self._numbers)
        self._open[number] = _Open(Arrival(number, door, address), connection)
        self._waiting.append(number)
        self._hand_over()

    def _hand_over(self) -> None:
        """Hand what waits to the workers that can take it: the one with the fewest connections, of those that are not
        kept busy."""
        while self._waiting:
            free = [w for w in self.workers.running.values() if w.is_ready and len(w.untaken) < UNTAKEN]
            if not free:
                return
            worker = min(free, key=lambda w: (w.is_busy, len(w.connections)))
            opened = self._open[self._waiting.pop(0)]
            assert opened.socket is not None
            worker.hand(opened.arrival, opened.socket)

    def _close(self, number: int) -> None:
        """It is no more."""
        opened = self._open.pop(number, None)
        if opened is None:
            return
        self.connections[opened.arrival.door].go(opened.arrival.address, logged_in=opened.logged_in)
        if opened.socket is not None:
            opened.socket.close()
        if number in self._waiting:
            self._waiting.remove(number)

    # Workers

    def _say(self, worker: int, message: ToWorker) -> None:
        if running := self.workers.running.get(worker):
            running.say(message)

    def _heard(self, worker: Worker, message: FromWorker) -> None:
        match message:
            case Taken(number):
                worker.untaken.discard(number)
                if (opened := self._open.get(number)) and opened.socket is not None:
                    opened.socket.close()
                    opened.socket = None
            case LoggedIn(number):
                if (opened := self._open.get(number)) and not opened.logged_in:
                    opened.logged_in = True
                    self.connections[opened.arrival.door].logged_in()
            case Gone(number):
                worker.connections.discard(number)
                worker.untaken.discard(number)
                self._close(number)
            case Attempt(ticket, address):
                worker.say(Answer(ticket, self._why_not(address)))
            case WrongPassword(address):
                self.wrong_passwords.add(address)
                self.refused["wrong"] += 1
            case Ready() if self.desk.scenario != self._first_scenario:
                worker.say(Ask(0, classroom.Restart(self.desk.scenario)))  # it began with another one
            case Told(ticket, answer):
                if (asked := self._asked.get(ticket)) and not asked.done():
                    asked.set_result(answer)
            case Claim(ticket, name, address):
                self._claim(Session(worker.number, ticket), name, address)
            case Release(ticket):
                self.directory.release(Session(worker.number, ticket))
            case _:
                pass  # how it is, which it keeps itself
        self._hand_over()

    def _claim(self, session: Session, name: str, address: str) -> None:
        try:
            self.directory.claim(session, name, address)
        except NotLetIn as refused:
            self.turned_away[refused.limit] += 1
            self._say(session.worker, Answer(session.ticket, refused.text))

    async def _ask_all(self, request: classroom.Request) -> list[classroom.Answer]:
        """Ask every worker for an instructor; one that is kept busy may have no answer in time."""
        asked: dict[int, asyncio.Future[classroom.Answer]] = {}
        for worker in self.workers.running.values():
            ticket = next(self._numbers)
            asked[ticket] = asyncio.get_running_loop().create_future()
            worker.say(Ask(ticket, request))
        self._asked |= asked
        try:
            done, _ = await asyncio.wait(asked.values(), timeout=ANSWER)
        finally:
            for ticket in asked:
                del self._asked[ticket]
        return [one.result() for one in done]

    def _why_not(self, address: str) -> str | None:
        try:
            self.wrong_passwords.refuse_if_many(address)
        except NotLetIn as refused:
            self.refused["too_many_wrong"] += 1
            return refused.text
        return None

    def _gone(self, worker: Worker) -> None:
        """Its connections are closed but for those that it never took: another one gets them."""
        if self._is_stopping:
            lost = self.directory.of(worker.number)
            self._unsaved += lost if worker.unsaved is None else worker.unsaved
        for number in worker.connections:
            if number in worker.untaken:
                self._waiting.append(number)
            else:
                self._close(number)
        self.directory.release_all(worker.number)
        self._hand_over()


async def _listening(host: str, port: int) -> list[socket.socket]:
    """Sockets for all addresses of the host, with one port. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    listeners: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            listener = socket.create_server((address[0], port), family=family, backlog=128)
            listeners.append(listener)
            listener.setblocking(False)
            port = listener.getsockname()[1]
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners
