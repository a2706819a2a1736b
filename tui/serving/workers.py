"""The workers, as the front has them: started, spoken to, and started again when they die."""

import asyncio
import socket
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Protocol

from mfadrill.tui.serving.hand_over import Arrival, hand
from mfadrill.tui.serving.log import log, log_failure
from mfadrill.tui.serving.messages import Beat, FromWorker, Line, Ready, Stop, Stopped, ToWorker, front_line
from mfadrill.tui.serving.pulse import BEAT
from mfadrill.tui.serving.settings import Settings

#: Seconds in which the deaths of a worker count, and that the next one is waited for at most.
OF_LATE, LONGEST_PAUSE = 600.0, 60.0

#: Of a worker that is kept busy: the seconds by which it is late, or how much of a processor it uses.
LATE, BUSY = 0.25, 0.9

#: Seconds that a worker has to end once it says nothing more, and that all have to end when the server does: more than
#: a worker gives its sessions.
LAST_BREATH, LONGEST_STOP = 5.0, 28.0


class Process(Protocol):
    """What runs a worker."""

    @property
    def pid(self) -> int: ...
    async def wait(self) -> int: ...
    def kill(self) -> None: ...


#: Starts a worker, with its number, its end of the line, and its end for sockets.
Starts = Callable[[int, socket.socket, socket.socket], Awaitable[Process]]


def in_processes(settings: Settings) -> Starts:
    async def start(number: int, line: socket.socket, sockets: socket.socket) -> Process:
        ends = line.fileno(), sockets.fileno()
        return await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "mfadrill.tui.serving.worker", str(number), *map(str, ends), settings.as_text(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            pass_fds=ends,
            start_new_session=True,  # ctrl+c is for the front, which tells them
        )  # fmt: skip

    return start


class Worker:
    """One that runs."""

    def __init__(self, number: int, process: Process, line: Line[FromWorker], sockets: socket.socket) -> None:
        self.number, self.process, self._line, self._sockets = number, process, line, sockets
        #: Whether it takes connections, once that is known.
        self.ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        #: Connections that it has, and those that it was handed and has not taken yet.
        self.connections: set[int] = set()
        self.untaken: set[int] = set()
        self._began = self._heard_at = monotonic()
        self.beat: Beat | None = None
        #: How much of a processor it used between the latest two beats.
        self._share = self._beat_at = 0.0
        #: Sessions that it could not save, once it has stopped.
        self.unsaved: int | None = None

    def say(self, message: ToWorker) -> None:
        self._line.say(message)

    def hand(self, arrival: Arrival, connection: socket.socket) -> None:
        self.connections.add(arrival.connection)
        self.untaken.add(arrival.connection)
        # If it has ended, we hear of that in a moment, with what it has not taken.
        with suppress(OSError):
            hand(self._sockets, arrival, connection)

    @property
    def is_ready(self) -> bool:
        return self.ready.done() and self.ready.result()

    @property
    def silence(self) -> float:
        """Seconds since it said something."""
        return monotonic() - self._heard_at

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return monotonic() - self._began

    @property
    def is_busy(self) -> bool:
        """Whether a session keeps it from the others."""
        late = self.beat is not None and self.beat.pulse.lag > LATE
        return late or self.silence > BEAT + LATE or self._share > BUSY

    async def messages(self) -> AsyncIterator[FromWorker]:
        """All that it says, until it ends."""
        async for message in self._line.heard():
            match message:
                case Ready():
                    self.ready.set_result(True)
                case Beat():
                    self._took_beat(message)
                case Stopped(unsaved):
                    self.unsaved = unsaved
            self._heard_at = monotonic()
            yield message

    def _took_beat(self, beat: Beat) -> None:
        now = monotonic()
        if self.beat is not None:
            self._share = (beat.pulse.processor - self.beat.pulse.processor) / (now - self._beat_at)
        self.beat, self._beat_at = beat, now

    async def end(self) -> int:
        """Until it has ended. Its exit status, which is negative for a signal."""
        try:
            return await asyncio.wait_for(self.process.wait(), LAST_BREATH)
        except TimeoutError:
            self.process.kill()
            return await self.process.wait()
        finally:
            if not self.ready.done():
                self.ready.set_result(False)
            await self._line.close()
            self._sockets.close()


class Workers:
    """So many of them, always."""

    def __init__(
        self,
        number: int,
        starts: Starts,
        heard: Callable[[Worker, FromWorker], None],
        gone: Callable[[Worker], None],
    ) -> None:
        """`heard` is called with what a worker says, `gone` when it has ended."""
        self.number, self._starts, self._heard, self._gone = number, starts, heard, gone
        self.running: dict[int, Worker] = {}
        #: How many ended without being asked to.
        self.ended = 0
        self._keeping: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Raises OSError."""
        workers = [await self._begin(number) for number in range(self.number)]
        self._keeping = [asyncio.create_task(self._keep(worker, worker.number)) for worker in workers]
        if not all([await worker.ready for worker in workers]):
            await self.stop()
            raise ChildProcessError(
                "a worker ended before it was ready; its last words are above, or in the log."
            )

    async def stop(self) -> None:
        """Ask all to stop, and wait for it; what takes too long is killed."""
        self._stopping.set()
        for worker in self.running.values():
            worker.say(Stop())
        if self._keeping:
            _, late = await asyncio.wait(self._keeping, timeout=LONGEST_STOP)
            for worker in self.running.values():
                worker.process.kill()
            if late:
                await asyncio.wait(late)

    async def _begin(self, number: int) -> Worker:
        """Raises OSError."""
        ours, line = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours_for_sockets, sockets = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with line, sockets:
            process = await self._starts(number, line, sockets)
        ours_for_sockets.setblocking(False)
        worker = Worker(number, process, await front_line(ours), ours_for_sockets)
        self.running[number] = worker
        return worker

    async def _keep(self, worker: Worker | None, number: int) -> None:
        """Start another one each time that it ends; the more often, the later."""
        deaths: deque[float] = deque()
        while True:
            if worker is not None:
                await self._listen(worker)
            if self._stopping.is_set():
                return
            self.ended += 1
            deaths.append(monotonic())
            while deaths[0] < monotonic() - OF_LATE:
                deaths.popleft()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), min(2 ** len(deaths) - 2, LONGEST_PAUSE))
                return
            try:
                worker = await self._begin(number)
                log("worker started", worker=number, pid=worker.process.pid)
            except OSError as error:
                worker = None
                log("cannot start a worker", worker=number, why=str(error))

    async def _listen(self, worker: Worker) -> None:
        """Until it has ended."""
        try:
            async for message in worker.messages():
                self._heard(worker, message)
        except Exception as error:
            # Better another worker than one that nobody listens to.
            log_failure("failure", error, worker=worker.number)
            worker.process.kill()
        status = await worker.end()
        del self.running[worker.number]
        self._gone(worker)
        if not self._stopping.is_set():
            log("worker ended", worker=worker.number, pid=worker.process.pid, status=status)
