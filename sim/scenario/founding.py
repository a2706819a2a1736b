"""Founding: the world that a scenario begins with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from mfadrill.core.accounts import CreateUsers, NewUser, RecordEnrollment, SuspendUsers
from mfadrill.core.behaviour import PRESETS, Behaviour
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.factors import Factor
from mfadrill.core.handling_phones import SetPhoneClock
from mfadrill.core.organization import Organization
from mfadrill.core.policies import (
    Action,
    All,
    Condition,
    Context,
    CountryIn,
    DeviceManaged,
    Effect,
    IpIn,
    Not,
    OsIn,
    Policy,
    PolicyId,
)
from mfadrill.core.policies import (
    Any as AnyOf,
)
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import AddApplication, CreateGroup, CreateOrganization
from mfadrill.core.users import UserId, UserState, user_id
from mfadrill.core.world import World
from mfadrill.sim.population import DEPARTMENTS, PASSWORD
from mfadrill.sim.scenario.document import Access
from mfadrill.sim.streams import base32_secret

Parts = Mapping[str, Any]


def organization_settings(parts: Parts) -> dict[str, Any]:
    """The settings of a file under the names that the core has for them."""
    names = {
        "portal default": "portal_default",
        "plan": "plan",
        "unified MFA": "unified_mfa",
        "log-in attempts": "max_login_attempts",
        "lock-out": "lockout_minutes",
    }
    found: dict[str, Any] = {core: parts[name] for name, core in names.items() if name in parts}
    if "factors" in parts:
        found["factors"] = frozenset(parts["factors"])
    if "push time-out" in parts:
        found["push_timeout_seconds"] = int(parts["push time-out"].total_seconds())
    return found


def organization(parts: Parts) -> CreateOrganization:
    settings = organization_settings(parts)
    return CreateOrganization(Organization(name=parts["name"], zone=parts.get("zone", "UTC"), **settings))


def new_user(username: str, parts: Parts, world: World) -> NewUser:
    """The person as a user to be created; suspended ones are created first, and suspended and required then."""
    first, _, last = str(parts.get("name", "")).partition(" ")
    state = parts.get("state", UserState.ACTIVATED)
    return NewUser(
        username=username,
        first_name=parts.get("first name", first),
        last_name=parts.get("last name", last),
        email=parts.get("email", f"{user_id(username)}@example.com") or "",
        department=parts.get("department", ""),
        state=UserState.ACTIVATED if state is UserState.SUSPENDED else state,
        groups=frozenset(world.group_named(name).id for name in parts.get("groups", ())),
        password=parts.get("password", PASSWORD),
        require_days=None if _required_later(parts) else parts.get("require MFA"),
    )


def _required_later(parts: Parts) -> bool:
    """Who has enrolled gets no period, and who is suspended no mail: they are so before they are required."""
    return "enrolled" in parts or parts.get("state") is UserState.SUSPENDED


def after_creation(username: str, parts: Parts, seed: int) -> Iterator[Command]:
    """What makes a created user the person of the file: enrolled factors, the phone's clock, a suspension."""
    id_ = user_id(username)
    for factor in parts.get("enrolled", ()):
        yield record_enrollment(id_, factor, seed)
    if "phone clock" in parts:
        yield SetPhoneClock(id_, int(parts["phone clock"].total_seconds()))
    if parts.get("state") is UserState.SUSPENDED:
        yield SuspendUsers((id_,))
    if _required_later(parts) and "require MFA" in parts:
        yield RequireMfa((id_,), parts["require MFA"])


def record_enrollment(user: UserId, factor: Factor, seed: int) -> RecordEnrollment:
    devices = {Factor.TOTP: "authenticator app", Factor.PUSH: "phone", Factor.WEBAUTHN: "security key"}
    key = base32_secret(seed, user, f"enrolled {factor}")
    return RecordEnrollment(user, factor, devices.get(factor, factor.label), key)


def found(
    parts: Parts, population: Sequence[NewUser], seed: int, world: Callable[[], World]
) -> Iterator[tuple[str, Command]]:
    """The commands that found the scenario's world, each with the part of the file that it comes from.

    Each must be decided before the next is asked for: `world` is the world as it is by then.
    """
    yield "organization", organization(parts["organization"])
    for name in parts.get("applications", ()):
        yield "applications", AddApplication(name)
    groups: list[str] = list(parts.get("groups", ()))
    if population:
        have = {name.casefold() for name in groups}
        groups += [name for name in DEPARTMENTS if name.casefold() not in have]
    for name in groups:
        yield "groups", CreateGroup(name)
    people: Parts = parts.get("people", {})
    if people:
        yield "people", CreateUsers(tuple(new_user(name, person, world()) for name, person in people.items()))
    for name, person in people.items():
        for command in after_creation(name, person, seed):
            yield "people", command
    if population:
        group_of = {name: frozenset({world().group_named(name).id}) for name in DEPARTMENTS}
        yield (
            "population",
            CreateUsers(
                tuple(structs.replace(user, groups=group_of[user.department]) for user in population)
            ),
        )
    for policy in parts.get("policies", ()):
        yield "policies", CreatePolicy(new_policy(policy, world()))
    if "behaviour" in parts:
        yield "behaviour", SetBehaviour(behaviour(parts["behaviour"]))


#: The numbers of a behaviour in the file, and in the core.
BEHAVIOUR_FIELDS = {
    "log-ins a week": "log_ins",
    "enroll at first": "enroll_at_first",
    "enroll at last": "enroll_at_last",
    "away": "away",
}


def behaviour(parts: Parts) -> Behaviour | None:
    """The preset, with what the file says otherwise; None for nobody."""
    preset = parts.get("preset", "typical")
    if preset == "nobody":
        return None
    changes: dict[str, Any] = {core: parts[name] for name, core in BEHAVIOUR_FIELDS.items() if name in parts}
    if "working hours" in parts:
        changes["opens"], changes["closes"] = parts["working hours"]
    found = structs.replace(PRESETS[preset], **changes)
    name = preset if found == PRESETS[preset] else "custom"
    return structs.replace(found, name=name, holidays=tuple(parts.get("holidays", ())))


def new_policy(parts: Parts, world: World) -> Policy:
    """The policy of a file; its id is given when it is created."""
    return Policy(id=PolicyId(""), name=parts["name"], **policy_fields(parts, world))


def policy_fields(parts: Parts, world: World) -> dict[str, Any]:
    """The fields of a policy, all but id and name, under the names that the core has for them."""
    access: Access = parts["action"]
    effect = Effect(
        action=Action.DENY if access is Access.DENY else Action.ALLOW,
        mfa_required=access is Access.ALLOW_WITH_MFA,
        factors=frozenset(parts.get("factors", ())),
        message=parts.get("message", ""),
    )
    resources: list[str] = parts.get("resources", ["User Portal"])
    return {
        "description": parts.get("description", ""),
        "on": parts.get("status", True),
        "all_users": "groups" not in parts,
        "groups": frozenset(world.group_named(name).id for name in parts.get("groups", ())),
        "excluded": frozenset(world.group_named(name).id for name in parts.get("excluded groups", ())),
        "resources": frozenset(world.resource_named(name) for name in resources),
        "conditions": condition(parts["conditions"]) if "conditions" in parts else None,
        "effect": effect,
    }


def condition(parts: Parts) -> Condition:
    """The condition that the one key of the mapping stands for."""
    ((name, value),) = parts.items()
    match name:
        case "all":
            return All(tuple(condition(part) for part in value))
        case "any":
            return AnyOf(tuple(condition(part) for part in value))
        case "not":
            return Not(condition(value))
        case "device managed":
            return DeviceManaged(value)
        case "ip in":
            return IpIn(tuple(value))
        case "country in":
            return CountryIn(frozenset(country.upper() for country in value))
        case _:
            return OsIn(frozenset(system.casefold() for system in value))


def context(parts: Parts) -> Context:
    """Where a log-in comes from."""
    return Context(
        ip=parts.get("ip"),
        country=parts.get("country"),
        device_managed=parts.get("managed device"),
        os=parts.get("os"),
    )
