"""What-if: how everybody's next log-in would change between two worlds, such as before and after a policy is saved.

Exact, and quick by asking `login_decision` once for all users who differ in nothing that it depends on.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, structs

from mfadrill.core.conditional_access import checked_policy
from mfadrill.core.login import login_decision
from mfadrill.core.policies import USER_PORTAL, Context, Policy, PolicyId, ResourceId
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.settings import slug
from mfadrill.core.users import GroupId, User, UserId
from mfadrill.core.world import World

#: Users looked at between two reports.
CHUNK = 5000

#: A log-in of which no fact is known that conditions ask for.
NOTHING_KNOWN = Context()


class Transition(Struct, frozen=True, order=True):
    """From what a log-in meets before to what it meets after."""

    before: LoginOutcome
    after: LoginOutcome

    @property
    def changes(self) -> bool:
        return self.before is not self.after

    @property
    def label(self) -> str:
        """Such as `let in → has to enroll`."""
        if not self.changes:
            return f"unchanged: {_before(self.before)}"
        return f"{_before(self.before)} → {_after(self.before, self.after)}"


def _before(outcome: LoginOutcome) -> str:
    return outcome.label


def _after(before: LoginOutcome, outcome: LoginOutcome) -> str:
    if outcome is LoginOutcome.SET_UP:
        return "may enroll" if before is LoginOutcome.LOCKED_OUT else "has to enroll"
    return outcome.label


class WhatIf(Struct, frozen=True):
    """The users whom the change touches, by transition, and how many were looked at so far.

    Untouched are those whom neither the old nor the new policies that differ target; other settings touch all.
    """

    touched: dict[Transition, list[UserId]]
    looked_at: int
    total: int

    @property
    def done(self) -> bool:
        return self.looked_at == self.total

    @property
    def changed(self) -> int:
        """How many would meet something else."""
        return sum(len(users) for transition, users in self.touched.items() if transition.changes)

    @property
    def untouched(self) -> int:
        return self.looked_at - sum(len(users) for users in self.touched.values())

    def becoming(self, outcome: LoginOutcome) -> int:
        """How many would newly meet this."""
        return sum(len(users) for t, users in self.touched.items() if t.changes and t.after is outcome)


def world_with(policy: Policy, world: World) -> World:
    """The world in which the policy is saved: a new one if its id is empty. Raises the refusal of saving it."""
    others = [p.name for p in world.policies.values() if p.id != policy.id]
    checked = checked_policy(policy, world, others)
    id_ = checked.id if checked.id in world.policies else PolicyId(slug(checked.name, world.policies))
    policies = world.policies.set(id_, structs.replace(checked, id=id_))
    return structs.replace(world, policies=policies)


def world_without(policy: PolicyId, world: World) -> World:
    """The world in which the policy is deleted."""
    policies = world.policies.delete(policy) if policy in world.policies else world.policies
    return structs.replace(world, policies=policies)


def what_if(
    before: World,
    after: World,
    now: datetime,
    resource: ResourceId = USER_PORTAL,
    context: Context = NOTHING_KNOWN,
) -> WhatIf:
    """How the next log-in of everybody at the resource would change."""
    *_, last = what_if_in_steps(before, after, now, resource, context)
    return last


def what_if_in_steps(
    before: World,
    after: World,
    now: datetime,
    resource: ResourceId = USER_PORTAL,
    context: Context = NOTHING_KNOWN,
) -> Iterator[WhatIf]:
    """As `what_if`, with what is known after every CHUNK users; who stops asking has cancelled it.

    The worlds differ in policies or in the organization's settings; these touch everybody. Their users are the
    same.
    """
    everybody = before.organization != after.organization
    differing = [
        policy
        for mine, other in ((before, after), (after, before))
        for policy in mine.policies.values()
        if other.policies.get(policy.id) != policy
    ]
    named = groups_in_policies(before, after)
    touched: dict[Transition, list[UserId]] = {}
    known: dict[object, list[UserId] | None] = {}
    total = len(before.users)
    looked_at = 0
    for looked_at, user in enumerate(before.users.values(), 1):
        facts = facts_of_log_in(user, named, now)
        if facts in known:
            same = known[facts]
        else:
            same = None
            if everybody or any(policy.targets(user) for policy in differing):
                transition = Transition(
                    login_decision(before, user, resource, context, now).outcome,
                    login_decision(after, user, resource, context, now).outcome,
                )
                same = touched.setdefault(transition, [])
            known[facts] = same
        if same is not None:
            same.append(user.id)
        if looked_at % CHUNK == 0 and looked_at < total:
            yield WhatIf({transition: list(users) for transition, users in touched.items()}, looked_at, total)
    yield WhatIf(touched, looked_at, total)


def groups_in_policies(*worlds: World) -> frozenset[GroupId]:
    """The groups that a policy of one of the worlds targets or excludes."""
    return frozenset(
        group
        for world in worlds
        for policy in world.policies.values()
        for group in policy.groups | policy.excluded
    )


def facts_of_log_in(user: User, named: frozenset[GroupId], now: datetime) -> object:
    """All of a user that a log-in decision depends on: who has the same meets the same.

    `named` are the groups that policies name; the others do not matter.
    """
    period, lockout = user.period, user.lockout
    return (
        user.state,
        lockout is not None and lockout.holds(now),
        user.required,
        None if period is None else period.ends_at <= now,
        user.totp is None,
        user.push is None,
        not user.security_keys,
        user.groups if not user.groups else user.groups & named,
    )
