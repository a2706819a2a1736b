"""`ssh HOST replay NAME`: a shipped scenario, replayed in a process of its own, which ends by itself."""

import asyncio
import sys

from mfadrill.core.plain import plain
from mfadrill.sim.scenario.load import shipped
from mfadrill.sim.scenario.problems import did_you_mean

#: Replays at once, and the seconds that one may take.
AT_ONCE, LONGEST = 2, 60.0

#: Bytes of a result that are passed on.
MOST = 100_000

NO_SHELL = "There is no shell here. Log in with a terminal (ssh -t), or run: replay NAME"


def scenario_meant(command: str) -> str | None:
    """The shipped scenario that a command replays; None for everything else."""
    words = command.split()
    return words[1] if len(words) == 2 and words[0] == "replay" and words[1] in shipped() else None


def refusal(command: str) -> str:
    """Why a command is not run."""
    words = command.split()
    if len(words) == 2 and words[0] == "replay":
        name = plain(words[1][:60])
        return f"There is no shipped scenario {name!r}.{did_you_mean(name, shipped()) or f' {NO_SHELL}.'}"
    return f"{NO_SHELL}, such as {' or '.join([*shipped()][:2])}."


class Replays:
    """Replays stop the wall clock of their process, which a server must never have stopped."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def result(self, name: str) -> tuple[str, int]:
        """What a replay prints, and its exit status."""
        async with self._room:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "mfadrill.tui.cli", "replay", str(shipped()[name]),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            try:
                out, _ = await asyncio.wait_for(process.communicate(), LONGEST)
            except TimeoutError:
                return f"The replay took longer than {LONGEST:.0f} seconds.", 1
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        return plain(out[:MOST].decode("utf-8", "replace"), keep="\n"), process.returncode or 0
