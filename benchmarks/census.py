"""The overview of 100,000 users and a log of about a million events: statuses at 60 instants, and the counts of today.

Peer: folding the same log into worlds, which counting in them would have to do first.
Run: python benchmarks/census.py
"""

from datetime import UTC, datetime, timedelta

from measure import line, seconds

from mfadrill.core.accounts import CreateUsers
from mfadrill.core.evolve import evolve
from mfadrill.core.organization import Organization
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateGroup, CreateOrganization
from mfadrill.core.users import user_id
from mfadrill.core.world import World
from mfadrill.sim.census import Census, standings
from mfadrill.sim.population import DEPARTMENTS, people
from mfadrill.sim.simulation import Simulation

USERS = 100_000
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def million_events() -> Simulation:
    groups = [CreateGroup(department) for department in DEPARTMENTS]
    users = CreateUsers(tuple(people(USERS, 1)))
    simulation = Simulation(START, 1, [CreateOrganization(Organization(name="Nordwind")), *groups, users])
    everybody = tuple(user_id(user.username) for user in simulation.world.users.values())
    for wave in range(3):
        for part in range(20):
            simulation.act(RequireMfa(everybody[part::20], 5 + wave))
            simulation.advance(timedelta(hours=5))
    return simulation


def main() -> None:
    simulation = million_events()
    timeline = simulation.timeline
    census = Census(timeline)
    instants = [START + timedelta(hours=8) * n for n in range(60)]
    counting = seconds(census.follow)
    folding = seconds(lambda: evolve(World(), timeline.events))
    line(
        f"count a log of {len(timeline):,} events",
        f"{counting:.2f} s",
        "< 3 s, in a thread",
        f"{counting / folding:.2f}x folding it",
    )
    line("the statuses at 60 instants", f"{seconds(lambda: census.at(instants)) * 1000:.1f} ms", "< 50 ms")
    simulation.act(RequireMfa(tuple(simulation.world.users), 9))
    line("take in another act on everybody", f"{seconds(census.follow):.2f} s", "< 1 s, in a thread")
    today = seconds(lambda: standings(simulation.world, simulation.now))
    line("count today by group and department", f"{today:.2f} s", "< 1 s, in a thread")


if __name__ == "__main__":
    main()
