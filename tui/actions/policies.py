"""The actions of the Conditional Policies tab."""

from mfadrill.tui.actions.action import Action, Area, Situation


def _needs_policy(now: Situation) -> str:
    return "" if now.policies else "There is no conditional access policy: create one."


POLICIES: tuple[Action, ...] = (
    Action(
        id="policies.edit",
        label="Edit the policy…",
        keys=("enter", "e"),
        help="Open the policy at the cursor in the editor; a double click does the same.",
        area=Area.POLICIES,
        run="edit",
        short="edit",
        why_not=_needs_policy,
    ),
    Action(
        id="policies.switch",
        label="Switch the policy ON or OFF",
        keys=("space",),
        help="Switch the policy at the cursor, as a click on its switch does; asks first if that shuts out anybody.",
        area=Area.POLICIES,
        run="switch",
        short="on/off",
        why_not=_needs_policy,
    ),
    Action(
        id="policies.new",
        label="New policy…",
        keys=("plus", "N"),
        help="Create a conditional access policy in the editor.",
        area=Area.POLICIES,
        run="new",
        short="new policy",
    ),
    Action(
        id="policies.delete",
        label="Delete the policy…",
        keys=("x", "delete"),
        help="Delete the policy at the cursor; says first whose next log-in that changes.",
        area=Area.POLICIES,
        run="delete",
        short="delete",
        why_not=_needs_policy,
    ),
)
