"""What a step is about: the place in the Admin Portal, or the browser in the User Portal, that shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from mfadrill.core.phones import ATTACKER
from mfadrill.core.users import user_id
from mfadrill.sim.scenario.doing import browser_of
from mfadrill.sim.scenario.load import Step
from mfadrill.tui.user_portal.drawers import Drawer


class Scene(Struct, frozen=True, kw_only=True):
    """A `tab` of the Admin Portal with the user, group or policy at its cursor, or a `browser` with its user.

    Names are as the scenario has them; the user may be nobody's. Without a tab and a browser all stays as it is.
    """

    tab: str = ""
    user: str = ""
    group: str = ""
    policy: str = ""
    browser: str = ""
    drawer: Drawer | None = None


#: What an admin does to users.
ON_USERS = {
    "require MFA",
    "remove requirement",
    "reset TOTP",
    "resend mail",
    "activate",
    "suspend",
    "unlock",
    "schedule activation",
    "create users",
    "set password",
}
#: What is seen in a browser.
IN_BROWSER = {
    "log in",
    "answer challenge",
    "send push",
    "set up",
    "show QR code",
    "scan QR code",
    "enter code",
    "set up later",
    "log out",
}
#: What happens to the devices in a user's hand.
IN_HAND = {
    "lose phone",
    "new phone",
    "answer push",
    "give security key",
    "plug in security key",
    "unplug security key",
    "copy security key",
    "phone clock",
}
#: The tab of each other step, and whether its value, or which key of it, names the group or the policy.
ELSEWHERE: dict[str, tuple[str, tuple[str, ...]]] = {
    "create group": ("groups", ()),
    "rename group": ("groups", ("to",)),
    "delete group": ("groups", ()),
    "add to group": ("groups", ("group",)),
    "remove from group": ("groups", ("group",)),
    "create policy": ("policies", ("name",)),
    "update policy": ("policies", ("name", "policy")),
    "switch policy": ("policies", ("policy",)),
    "delete policy": ("policies", ()),
    "update organization": ("mfa", ()),
    "behaviour": ("overview", ()),
}


def scene_of(step: Step) -> Scene:
    """Where to look after this step."""
    kind, args = step.kind, step.args
    if kind is None:
        return _expected(step.expect)
    if kind in ON_USERS:
        return Scene(tab="users", user=_first_user(args))
    if kind in IN_BROWSER:
        return Scene(browser=browser_of(args), user=args.get("user") or args.get("username", ""))
    if kind in IN_HAND:
        return Scene(browser=user_id(args["user"]), user=args["user"], drawer=Drawer.PHONE)
    if kind not in ELSEWHERE:
        return _expected(step.expect)
    tab, keys = ELSEWHERE[kind]
    name = args if isinstance(args, str) else next((args[key] for key in keys if key in args), "")
    scene = Scene(tab=tab)
    if tab == "groups":
        return structs.replace(scene, group=name)
    return structs.replace(scene, policy=name) if tab == "policies" else scene


def scenes_of(steps: Sequence[Step]) -> list[Scene]:
    """What to show one after another to have on screen what going through these steps leaves there.

    Of all before the last that is the latest in each tab, and in the User Portal.
    """
    scenes = [scene_of(step) for step in steps]
    latest = {scene.tab or "user-portal" * bool(scene.browser): number for number, scene in enumerate(scenes)}
    return [scenes[number] for where, number in sorted(latest.items(), key=lambda item: item[1]) if where]


def _first_user(args: Mapping[str, Any]) -> str:
    users: Sequence[str] = (
        args.get("users") or [args["user"]] if "users" in args or "user" in args else [*args]
    )
    return users[0] if users else ""


def _expected(expect: Mapping[str, Any]) -> Scene:
    """A step of the clock, or one that only expects, is about whom it looks at first."""
    name, wanted = next(iter(expect.items()), ("", ()))
    who = next(iter(wanted), "") if isinstance(wanted, Mapping) else ""
    if name == "sees":
        attacker = who == ATTACKER
        return Scene(browser=ATTACKER if attacker else user_id(who), user="" if attacker else who)
    if not who or name in ("count", "settings"):
        return Scene()
    return Scene(tab="users", user=who)
