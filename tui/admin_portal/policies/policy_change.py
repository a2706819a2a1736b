"""What deleting or switching a policy would do to everybody's next log-in, before it is done."""

from datetime import datetime

from msgspec import Struct, structs

from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import DeletePolicy, SwitchPolicy
from mfadrill.core.policies import USER_PORTAL, Policy, ResourceId
from mfadrill.core.policy_lint import unlike_resources, where_it_holds
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.users import UserId
from mfadrill.core.what_if import Transition, what_if, world_without
from mfadrill.core.words import count
from mfadrill.core.world import World


class Effects(Struct, frozen=True):
    """Whose next log-in changes, by transition, at each of the resources where that differs.

    Where a policy has conditions, these are the log-ins for which they hold.
    """

    at: tuple[tuple[ResourceId, dict[Transition, list[UserId]]], ...]

    def becoming(self, outcome: LoginOutcome) -> int:
        """How many would newly meet this, at any of the resources."""
        met = (ids for _, changes in self.at for t, ids in changes.items() if t.after is outcome)
        return len(set[UserId]().union(*met))

    @property
    def changed(self) -> int:
        met = (ids for _, changes in self.at for ids in changes.values())
        return len(set[UserId]().union(*met))

    @property
    def shut_out(self) -> int:
        """How many would newly be denied or locked out."""
        return self.becoming(LoginOutcome.DENIED) + self.becoming(LoginOutcome.LOCKED_OUT)


class PolicyChange(Struct, frozen=True):
    """A policy is switched or, if `on` is None, deleted."""

    policy: Policy
    on: bool | None = None

    @property
    def command(self) -> Command:
        if self.on is None:
            return DeletePolicy(self.policy.id)
        return SwitchPolicy(self.policy.id, self.on)

    @property
    def title(self) -> str:
        if self.on is None:
            return f"Delete the policy {self.policy.name}"
        return f"Switch {'ON' if self.on else 'OFF'} {self.policy.name}"

    @property
    def verb(self) -> str:
        return "delete policy" if self.on is None else f"switch {'on' if self.on else 'off'}"

    def effects(self, world: World, now: datetime) -> Effects:
        """The effects on everybody, exact; takes a moment with many users."""
        judged = where_it_holds(self.policy)
        before = structs.replace(world, policies=world.policies.set(judged.id, judged))
        after = world_without(judged.id, world)
        if self.on is not None:
            switched = structs.replace(judged, on=self.on)
            after = structs.replace(world, policies=world.policies.set(judged.id, switched))
        found: list[tuple[ResourceId, dict[Transition, list[UserId]]]] = []
        for resource in unlike_resources(judged, world):
            touched = what_if(before, after, now, resource).touched
            found.append((resource, {t: ids for t, ids in touched.items() if t.changes}))
        return Effects(tuple(found))


def effects_in_words(change: PolicyChange, effects: Effects, world: World) -> str:
    """What the dialog says: how many would meet something else at their next log-in, and what."""
    if not effects.changed:
        why = " The policy is OFF." if change.on is None and not change.policy.on else ""
        return f"Nobody's next log-in would change.{why}"
    where = "" if change.policy.conditions is None else ", where the conditions of the policy hold"
    lines = [
        f"{effects.changed:,} of {count(len(world.users), 'user')} would meet something else at the next log-in{where}:"
    ]
    for resource, changes in effects.at:
        if changes and resource != USER_PORTAL:
            alike = (
                ", and where the same policies apply"
                if len(effects.at) < len(change.policy.resources)
                else ""
            )
            lines.append(f"at {world.applications[resource].name}{alike}")
        ordered = sorted(changes.items(), key=lambda item: (-len(item[1]), item[0]))
        lines += [f"{len(ids):>7,}  {transition.label}" for transition, ids in ordered]
    return "\n".join(lines)
