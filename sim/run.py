"""Letting time pass for long: step by step, so that whoever watches sees how far it is, and can stop it there."""

from datetime import datetime, timedelta

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import when
from mfadrill.sim.simulation import Digest, Simulation


class Run:
    """Time passes until the run is over. `why` says how it ended, where there is something to say.

    It may go on in a thread while another one looks at it or stops it. Between two steps, everything that is due up
    to the clock has happened: wherever it is left, all is in order.
    """

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.is_over, self.reached, self.refused, self.why = False, False, False, ""
        #: What it brought, once it is over.
        self.digest = Digest(simulation.now, simulation.now, ())
        self._low = simulation.position

    @property
    def title(self) -> str:
        raise NotImplementedError

    @property
    def events(self) -> int:
        """So many have happened, or lie between."""
        return abs(self.simulation.position - self._low)

    def stop(self) -> None:
        """Leave it after the step that it is at."""
        self.end("stopped")

    def go(self) -> None:
        """Go on to the end."""
        simulation = self.simulation
        since, self._low = simulation.now, simulation.position
        self.digest = Digest(since, since, ())
        try:
            if not self.is_over:
                self.begin()
            while not self.is_over:
                self.step()
        except Refusal as refusal:
            self.refused = True
            self.end(refusal.text)
        low, high = sorted((self._low, simulation.position))
        self.digest = Digest(since, simulation.now, simulation.timeline.events.part(low, high))

    def begin(self) -> None:
        """Look at the world before time passes. Raises a Refusal."""

    def step(self) -> None:
        """Go a little further. Raises a Refusal."""
        raise NotImplementedError

    def end(self, why: str = "", *, reached: bool = False) -> None:
        """It is over, unless it has been before."""
        if not self.is_over:
            self.why, self.reached, self.is_over = why, reached, True


class Journey(Run):
    """The clock goes by a span (but not beyond the start), to an instant, or (with None) to what comes next."""

    def __init__(self, simulation: Simulation, target: timedelta | datetime | None) -> None:
        super().__init__(simulation)
        self._target = target
        self._goal: datetime | None = None

    @property
    def title(self) -> str:
        return "" if self._goal is None else f"On the way to {when(self._goal, self.simulation.zone)}"

    def begin(self) -> None:
        simulation, target = self.simulation, self._target
        # Reckoned here, for the clock may still be on the way when the next journey is asked for.
        if isinstance(target, timedelta):
            target = max(target, simulation.start - simulation.now)
        self._goal = simulation.goal(target)

    def step(self) -> None:
        simulation, goal = self.simulation, self._goal
        assert goal is not None
        until = simulation.timeline.until
        # What is recorded is not lived through again. Of a crowd, an hour brings more than a day of nothing but mails.
        stride = timedelta(hours=1) if simulation.has_crowd else timedelta(days=1)
        simulation.travel_to(goal if goal <= until else min(goal, max(simulation.now, until) + stride))
        if simulation.now == goal:
            self.end(reached=True)
