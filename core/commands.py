"""What a command is, and what deciding it answers. The commands themselves live with their rules."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from mfadrill.core.events import Event
from mfadrill.core.refusals import Refusal, UnknownThing, UnusableValue
from mfadrill.core.users import User, UserId
from mfadrill.core.world import World


class OutcomeKind(StrEnum):
    """What a command does to one user."""

    PERIOD_STARTED = "period started"
    PERIOD_REPLACED = "period replaced"
    PRE_ENROLLMENT = "pre-enrollment"
    ALREADY_ENROLLED = "already enrolled, no period"
    NO_PERIOD = "required, no period (TOTP is off)"
    REQUIREMENT_REMOVED = "requirement removed"
    NOT_REQUIRED = "was not required"
    TOTP_RESET = "TOTP reset"
    TOTP_RESET_PERIOD_STARTED = "TOTP reset, period started"
    CREATED = "created"
    ACTIVATED = "activated"
    ACTIVATED_PERIOD_STARTED = "activated, period started"
    ACTIVATION_SCHEDULED = "activation scheduled"
    SUSPENDED = "suspended"
    UNLOCKED = "unlocked"
    PASSWORD_SET = "password set"
    ENROLLED = "enrolled"
    JOINED = "added to group"
    LEFT = "removed from group"
    MAIL_RESENT = "mail sent again"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Outcome(Struct, frozen=True, gc=False):
    """What happened, or would happen, to one user; `why` is the refusal's text."""

    user: UserId
    kind: OutcomeKind
    why: str = ""


class Decided(Struct, frozen=True):
    """The facts that answer a command, and for commands on users the outcome of each."""

    events: list[Event]
    outcomes: list[Outcome] = []


class Command(Struct, frozen=True, tag=True):
    """Something that an admin, a user or their phone does."""

    def decide(self, world: World, now: datetime) -> Decided:
        """The facts that follow in this world at this instant. Raises a Refusal where a rule forbids it."""
        raise NotImplementedError


def for_each_user(
    world: World, users: Iterable[UserId], one: Callable[[User], tuple[OutcomeKind, list[Event]]]
) -> Decided:
    """Decide for each user on its own. Who is refused does not stop the others.

    Raises UnusableValue without any user, UnknownThing for one that does not exist, and the first
    refusal when there is one user only; of several, each has an outcome of its own.
    """
    events: list[Event] = []
    outcomes: list[Outcome] = []
    refusal_of_one: Refusal | None = None
    for id_ in dict.fromkeys(users):
        user = world.users.get(id_)
        if user is None:
            raise UnknownThing(f"There is no user {id_!r}.")
        try:
            kind, facts = one(user)
        except Refusal as refusal:
            refusal_of_one = refusal
            outcomes.append(Outcome(id_, OutcomeKind.REFUSED, refusal.text))
        else:
            events += facts
            outcomes.append(Outcome(id_, kind))
    if not outcomes:
        raise UnusableValue("Select at least one user.")
    if refusal_of_one is not None and len(outcomes) == 1:
        raise refusal_of_one
    return Decided(events, outcomes)
