"""What-if over an organization of 100,000: what a policy would do to everybody's next log-in.

Peer: a plain loop that asks for each user's log-in decision in both worlds.
Run: python benchmarks/what_if.py
"""

from datetime import UTC, datetime, timedelta

from measure import line, pair

from mfadrill.core.accounts import CreateUsers
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization
from mfadrill.core.policies import USER_PORTAL, Context, Effect, Policy, PolicyId
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateGroup, CreateOrganization
from mfadrill.core.users import user_id
from mfadrill.core.what_if import what_if, world_with
from mfadrill.sim.population import DEPARTMENTS, people
from mfadrill.sim.simulation import Simulation

USERS = 100_000
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def main() -> None:
    groups = [CreateGroup(department) for department in DEPARTMENTS]
    users = CreateUsers(tuple(people(USERS, 1)))
    founding = [CreateOrganization(Organization(name="Nordwind")), *groups, users]
    simulation = Simulation(START, 1, founding)
    everybody = tuple(user_id(user.username) for user in simulation.world.users.values())
    simulation.act(RequireMfa(everybody[::2]))
    simulation.advance(timedelta(days=8))
    before, now = simulation.world, simulation.now
    policy = Policy(id=PolicyId(""), name="MFA for all", effect=Effect(mfa_required=True))
    after = world_with(policy, before)

    def one_by_one() -> None:
        for user in before.users.values():
            login_decision(before, user, USER_PORTAL, Context(), now)
            login_decision(after, user, USER_PORTAL, Context(), now)

    timing = pair(lambda: what_if(before, after, now), one_by_one, runs=3)
    faster = f"{1 / timing.ratio:.0f}x faster than asking one by one"
    line(f"what-if over {USERS:,} users", f"{timing.ours:.2f} s", "< 1 s", faster)


if __name__ == "__main__":
    main()
