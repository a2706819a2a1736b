"""What the Conditional Policies tab shows."""

from typing import assert_never

from msgspec import Struct

from mfadrill.core.policies import (
    USER_PORTAL,
    All,
    Any,
    Condition,
    CountryIn,
    DeviceManaged,
    IpIn,
    Not,
    OsIn,
    Policy,
    PolicyId,
    by_name,
)
from mfadrill.core.users import GroupId, User
from mfadrill.core.words import count
from mfadrill.core.world import World


class PolicyRow(Struct, frozen=True):
    """One policy in words."""

    id: PolicyId
    name: str
    on: bool
    targets: str
    resources: str
    conditions: str
    effect: str
    description: str


#: The users by the groups they are in, one user for each such set: all that decides whom a policy targets.
Grouped = dict[frozenset[GroupId], tuple[User, int]]


def grouped(world: World) -> Grouped:
    """One pass over all users, after which the number that a policy targets is quickly known."""
    sizes: dict[frozenset[GroupId], int] = {}
    one: dict[frozenset[GroupId], User] = {}
    for user in world.users.values():
        sizes[user.groups] = sizes.get(user.groups, 0) + 1
        one[user.groups] = user
    return {groups: (one[groups], size) for groups, size in sizes.items()}


def targeted(policy: Policy, users: Grouped) -> int:
    """How many users the policy targets, whatever their state, and whether or not it is ON."""
    return sum(size for user, size in users.values() if policy.targets(user))


def details(row: PolicyRow, policy: Policy, users: Grouped | None) -> str:
    """The policy in full. While the users are not counted yet, their number is left open."""
    if users is None:
        number = "…"
    else:
        total = sum(size for _, size in users.values())
        number = f"{targeted(policy, users):,} of {count(total, 'user')}"
    lines = [row.description] if row.description else []
    status = "ON" if row.on else "OFF"
    lines.append(f"{status} · targets {number} now: {row.targets} · resources: {row.resources}")
    if row.conditions:
        lines.append(f"Condition: {row.conditions}")
    lines.append(f"Effect: {row.effect}")
    return "\n".join(lines)


def policy_rows(world: World) -> tuple[PolicyRow, ...]:
    return tuple(policy_row(policy, world) for policy in by_name(world.policies.values()))


def policy_row(policy: Policy, world: World) -> PolicyRow:
    def groups(ids: frozenset) -> str:
        return ", ".join(sorted(world.groups[id_].name if id_ in world.groups else id_ for id_ in ids))

    targets = "All users" if policy.all_users else groups(policy.groups)
    if policy.excluded:
        targets += f", except {groups(policy.excluded)}"
    names = [
        "User Portal" if id_ == USER_PORTAL else world.applications[id_].name
        for id_ in sorted(policy.resources)
    ]
    message = f" – “{policy.effect.message}”" if policy.effect.message else ""
    return PolicyRow(
        policy.id,
        policy.name,
        policy.on,
        targets,
        ", ".join(names),
        "" if policy.conditions is None else condition_in_words(policy.conditions),
        policy.effect.label + message,
        policy.description,
    )


def condition_in_words(condition: Condition) -> str:
    """Such as `country in DE, PL and not (device managed)`."""
    match condition:
        case DeviceManaged(managed):
            return "device managed" if managed else "device not managed"
        case IpIn(networks):
            return f"IP in {', '.join(networks)}"
        case CountryIn(countries):
            return f"country in {', '.join(sorted(countries))}"
        case OsIn(systems):
            return f"OS in {', '.join(sorted(systems))}"
        case All(of):
            return " and ".join(_bracketed(part) for part in of)
        case Any(of):
            return " or ".join(_bracketed(part) for part in of)
        case Not(of):
            return f"not {_bracketed(of)}"
    assert_never(condition)


def _bracketed(condition: Condition) -> str:
    words = condition_in_words(condition)
    return f"({words})" if isinstance(condition, All | Any) else words
