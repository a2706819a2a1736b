"""How a process is: what it uses, and how late its event loop is."""

import asyncio
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

#: Seconds between two looks.
BEAT = 1.0

_STATM = Path("/proc/self/statm")


class Pulse(Struct, frozen=True):
    """At one moment."""

    #: Seconds by which the event loop was late, processor seconds so far, and bytes in memory.
    lag: float
    processor: float
    memory: int
    tasks: int
    files: int


def _memory() -> int:
    """Of this process; where the system does not say so, the most that it ever had."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir()) - 1  # the folder itself is open meanwhile


async def beating(beat: Callable[[Pulse], None]) -> None:
    """Call it again and again."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + BEAT
        await asyncio.sleep(BEAT)
        lag = max(0.0, loop.time() - due)
        beat(Pulse(lag, time.process_time(), _memory(), len(asyncio.all_tasks()), _open_files()))
