"""The actions of the Conditional Policies tab."""

from mfadrill.tui.actions.action import Action, Area, Situation


def _needs_policy(now: Situation) -> str:
    return "" if now.policies else "There is no conditional access policy."


POLICIES: tuple[Action, ...] = (
    Action(
        id="policies.switch",
        label="Switch the policy ON or OFF",
        keys=("space",),
        help="Switch the policy at the cursor; enter or a click does the same.",
        area=Area.POLICIES,
        run="switch",
        short="on/off",
        why_not=_needs_policy,
    ),
)
