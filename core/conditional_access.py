"""Creating, changing and deleting conditional access policies."""

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_network

from msgspec import structs

from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import ADMIN, PolicyCreated, PolicyDeleted, PolicyUpdated
from mfadrill.core.organization import Plan
from mfadrill.core.plain import is_plain
from mfadrill.core.policies import (
    USER_PORTAL,
    Action,
    All,
    Any,
    Condition,
    CountryIn,
    IpIn,
    Not,
    OsIn,
    Policy,
    PolicyId,
)
from mfadrill.core.refusals import PremiumPlanNeeded, UnknownThing, UnusableValue
from mfadrill.core.settings import checked_name, slug
from mfadrill.core.world import World


class CreatePolicy(Command, frozen=True):
    """Create a policy. Its id is made of its name, whatever the given policy says."""

    policy: Policy

    def decide(self, world: World, now: datetime) -> Decided:
        checked = checked_policy(self.policy, world, [p.name for p in world.policies.values()])
        created = structs.replace(checked, id=PolicyId(slug(checked.name, world.policies)))
        return Decided([PolicyCreated(now, ADMIN, created)])


class UpdatePolicy(Command, frozen=True):
    """Replace the policy with the same id."""

    policy: Policy

    def decide(self, world: World, now: datetime) -> Decided:
        old = _existing(world, self.policy.id)
        others = [p.name for p in world.policies.values() if p.id != old.id]
        checked = checked_policy(self.policy, world, others)
        return Decided([] if checked == old else [PolicyUpdated(now, ADMIN, checked)])


class SwitchPolicy(Command, frozen=True):
    """Switch a policy ON or OFF."""

    policy: PolicyId
    on: bool

    def decide(self, world: World, now: datetime) -> Decided:
        old = _existing(world, self.policy)
        if old.on is self.on:
            return Decided([])
        return Decided([PolicyUpdated(now, ADMIN, structs.replace(old, on=self.on))])


class DeletePolicy(Command, frozen=True):
    policy: PolicyId

    def decide(self, world: World, now: datetime) -> Decided:
        return Decided([PolicyDeleted(now, ADMIN, _existing(world, self.policy).id)])


def _existing(world: World, policy: PolicyId) -> Policy:
    found = world.policies.get(policy)
    if found is None:
        raise UnknownThing(f"There is no policy {policy!r}.")
    return found


def checked_policy(policy: Policy, world: World, other_names: list[str]) -> Policy:
    """The policy, cleaned. Raises the refusal for what makes it unusable."""
    name = checked_name(policy.name, "policy", other_names)
    for group in sorted(policy.groups | policy.excluded):
        if group not in world.groups:
            raise UnknownThing(f"Policy {name!r}: there is no group {group!r}.")
    if not policy.all_users and not policy.groups:
        raise UnusableValue(f"Policy {name!r} targets nobody: choose all users, or at least one group.")
    if policy.all_users and policy.groups:
        raise UnusableValue(f"Policy {name!r}: choose all users or groups, not both.")
    if not policy.resources:
        raise UnusableValue(f"Policy {name!r} guards nothing: choose the User Portal or applications.")
    if USER_PORTAL in policy.resources and len(policy.resources) > 1:
        raise UnusableValue(f"Policy {name!r}: the User Portal and applications need a policy each.")
    for resource in sorted(policy.resources - {USER_PORTAL}):
        if resource not in world.applications:
            raise UnknownThing(f"Policy {name!r}: there is no application {resource!r}.")
    effect = policy.effect
    if not is_plain(policy.description + effect.message):
        raise UnusableValue(f"Policy {name!r}: description and message are one line of printable characters.")
    if effect.action is Action.DENY and (effect.mfa_required or effect.factors):
        raise UnusableValue(f"Policy {name!r}: a policy that denies cannot require MFA.")
    if effect.action is Action.ALLOW and effect.message:
        raise UnusableValue(f"Policy {name!r}: only a policy that denies has a message.")
    if effect.factors and not effect.mfa_required:
        raise UnusableValue(f"Policy {name!r} names factors, but does not require MFA.")
    if policy.conditions is None:
        return structs.replace(policy, name=name)
    if world.organization.plan is not Plan.PREMIUM:
        raise PremiumPlanNeeded(f"Policy {name!r}: conditions need the premium plan.")
    for problem in condition_problems(policy.conditions):
        raise UnusableValue(f"Policy {name!r}: {problem}")
    return structs.replace(policy, name=name)


def condition_problems(condition: Condition) -> Iterator[str]:
    """What is wrong with a condition, part by part."""
    match condition:
        case IpIn(networks):
            if not networks:
                yield "the address list is empty."
            for network in networks:
                try:
                    ip_network(network, strict=False)
                except ValueError:
                    yield f"{network!r} is not an IP address or network."
        case CountryIn(countries):
            if not countries:
                yield "the country list is empty."
            for country in sorted(countries):
                if len(country) != 2 or not country.isalpha() or country != country.upper():
                    yield f"{country!r} is not a two-letter country code, such as 'DE'."
        case OsIn(systems):
            if not systems:
                yield "the list of operating systems is empty."
            for system in sorted(systems):
                if system != system.casefold() or not system:
                    yield f"the operating system {system!r} must be in lower case."
        case All(of) | Any(of):
            if not of:
                yield "all and any need at least one condition."
            for part in of:
                yield from condition_problems(part)
        case Not(of):
            yield from condition_problems(of)
        case _:
            return
