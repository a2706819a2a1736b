"""A small organization with people in several scripts, and the application over it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from textual.pilot import Pilot

from mfadrill.core.accounts import CreateUsers, NewUser, RecordEnrollment
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, Plan
from mfadrill.core.policies import Action, Effect, Policy, PolicyId
from mfadrill.core.settings import CreateGroup, CreateOrganization
from mfadrill.core.users import GroupId, User, UserId, UserState
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.users.user_list import UserList
from mfadrill.tui.admin_portal.users.users_tab import UsersTab
from mfadrill.tui.app import DrillApp
from mfadrill.tui.cells import fit_pieces, joined
from mfadrill.tui.line_list import LineList

#: Monday 2 March 2026, 09:00 in Berlin.
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "correct-horse"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

#: Username, first and last name, department.
PEOPLE = (
    ("ada.lovelace", "Ada", "Lovelace", "Engineering"),
    ("alan.turing", "Alan", "Turing", "Engineering"),
    ("grace.hopper", "Grace", "Hopper", "Operations"),
    ("hao.inoue", "浩", "井上", "Warehouse"),
    ("katherine.j", "Katherine", "[b]Johnson", "Finance"),
    ("philippa.maneta", "Φιλιώ", "Μανέτα", "Sales"),
    ("radia.perlman", "Radia", "Perlman", "Operations"),
    ("zofia.kowalska", "Zofia", "Kowalska", "Finance"),
)
ADA, ALAN, GRACE, HAO = (UserId(person[0]) for person in PEOPLE[:4])


def nordwind(*founding: Command, factors: frozenset[Factor] | None = None) -> Simulation:
    """Eight people; Alan is staged, Grace has enrolled in TOTP; two policies, one of them off."""
    enabled = frozenset({Factor.TOTP, Factor.WEBAUTHN}) if factors is None else factors
    organization = Organization(
        name="Nordwind Freight", zone="Europe/Berlin", plan=Plan.PREMIUM, factors=enabled
    )
    users = tuple(
        NewUser(
            username=username,
            first_name=first,
            last_name=last,
            email=f"{username}@nordwind.example",
            department=department,
            groups=frozenset({GroupId("finance")}) if department == "Finance" else frozenset(),
            state=UserState.STAGED if username == ALAN else UserState.ACTIVATED,
            password=PASSWORD,
        )
        for username, first, last, department in PEOPLE
    )
    finance = Policy(
        id=PolicyId(""),
        name="Finance needs MFA",
        on=False,
        all_users=False,
        groups=frozenset({GroupId("finance")}),
        effect=Effect(mfa_required=True),
    )
    deny = Policy(
        id=PolicyId(""),
        name="Sales stays out",
        all_users=False,
        groups=frozenset({GroupId("contractors")}),
        effect=Effect(action=Action.DENY, message="Not this week."),
    )
    return Simulation(
        START,
        1,
        [
            CreateOrganization(organization),
            CreateGroup("Finance"),
            CreateGroup("Contractors"),
            CreateUsers(users),
            RecordEnrollment(GRACE, Factor.TOTP, "her phone", SECRET),
            CreatePolicy(finance),
            CreatePolicy(deny),
            *founding,
        ],
    )


def line_of(lines: LineList, index: int) -> str:
    """A line as plain text, as wide as its list."""
    width = lines.size.width
    return joined(fit_pieces(lines.line(index, width), width))


class Drill:
    """The running application with what tests look at."""

    def __init__(self, app: DrillApp, pilot: Pilot) -> None:
        self.app, self.pilot = app, pilot

    @property
    def simulation(self) -> Simulation:
        return self.app.simulation

    @property
    def users(self) -> UsersTab:
        return self.app.screen_stack[0].query_one(UsersTab)

    @property
    def user_list(self) -> UserList:
        return self.users.user_list

    def user(self, user: UserId) -> User:
        return self.simulation.world.users[user]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Until everything that was set off is done."""
        await self.pilot.pause()
        while any(not worker.is_finished for worker in self.app.workers):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def do(self, action: str) -> None:
        """Do an action of the registry, as its key, the palette and a click do."""
        await self.app.action_do(action)
        await self.settle()

    async def type(self, field: str, text: str) -> None:
        """Put a text into a field of the screen that is open."""
        self.app.screen.query_one(field).value = text  # type: ignore[attr-defined]
        await self.settle()

    async def click(self, widget: str, x: int = 1, y: int = 0, times: int = 1) -> None:
        await self.pilot.click(widget, offset=(x, y), times=times)
        await self.settle()

    async def click_text(self, line: str, text: str) -> None:
        """Click a text of an action line."""
        await self.click(line, self.main(line).styles.padding.left + self.main(line).plain.index(text) + 1)

    def main(self, selector: str) -> Any:
        return self.app.screen_stack[0].query_one(selector)

    def said(self, widget: str) -> str:
        """The text of a widget on the screen that is open."""
        return str(self.app.screen.query_one(widget).render())

    def line(self, index: int) -> str:
        """A line of the list of users."""
        return line_of(self.user_list, index)

    @property
    def told(self) -> str:
        """The line of the time bar."""
        return self.main("#told").plain

    @property
    def shown(self) -> list[UserId]:
        """The users that the list shows."""
        assert self.user_list.view is not None
        return [user.id for user in self.user_list.view.users]

    @property
    def notices(self) -> list[str]:
        return [notice.message for notice in self.app._notifications]

    def screen_text(self) -> str:
        """Everything on screen, a line a row."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@asynccontextmanager
async def drill(
    simulation: Simulation | None = None, size: tuple[int, int] = (160, 45)
) -> AsyncIterator[Drill]:
    """The application at this size."""
    app = DrillApp(simulation or nordwind())
    app.asks_in_the_past = False  # the question has a test of its own
    async with app.run_test(size=size) as pilot:
        running = Drill(app, pilot)
        await running.settle()
        yield running
