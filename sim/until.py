"""Letting time pass until something is so: event by event, in stretches that can be shown and stopped."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from msgspec import Struct

from mfadrill.core.events import Event, LoginRefused, OrganizationUpdated, PeriodExpired
from mfadrill.core.factors import FactorStatus
from mfadrill.core.refusals import Refusal
from mfadrill.core.status import totp_status
from mfadrill.core.users import UserId
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.sim.simulation import CannotTravel, Digest, Simulation

#: A condition may never come true: so far and no further does one run go.
MOST_DAYS, MOST_EVENTS = 366, 200_000


class Tally:
    """Who is enrolled and who is in enrollment (TOTP), kept up with the events."""

    def __init__(self, simulation: Simulation) -> None:
        self.enrolled: set[UserId] = set()
        self._in_enrollment: set[UserId] = set()
        self._look(simulation, simulation.world.users)

    def note(self, simulation: Simulation, events: Sequence[Event]) -> None:
        """Take in what has happened up to the clock."""
        if any(isinstance(event, OrganizationUpdated) for event in events):
            self._look(simulation, simulation.world.users)
        else:
            self._look(simulation, {UserId(one) for event in events for one in event.touches})

    def _look(self, simulation: Simulation, ids: object) -> None:
        world = simulation.world
        for user in ids:  # type: ignore[attr-defined]
            status = self._status(world, user, simulation)
            for among, meant in (
                (self.enrolled, FactorStatus.ENROLLED),
                (self._in_enrollment, FactorStatus.IN_ENROLLMENT),
            ):
                (among.add if status is meant else among.discard)(user)

    def _status(self, world: World, user: UserId, simulation: Simulation) -> FactorStatus | None:
        found = world.users.get(user)
        return None if found is None else totp_status(found, world.organization, simulation.now)

    def anybody_in_enrollment(self, simulation: Simulation) -> bool:
        """A period that ends without an event, as that of a suspended user does, is noticed here."""
        world = simulation.world
        while self._in_enrollment:
            user = next(iter(self._in_enrollment))
            if self._status(world, user, simulation) is FactorStatus.IN_ENROLLMENT:
                return True
            self._in_enrollment.discard(user)
        return False
