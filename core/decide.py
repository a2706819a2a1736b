"""Deciding: what a command brings in a world, the log-ins included that it sets free."""

from datetime import datetime

from mfadrill.core.commands import Command, Decided
from mfadrill.core.evolve import evolve
from mfadrill.core.portal import arrivals
from mfadrill.core.world import World


def decide(world: World, command: Command, now: datetime) -> Decided:
    """The facts that answer the command. Raises a Refusal where a rule forbids it.

    A log-in under way may have nothing left to answer afterwards (the requirement is gone, say): it is in then.
    """
    decided = command.decide(world, now)
    under_way = [name for name, session in world.browsers.items() if session.is_under_way]
    if not under_way or not decided.events:
        return decided
    arrived = arrivals(evolve(world, decided.events), under_way, now)
    return Decided([*decided.events, *arrived], decided.outcomes)
