"""A crowd with MFA required of all for seven days, against the same crowd in SimPy, which it is to beat tenfold.

The peer makes and checks every TOTP code with pyotp, as such a program would; it is run once more without codes, for
we make none either where it is clear what comes of them. Both times are those of the processor.

Run: python benchmarks/crowd.py [users [days]], such as 100000 30
"""

import gc
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import crowd_in_simpy
from measure import line

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.behaviour import PRESETS, Behaviour
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.events import LoginBegun
from mfadrill.core.organization import Organization
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateOrganization
from mfadrill.sim.population import people
from mfadrill.sim.simulation import Simulation

START, ZONE = datetime(2026, 3, 2, 8, tzinfo=UTC), "Europe/Berlin"
REQUIRED = 7


def processor_seconds(call: Callable[[], object]) -> float:
    """Without searches for garbage, as the application makes long journeys (`mfadrill.tui.aside.uncollected`)."""
    gc.collect()
    gc.disable()
    began = time.process_time()
    call()
    took = time.process_time() - began
    gc.enable()
    return took


class Ours(NamedTuple):
    """`reading` is how long it took to have every event of it made; `megabytes` is the size of the process before."""

    seconds: float
    reading: float
    megabytes: int
    events: int
    log_ins: int


def ours(names: tuple[NewUser, ...], days: int, behaviour: Behaviour) -> Ours:
    organization = CreateOrganization(Organization(name="Nordwind", zone=ZONE))
    crowd = Simulation(START, 1, (organization, CreateUsers(names), SetBehaviour(behaviour)))
    crowd.act(RequireMfa(tuple(crowd.world.users), REQUIRED))
    founded = len(crowd.timeline)

    def month() -> None:
        crowd.advance(timedelta(days=days))
        _ = crowd.world  # as it is then; what only a reader of the log needs is made for readers

    took, megabytes = processor_seconds(month), size_of_process()
    reading = processor_seconds(lambda: list(crowd.timeline.events))
    log_ins = sum(isinstance(event, LoginBegun) for event in crowd.timeline.events)
    return Ours(took, reading, megabytes, len(crowd.timeline) - founded, log_ins)


def size_of_process() -> int:
    """The largest that it was, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    days = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    behaviour = PRESETS["typical"]
    crowd = tuple(people(users, 1))
    took, reading, megabytes, events, log_ins = ours(crowd, days, behaviour)

    what = f"{users:,} users, {days} days, {log_ins:,} log-ins"
    line(what, f"{took:.1f} s", "< 60 s at 100,000, 30 d", f"{took / log_ins * 1e6:.1f} µs a log-in")
    line("reading all of its events", f"{reading:.1f} s", "", f"{reading / log_ins * 1e6:.1f} µs a log-in")
    line(
        "largest size of the process, and after reading", f"{megabytes:,} MB", "", f"{size_of_process():,} MB"
    )
    for codes in (True, False):
        log: list[crowd_in_simpy.Fact] = []

        def peer(codes: bool = codes, log: list[crowd_in_simpy.Fact] = log) -> None:
            log += crowd_in_simpy.simulate(
                [user.username for user in crowd],
                days,
                start=START,
                zone=ZONE,
                behaviour=behaviour,
                required=REQUIRED,
                codes=codes,
            )

        theirs = processor_seconds(peer)
        rate = (len(log) - users) / theirs
        what = f"events a second, SimPy {'with' if codes else 'without'} codes"
        times = (
            f"{events / took / rate:.1f}x {rate:,.0f}, {events / (took + reading) / rate:.1f}x with reading"
        )
        line(what, f"{events / took:,.0f}", "> 10x", times)


if __name__ == "__main__":
    main()
