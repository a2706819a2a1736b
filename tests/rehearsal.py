"""A small organization on a timeline, for tests of what moves it."""

from datetime import UTC, datetime, timedelta

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.commands import Command
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.organization import Organization
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateOrganization
from mfadrill.core.status import totp_status
from mfadrill.core.users import MailKind, User, UserId, UserState
from mfadrill.sim.simulation import Simulation

#: Monday 2 March 2026, 09:00 in Berlin.
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ADA, GRACE, ALAN = UserId("ada"), UserId("grace"), UserId("alan")
PASSWORD = "correct-horse"
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def nordwind(*founding: Command, seed: int = 1, **settings: object) -> Simulation:
    """Ada and Grace, and Alan who is staged, at an organization in Berlin."""
    organization = Organization(**{"name": "Nordwind", "zone": "Europe/Berlin", **settings})  # type: ignore[arg-type]
    people = (
        NewUser(username="ada", first_name="Ada", last_name="Lovelace", password=PASSWORD),
        NewUser(username="grace", password=PASSWORD),
        NewUser(username="alan", password=PASSWORD, state=UserState.STAGED),
    )
    return Simulation(START, seed, [CreateOrganization(organization), CreateUsers(people), *founding])


def required(days: int = 7, *users: UserId) -> RequireMfa:
    return RequireMfa(users or (ADA,), days)


def names(simulation: Simulation) -> list[str]:
    """The vendor's names of all events of the branch so far."""
    return [event.name for event in simulation.timeline.events]


def user(simulation: Simulation, id_: UserId = ADA) -> User:
    return simulation.world.users[id_]


def status(simulation: Simulation, id_: UserId = ADA) -> FactorStatus:
    return totp_status(user(simulation, id_), simulation.world.organization, simulation.now)


def mails(simulation: Simulation, id_: UserId = ADA) -> list[MailKind]:
    return [mail.kind for mail in user(simulation, id_).inbox]


TOTP, PUSH, WEBAUTHN, DUO = Factor
