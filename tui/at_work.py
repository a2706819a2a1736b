"""The simulation at work: at once or in a thread, one thing at a time, and saved."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from textual.screen import Screen

from mfadrill.core.refusals import Refusal
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.workspace import Workspace
from mfadrill.tui.aside import LONG, MANY, uncollected
from mfadrill.tui.autosave import Autosave
from mfadrill.tui.time_bar.time_view import Recorded, TimeView, time_view
from mfadrill.tui.typing import TypedInOrder

Answer = TypeVar("Answer")


class AtWork(TypedInOrder):
    """An application over a simulation, which nobody else changes while it works."""

    def __init__(self, simulation: Simulation, workspace: Workspace | None) -> None:
        super().__init__()
        self.simulation = simulation
        self.autosave = None if workspace is None else Autosave(self, workspace)
        self._one_at_a_time = asyncio.Lock()
        self._time: tuple[object, TimeView] | None = None
        self._recorded = Recorded()

    def changed(self) -> None:
        """Show the world as it is now."""
        raise NotImplementedError

    def _show_header(self) -> None:
        """Show what is simulated, and whether it works."""
        raise NotImplementedError

    @property
    def _main(self) -> Screen:
        """The screen with the panes, whatever dialog is over it."""
        return self.screen_stack[0]

    def _simulate(
        self, work: Callable[[], Answer], done: Callable[[Answer | Refusal], None], *, large: bool = False
    ) -> None:
        """Let the simulation work, at once or in a thread, and pass on its answer or refusal."""
        if not (large or self._is_large) and not self._one_at_a_time.locked():
            done(self._answer(work))
        else:
            self.run_worker(self._simulate_aside(work, done), group="simulation")

    async def _simulate_aside(
        self, work: Callable[[], Answer], done: Callable[[Answer | Refusal], None]
    ) -> None:
        async with self._one_at_a_time:
            self._show_header()
            answer = await asyncio.to_thread(self._answer_and_look, work)
        done(answer)

    def _answer(self, work: Callable[[], Answer]) -> Answer | Refusal:
        try:
            answer = work()
        except Refusal as refusal:
            return refusal
        self._save()
        return answer

    def _answer_and_look(self, work: Callable[[], Answer]) -> Answer | Refusal:
        """What takes long in a large organization is not only the work, but also to see what comes next."""
        with uncollected():
            answer = self._answer(work)
            self._time_view()
        return answer

    def _time_view(self) -> TimeView:
        """The view of the time bar, computed once for each place of the cursor."""
        if self._time is None or not self._knows_time:
            self._time = self._cursor, time_view(self.simulation, self._recorded)
        return self._time[1]

    @property
    def _knows_time(self) -> bool:
        return self._time is not None and self._time[0] == self._cursor

    @property
    def _cursor(self) -> object:
        simulation = self.simulation
        return simulation.timeline, len(simulation.timeline), simulation.position, simulation.now

    @property
    def _is_large(self) -> bool:
        """Whether the simulation works in a thread."""
        return (
            len(self.simulation.timeline) > LONG or len(self.simulation.timeline.but_for_visits.users) > MANY
        )

    @property
    def _saving(self) -> Autosave | None:
        """Who saves this simulation; a replay is another one, which is not saved."""
        saving = self.autosave
        return None if saving is None or saving.workspace.simulation is not self.simulation else saving

    @property
    def _workspace_name(self) -> str:
        return "" if self._saving is None else self._saving.workspace.name

    def _save(self) -> None:
        """Have the workspace take in what came about, while the simulation stands still."""
        if self._saving is not None:
            self._saving.look()
