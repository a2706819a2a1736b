"""The beginning of a scenario file, from the world that a simulation was founded on: the way back of `founding`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from mfadrill.core.accounts import NewUser
from mfadrill.core.behaviour import PRESETS, Behaviour
from mfadrill.core.factors import Factor, in_order
from mfadrill.core.organization import Organization
from mfadrill.core.phones import Phone
from mfadrill.core.policies import (
    USER_PORTAL,
    Action,
    All,
    Condition,
    Context,
    CountryIn,
    DeviceManaged,
    IpIn,
    Not,
    OsIn,
    Policy,
)
from mfadrill.core.policies import Any as AnyOf
from mfadrill.core.status import has_enrolled
from mfadrill.core.users import User, UserState, user_id
from mfadrill.core.world import World
from mfadrill.sim.population import PASSWORD
from mfadrill.sim.scenario.document import Access
from mfadrill.sim.scenario.founding import BEHAVIOUR_FIELDS
from mfadrill.sim.scenario.shapes import NONE
from mfadrill.sim.scenario.yaml_text import Bare, instant_text
from mfadrill.sim.simulation import Simulation

Parts = dict[str, Any]


def beginning_of(simulation: Simulation) -> Parts:
    """Everything between the title and the steps, of a simulation that stands at its start."""
    world = simulation.world
    start = instant_text(simulation.start, simulation.zone)
    found: Parts = {
        "start": Bare(start if start.endswith("Z") else f"{start} {simulation.zone}"),
        "seed": simulation.seed,
        "organization": _organization(world.organization),
    }
    if world.applications:
        found["applications"] = [application.name for application in world.applications.values()]
    if world.groups:
        found["groups"] = [group.name for group in world.groups.values()]
    if world.users:
        found["people"] = {user.username: _existing(user, world) for user in world.users.values()}
    if world.policies:
        found["policies"] = [policy_parts(policy, world) for policy in world.policies.values()]
    if world.behaviour is not None:
        found["behaviour"] = behaviour_parts(world.behaviour)
    return found


def _organization(organization: Organization) -> Parts:
    parts: Parts = {"name": organization.name}
    if organization.zone != "UTC":
        parts["zone"] = organization.zone
    default = Organization(name=organization.name)
    different = {
        field: getattr(organization, field)
        for field in organization.__struct_fields__
        if field not in ("name", "zone") and getattr(organization, field) != getattr(default, field)
    }
    return parts | setting_parts(different)


def setting_parts(settings: Parts) -> Parts:
    """Settings, under the core's names, as the file has them."""
    found: Parts = {}
    for field, value in settings.items():
        match field:
            case "factors":
                found["factors"] = factor_labels(value)
            case "portal_default":
                found["portal default"] = value.label
            case "plan":
                found["plan"] = value.value.lower()
            case "unified_mfa":
                found["unified MFA"] = value
            case "max_login_attempts":
                found["log-in attempts"] = value
            case "lockout_minutes":
                found["lock-out"] = Bare("until an admin unlocks" if value is None else f"{value} min")
            case _:
                found["push time-out"] = Bare(f"{value} s")
    return found


def factor_labels(factors: frozenset[Factor]) -> list[str]:
    return [factor.label for factor in in_order(factors)]


def _person(user: User | NewUser, world: World) -> Parts:
    parts: Parts = {}
    first, last = user.first_name, user.last_name
    if " " in first or (last and not first):
        parts |= {"first name": first} if first else {}
        parts |= {"last name": last} if last else {}
    elif first:
        parts["name"] = f"{first} {last}".strip()
    if user.email != f"{user_id(user.username)}@example.com":
        parts["email"] = user.email or Bare(NONE)
    if user.department:
        parts["department"] = user.department
    if user.state is not UserState.ACTIVATED:
        parts["state"] = user.state.value.lower()
    if user.groups:
        parts["groups"] = sorted(world.groups[group].name for group in user.groups)
    if user.password != PASSWORD:
        parts["password"] = user.password or Bare(NONE)
    return parts


def new_person(user: NewUser, world: World) -> Parts:
    """Somebody who is created."""
    days = {} if user.require_days is None else {"require MFA": user.require_days}
    return _person(user, world) | days


def _existing(user: User, world: World) -> Parts:
    parts = _person(user, world)
    if user.required and user.days is not None:
        parts["require MFA"] = user.days
    if enrolled := [factor.label for factor in Factor if has_enrolled(factor, user)]:
        parts["enrolled"] = enrolled
    if offset := world.phones.get(user.id, Phone()).offset_seconds:
        parts["phone clock"] = Bare(signed_span(timedelta(seconds=offset)))
    return parts


def signed_span(span: timedelta) -> str:
    """Such as `+4 min`; of whole seconds."""
    seconds = int(span.total_seconds())
    size = abs(seconds)
    text = f"{size // 60} min" if size and not size % 60 else f"{size} s"
    return ("-" if seconds < 0 else "+") + text


def behaviour_parts(behaviour: Behaviour | None) -> str | Parts:
    """How the crowd behaves: the name of a preset, with what is different from it."""
    if behaviour is None:
        return "nobody"
    # What is custom may have been a preset's with holidays, or is told as differences from the first one.
    preset = PRESETS.get(behaviour.name, PRESETS["typical"])
    parts: Parts = {"preset": preset.name}
    for name, field in BEHAVIOUR_FIELDS.items():
        if getattr(behaviour, field) != getattr(preset, field):
            parts[name] = getattr(behaviour, field)
    if (behaviour.opens, behaviour.closes) != (preset.opens, preset.closes):
        hours = (f"{minutes // 60}:{minutes % 60:02}" for minutes in (behaviour.opens, behaviour.closes))
        parts["working hours"] = Bare("-".join(hours))
    if behaviour.holidays:
        parts["holidays"] = [Bare(day.isoformat()) for day in behaviour.holidays]
    return preset.name if list(parts) == ["preset"] else parts


def policy_parts(policy: Policy, world: World) -> Parts:
    """A policy as the file has it."""
    parts: Parts = {"name": policy.name}
    if policy.description:
        parts["description"] = policy.description
    if not policy.on:
        parts["status"] = False
    if not policy.all_users:
        parts["groups"] = sorted(world.groups[group].name for group in policy.groups)
    if policy.excluded:
        parts["excluded groups"] = sorted(world.groups[group].name for group in policy.excluded)
    if policy.resources != frozenset({USER_PORTAL}):
        parts["resources"] = sorted(world.applications[resource].name for resource in policy.resources)
    if policy.conditions is not None:
        parts["conditions"] = _condition(policy.conditions)
    effect = policy.effect
    if effect.action is Action.DENY:
        access = Access.DENY
    else:
        access = Access.ALLOW_WITH_MFA if effect.mfa_required else Access.ALLOW
    parts["action"] = access.value
    if effect.factors:
        parts["factors"] = factor_labels(effect.factors)
    if effect.message:
        parts["message"] = effect.message
    return parts


def _condition(condition: Condition) -> Parts:
    match condition:
        case All(of):
            return {"all": [_condition(part) for part in of]}
        case AnyOf(of):
            return {"any": [_condition(part) for part in of]}
        case Not(of):
            return {"not": _condition(of)}
        case DeviceManaged(managed):
            return {"device managed": managed}
        case IpIn(networks):
            return {"ip in": list(networks)}
        case CountryIn(countries):
            return {"country in": sorted(countries)}
        case OsIn(systems):
            return {"os in": sorted(systems)}


def context_parts(context: Context) -> Parts:
    """Where a log-in comes from, as the file has it."""
    return dict(_known(context))


def _known(context: Context) -> Iterator[tuple[str, Any]]:
    if context.ip is not None:
        yield "ip", context.ip
    if context.country is not None:
        yield "country", context.country
    if context.device_managed is not None:
        yield "managed device", context.device_managed
    if context.os is not None:
        yield "os", context.os
