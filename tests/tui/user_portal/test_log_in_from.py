"""Where a log-in comes from, and the why? after each outcome."""

from datetime import timedelta

import pytest
from textual.widgets import Button, Input, Select

from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Plan
from mfadrill.core.policies import (
    USER_PORTAL,
    Action,
    All,
    Condition,
    Context,
    CountryIn,
    DeviceManaged,
    Effect,
    Not,
    Policy,
    PolicyId,
    ResourceId,
)
from mfadrill.core.portal import LogIn
from mfadrill.core.sessions import Rule
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.words import RULE_NAMES
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.log_in_context import read_context
from mfadrill.tui.user_portal.context_dialog import ContextDialog
from mfadrill.tui.user_portal.log_in_form import LogInForm
from mfadrill.tui.user_portal.view import Place
from user_portal_harness import ADA, Person, at_portal, demand, enroll, nordwind

#: What the pane has of a terminal of 80x24, and of one of 120x40.
PANES = [(80, 19), (58, 35)]
PAYROLL = ResourceId("payroll")


def guarded(condition: Condition, *resources: ResourceId) -> Simulation:
    """Denied where the condition holds."""
    simulation = nordwind()
    simulation.act(UpdateOrganization(plan=Plan.PREMIUM))
    policy = Policy(
        id=PolicyId(""),
        name="Germany only",
        resources=frozenset(resources or (USER_PORTAL,)),
        conditions=condition,
        effect=Effect(action=Action.DENY),
    )
    simulation.act(CreatePolicy(policy))
    return simulation


ABROAD = Not(CountryIn(frozenset({"DE"})))


def origin(person: Person) -> str:
    return str(person.app.query_one(LogInForm).query_one("#from", Button).label)


async def open_dialog(person: Person) -> ContextDialog:
    person.app.query_one(LogInForm).query_one("#from").focus()
    await person.pilot.press("enter")
    await person.settle()
    dialog = person.app.screen
    assert isinstance(dialog, ContextDialog)
    return dialog


async def come_from(person: Person, country: str) -> None:
    """Set the country with the keyboard."""
    await open_dialog(person)
    await person.pilot.press("home", *["delete"] * 3, *country, "enter")
    await person.settle()


@pytest.mark.parametrize("pane", PANES)
async def test_one_country_is_denied_and_another_let_in(pane: tuple[int, int]) -> None:
    async with at_portal(guarded(ABROAD), pane) as person:
        await come_from(person, "fr")
        assert person.screen.region.contains_region(person.screen.query_one("#submit").region)
        await person.log_in()
        assert person.place == Place.REFUSED
        assert person.text("attempted").endswith(", from FR")
        assert "[deny beats allow + MFA]" in person.text("reasons")
        await person.log_in()
        assert person.place == Place.REFUSED, "the context stays set"
        await person.click("again")
        await come_from(person, "de")
        await person.log_in()
        assert person.place == Place.WELCOME


async def test_without_a_country_the_policy_is_left_open_and_why_says_so() -> None:
    async with at_portal(guarded(All((ABROAD, DeviceManaged(managed=False))))) as person:
        await person.log_in()
        assert person.place == Place.WELCOME
        await person.click("why", within="PortalHeader")
        assert person.text("origin", within="Why") == "From anywhere: nothing is known"
        first = person.text("reasons", within="Why").splitlines()[0]
        assert "Germany only does not apply: its conditions need what is unknown (country, device)." in first
        assert first.endswith("[unknown leaves a condition open]")


async def test_an_application_asks_where_the_log_in_comes_from() -> None:
    async with at_portal(guarded(ABROAD, PAYROLL)) as person:
        await come_from(person, "FR")
        for resource, place in ((PAYROLL, Place.REFUSED), (USER_PORTAL, Place.WELCOME)):
            person.app.pane.open_log_in("grace.hopper")
            await person.settle()
            person.screen.query_one("#resource", Select).value = resource
            await person.click("submit")
            assert person.place == place


@pytest.mark.parametrize("pane", PANES)
async def test_every_fact_is_set_with_the_mouse_and_cleared_again(pane: tuple[int, int]) -> None:
    async with at_portal(nordwind(), pane) as person:
        assert origin(person) == "anywhere: nothing is known"
        await person.pilot.click("#from")
        await person.settle()
        dialog = person.app.screen
        await person.pilot.click("#from-device", offset=(14, 0))
        for field, typed in (("country", "de"), ("ip", "10.0.0.5"), ("os", "Windows")):
            await person.pilot.click(f"#from-{field}")
            dialog.query_one(f"#from-{field}", Input).value = typed
        await person.pilot.click("#set")
        await person.settle()
        assert origin(person) == "DE, managed, windows, 10.0.0.5"
        await person.log_in()
        await person.click("log-out")
        assert origin(person) == "DE, managed, windows, 10.0.0.5"
        dialog = await open_dialog(person)
        assert dialog.query_one("#from-ip", Input).value == "10.0.0.5"
        await person.pilot.press("escape")
        await person.settle()
        assert origin(person).startswith("DE")
        await open_dialog(person)
        await person.pilot.click("#clear")
        await person.settle()
        assert origin(person) == "anywhere: nothing is known"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("ip", "10.0.0.300", "'10.0.0.300' is not an IP address."),
        ("country", "DEU", "'DEU' is not a two-letter country code, such as 'DE'."),
        ("os", "win\x1b[2J", "An operating system is one line of printable characters, such as 'windows'."),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(field: str, typed: str, said: str) -> None:
    async with at_portal(nordwind()) as person:
        dialog = await open_dialog(person)
        entry = dialog.query_one(f"#from-{field}", Input)
        entry.value = typed
        await person.pilot.pause()
        entry.focus()
        await person.pilot.press("enter")
        await person.settle()
        assert person.app.screen is dialog
        assert str(dialog.query_one("#context-said").render()) == said
        assert entry.value == typed
        await person.pilot.press("escape")
        await person.settle()
        assert origin(person) == "anywhere: nothing is known"


def test_a_context_is_read_as_it_is_meant() -> None:
    assert read_context(None, "", " ", "") == Context()
    assert read_context(False, " de", "::1 ", "MacOS") == Context(
        ip="::1", country="DE", device_managed=False, os="macos"
    )


def _enrolled() -> Simulation:
    simulation = nordwind()
    enroll(simulation, Factor.TOTP)
    demand(simulation)
    return simulation


def _forced() -> Simulation:
    simulation = nordwind()
    demand(simulation)
    return simulation


def _owing() -> Simulation:
    simulation = nordwind(Factor.TOTP, Factor.WEBAUTHN, days=7)
    enroll(simulation, Factor.WEBAUTHN, "key")
    return simulation


def _expired() -> Simulation:
    simulation = nordwind(days=1)
    simulation.advance(timedelta(days=1))
    return simulation


def _suspended() -> Simulation:
    simulation = nordwind()
    simulation.act(SuspendUsers((ADA,)))
    return simulation


def _locked() -> Simulation:
    simulation = nordwind()
    simulation.act(UpdateOrganization(max_login_attempts=1))
    simulation.act(LogIn("elsewhere", ADA, "wrong"))
    return simulation


#: The world, whether the password is wrong, the screen, and the rule that the reasons end with.
OUTCOMES = {
    "let in": (nordwind, False, Place.WELCOME, Rule.USER_NOT_REQUIRED),
    "challenge": (_enrolled, False, Place.CHALLENGE, Rule.FACTOR_ENROLLED),
    "challenge, then set up": (_owing, False, Place.CHALLENGE, Rule.TOTP_OWED),
    "set up, soft": (lambda: nordwind(days=7), False, Place.SET_UP, Rule.PERIOD_RUNNING),
    "set up, forced": (_forced, False, Place.SET_UP, Rule.MUST_SET_UP),
    "locked out": (_expired, False, Place.REFUSED, Rule.PERIOD_OVER),
    "denied": (lambda: guarded(Not(DeviceManaged())), False, Place.REFUSED, Rule.POLICY_DENIES),
    "not activated": (_suspended, False, Place.REFUSED, Rule.SUSPENDED),
    "account locked": (_locked, False, Place.REFUSED, Rule.ACCOUNT_LOCKED),
    "authentication failed": (nordwind, True, Place.LOG_IN, Rule.WRONG_CREDENTIALS),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_why_tells_the_reasons_and_their_rules_after_every_outcome(outcome: str) -> None:
    begin, wrong, place, rule = OUTCOMES[outcome]
    async with at_portal(begin(), (80, 19)) as person:
        person.app.query_one(LogInForm)._set_context(Context(device_managed=False))
        await person.log_in(password="wrong" if wrong else None)
        assert person.place == place
        await person.pilot.click("PortalHeader #why")
        await person.settle()
        why = person.app.query_one("Why")
        assert why.display
        *_, last = person.text("reasons", within="Why").splitlines()
        assert last.endswith(f"[{RULE_NAMES[rule]}]")
        origin = "" if wrong else "From not managed"
        assert person.text("origin", within="Why") == origin
        await person.pilot.press("escape")
        await person.settle()
        assert person.place == place
        assert person.app.query_one("#screens").display
