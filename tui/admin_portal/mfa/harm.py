"""Whom a change of the MFA settings hurts, counted before it is done."""

from datetime import datetime

from msgspec import UNSET, Struct, structs

from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, PortalDefault
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.what_if import what_if
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.sim.census import Counts, counts_of


class Harm(Struct, frozen=True):
    """`hidden` are the TOTP statuses that become Disabled. The rest is of the next log-in at the User Portal."""

    hidden: Counts = Counts()
    denied: int = 0
    set_up: int = 0

    @property
    def any(self) -> bool:
        return bool(self.lines())

    def lines(self) -> list[str]:
        """What happens to how many, a line for each kind."""
        found: list[str] = []
        parts = (
            (self.hidden.enrolled, "enrolled"),
            (self.hidden.in_enrollment, "in enrollment"),
            (self.hidden.expired, "expired"),
            (self.hidden.pre_enrollment, "pre-enrollment"),
        )
        if number := sum(number for number, _ in parts):
            named = ", ".join(f"{part:,} {status}" for part, status in parts if part)
            whose = "loses its TOTP status" if number == 1 else "lose their TOTP status"
            found.append(f"{count(number, 'user')} {whose}: {named}.")
        if self.denied:
            found.append(f"{count(self.denied, 'user')} would be denied at the User Portal.")
        if self.set_up:
            found.append(f"{count(self.set_up, 'user')} would have to set up another factor.")
        return found


def can_hurt(command: UpdateOrganization, organization: Organization) -> bool:
    """Whether it switches off a factor, or denies by default."""
    return bool(switched_off(command, organization)) or command.portal_default is PortalDefault.DENY


def switched_off(command: UpdateOrganization, organization: Organization) -> frozenset[Factor]:
    if command.factors is UNSET:
        return frozenset()
    return organization.factors - command.factors


def harm(command: UpdateOrganization, world: World, now: datetime) -> Harm:
    """Whom the command hurts in this world."""
    before = world.organization
    off = switched_off(command, before)
    changes = {
        field: value
        for field in ("factors", "portal_default")
        if (value := getattr(command, field)) is not UNSET
    }
    after = structs.replace(world, organization=structs.replace(before, **changes))
    found = what_if(world, after, now)
    return Harm(
        counts_of(world.users.values(), world, now) if Factor.TOTP in off else Counts(),
        found.becoming(LoginOutcome.DENIED),
        found.becoming(LoginOutcome.SET_UP) if off else 0,
    )


def question(command: UpdateOrganization, organization: Organization) -> str:
    """What the dialog asks, as its title."""
    off = switched_off(command, organization)
    if off:
        return f"Switch off {', '.join(factor.label for factor in Factor if factor in off)}"
    return "Deny where no policy applies"
