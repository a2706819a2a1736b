"""What the panes show: the world at the cursor, and the timeline up to it."""

from datetime import datetime

from msgspec import Struct

from mfadrill.core.world import World
from mfadrill.sim.timeline import Timeline


class Moment(Struct, frozen=True):
    """The simulation at the clock: so many events (`position`) of the timeline have happened.

    The timeline only grows, so this stays true while the simulation goes on.
    """

    world: World
    now: datetime
    timeline: Timeline
    position: int

    @property
    def zone(self) -> str:
        return self.world.organization.zone
