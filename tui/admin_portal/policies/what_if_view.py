"""What a policy that is not saved yet would change, in lines."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, structs

from mfadrill.core.policies import USER_PORTAL, Context, Policy, ResourceId
from mfadrill.core.refusals import Refusal, UnusableValue
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.users import UserId
from mfadrill.core.what_if import WhatIf, what_if_in_steps, world_with
from mfadrill.core.words import count, when
from mfadrill.core.world import World
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.moment import Moment
from mfadrill.tui.time_bar.instants import read_instant

TONES = {
    LoginOutcome.DENIED: "bad",
    LoginOutcome.LOCKED_OUT: "bad",
    LoginOutcome.SET_UP: "warn",
    LoginOutcome.CHALLENGE_THEN_SET_UP: "warn",
    LoginOutcome.CHALLENGE: "accent",
    LoginOutcome.LET_IN: "good",
}


class Line(Struct, frozen=True):
    """One transition, and who makes it."""

    label: str
    users: tuple[UserId, ...]
    tone: str


def lines_of(found: WhatIf) -> tuple[Line, ...]:
    """Changes first, then by how many."""
    ordered = sorted(found.touched.items(), key=lambda item: (not item[0].changes, -len(item[1]), item[0]))
    return tuple(
        Line(t.label, tuple(users), TONES.get(t.after, "") if t.changes else "muted") for t, users in ordered
    )


class Question(Struct, frozen=True):
    """What the policy would change at an instant, for a log-in that comes from `context`."""

    policy: Policy
    moment: Moment
    at: datetime
    context: Context

    @property
    def resource(self) -> ResourceId:
        """Where the log-in goes: the first that the policy guards."""
        names = self.moment.world.applications
        if USER_PORTAL in self.policy.resources or not self.policy.resources:
            return USER_PORTAL
        return min(self.policy.resources, key=lambda id_: names[id_].name.casefold() if id_ in names else id_)

    def where(self) -> str:
        """Such as `at Wiki, the first of 3 applications, Mon 9 Mar 2026 09:00`."""
        found = self.moment.world.applications.get(self.resource)
        words = "at the User Portal" if found is None else f"at {found.name}"
        if len(self.policy.resources) > 1:
            words += f", the first of {len(self.policy.resources)} applications"
        if self.at == self.moment.now:
            return f"{words}, now"
        crowd = self.moment.world.behaviour is not None
        until = "after what the crowd does until then" if crowd else "if nobody enrolls until then"
        return f"{words}, {when(self.at, self.moment.zone)} {until}"

    def answers(self) -> Iterator[WhatIf]:
        """What is known so far, after every so many users; at first, the clock goes there on a private copy."""
        twin = self._twin()
        return self._answers(twin)

    def _twin(self) -> Simulation | None:
        moment = self.moment
        if self.at == moment.now:
            return None
        return Simulation.standing_at(moment.timeline, moment.position, moment.now)

    def _answers(self, twin: Simulation | None) -> Iterator[WhatIf]:
        world = self.moment.world
        if twin is not None:
            twin.travel_to(self.at)
            world = twin.world
        after = world_with(self.policy, world)
        yield from what_if_in_steps(world, after, self.at, self.resource, self.context)


def refusal_of(policy: Policy, world: World) -> str:
    """Why the policy cannot be saved; empty if it can."""
    try:
        world_with(policy, world)
    except Refusal as refusal:
        return refusal.text
    return ""


def askable(policy: Policy, world: World) -> tuple[Policy, str]:
    """The policy to ask about, and why it cannot be saved: a name that it lacks changes nothing about who it meets."""
    refusal = refusal_of(policy, world)
    if refusal:
        named = structs.replace(policy, name="(not named yet)")
        if not refusal_of(named, world):
            return named, refusal
    return policy, refusal


def read_when(text: str, moment: Moment) -> datetime:
    """The instant that is asked about; now if nothing is typed. Raises what is wrong with it."""
    if not text.strip():
        return moment.now
    at = read_instant(text, moment.now, moment.zone)
    if at < moment.now:
        raise UnusableValue(
            "A policy that is not saved yet changes nothing in the past: choose a later date."
        )
    return at


def summary(found: WhatIf) -> str:
    """The numbers in a sentence."""
    if not found.done:
        return f"{found.looked_at:,} of {found.total:,} users looked at; {found.changed:,} change so far"
    if not found.changed:
        return f"the next log-in stays as it is for all {count(found.total, 'user')}"
    denied = sum(
        len(users)
        for transition, users in found.touched.items()
        if transition.changes and transition.after is LoginOutcome.DENIED
    )
    also = f", {denied:,} denied" if denied else ""
    rest = f"; {found.untouched:,} not targeted" if found.untouched else ""
    return f"the next log-in changes for {found.changed:,} of {count(found.total, 'user')}{also}{rest}"
