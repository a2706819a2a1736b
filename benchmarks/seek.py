"""Seeking in a timeline of 1,000,000 events, against replaying it from the start (the floor without checkpoints).

Run: python benchmarks/seek.py
"""

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median, quantiles

from measure import line, pair, seconds

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.events import ADMIN, Event, PeriodStarted, RequirementSet
from mfadrill.core.evolve import evolve
from mfadrill.core.organization import Organization
from mfadrill.core.settings import CreateOrganization
from mfadrill.core.users import Period, user_id
from mfadrill.core.world import World
from mfadrill.sim.simulation import Simulation

USERS, EVENTS, SEEKS = 100_000, 1_000_000, 300
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def long_story() -> Simulation:
    """A million events at instants of their own, on users chosen at random."""
    people = CreateUsers(tuple(NewUser(username=f"user{number}") for number in range(USERS)))
    simulation = Simulation(START, 1, [CreateOrganization(Organization(name="Nordwind")), people])
    choose = Random(1)
    events: list[Event] = []
    for number in range((EVENTS - len(simulation.timeline)) // 2):
        at = START + timedelta(seconds=number + 1)
        user = user_id(f"user{choose.randrange(USERS)}")
        events += [RequirementSet(at, ADMIN, user, 7), PeriodStarted(at, ADMIN, user, Period.of(7, at))]
    simulation.timeline.extend(events)
    return simulation


def main() -> None:
    simulation = long_story()
    end = simulation.timeline.until
    choose = Random(2)

    def seek() -> None:
        simulation.travel_to(START + (end - START) * choose.random())
        _ = simulation.world

    first = seconds(seek)
    took = [seconds(seek) for _ in range(SEEKS)]
    half = simulation.timeline.events[: EVENTS // 2]
    replayed = seconds(lambda: evolve(World(), half))
    worst = quantiles(took, n=100)[98]
    peer = f"{replayed / median(took):.0f}x faster than a replay"
    line(
        f"seek in {len(simulation.timeline):,} events, median",
        f"{median(took) * 1000:.1f} ms",
        "< 16 ms",
        peer,
    )
    line("the same, 99th percentile", f"{worst * 1000:.1f} ms", "< 50 ms", f"first: {first * 1000:.1f} ms")
    timeline, events = simulation.timeline, simulation.timeline.events[:]
    middle = EVENTS // 2
    forking = pair(lambda: timeline.fork("other", middle, end), lambda: events[:middle])
    line(
        "fork in the middle",
        f"{forking.ours * 1000:.2f} ms",
        "< a copy",
        f"{1 / forking.ratio:.0f}x faster than copying the events",
    )


if __name__ == "__main__":
    main()
