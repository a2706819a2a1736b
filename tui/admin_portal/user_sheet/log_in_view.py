"""What a user would meet at each resource, with the reasons in order."""

from datetime import datetime

from mfadrill.core.login import login_decision
from mfadrill.core.policies import USER_PORTAL, Context
from mfadrill.core.users import User
from mfadrill.core.words import headline, sentence
from mfadrill.core.world import World


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
