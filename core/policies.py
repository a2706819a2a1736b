"""Conditional access policies: whom they target, when their conditions hold, and how several combine."""

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NewType, assert_never

from msgspec import Struct

from mfadrill.core.factors import Factor
from mfadrill.core.users import GroupId, User

PolicyId = NewType("PolicyId", str)
ResourceId = NewType("ResourceId", str)

USER_PORTAL = ResourceId("user-portal")


class Application(Struct, frozen=True, gc=False):
    """A single sign-on application, the other kind of resource beside the User Portal."""

    id: ResourceId
    name: str


class Context(Struct, frozen=True, gc=False, kw_only=True):
    """Where a log-in comes from. None means that the fact is unknown."""

    ip: str | None = None
    country: str | None = None
    device_managed: bool | None = None
    os: str | None = None


class DeviceManaged(Struct, frozen=True, tag="device_managed"):
    managed: bool = True


class IpIn(Struct, frozen=True, tag="ip_in"):
    """Addresses or networks in CIDR notation."""

    networks: tuple[str, ...]


class CountryIn(Struct, frozen=True, tag="country_in"):
    """ISO 3166 two-letter codes."""

    countries: frozenset[str]


class OsIn(Struct, frozen=True, tag="os_in"):
    systems: frozenset[str]


class All(Struct, frozen=True, tag="all"):
    of: tuple["Condition", ...]


class Any(Struct, frozen=True, tag="any"):
    of: tuple["Condition", ...]


class Not(Struct, frozen=True, tag="not"):
    of: "Condition"


Condition = DeviceManaged | IpIn | CountryIn | OsIn | All | Any | Not


def holds(condition: Condition, context: Context) -> bool | None:
    """Whether the condition holds; None when an unknown fact leaves that open (Kleene's three values)."""
    match condition:
        case DeviceManaged(managed):
            return None if context.device_managed is None else context.device_managed is managed
        case IpIn(networks):
            address = _address(context.ip)
            if address is None:
                return None
            return any(address in ip_network(network, strict=False) for network in networks)
        case CountryIn(countries):
            return None if context.country is None else context.country.upper() in countries
        case OsIn(systems):
            return None if context.os is None else context.os.casefold() in systems
        case All(of):
            answers = [holds(part, context) for part in of]
            return False if False in answers else None if None in answers else True
        case Any(of):
            answers = [holds(part, context) for part in of]
            return True if True in answers else None if None in answers else False
        case Not(part):
            answer = holds(part, context)
            return None if answer is None else not answer
    assert_never(condition)


def unknown_facts(condition: Condition, context: Context) -> tuple[str, ...]:
    """The facts that leave the condition open, in words; none if it is decided."""
    if holds(condition, context) is not None:
        return ()
    match condition:
        case DeviceManaged():
            return ("device",)
        case IpIn():
            return ("IP address",)
        case CountryIn():
            return ("country",)
        case OsIn():
            return ("operating system",)
        case All(of) | Any(of):
            return tuple(dict.fromkeys(fact for part in of for fact in unknown_facts(part, context)))
        case Not(part):
            return unknown_facts(part, context)
    assert_never(condition)


def _address(typed: str | None) -> IPv4Address | IPv6Address | None:
    """The address; what is none is as unknown as a missing one."""
    try:
        return None if typed is None else ip_address(typed)
    except ValueError:
        return None


class Action(StrEnum):
    ALLOW = "ALLOW"
    DENY = "DENY"


class Effect(Struct, frozen=True, gc=False, kw_only=True):
    """Allow, allow with MFA (by the named factors; none named means all that are enabled), or deny."""

    action: Action = Action.ALLOW
    mfa_required: bool = False
    factors: frozenset[Factor] = frozenset()
    message: str = ""

    @property
    def label(self) -> str:
        if self.action is Action.DENY:
            return "Deny"
        if not self.mfa_required:
            return "Allow"
        named = ", ".join(f.label for f in Factor if f in self.factors)
        return f"Allow, require MFA ({named})" if named else "Allow, require MFA"


class Policy(Struct, frozen=True, kw_only=True):
    """A conditional access policy. `all_users` or `groups` say whom it targets; `excluded` groups always win."""

    id: PolicyId
    name: str
    description: str = ""
    on: bool = True
    all_users: bool = True
    groups: frozenset[GroupId] = frozenset()
    excluded: frozenset[GroupId] = frozenset()
    resources: frozenset[ResourceId] = frozenset({USER_PORTAL})
    conditions: Condition | None = None
    effect: Effect = Effect()

    def targets(self, user: User) -> bool:
        if user.groups & self.excluded:
            return False
        return self.all_users or bool(user.groups & self.groups)

    def applies(self, user: User, resource: ResourceId, context: Context) -> bool | None:
        """Whether the policy applies; None when unknown facts leave it open, and then it does not apply."""
        if not self.on or resource not in self.resources or not self.targets(user):
            return False
        return True if self.conditions is None else holds(self.conditions, context)


class Verdict(StrEnum):
    """What the policies that apply say together: deny beats allow with MFA beats allow."""

    NO_POLICY = "NO_POLICY"
    ALLOW = "ALLOW"
    ALLOW_WITH_MFA = "ALLOW_WITH_MFA"
    DENY = "DENY"


class PolicyVerdict(Struct, frozen=True):
    """The verdict, the policies that decided it, and those left open by an unknown fact.

    `factors` are those that every deciding policy accepts; None when none of them names any.
    """

    verdict: Verdict
    deciding: tuple[Policy, ...] = ()
    undecided: tuple[Policy, ...] = ()
    factors: frozenset[Factor] | None = None


def policy_verdict(
    policies: Iterable[Policy], user: User, resource: ResourceId, context: Context
) -> PolicyVerdict:
    """Combine all policies for this log-in. Their order does not matter."""
    denying: list[Policy] = []
    demanding: list[Policy] = []
    allowing: list[Policy] = []
    undecided: list[Policy] = []
    for policy in policies:
        applies = policy.applies(user, resource, context)
        if applies is None:
            undecided.append(policy)
        elif not applies:
            continue
        elif policy.effect.action is Action.DENY:
            denying.append(policy)
        elif policy.effect.mfa_required:
            demanding.append(policy)
        else:
            allowing.append(policy)
    open_ = by_name(undecided)
    if denying:
        return PolicyVerdict(Verdict.DENY, by_name(denying), open_)
    if demanding:
        named = [policy.effect.factors for policy in demanding if policy.effect.factors]
        common = named[0].intersection(*named[1:]) if named else None
        return PolicyVerdict(Verdict.ALLOW_WITH_MFA, by_name(demanding), open_, common)
    if allowing:
        return PolicyVerdict(Verdict.ALLOW, by_name(allowing), open_)
    return PolicyVerdict(Verdict.NO_POLICY, (), open_)


def by_name(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    return tuple(sorted(policies, key=lambda policy: policy.name.casefold()))
