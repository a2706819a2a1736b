"""Saving and reopening 1,000,000 events, in times of plain `sqlite3` inserts of the same bytes (the floor).

And how long the interface waits when MFA is required of 100,000 users: to note the step, and while a thread writes it.

Run: python benchmarks/workspace.py
"""

import sqlite3
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread

from measure import line, seconds
from seek import EVENTS, USERS, long_story

from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.codec import encode_events
from mfadrill.sim.workspace import Workspace
from mfadrill.tui.aside import uncollected


def insert(path: Path, bodies: list[bytes]) -> None:
    """One row an event, in one transaction, as durable as a workspace."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE entry (number INTEGER PRIMARY KEY, body BLOB)")
    with connection:
        connection.executemany("INSERT INTO entry VALUES (?, ?)", enumerate(bodies))
    connection.close()


def reopen(path: Path) -> None:
    """As the application does it: a world that stays is made without a search for garbage in it."""
    with uncollected():
        opened = Workspace.open(path)
        _ = opened.simulation.world
    opened.close()


def longest_wait(thread: Thread) -> float:
    """How long another thread, such as the interface's, goes without a turn while this one works, in seconds."""
    thread.start()
    longest, before = 0.0, time.perf_counter()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    return longest


def main() -> None:
    simulation = long_story()
    bodies = [encode_events([event]) for event in simulation.timeline.events]
    with TemporaryDirectory() as folder:
        path = Path(folder, "drill.mfadrill")
        floor = seconds(lambda: insert(Path(folder, "floor"), bodies))
        saving = seconds(lambda: Workspace.create(path, simulation).close())
        line(f"save {EVENTS:,} events", f"{saving:.1f} s", "", f"{saving / floor:.1f}x plain inserts")
        reopening = seconds(lambda: reopen(path))
        line(
            f"reopen {EVENTS:,} events",
            f"{reopening:.1f} s",
            "< 2 s",
            f"{reopening / floor:.1f}x plain inserts",
        )
        opened = Workspace.open(path)
        users = tuple(opened.simulation.timeline.head.users)
        opened.simulation.travel_to(opened.simulation.timeline.until)
        opened.save()
        steps = []
        for user in users[:100]:
            opened.simulation.act(RequireMfa((user,)))
            began = (
                time.perf_counter()
            )  # with no search for garbage before: nobody does that between two acts
            opened.save()
            steps.append(time.perf_counter() - began)
        line(
            "save one act, median",
            f"{median(steps) * 1000:.1f} ms",
            "< 10 ms",
            f"slowest: {max(steps) * 1000:.1f} ms",
        )
        opened.simulation.act(RequireMfa(users))
        noting = seconds(opened.note)
        line(f"note a step of {USERS:,} users", f"{noting * 1000:.1f} ms", "< 50 ms")
        waited = longest_wait(Thread(target=opened.write))
        line("the longest wait while it is written", f"{waited * 1000:.1f} ms", "< 100 ms")
        opened.close()


if __name__ == "__main__":
    main()
