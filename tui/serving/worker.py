"""A worker: a process that runs the sessions of the connections that the front hands to it.

Run as `python -m mfadrill.tui.serving.worker NUMBER LINE SOCKETS SETTINGS`: its number, two descriptors, and JSON.
"""

import asyncio
import gc
import signal
import socket
import sys
from typing import TYPE_CHECKING

from mfadrill.sim.scenario.load import load
from mfadrill.tui.serving.hand_over import handed
from mfadrill.tui.serving.in_class import InClass
from mfadrill.tui.serving.log import failures, log, write_to
from mfadrill.tui.serving.messages import Beat, Gone, Ready, Stopped, Taken, worker_line
from mfadrill.tui.serving.pulse import Pulse, beating
from mfadrill.tui.serving.server import Server
from mfadrill.tui.serving.settings import Settings
from mfadrill.tui.serving.to_front import ToFront
from mfadrill.tui.serving.who_gets_in import Doors

if TYPE_CHECKING:
    from mfadrill.tui.serving.web.door import WebDoor

#: Connections that are taken from the front in one go; then the sessions have their turn.
AT_ONCE = 4


class Worker:
    """What serves, between the messages and sockets that come from the front."""

    def __init__(self, settings: Settings, front: ToFront) -> None:
        """Raises UnusableDoor, UnusableScenarios and OSError."""
        doors = Doors(settings.passwords, settings.keys)
        (scenario,) = load([settings.scenario])
        self.server = Server(settings.data, scenario, doors, settings.limits, front)
        self.web = _web_door(self.server, settings) if settings.web else None
        self._front = front
        front.answers = InClass(self.server.served).answer
        self._serving: set[asyncio.Task[None]] = set()

    async def run(self, sockets: socket.socket) -> None:
        """Serve until the front says stop, or is gone."""
        loop, front = asyncio.get_running_loop(), self._front
        beside = loop.create_task(front.listen()), loop.create_task(beating(self._beat))
        sockets.setblocking(False)
        loop.add_reader(sockets, self._take, sockets)
        if self.web is not None:
            await self.web.open()
        front.tell(Ready())
        await front.stopping.wait()
        loop.remove_reader(sockets)
        sockets.close()
        await self.server.stop()
        if self.web is not None:
            await self.web.stop()
        front.tell(Stopped(len(self.server.served.sessions)))
        for task in beside:
            task.cancel()
        await front.close()

    def _take(self, sockets: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                arrival, connection = handed(sockets)
            except BlockingIOError:
                return
            if connection is None:
                log("no descriptor for a connection", address=arrival.address)
                self._front.tell(Gone(arrival.connection))
                continue
            self._front.tell(Taken(arrival.connection))
            door = self.server if self.web is None or arrival.door == "ssh" else self.web
            task = asyncio.get_running_loop().create_task(door.serve(arrival, connection))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    def _beat(self, pulse: Pulse) -> None:
        self._front.tell(Beat(pulse, failures()))


def _web_door(server: Server, settings: Settings) -> "WebDoor":
    from mfadrill.tui.serving.web.door import WebDoor
    from mfadrill.tui.serving.web.passes import Passes, secret_in

    passes = Passes(secret_in(settings.data), settings.limits.total)
    return WebDoor(server.served, server.doors, server.front, passes, behind_proxy=settings.behind_proxy)


async def _work(settings: Settings, line: socket.socket, sockets: socket.socket) -> None:
    front = ToFront(await worker_line(line))
    # A service is stopped by a signal to all of its processes: each of them does what the front would ask for.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, front.stopping.set)
    await Worker(settings, front).run(sockets)


def main() -> None:
    number, line, sockets, settings = sys.argv[1:]
    told = Settings.parse(settings)
    write_to(told.log, worker=int(number))
    # What was imported stays for good.
    gc.freeze()
    asyncio.run(_work(told, socket.socket(fileno=int(line)), socket.socket(fileno=int(sockets))))


if __name__ == "__main__":
    main()
