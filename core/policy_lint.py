"""What an admin should know about a policy before it is saved: whom it shuts out, lets past MFA, or never meets."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, structs

from mfadrill.core.factors import Factor, in_order
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import USER_PORTAL, Action, Policy, ResourceId
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.users import GroupId, UserId, UserState
from mfadrill.core.what_if import what_if, world_without
from mfadrill.core.words import count
from mfadrill.core.world import World

#: The names of groups that hold the admins, in lower case.
ADMINS = frozenset({"admins", "administrators"})


class Severity(StrEnum):
    DANGER = "DANGER"
    WARNING = "WARNING"
    INFO = "INFO"


class PolicyWarning(Struct, frozen=True):
    severity: Severity
    sentence: str


def policy_warnings(policy: Policy, world: World, now: datetime) -> tuple[PolicyWarning, ...]:
    """The warnings about a policy, saved or not, gravest first.

    It is judged as if it were ON and its conditions held. A policy that cannot be saved is judged as well.
    """
    found = list(_about_factors(policy, world))
    nobody = _why_nobody(policy, world)
    if nobody:
        found.append(PolicyWarning(Severity.WARNING, nobody))
    else:
        found += _about_users(policy, world, now)
    if not policy.on:
        found.append(
            PolicyWarning(
                Severity.INFO, "The policy is OFF: it has no effect on anybody until it is switched ON."
            )
        )
    return tuple(sorted(found, key=lambda warning: [*Severity].index(warning.severity)))


def unlike_resources(policy: Policy, world: World) -> tuple[ResourceId, ...]:
    """Of the resources that the policy guards, one for each set of other policies that guard it as well.

    Log-ins meet the same at all those that are left out.
    """
    found: dict[tuple[bool, frozenset[str]], ResourceId] = {}
    for resource in sorted(policy.resources):
        others = frozenset(p.id for p in world.policies.values() if resource in p.resources)
        found.setdefault((resource == USER_PORTAL, others - {policy.id}), resource)
    return tuple(found.values())


def where_it_holds(policy: Policy) -> Policy:
    """The policy without its conditions, as it is for those log-ins where they hold."""
    return structs.replace(policy, conditions=None)


# Whom it targets


def _why_nobody(policy: Policy, world: World) -> str:
    """Why the policy targets nobody; empty if it targets somebody."""
    if any(policy.targets(user) for user in world.users.values()):
        return ""
    if not world.users:
        return "It targets nobody: there is no user yet."
    if policy.all_users:
        return f"It targets nobody: everybody is in an excluded group ({_names(policy.excluded, world)})."
    if not policy.groups:
        return "It targets nobody: choose all users, or at least one group."
    if any(user.groups & policy.groups for user in world.users.values()):
        return (
            f"It targets nobody: all members of {_names(policy.groups, world)} are in an excluded group "
            f"({_names(policy.excluded, world)})."
        )
    are = "has" if len(policy.groups) == 1 else "have"
    return f"It targets nobody: {_names(policy.groups, world)} {are} no members."


def _names(groups: Iterable[GroupId], world: World) -> str:
    return ", ".join(sorted(world.groups[id_].name if id_ in world.groups else id_ for id_ in groups))


# The factors


def _demands(policy: Policy) -> bool:
    return policy.effect.action is Action.ALLOW and policy.effect.mfa_required


def _usable(policy: Policy, world: World) -> frozenset[Factor]:
    """The factors that are on and that the policy accepts."""
    enabled = world.organization.factors
    return enabled & policy.effect.factors if policy.effect.factors else enabled


def _about_factors(policy: Policy, world: World) -> Iterable[PolicyWarning]:
    if not _demands(policy):
        return
    named = policy.effect.factors
    usable = _usable(policy, world)
    if not usable:
        yield PolicyWarning(
            Severity.DANGER,
            "Nobody can meet it: no factor that it accepts is on, so whom it targets cannot get in or enroll.",
        )
    off = in_order(named - world.organization.factors)
    if off:
        are = "is" if len(off) == 1 else "are"
        yield PolicyWarning(
            Severity.WARNING,
            f"It names {_labels(off)}, which {are} off for the organization: nobody can use what is off.",
        )
    if named == frozenset({Factor.WEBAUTHN}):
        yield PolicyWarning(
            Severity.WARNING,
            "WebAuthn is the only factor that it names: who loses the security key has no other way in.",
        )


def _labels(factors: Iterable[Factor]) -> str:
    return ", ".join(factor.label for factor in factors)


# What it does to the users


def _about_users(policy: Policy, world: World, now: datetime) -> Iterable[PolicyWarning]:
    shut_out, let_past = _met(policy, world, now)
    where = "" if policy.conditions is None else " where its conditions hold"
    if shut_out:
        yield from _about_the_denied(policy, world, now, shut_out, where)
    if let_past:
        yield from _about_the_let_past(world, let_past, where)
    gates = policy.effect.action is Action.DENY or _demands(policy)
    if policy.all_users and gates and not _has_way_in(policy, world):
        yield PolicyWarning(
            Severity.WARNING,
            "It targets all users and excludes nobody who can log in: there is no emergency access. "
            "Exclude a group for it.",
        )


def _met(policy: Policy, world: World, now: datetime) -> tuple[set[UserId], set[UserId]]:
    """Whom the policy denies at any of its resources, and whom it lets in where they met something else."""
    before = world_without(policy.id, world)
    judged = structs.replace(where_it_holds(policy), on=True)
    after = structs.replace(world, policies=world.policies.set(policy.id, judged))
    shut_out: set[UserId] = set()
    let_past: set[UserId] = set()
    for resource in unlike_resources(policy, world):
        for transition, users in what_if(before, after, now, resource).touched.items():
            if transition.after is LoginOutcome.DENIED:
                if policy.effect.action is Action.DENY or transition.changes:
                    shut_out.update(users)
            elif transition.after is LoginOutcome.LET_IN and transition.changes:
                let_past.update(users)
    return shut_out, let_past


def _about_the_let_past(world: World, let_past: set[UserId], where: str) -> Iterable[PolicyWarning]:
    required = [user for user in world.users.values() if user.required]
    past = sum(1 for user in required if user.id in let_past)
    if past:
        of_whom = f"{count(len(required), 'user')} of whom MFA is required"
        sentence = f"Allow without MFA bypasses the requirement of {past:,} of {of_whom}{where}."
        yield PolicyWarning(Severity.WARNING, sentence)
    others = len(let_past) - past
    if others and world.organization.portal_default is PortalDefault.ALLOW_WITH_MFA:
        sentence = (
            f"Allow without MFA overrides the portal default, which asks MFA of {count(others, 'user')} more"
        )
        yield PolicyWarning(Severity.WARNING, f"{sentence}{where}.")


def _about_the_denied(
    policy: Policy, world: World, now: datetime, shut_out: set[UserId], where: str
) -> Iterable[PolicyWarning]:
    able = sum(
        1 for user in world.users.values() if user.state is UserState.ACTIVATED and not user.is_locked(now)
    )
    # What it accepts is on, and yet somebody has no factor: that takes another policy.
    reason = " It and other policies have no factor in common." if _usable(policy, world) else ""
    if len(shut_out) == able:
        who = "the only user" if able == 1 else f"all {able:,} users"
        sentence = f"Everybody would be denied{where}: {who} who can log in at present."
        yield PolicyWarning(Severity.DANGER, sentence + (reason if _demands(policy) else ""))
    elif _demands(policy):
        sentence = f"{count(len(shut_out), 'user')} would be denied{where}."
        yield PolicyWarning(Severity.DANGER, sentence + reason)
    admins = frozenset(g.id for g in world.groups.values() if g.name.strip().casefold() in ADMINS)
    caught = [user for id_ in shut_out if (user := world.users[id_]).groups & admins]
    if caught:
        theirs = frozenset[GroupId]().union(*(user.groups & admins for user in caught))
        yield PolicyWarning(
            Severity.DANGER,
            f"{count(len(caught), 'admin')} (in {_names(theirs, world)}) would be denied{where}: "
            "do not lock yourself out.",
        )


def _has_way_in(policy: Policy, world: World) -> bool:
    """Whether somebody who is activated is excluded."""
    return any(
        user.state is UserState.ACTIVATED and user.groups & policy.excluded for user in world.users.values()
    )
