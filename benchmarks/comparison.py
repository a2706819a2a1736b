"""Two branches of an organization of 100,000 side by side, at one instant.

Peer: comparing the two worlds user by user, asking of each their status and log-in decision in both.
Run: python benchmarks/comparison.py
"""

from datetime import UTC, datetime, timedelta
from functools import partial

from measure import line, pair, seconds

from mfadrill.core.accounts import CreateUsers
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization
from mfadrill.core.policies import USER_PORTAL, Context
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateOrganization
from mfadrill.core.status import totp_status
from mfadrill.core.users import UserId
from mfadrill.core.world import World
from mfadrill.sim.comparison import compare, course
from mfadrill.sim.population import people
from mfadrill.sim.rewriting import rewrite
from mfadrill.sim.simulation import Simulation

USERS = 100_000
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def user_by_user(one: World, other: World, now: datetime) -> list[UserId]:
    """Who stands otherwise."""
    found: list[UserId] = []
    for user in one.users.values():
        twin = other.users[user.id]
        status = totp_status(user, one.organization, now) is totp_status(twin, other.organization, now)
        here = login_decision(one, user, USER_PORTAL, Context(), now).outcome
        there = login_decision(other, twin, USER_PORTAL, Context(), now).outcome
        if not status or here is not there:
            found.append(user.id)
    return found


def told_again(share: int) -> Simulation:
    """MFA is required of half, and of one in so many of the others by an act that the other branch leaves out."""
    users = CreateUsers(tuple(people(USERS, 1)))
    simulation = Simulation(START, 1, [CreateOrganization(Organization(name="Nordwind")), users])
    everybody = tuple(simulation.world.users)
    simulation.act(RequireMfa(everybody[1::2], 9))
    simulation.act(RequireMfa(everybody[::2][::share], 7))
    simulation.advance(timedelta(days=8))
    rewrite(simulation, "main", 1)
    return simulation


def main() -> None:
    for share in (50, 1):
        simulation = told_again(share)
        one, other = simulation.branches.values()
        now = simulation.now
        timing = pair(
            partial(compare, one, other, now), partial(user_by_user, one.head, other.head, now), runs=3
        )
        line(
            f"compare, {USERS // 2 // share:,} of {USERS:,} users differ",
            f"{timing.ours:.2f} s",
            "< 0.6x, in a thread",
            f"{timing.ratio:.2f}x user by user",
        )
    line("the course of both", f"{seconds(lambda: course(one, other)):.2f} s", "< 3 s, in a thread")
    line("tell it again", f"{seconds(lambda: rewrite(simulation, 'main', 1)):.2f} s", "< 10 s, in a thread")


if __name__ == "__main__":
    main()
