"""How a process is: what it uses, and how late its event loop is."""

import asyncio
import resource
import sys
from collections.abc import Callable
from pathlib import Path

#: Seconds between two looks.
BEAT = 1.0

_STATM = Path("/proc/self/statm")


def memory() -> int:
    """Bytes of this process in memory; where the system does not say so, the most that it ever had."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def open_files() -> int:
    """Descriptors that are open, but for the one that looks."""
    return sum(1 for _ in Path("/dev/fd").iterdir()) - 1


async def beating(beat: Callable[[float], None]) -> None:
    """Call it again and again, with the seconds by which the event loop was late."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + BEAT
        await asyncio.sleep(BEAT)
        beat(max(0.0, loop.time() - due))
