"""Several commands as one."""

from datetime import datetime

from mfadrill.core.commands import Command, Decided, Outcome
from mfadrill.core.events import Event
from mfadrill.core.evolve import evolve
from mfadrill.core.world import World


class Together(Command, frozen=True):
    """Do these one after the other, or none of them: one act, and one undo."""

    commands: tuple[Command, ...]

    def decide(self, world: World, now: datetime) -> Decided:
        events: list[Event] = []
        outcomes: list[Outcome] = []
        for command in self.commands:
            decided = command.decide(world, now)
            world = evolve(world, decided.events)
            events += decided.events
            outcomes += decided.outcomes
        return Decided(events, outcomes)
