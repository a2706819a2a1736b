"""A program that works in a workspace and is killed, again and again. Run as a process of its own:

python killed.py PATH SEED, and a line on its standard input for each kill. It answers each with the number of steps
that were saved for sure.
"""

import os
import random
import signal
import sys
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

from mfadrill.sim.simulation import Simulation
from mfadrill.sim.workspace import Workspace
from rehearsal import ADA, GRACE, required


def step(simulation: Simulation, number: int) -> None:
    """The same for the same number: acts, with travels and undos between them."""
    if number % 7 == 5:
        simulation.advance(timedelta(hours=1 + number % 50))
    elif number % 7 == 6:
        simulation.undo()
    else:
        simulation.act(required(1 + number % 300, ADA, GRACE))


def steps_in(opened: Workspace) -> int:
    """How many steps were made: the count is kept beside the journal, in the same transaction."""
    return int(opened.view or b"0")


def work(path: Path, telling: int) -> None:
    """Open it and go on from step to step as fast as can be; tell of each one when it is saved."""
    opened = Workspace.open(path)
    os.write(telling, b"o")
    for number in count(steps_in(opened)):
        step(opened.simulation, number)
        opened.view = b"%d" % (number + 1)
        opened.save()
        os.write(telling, b".")


def let_work_and_kill(path: Path, chance: random.Random) -> int:
    reading, telling = os.pipe()
    worker = os.fork()
    if worker == 0:
        work(path, telling)
    os.close(telling)
    told = os.read(reading, 1) if chance.random() < 0.8 else b""  # else maybe while it opens
    time.sleep(chance.random() * 0.04)  # nothing is waited for: the moment is to be a random one
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    while more := os.read(reading, 1000):
        told += more
    os.close(reading)
    return told.count(b".")


def main() -> None:
    path, chance = Path(sys.argv[1]), random.Random(sys.argv[2])
    for _ in sys.stdin:
        print(let_work_and_kill(path, chance), flush=True)


if __name__ == "__main__":
    main()
