"""A crowd of 10,000 over eight days with MFA required of all, against as many bare log-ins (the floor).

Run: python benchmarks/crowd.py [users]
"""

import sys
from datetime import UTC, datetime, timedelta

from measure import line, seconds

from mfadrill.core.accounts import CreateUsers
from mfadrill.core.behaviour import PRESETS
from mfadrill.core.commands import Command
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.events import LoginBegun
from mfadrill.core.organization import Organization
from mfadrill.core.portal import LogIn
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateOrganization
from mfadrill.sim.population import PASSWORD, people
from mfadrill.sim.simulation import Simulation

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def fresh(users: int, *founding: Command) -> Simulation:
    organization = CreateOrganization(Organization(name="Nordwind", zone="Europe/Berlin"))
    return Simulation(START, 1, [organization, CreateUsers(tuple(people(users, 1))), *founding])


def main() -> None:
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    crowded = fresh(users, SetBehaviour(PRESETS["typical"]))
    crowded.act(RequireMfa(tuple(crowded.world.users), 7))
    took = seconds(lambda: crowded.advance(timedelta(days=8)))
    came = [event.user for event in crowded.timeline.events if isinstance(event, LoginBegun)]

    bare = fresh(users)

    def log_ins() -> None:
        """One browser for all of them: a log-in replaces what it was doing."""
        for user in came:
            bare.act(LogIn("b", user, PASSWORD))

    floor = seconds(log_ins)
    what = f"{users:,} users over 8 days, {len(came):,} log-ins"
    line(what, f"{took:.1f} s", "< 10x the floor", f"{took / floor:.1f}x {len(came):,} bare log-ins")


if __name__ == "__main__":
    main()
