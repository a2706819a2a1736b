"""Folding events in the core, against a fold of the same facts over a plain dict (the floor).

Run: python benchmarks/fold.py
"""

from datetime import UTC, datetime

from measure import line, pair

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.events import Event, PeriodStarted, RequirementSet
from mfadrill.core.evolve import evolve
from mfadrill.core.organization import Organization
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateOrganization
from mfadrill.core.world import World

USERS = 100_000
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def events() -> tuple[World, list[Event]]:
    """A world of users, and the events of requiring MFA of all of them: three for each."""
    world = evolve(World(), CreateOrganization(Organization(name="Nordwind")).decide(World(), NOW).events)
    people = tuple(NewUser(username=f"user{number}", password="x") for number in range(USERS))
    world = evolve(world, CreateUsers(people).decide(world, NOW).events)
    return world, RequireMfa(tuple(sorted(world.users))).decide(world, NOW).events


def dict_fold(facts: list[Event]) -> dict[str, dict[str, object]]:
    """The same facts over a dict that is changed in place: nothing is kept of the past."""
    users: dict[str, dict[str, object]] = {}
    for fact in facts:
        user = users.setdefault(fact.user, {"mails": []})  # pyright: ignore[reportAttributeAccessIssue]
        if isinstance(fact, RequirementSet):
            user["required"] = True
        elif isinstance(fact, PeriodStarted):
            user["period"] = fact.period
        else:
            user["mails"].append(fact)  # pyright: ignore[reportAttributeAccessIssue]
    return users


def main() -> None:
    world, facts = events()
    timing = pair(lambda: evolve(world, facts), lambda: dict_fold(facts))
    rate = len(facts) / timing.ours
    line(
        "fold events in the core",
        f"{rate:,.0f} a second",
        ">= 300,000 a second",
        f"{timing.ratio:.1f}x a dict",
    )


if __name__ == "__main__":
    main()
