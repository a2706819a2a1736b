"""Switching the crowd on and off: users who log in on their own."""

from datetime import datetime

from mfadrill.core.behaviour import MINUTES_A_DAY, Behaviour
from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import BehaviourSet
from mfadrill.core.plain import is_plain
from mfadrill.core.refusals import UnusableValue
from mfadrill.core.world import World

MOST_LOG_INS = 25
MOST_AWAY = 90


class SetBehaviour(Command, frozen=True):
    """Let users log in on their own from now on, as this says; None lets nobody any more.

    It is an act like any other: it stands in the log, and undoing it takes back what the crowd did since.
    """

    behaviour: Behaviour | None

    def decide(self, world: World, now: datetime) -> Decided:
        if self.behaviour == world.behaviour:
            return Decided([])
        if self.behaviour is not None:
            check_behaviour(self.behaviour)
        return Decided([BehaviourSet(now, "system", self.behaviour)])


def check_behaviour(behaviour: Behaviour) -> None:
    """Raises UnusableValue."""
    if not behaviour.name.strip() or len(behaviour.name) > 40 or not is_plain(behaviour.name):
        raise UnusableValue("A behaviour needs a name of 1 to 40 printable characters.")
    if not 1 <= behaviour.log_ins <= MOST_LOG_INS:
        raise UnusableValue(f"A user logs in from 1 to {MOST_LOG_INS} times a week.")
    if not 0 <= behaviour.opens < behaviour.closes <= MINUTES_A_DAY:
        raise UnusableValue("Working hours end later than they begin, on the same day.")
    if not 0 <= behaviour.enroll_at_first <= behaviour.enroll_at_last <= 100:
        raise UnusableValue(
            "The chances to enroll are from 0 to 100 percent, and at last not lower than at first."
        )
    if not 0 <= behaviour.away <= MOST_AWAY:
        raise UnusableValue(f"From 0 to {MOST_AWAY} percent of the users are away.")
