"""Sessions that come and go, and what the server keeps of them: nothing.

Of three one is taken over by the next of its name, one is cut, and one leaves. After each round, once nobody is there,
the server tells what it has.

Run: python benchmarks/ssh_soak.py [SESSIONS]   (500, which takes some minutes; Linux only)
"""

import asyncio
import sys
import time

from measure import line
from ssh_clients import Client, Served, serving

SESSIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 500
ROUNDS, AT_ONCE = 10, 4

#: Names that come in a round, three times each, and all that there are.
EACH, NAMES = SESSIONS // ROUNDS // 3, 40

#: Seconds that all of it may take, and that the server has to sweep up after a round.
LONGEST, SWEPT = 1800, 8.0

QUIT = b"\x11"
#: Down, travel a day, the help and back, find somebody.
KEYS = (b"\x1b[B", b"w", b"?", b"\x1b", b"/", b"grace", b"\r", b"\x1b")


async def three(served: Served, name: str, room: asyncio.Semaphore) -> None:
    """Sessions of one name: one is taken over, one is cut, and one leaves."""
    async with room:
        first = await works(served, name)
        second = await works(served, name)
        await asyncio.wait_for(first.ended.wait(), 60)
        first.connection.close()
        second.connection.abort()
        third = await works(served, name)
        third.type(QUIT)
        await asyncio.wait_for(third.ended.wait(), 60)
        third.connection.close()


async def works(served: Served, name: str) -> Client:
    client = await served.log_in(name)
    for keys in KEYS:
        client.type(keys)
        await asyncio.sleep(0.1)
    return client


async def rest(served: Served) -> dict[str, float]:
    """What the server tells once nobody is there."""
    while (told := served.metrics())["mfadrill_connections"] or told["mfadrill_sessions"]:
        await asyncio.sleep(0.5)
    await asyncio.sleep(SWEPT)
    told = served.metrics()
    return {
        name: sum(value for metric, value in told.items() if metric.startswith(f"mfadrill_worker_{name}{{"))
        for name in ("memory_bytes", "files", "tasks", "failures_total")
    }


async def soak() -> None:
    began = time.perf_counter()
    with serving() as served:
        rounds: list[dict[str, float]] = []
        for number in range(ROUNDS):
            room = asyncio.Semaphore(AT_ONCE)
            names = [f"user{(number * EACH + i) % NAMES}" for i in range(EACH)]
            await asyncio.gather(*(three(served, name, room) for name in names))
            rounds.append(await rest(served))
            told = rounds[-1]
            memory, passed = told["memory_bytes"] / 2**20, time.perf_counter() - began
            print(f"{3 * EACH * (number + 1):>5} sessions, {passed:4.0f} s: {memory:7.1f} MB", end=", ")
            print(f"{told['files']:.0f} descriptors, {told['tasks']:.0f} tasks")
        print(*served.tracebacks, sep="\n")
    half = rounds[ROUNDS // 2 - 1 :]
    memory = [told["memory_bytes"] for told in half]
    line("memory over the second half", f"{max(memory) / memory[0] - 1:+.1%}", "within 5 %")
    line("descriptors over the second half", f"{half[-1]['files'] - half[0]['files']:+.0f}", "0")
    line("tasks over the second half", f"{half[-1]['tasks'] - half[0]['tasks']:+.0f}", "0")
    line("incidents", f"{half[-1]['failures_total']:.0f}", "0")


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(soak(), LONGEST))
