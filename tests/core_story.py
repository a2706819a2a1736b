"""A story told to the core: commands, the passing of time, and a look at what has come of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from mfadrill.core.accounts import CreateUsers, NewUser, RecordEnrollment
from mfadrill.core.commands import Command, Decided
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.decide import decide
from mfadrill.core.events import Event
from mfadrill.core.evolve import evolve
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.occurrences import Occurrence, happen, occurrences, still_due
from mfadrill.core.organization import Organization
from mfadrill.core.policies import USER_PORTAL, Context, Effect, Policy, PolicyId, ResourceId
from mfadrill.core.portal import (
    LogIn,
    Stage,
    Step,
    step_of,
)
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.sessions import LoginDecision, Modal, Rule, Session
from mfadrill.core.setting_up import ConfirmTotp, StartTotpEnrollment
from mfadrill.core.settings import CreateOrganization, UpdateOrganization
from mfadrill.core.status import totp_status
from mfadrill.core.totp import code_at
from mfadrill.core.users import Mail, User, UserId, UserState
from mfadrill.core.world import World

TOTP, PUSH, WEBAUTHN, DUO = Factor

#: Monday 2 March 2026, 09:00 in Berlin.
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ADA = UserId("ada")
PASSWORD = "correct horse"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_SECRET = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def command_name(command: Command) -> str:
    """What a command is called in the ids of tests."""
    return type(command).__name__


class Story:
    """A world and its instant. Every method that acts on a user acts on Ada unless told otherwise."""

    def __init__(self) -> None:
        self.world = World()
        self.now = START
        self.events: list[Event] = []

    def do(self, command: Command) -> Decided:
        decided = decide(self.world, command, self.now)
        self._happened(decided.events)
        return decided

    def refusal(self, command: Command) -> Refusal:
        """The refusal of a command, which must be refused."""
        try:
            decided = decide(self.world, command, self.now)
        except Refusal as refusal:
            return refusal
        raise AssertionError(f"not refused: {command} answered {decided}")

    def _happened(self, events: list[Event]) -> None:
        self.world = evolve(self.world, events)
        self.events += events

    def passes(self, **span: float) -> list[Occurrence]:
        """Let time pass, and happen what happens by itself meanwhile."""
        end, happened = self.now + timedelta(**span), []
        while ahead := [o for o in occurrences(self.world, self.now) if o.at <= end]:
            self.now = min(ahead).at
            for occurrence in sorted(o for o in ahead if o.at == self.now):
                if still_due(self.world, occurrence):
                    self._happened(happen(self.world, occurrence))
                    happened.append(occurrence)
        self.now = end
        return happened

    def names(self) -> list[str]:
        """The vendor's names of all events so far."""
        return [event.name for event in self.events]

    # Setting the scene

    def organization(self, **settings: Any) -> "Story":
        settings = {"name": "Acme", "zone": "Europe/Berlin", **settings}
        self.do(CreateOrganization(Organization(**settings)))
        return self

    def factors(self, *factors: Factor) -> "Story":
        self.do(UpdateOrganization(factors=frozenset(factors)))
        return self

    def create(self, username: str = "ada", **fields: Any) -> "Story":
        fields = {"password": PASSWORD, **fields}
        self.do(CreateUsers((NewUser(username=username, **fields),)))
        return self

    def staged(self, **fields: Any) -> "Story":
        return self.create(state=UserState.STAGED, **fields)

    def enrolled(self, *factors: Factor, user: UserId = ADA) -> "Story":
        """Factors that the user had before the story."""
        for factor in factors:
            key = {TOTP: SECRET, WEBAUTHN: "key"}.get(factor, "")
            self.do(RecordEnrollment(user, factor, f"old {factor.label}", key))
        return self

    def require(self, days: int = 7, user: UserId = ADA) -> "Story":
        self.do(RequireMfa((user,), days))
        return self

    def policy(self, effect: Effect, name: str = "policy", **fields: Any) -> "Story":
        policy = Policy(id=PolicyId(""), name=name, effect=effect, **fields)
        self.do(CreatePolicy(policy))
        return self

    # What users do

    def log_in(
        self,
        browser: str = "b",
        password: str = PASSWORD,
        resource: ResourceId = USER_PORTAL,
        **context: Any,
    ) -> Step:
        where = Context(**context)
        self.do(LogIn(browser, "ada", password, resource, where))
        return self.step(browser)

    def show_qr_code(self, browser: str = "b", secret: str = SECRET) -> "Story":
        self.do(StartTotpEnrollment(browser, secret))
        return self

    def enroll_totp(self, browser: str = "b") -> Step:
        """Set up TOTP at the modal, with a code of this instant."""
        self.show_qr_code(browser)
        self.do(ConfirmTotp(browser, self.code()))
        return self.step(browser)

    def code(self, steps: int = 0, secret: str = SECRET) -> str:
        """The code of this time step, or of one so many steps later."""
        return code_at(secret, self.now + timedelta(seconds=30 * steps))

    # What can be seen

    @property
    def ada(self) -> User:
        return self.world.users[ADA]

    @property
    def mails(self) -> tuple[Mail, ...]:
        return self.ada.inbox

    @property
    def status(self) -> FactorStatus:
        return totp_status(self.ada, self.world.organization, self.now)

    def session(self, browser: str = "b") -> Session:
        return self.world.browsers[browser]

    def step(self, browser: str = "b") -> Step:
        return step_of(self.world, self.session(browser), self.now)

    def stage(self, browser: str = "b") -> Stage:
        return self.step(browser).stage

    def decision(self, browser: str = "b") -> LoginDecision:
        found = self.step(browser).decision
        assert found is not None
        return found

    def modal(self, browser: str = "b") -> Modal:
        found = self.decision(browser).modal
        assert found is not None
        return found

    def rules(self, browser: str = "b") -> list[Rule]:
        return [reason.rule for reason in self.decision(browser).reasons]
