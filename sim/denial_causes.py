"""Why a user is denied: what policies, groups and settings did it, and the latest act that had to stay undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import immutables
from msgspec import Struct, structs

from mfadrill.core.events import (
    Event,
    GroupJoined,
    GroupLeft,
    OrganizationCreated,
    OrganizationUpdated,
    PolicyCreated,
    PolicyDeleted,
    PolicyUpdated,
    RequirementRemoved,
    RequirementSet,
    UserCreated,
)
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization
from mfadrill.core.policies import USER_PORTAL, Context, Policy, PolicyId
from mfadrill.core.sessions import LoginDecision, LoginOutcome
from mfadrill.core.users import User
from mfadrill.core.world import World

#: What an admin could have left undone. A user or an organization that was never created is no answer.
_ACTS = (
    GroupJoined,
    GroupLeft,
    OrganizationUpdated,
    PolicyCreated,
    PolicyDeleted,
    PolicyUpdated,
    RequirementRemoved,
    RequirementSet,
)


class DenialCauses(Struct, frozen=True):
    """The events that denial rests on, oldest first, and the latest of them that would have had to stay undone.

    `turned` is None where no single event did it: several deny, or they were there before the user. `instead` is
    what the user would meet now had it stayed undone, which may be a lock-out.
    """

    chain: tuple[Event, ...]
    turned: Event | None = None
    instead: LoginOutcome | None = None


class _Step(Struct, frozen=True):
    """An event that denial may depend on, and the fields that it changed: without another event, no more than these."""

    event: Event
    changes: dict[str, Any]


def denial_causes(events: Sequence[Event], length: int, user: User, now: datetime) -> DenialCauses:
    """What denied the user at the User Portal, of the first `length` events of a log.

    An event is a cause if the user would not be denied now, had it alone not been: everything else is done again
    without it, and the log-in decided. What a later change of the same policy or
    setting says again counts as said only where it was changed.
    """
    steps = _steps(events, length, user)
    meets = [
        (step.event, _decision(steps, step, user, now).outcome)
        for step in steps
        if isinstance(step.event, _ACTS)
    ]
    causes = [(event, outcome) for event, outcome in meets if outcome is not LoginOutcome.DENIED]
    if causes:
        return DenialCauses(tuple(event for event, _ in causes), *causes[-1])
    denying = {policy for reason in _decision(steps, None, user, now).reasons for policy in reason.names}
    chain = (step.event for step in steps if _is_about(step.event, denying))
    return DenialCauses(tuple(chain))


def _is_about(event: Event, policies: set[str]) -> bool:
    """Whether it made one of these policies, named so now, or the user."""
    if isinstance(event, PolicyCreated | PolicyUpdated):
        return event.policy.name in policies
    return isinstance(event, UserCreated)


def _steps(events: Sequence[Event], length: int, user: User) -> list[_Step]:
    steps: list[_Step] = []
    organization: Organization | None = None
    policies: dict[PolicyId, Policy] = {}
    for index in range(length):
        event = events[index]
        changes: dict[str, Any] = {}
        match event:
            case OrganizationCreated():
                organization = event.organization
            case OrganizationUpdated():
                changes = _changes(organization, event.organization)
                organization = event.organization
            case PolicyCreated():
                policies[event.policy.id] = event.policy
            case PolicyUpdated():
                changes = _changes(policies.get(event.policy.id), event.policy)
                policies[event.policy.id] = event.policy
            case PolicyDeleted():
                pass
            case UserCreated(user=created):
                if created.id != user.id:
                    continue
            case (
                GroupJoined(user=id_)
                | GroupLeft(user=id_)
                | RequirementSet(user=id_)
                | RequirementRemoved(user=id_)
            ):
                if id_ != user.id:
                    continue
            case _:
                continue
        steps.append(_Step(event, changes))
    return steps


def _changes(before: Organization | Policy | None, after: Organization | Policy) -> dict[str, Any]:
    fields = structs.asdict(after)
    if before is None:
        return fields
    return {field: value for field, value in fields.items() if getattr(before, field) != value}


def _decision(steps: list[_Step], without: _Step | None, user: User, now: datetime) -> LoginDecision:
    """What the user would meet now, had one step not been."""
    organization = Organization(name="")
    policies: dict[PolicyId, Policy] = {}
    groups = user.groups
    required = user.required
    for step in steps:
        if step is without:
            continue
        match step.event:
            case OrganizationCreated(organization=created):
                organization = created
            case OrganizationUpdated():
                organization = structs.replace(organization, **step.changes)
            case PolicyCreated(policy=policy):
                policies[policy.id] = policy
            case PolicyUpdated(policy=policy):
                if policy.id in policies:
                    policies[policy.id] = structs.replace(policies[policy.id], **step.changes)
            case PolicyDeleted(policy=id_):
                policies.pop(id_, None)
            case UserCreated(user=created):
                groups, required = created.groups, created.required
            case GroupJoined(group=group):
                groups = groups | {group}
            case GroupLeft(group=group):
                groups = groups - {group}
            case RequirementSet():
                required = True
            case RequirementRemoved():
                required = False
            case _:
                pass
    world = World(organization=organization, policies=immutables.Map(policies))
    otherwise = structs.replace(user, groups=groups, required=required)
    return login_decision(world, otherwise, USER_PORTAL, Context(), now)
