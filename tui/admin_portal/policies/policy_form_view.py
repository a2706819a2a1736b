"""The form of a policy: what its fields hold, and the policy that they mean."""

import re
from enum import StrEnum

from msgspec import Struct

from mfadrill.core.factors import Factor
from mfadrill.core.policies import (
    USER_PORTAL,
    Action,
    All,
    Any,
    Condition,
    CountryIn,
    DeviceManaged,
    Effect,
    IpIn,
    Not,
    OsIn,
    Policy,
    PolicyId,
    ResourceId,
)
from mfadrill.core.users import GroupId


class Device(StrEnum):
    """What a condition, or a log-in, says of the device."""

    ANY = "any"
    MANAGED = "managed"
    UNMANAGED = "not managed"

    @property
    def managed(self) -> bool | None:
        return None if self is Device.ANY else self is Device.MANAGED


class Answer(StrEnum):
    """The three effects that a policy can have."""

    ALLOW = "Allow"
    MFA = "Allow, require MFA"
    DENY = "Deny"


class ConditionValues(Struct, frozen=True, kw_only=True):
    """The fields of flat conditions, lists as they are typed. What is empty is no condition."""

    device: Device = Device.ANY
    ips: str = ""
    not_ips: bool = False
    countries: str = ""
    not_countries: bool = False
    systems: str = ""
    not_systems: bool = False
    any_of: bool = False


class PolicyValues(Struct, frozen=True, kw_only=True):
    """The fields of the form. `conditions` is None while conditions that do not fit the form are kept."""

    name: str = ""
    description: str = ""
    on: bool = True
    all_users: bool = True
    groups: frozenset[GroupId] = frozenset()
    excluded: frozenset[GroupId] = frozenset()
    portal: bool = True
    applications: frozenset[ResourceId] = frozenset()
    conditions: ConditionValues | None = ConditionValues()
    answer: Answer = Answer.ALLOW
    factors: frozenset[Factor] = frozenset()
    message: str = ""


def values_of(policy: Policy | None) -> PolicyValues:
    """The form of a policy, or of a new one."""
    if policy is None:
        return PolicyValues()
    effect = policy.effect
    denies = effect.action is Action.DENY
    return PolicyValues(
        name=policy.name,
        description=policy.description,
        on=policy.on,
        all_users=policy.all_users,
        groups=policy.groups,
        excluded=policy.excluded,
        portal=USER_PORTAL in policy.resources,
        applications=policy.resources - {USER_PORTAL},
        conditions=condition_values(policy.conditions),
        answer=Answer.DENY if denies else Answer.MFA if effect.mfa_required else Answer.ALLOW,
        factors=effect.factors,
        message=effect.message,
    )


def policy_of(values: PolicyValues, old: Policy | None) -> Policy:
    """The policy that the fields mean; fields that do not count with the others chosen are left out."""
    mfa, denies = values.answer is Answer.MFA, values.answer is Answer.DENY
    return Policy(
        id=PolicyId("") if old is None else old.id,
        name=values.name,
        description=values.description,
        on=values.on,
        all_users=values.all_users,
        groups=frozenset() if values.all_users else values.groups,
        excluded=values.excluded,
        resources=frozenset({USER_PORTAL}) if values.portal else values.applications,
        conditions=_conditions_of(values, None if old is None else old.conditions),
        effect=Effect(
            action=Action.DENY if denies else Action.ALLOW,
            mfa_required=mfa,
            factors=values.factors if mfa else frozenset(),
            message=values.message if denies else "",
        ),
    )


def _conditions_of(values: PolicyValues, old: Condition | None) -> Condition | None:
    """Conditions that nobody edited stay as they were written."""
    if values.conditions is None or values.conditions == condition_values(old):
        return old
    return condition_of(values.conditions)


def condition_of(values: ConditionValues) -> Condition | None:
    """The condition that the fields mean together."""
    parts: list[Condition] = []
    if values.device.managed is not None:
        parts.append(DeviceManaged(values.device.managed))
    if networks := _listed(values.ips):
        parts.append(_negated(IpIn(tuple(networks)), values.not_ips))
    if countries := _listed(values.countries):
        parts.append(_negated(CountryIn(frozenset(c.upper() for c in countries)), values.not_countries))
    if systems := _systems(values.systems):
        parts.append(_negated(OsIn(frozenset(systems)), values.not_systems))
    if len(parts) < 2:
        return parts[0] if parts else None
    return Any(tuple(parts)) if values.any_of else All(tuple(parts))


def condition_values(condition: Condition | None) -> ConditionValues | None:
    """The fields for a condition; None if it is nested, or otherwise more than the form can say."""
    if condition is None:
        return ConditionValues()
    parts = condition.of if isinstance(condition, All | Any) else (condition,)
    fields: dict[str, object] = {}
    for part in parts:
        found = _fields_of(part)
        if found is None or fields.keys() & found.keys():
            return None
        fields |= found
    any_of = isinstance(condition, Any) and len(parts) > 1
    return ConditionValues(**fields, any_of=any_of) if fields else None  # type: ignore[arg-type]


def _fields_of(part: Condition) -> dict[str, object] | None:
    negated = isinstance(part, Not)
    match part.of if isinstance(part, Not) else part:
        case DeviceManaged(managed):
            # With what is unknown left unknown, `not managed` is the same as the negation of `managed`.
            return {"device": Device.MANAGED if managed is not negated else Device.UNMANAGED}
        case IpIn(networks) if tuple(_listed(text := ", ".join(networks))) == networks != ():
            return {"ips": text, "not_ips": negated}
        case CountryIn(found) if set(_listed(text := ", ".join(sorted(found)))) == found != set():
            return {"countries": text, "not_countries": negated}
        case OsIn(found) if set(_systems(text := ", ".join(sorted(found)))) == found != set():
            return {"systems": text, "not_systems": negated}
        case _:
            return None


def _negated(condition: Condition, negated: bool) -> Condition:
    return Not(condition) if negated else condition


def _listed(text: str) -> list[str]:
    """What is typed with commas or spaces between."""
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _systems(text: str) -> list[str]:
    """Operating systems, whose names may have spaces, with commas between."""
    return [part.strip().casefold() for part in re.split(r"[,;]", text) if part.strip()]
