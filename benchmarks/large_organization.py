"""An organization of 100,000: seeding it, requiring MFA of everybody, letting all their periods end.

Peers: Faker making the names one by one; and encoding the same events as JSON with msgspec.
Run: python benchmarks/large_organization.py
"""

from datetime import UTC, datetime, timedelta

from faker import Faker
from measure import line, seconds

from mfadrill.core.accounts import CreateUsers
from mfadrill.core.organization import Organization
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateGroup, CreateOrganization
from mfadrill.core.users import user_id
from mfadrill.sim.log import encode_log
from mfadrill.sim.population import DEPARTMENTS, people
from mfadrill.sim.simulation import Simulation

USERS = 100_000
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
made: list[Simulation] = []


def seed() -> None:
    groups = [CreateGroup(department) for department in DEPARTMENTS]
    users = CreateUsers(tuple(people(USERS, 1)))
    made[:] = [Simulation(START, 1, [CreateOrganization(Organization(name="Nordwind")), *groups, users])]


def faker_names() -> None:
    fake = Faker()
    for _ in range(USERS // 10):
        fake.first_name()
        fake.last_name()


def main() -> None:
    seeding, one_by_one = seconds(seed), seconds(faker_names) * 10
    line(
        f"seed {USERS:,} users",
        f"{seeding:.2f} s",
        "< 2 s",
        f"{one_by_one / seeding:.0f}x faster than Faker's names",
    )
    simulation = made[0]
    everybody = tuple(user_id(user.username) for user in simulation.world.users.values())
    founded = len(simulation.timeline)
    requiring = seconds(lambda: simulation.act(RequireMfa(everybody)))
    events = simulation.timeline.events[founded:]
    encoding = seconds(lambda: encode_log(events))
    line(
        "require MFA of all of them", f"{requiring:.2f} s", "< 3 s", f"{requiring / encoding:.1f}x their JSON"
    )
    before = len(simulation.timeline)
    expiring = seconds(lambda: simulation.advance(timedelta(days=8)))
    events = simulation.timeline.events[before:]
    encoding = seconds(lambda: encode_log(events))
    line("let all their periods end", f"{expiring:.2f} s", "< 3 s", f"{expiring / encoding:.1f}x their JSON")


if __name__ == "__main__":
    main()
