"""The actions of the Admin Portal: its tabs."""

from mfadrill.tui.actions.action import Action, Area

#: The tabs by id, each with its name in full, and its name where there is little room.
TABS: dict[str, tuple[str, str]] = {
    "users": ("Users", "Users"),
    "groups": ("Groups", "Groups"),
    "policies": ("Conditional Policies", "Policies"),
    "mfa": ("MFA", "MFA"),
    "overview": ("Overview", "Overview"),
    "events": ("Events", "Events"),
}

ADMIN: tuple[Action, ...] = tuple(
    Action(
        id=f"admin.{tab}",
        label=f"{label} tab",
        keys=(str(number),),
        help=f"Show the tab {label} of the Admin Portal.",
        area=Area.ADMIN,
        run=f"show_tab('{tab}')",
    )
    for number, (tab, (label, _)) in enumerate(TABS.items(), 1)
)
