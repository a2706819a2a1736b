"""A small application around the User Portal pane, and organizations to log in to."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from mfadrill.core.accounts import CreateUsers, NewUser, RecordEnrollment
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, PortalDefault
from mfadrill.core.policies import Effect, Policy, PolicyId
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import AddApplication, CreateOrganization
from mfadrill.core.users import User, UserId, UserState
from mfadrill.sim.simulation import Receipt, Simulation
from mfadrill.tui.messages import Perform, Travel
from mfadrill.tui.user_portal.pane import UserPortal
from mfadrill.tui.user_portal.screen import PortalScreen

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WALL = datetime(2031, 7, 1, 12, 0, 5, tzinfo=UTC)
PASSWORD = "correct-horse"
ADA = UserId("ada.lovelace")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def nordwind(
    *factors: Factor, default: PortalDefault = PortalDefault.USER_SETTING, days: int | None = None
) -> Simulation:
    """Ada, Grace and a staged Alan at an organization with these factors; Ada's MFA required for so many days."""
    organization = Organization(
        name="Nordwind Freight",
        zone="Europe/Berlin",
        factors=frozenset(factors or (Factor.TOTP,)),
        portal_default=default,
    )
    founding: list[Command] = [
        CreateOrganization(organization),
        AddApplication("Payroll"),
        CreateUsers(
            (
                NewUser(
                    username="ada.lovelace",
                    first_name="Ada",
                    last_name="Lovelace",
                    department="Engineering",
                    password=PASSWORD,
                ),
                NewUser(
                    username="grace.hopper", first_name="Grace", last_name="[b]Hopper", password=PASSWORD
                ),
                NewUser(username="alan.turing", state=UserState.STAGED, password=PASSWORD),
            )
        ),
    ]
    if days is not None:
        founding.append(RequireMfa((ADA,), days))
    return Simulation(START, founding=founding)


def enroll(simulation: Simulation, factor: Factor, key: str = SECRET) -> None:
    """Let Ada have the factor already."""
    simulation.act(RecordEnrollment(ADA, factor, "her device", key))


def demand(simulation: Simulation, *factors: Factor) -> None:
    """Force MFA on everybody, by these factors."""
    effect = Effect(mfa_required=True, factors=frozenset(factors))
    simulation.act(CreatePolicy(Policy(id=PolicyId(""), name="MFA for all", effect=effect)))


class PortalApp(App[None]):
    """Does what the real application does for this pane."""

    def __init__(self, simulation: Simulation, *, wall: Callable[[], datetime] = lambda: WALL) -> None:
        super().__init__()
        self.simulation = simulation
        self.wall = wall
        self.travelled: list[timedelta | datetime | None] = []

    def compose(self) -> ComposeResult:
        yield UserPortal(wall=self.wall)

    def on_mount(self) -> None:
        self.redraw()

    @property
    def pane(self) -> UserPortal:
        return self.query_one(UserPortal)

    @property
    def user(self) -> User:
        return self.simulation.world.users[ADA]

    def redraw(self) -> None:
        self.pane.show(self.simulation.world, self.simulation.now)

    def _answer(self, act: Callable[[], Receipt], reply: Callable[[Receipt | Refusal], None] | None) -> None:
        try:
            answer: Receipt | Refusal = act()
        except Refusal as refusal:
            answer = refusal
        if reply is not None:
            reply(answer)
        self.redraw()

    def on_perform(self, message: Perform) -> None:
        self._answer(lambda: self.simulation.act(message.made(self.simulation)), message.reply)

    def on_travel(self, message: Travel) -> None:
        self.travelled.append(message.target)
        assert isinstance(message.target, timedelta)
        self.simulation.advance(message.target)
        self.redraw()


class Person:
    """What a test does at the pane, by the names of the widgets."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot
        assert isinstance(pilot.app, PortalApp)
        self.app = pilot.app

    @property
    def place(self) -> str:
        assert self.app.pane.view is not None
        return self.app.pane.view.place

    @property
    def screen(self) -> PortalScreen:
        return self.app.query_one(f"#{self.place}", PortalScreen)

    async def settle(self) -> None:
        """Let messages go up, the world come down, and the focus follow."""
        for _ in range(2):
            await self.pilot.pause()

    async def click(self, id_: str, within: str | None = None) -> None:
        """Press a button that is on the screen."""
        button = (self.app.query_one(within) if within else self.screen).query_one(f"#{id_}", Button)
        assert button.display
        assert not button.disabled
        button.press()
        await self.settle()

    async def type(self, id_: str, text: str) -> None:
        self.screen.query_one(f"#{id_}", Input).value = text
        await self.settle()

    async def log_in(self, username: str = "ada.lovelace", password: str | None = None) -> None:
        self.app.pane.open_log_in(username)
        await self.settle()
        if password is not None:
            await self.type("password", password)
        await self.click("submit")

    async def log_in_here(self) -> None:
        """Log in with what is filled in, whoever sits here."""
        await self.click("submit")

    def shows(self, id_: str) -> bool:
        """Whether a widget of the screen is there to be seen."""
        return bool(self.screen.query_one(f"#{id_}").display)

    def text(self, id_: str, within: str | None = None) -> str:
        """The text of a line that is on the screen; empty when it is hidden."""
        found = (self.app.query_one(within) if within else self.screen).query_one(f"#{id_}", Static)
        return str(found.render()) if found.display else ""


@asynccontextmanager
async def at_portal(simulation: Simulation, size: tuple[int, int] = (58, 36)) -> AsyncIterator[Person]:
    """Somebody at the portal of this simulation."""
    app = PortalApp(simulation)
    async with app.run_test(size=size) as pilot:
        person = Person(pilot)
        await person.settle()
        yield person
