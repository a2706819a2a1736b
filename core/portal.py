"""The User Portal: the steps of a log-in. Challenges and set-ups have rooms of their own.

A browser holds one log-in. Its step is derived from the login decision at every look, so what changes
meanwhile (a suspension, a policy, the end of the period) counts at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import (
    BrowserLeft,
    Event,
    LoginBegun,
    LoginRefused,
    LoginSucceeded,
    PasswordRefused,
    UserLockedOut,
)
from mfadrill.core.evolve import evolve
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization
from mfadrill.core.policies import USER_PORTAL, Context, ResourceId
from mfadrill.core.refusals import NotAtThisStep, UnknownThing
from mfadrill.core.sessions import LoginDecision, Session
from mfadrill.core.users import Lockout, User, user_id
from mfadrill.core.world import World


class Stage(StrEnum):
    """The steps of a log-in after the password."""

    CHALLENGE = "CHALLENGE"
    SET_UP = "SET_UP"
    IN = "IN"
    REFUSED = "REFUSED"


class Step(Struct, frozen=True, gc=False):
    """The step that a log-in is at; the decision is None for who is in already."""

    stage: Stage
    decision: LoginDecision | None = None


def step_of(world: World, session: Session, now: datetime) -> Step:
    """The step that this log-in is at now."""
    if session.refused is not None:
        return Step(Stage.REFUSED, session.refused)
    if session.inside or session.user is None:
        return Step(Stage.IN)
    user = world.users[session.user]
    decision = login_decision(world, user, session.resource, session.context, now)
    if decision.refuses:
        return Step(Stage.REFUSED, decision)
    if decision.challenge and session.proved not in decision.challenge:
        return Step(Stage.CHALLENGE, decision)
    if decision.modal is not None and not session.modal_done:
        return Step(Stage.SET_UP, decision)
    return Step(Stage.IN, decision)


class LogIn(Command, frozen=True):
    """Username and password at a resource, in a browser; it replaces what that browser was doing."""

    browser: str
    username: str
    password: str
    resource: ResourceId = USER_PORTAL
    context: Context = Context()

    def decide(self, world: World, now: datetime) -> Decided:
        if self.resource != USER_PORTAL and self.resource not in world.applications:
            raise UnknownThing(f"There is no application {self.resource!r}.")
        user = world.users.get(user_id(self.username))
        if user is None or user.password is None or self.password != user.password:
            id_ = None if user is None else user.id
            fact = PasswordRefused(now, id_ or "unknown", self.browser, self.username[:200], id_)
            return Decided([fact, *lockout_facts(user, world.organization, now)])
        begun = LoginBegun(now, user.id, user.id, self.browser, self.resource, self.context)
        return settled(world, self.browser, [begun], now)


def lockout_facts(user: User | None, organization: Organization, now: datetime) -> list[Event]:
    """The lock-out that one more bad attempt brings, if it does."""
    if user is None or user.is_locked(now) or user.bad_attempts + 1 < organization.max_login_attempts:
        return []
    minutes = organization.lockout_minutes
    until = None if minutes is None else now + timedelta(minutes=minutes)
    return [UserLockedOut(now, "system", user.id, Lockout(now, until))]


def settled(world: World, browser: str, facts: list[Event], now: datetime) -> Decided:
    """The facts, and the end of the log-in if they have brought it there."""
    after = evolve(world, facts)
    session = after.browsers[browser]
    if session.user is None or not session.is_under_way:
        return Decided(facts)
    step = step_of(after, session, now)
    if step.stage is Stage.REFUSED and step.decision is not None:
        return Decided([*facts, LoginRefused(now, session.user, session.user, browser, step.decision)])
    return Decided([*facts, *arrivals(after, (browser,), now)])


def arrivals(world: World, browsers: Iterable[str], now: datetime) -> list[Event]:
    """For each of these browsers whose log-in has nothing left to answer: that it is in."""
    facts: list[Event] = []
    for browser in sorted(browsers):
        session = world.browsers.get(browser)
        if session is None or session.user is None or not session.is_under_way:
            continue
        if step_of(world, session, now).stage is Stage.IN:
            facts.append(LoginSucceeded(now, session.user, session.user, browser))
    return facts


def at_step(
    world: World, browser: str, now: datetime, *stages: Stage
) -> tuple[Session, User, Step] | Decided:
    """The session, its user and its step, which must be one of the stages.

    A log-in that has come to be refused meanwhile answers with that refusal as a fact. Raises NotAtThisStep.
    """
    session = world.browsers.get(browser)
    if session is None or session.user is None:
        raise NotAtThisStep("Nobody is logging in here; log in first.")
    step = step_of(world, session, now)
    if step.stage in stages:
        return session, world.users[session.user], step
    if step.stage is Stage.REFUSED and session.refused is None:
        return settled(world, browser, [], now)
    raise NotAtThisStep(NOT_NOW[step.stage])


NOT_NOW = {
    Stage.CHALLENGE: "This log-in waits for a second factor: answer the challenge first.",
    Stage.SET_UP: "This log-in waits for MFA to be set up.",
    Stage.IN: "This log-in is complete; there is nothing to answer.",
    Stage.REFUSED: "This log-in was refused; log in again.",
}


class LeaveBrowser(Command, frozen=True):
    """Log out, or leave halfway."""

    browser: str

    def decide(self, world: World, now: datetime) -> Decided:
        session = world.browsers.get(self.browser)
        if session is None:
            return Decided([])
        return Decided([BrowserLeft(now, session.user or "unknown", self.browser, session.user)])
