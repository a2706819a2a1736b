"""The actions of the Groups tab."""

from mfadrill.tui.actions.action import Action, Area, Situation


def _needs_group(now: Situation) -> str:
    return "" if now.groups else "There is no group yet: create one."


def _needs_members(now: Situation) -> str:
    return _needs_group(now) or ("" if now.members else "The group has no members yet: add some.")


GROUPS: tuple[Action, ...] = (
    Action(
        id="groups.members",
        label="Members…",
        keys=("m",),
        help="List the members of the group, add users and remove them; enter does the same.",
        area=Area.GROUPS,
        run="members",
        short="members",
        why_not=_needs_group,
    ),
    Action(
        id="groups.new",
        label="New group…",
        keys=("a",),
        help="Create a group.",
        area=Area.GROUPS,
        run="new",
        short="new group",
    ),
    Action(
        id="groups.require",
        label="Require MFA of the members…",
        keys=("r",),
        help="Require MFA on User Portal of everybody in the group; shows what it will do before it does it.",
        area=Area.GROUPS,
        run="require",
        short="require",
        why_not=_needs_members,
    ),
    Action(
        id="groups.users",
        label="Show the members in Users",
        keys=("s",),
        help="Show the Users tab, narrowed to this group.",
        area=Area.GROUPS,
        run="show_users",
        short="in Users",
        why_not=_needs_group,
    ),
    Action(
        id="groups.rename",
        label="Rename the group…",
        keys=("e",),
        help="Give the group another name; policies that use it go on using it.",
        area=Area.GROUPS,
        run="rename",
        short="rename",
        why_not=_needs_group,
    ),
    Action(
        id="groups.delete",
        label="Delete the group…",
        keys=("x", "delete"),
        help="Delete the group; refused while a policy uses it.",
        area=Area.GROUPS,
        run="delete",
        short="delete",
        why_not=_needs_group,
    ),
)
