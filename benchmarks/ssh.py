"""A class logs in, reads, and types: over SSH, and with a process for each of them.

The server is a process of its own, with its workers; the clients are in this one, and all of it stays on this machine.
The peer is what one would do without a server: `mfadrill` in a terminal of its own, a process for each.

Run: python benchmarks/ssh.py [arrive] [idle] [type] [burn]   (all of them, without a name; Linux only)
"""

import asyncio
import fcntl
import os
import pty
import random
import struct
import subprocess
import sys
import termios
import time
from statistics import median, quantiles

from measure import line
from ssh_clients import LAST, MFADRILL, Client, Served, megabytes, serving

ARRIVING, ARRIVE = 50, 10.0
STAYING, IDLE = 100, 10.0
BESIDE = 20
TYPE, PAUSE = 20.0, 0.5

#: Seconds that a part may take.
LONGEST = 300

DOWN, UP, QUIT = b"\x1b[B", b"\x1b[A", b"\x11"


def percentile(seconds: list[float], percent: int) -> float:
    return quantiles(seconds, n=100)[percent - 1]


async def warm(served: Served) -> None:
    """Each worker has had a session."""
    clients = [await served.log_in(f"warm{number}") for number in range(2 * len(served.workers))]
    for client in clients:
        client.type(QUIT)
        await client.ended.wait()
    await asyncio.sleep(7)  # it sweeps up


async def come(served: Served, sessions: int, within: float) -> list[Client]:
    return await asyncio.gather(
        *(served.log_in(f"user{number}", number * within / sessions) for number in range(sessions))
    )


async def arrive() -> None:
    with serving() as served:
        await warm(served)
        before, used = served.memory, served.processor
        clients = await come(served, ARRIVING, ARRIVE)
        took = (served.processor - used) / ARRIVING
        each = (served.memory - before) / ARRIVING
    ours = [client.seconds for client in clients]
    peer, peer_each, peer_took = await processes()
    what = f"{ARRIVING} in {ARRIVE:.0f} s, first screen, "
    for percent, goal in ((50, ""), (95, "< 2 s")):
        own, other = percentile(ours, percent), percentile(peer, percent)
        line(
            f"{what}{percent} %",
            f"{own:.2f} s",
            goal,
            f"a process each {other:.2f} s, {other / own:.1f} times",
        )
    line(
        "processor seconds of a log-in",
        f"{took:.2f} s",
        "",
        f"a process each {peer_took:.2f} s, {peer_took / took:.1f} times",
    )
    text = f"a process each {peer_each:.1f} MB, {peer_each / each:.1f} times"
    line("memory of a session", f"{each:.1f} MB", "< 10 MB, 4 times", text)
    line("memory of workers without sessions", f"{before:.0f} MB", "", f"{len(served.workers)} workers")


async def processes() -> tuple[list[float], float, float]:
    """As many processes: seconds to the first screen, megabytes and processor seconds of one."""
    running: list[Process] = []
    try:
        for number in range(ARRIVING):
            running.append(Process())
            await asyncio.sleep(ARRIVE / ARRIVING if number < ARRIVING - 1 else 0)
        await asyncio.wait_for(asyncio.gather(*(process.drawn.wait() for process in running)), LONGEST)
        each = sum(megabytes(process.pid) for process in running) / ARRIVING
    finally:
        used = [process.end() for process in running]
    return [process.seconds for process in running], each, median(used)


class Process:
    """`mfadrill` in a terminal of its own."""

    def __init__(self) -> None:
        self._began, self._got, self.drawn = time.perf_counter(), bytearray(), asyncio.Event()
        self.seconds = 0.0
        self._terminal, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color"}
        self._process = subprocess.Popen(
            [MFADRILL], stdin=end, stdout=end, stderr=end, env=environment, start_new_session=True
        )
        self.pid = self._process.pid
        os.close(end)
        asyncio.get_running_loop().add_reader(self._terminal, self._read)

    def _read(self) -> None:
        self._got += os.read(self._terminal, 65_536)
        if LAST in self._got and not self.drawn.is_set():
            self.seconds = time.perf_counter() - self._began
            self.drawn.set()

    def end(self) -> float:
        """The processor seconds that it used."""
        asyncio.get_running_loop().remove_reader(self._terminal)
        self._process.kill()
        _, _, used = os.wait4(self.pid, 0)
        self._process.returncode = -9
        os.close(self._terminal)
        return used.ru_utime + used.ru_stime


async def idle() -> None:
    with serving() as served:
        await come(served, STAYING, 3 * ARRIVE)
        await asyncio.sleep(8)
        used = served.processor
        await asyncio.sleep(IDLE)
        share = (served.processor - used) / IDLE
    line(f"{STAYING} sessions, nobody types: processor", f"{share:.1%}", "< 30 % of one core")


async def typing() -> None:
    with serving() as served:
        clients = await come(served, STAYING, 3 * ARRIVE)
        await asyncio.sleep(8)
        used = served.processor
        found = await asyncio.gather(*(keys(client) for client in clients))
        share = (served.processor - used) / TYPE
    seconds = [second for seconds in found for second in seconds]
    what = f"{STAYING} type 2 keys a second: a key to its change, "
    line(f"{what}50 %", f"{percentile(seconds, 50) * 1000:.0f} ms", "< 60 ms", f"{len(seconds)} keys")
    line(f"{what}99 %", f"{percentile(seconds, 99) * 1000:.0f} ms", "< 400 ms", f"{share:.0%} of one core")


async def keys(client: Client) -> list[float]:
    """Seconds from each key until something is painted. Who waits for that types no other key meanwhile."""
    seconds: list[float] = []
    until = time.perf_counter() + TYPE
    await asyncio.sleep(random.random() * PAUSE)
    while (began := time.perf_counter()) < until:
        client.type(UP if len(seconds) % 2 else DOWN)
        await client.painted.wait()
        seconds.append(time.perf_counter() - began)
        await asyncio.sleep(max(0.0, PAUSE - seconds[-1]))
    return seconds


async def burn() -> None:
    """One client sends keys as fast as they are taken; the others type."""
    with serving() as served:
        burning = await served.log_in("burning")
        clients = await come(served, BESIDE, ARRIVE)
        flood = asyncio.create_task(burns(burning))
        await asyncio.sleep(3)
        newcomers = [await served.log_in(f"late{number}") for number in range(2)]
        found = await asyncio.gather(*map(keys, clients))
        flood.cancel()
    seconds = sorted(found, key=median)
    what = "one session burns, a key elsewhere, 99 %: "
    for where, some in (("in its worker", seconds[BESIDE // 2 :]), ("in the other", seconds[: BESIDE // 2])):
        line(f"{what}{where}", f"{percentile([s for own in some for s in own], 99) * 1000:.0f} ms", "")
    came = max(client.seconds for client in newcomers)
    line("one session burns, a newcomer's first screen", f"{came:.2f} s", "")


async def burns(client: Client) -> None:
    while True:
        client.type((DOWN + UP) * 200)
        await asyncio.sleep(0.05)


PARTS = {"arrive": arrive, "idle": idle, "type": typing, "burn": burn}


def main() -> None:
    for part in sys.argv[1:] or PARTS:
        asyncio.run(asyncio.wait_for(PARTS[part](), LONGEST))


if __name__ == "__main__":
    main()
