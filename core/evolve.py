"""Evolve: the world after some facts. Nothing else changes a world."""

from collections.abc import Iterable

from mfadrill.core.events import Event
from mfadrill.core.world import Draft, World


def evolve(world: World, events: Iterable[Event]) -> World:
    """The world after the events, applied in order in one transaction. Never fails on what `decide` answered."""
    draft = Draft(world)
    for event in events:
        event.apply(draft)
    return draft.finish()
