"""What a user would meet at each resource, with the reasons in order."""

from datetime import datetime
from ipaddress import ip_address

from mfadrill.core.login import login_decision
from mfadrill.core.policies import USER_PORTAL, Context
from mfadrill.core.users import User
from mfadrill.core.words import headline, sentence
from mfadrill.core.world import World


def context_problems(context: Context) -> list[str]:
    """What of the context no condition can know: it holds for nothing, or for nobody."""
    found: list[str] = []
    if context.ip is not None:
        try:
            ip_address(context.ip)
        except ValueError:
            found.append(f"! {context.ip} is not an IP address; it counts as unknown.")
    country = context.country
    if country is not None and (len(country) != 2 or not country.isalpha()):
        found.append(f"! {country} is not a two-letter country code, such as DE; it is in no list.")
    return found


def meetings(world: World, user: User, context: Context, now: datetime) -> list[str]:
    """For the User Portal and each application: the outcome, and below it the reasons."""
    zone = world.organization.zone
    resources = [
        (USER_PORTAL, ""),
        *((id_, f"{app.name}: ") for id_, app in sorted(world.applications.items())),
    ]
    lines: list[str] = []
    for resource, name in resources:
        decision = login_decision(world, user, resource, context, now)
        lines.append(f"{name}{decision.outcome.label} – “{headline(decision, zone)}”")
        lines += [f"  · {sentence(reason, zone)}" for reason in decision.reasons]
    return lines
