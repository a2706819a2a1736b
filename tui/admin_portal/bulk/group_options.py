"""The groups that an action on users can be about."""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from mfadrill.core.policies import by_name
from mfadrill.core.users import GroupId, UserId
from mfadrill.core.world import World


class GroupOption(Struct, frozen=True):
    """A group to choose, or one that would have to be created first (`id` is None)."""

    id: GroupId | None
    name: str
    remark: str = ""


def memberships(users: tuple[UserId, ...], world: World) -> Mapping[GroupId, int]:
    """How many of the users are in each group."""
    return Counter(group for user in users for group in world.users[user].groups)


def group_options(
    world: World, within: Mapping[GroupId, int], number: int, typed: str, *, creates: bool
) -> list[GroupOption]:
    """The groups whose name has the typed text, by name; `within` counts those of the `number` users in each.

    For an action that takes out of groups, only those that somebody is in. One that `creates` has the typed name
    besides, unless there is a group of that name.
    """
    text = typed.strip()
    found = [
        GroupOption(group.id, group.name, f"{within.get(group.id, 0):,} of {number:,} in it")
        for group in world.groups.values()
        if text.casefold() in group.name.casefold() and (creates or within.get(group.id))
    ]
    # The one that is named in full comes first, so that typing it chooses it.
    found.sort(key=lambda option: (option.name.casefold() != text.casefold(), option.name.casefold()))
    exact = bool(found) and found[0].name.casefold() == text.casefold()
    if creates and text and not exact:
        found.append(GroupOption(None, text, "create this group first"))
    return found


class Uses(Struct, frozen=True):
    """The policies that target a group, and those that exclude it, by name."""

    targeted_by: tuple[str, ...] = ()
    excluded_from: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.targeted_by or self.excluded_from)

    def in_words(self) -> str:
        parts: list[str] = []
        if self.targeted_by:
            parts.append(f"Targeted by {', '.join(self.targeted_by)}.")
        if self.excluded_from:
            parts.append(f"Excluded from {', '.join(self.excluded_from)}.")
        return " ".join(parts) or "No policy targets or excludes it."


def uses(group: GroupId, world: World) -> Uses:
    """What uses the group, be the policy ON or OFF."""
    policies = by_name(world.policies.values())
    return Uses(
        tuple(policy.name for policy in policies if group in policy.groups),
        tuple(policy.name for policy in policies if group in policy.excluded),
    )
