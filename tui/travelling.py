"""Travelling: what moves the clock, and what is told of it."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from msgspec import structs

from mfadrill.core.behaviour import PRESETS
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.refusals import Refusal
from mfadrill.sim.crowd import in_short
from mfadrill.sim.run import Journey, Run
from mfadrill.sim.simulation import Digest, Simulation
from mfadrill.sim.timeline import Act
from mfadrill.sim.until import Condition, Until
from mfadrill.sim.workspace import Workspace
from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.registry import bindings
from mfadrill.tui.aside import LONG
from mfadrill.tui.at_work import AtWork
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.messages import Perform
from mfadrill.tui.time_bar.bar import TimeBar
from mfadrill.tui.time_bar.date_dialog import DateDialog
from mfadrill.tui.time_bar.digest_sheet import DigestSheet, digest_lines
from mfadrill.tui.time_bar.player import EVERY, Player
from mfadrill.tui.time_bar.run_dialog import watched
from mfadrill.tui.time_bar.time_view import digest_in_words, run_in_words, undone_in_words
from mfadrill.tui.time_bar.until_dialog import ask_condition


class Travelling(AtWork):
    """An application whose clock travels: the actions of the time bar."""

    BINDINGS = [*bindings(Area.TIME)]

    def __init__(self, simulation: Simulation, workspace: Workspace | None) -> None:
        super().__init__(simulation, workspace)
        self._digest: Digest | None = None
        self.player = Player()

    def on_mount(self) -> None:
        self._ticks = self.set_interval(EVERY, self._tick, pause=True)

    def travel(self, target: timedelta | datetime | None) -> None:
        """Move the clock by a span, to an instant, or to the next event, and tell what happened."""
        self._let_pass(Journey(self.simulation, target), large=self.simulation.world.behaviour is not None)

    def _let_pass(self, run: Run, *, large: bool) -> None:
        """Let time pass; what may take long can be watched and stopped."""
        if large or self._is_large or self._one_at_a_time.locked():
            self.run_worker(partial(self._let_pass_aside, run), group="simulation")
        else:
            self._answer(run.go)
            self._arrived(run, run_in_words(run, self.simulation.zone))

    async def _let_pass_aside(self, run: Run) -> None:
        def go() -> str:
            self._answer_and_look(run.go)
            return run_in_words(run, self.simulation.zone)

        async with self._one_at_a_time:
            self._show_header()
            news = await watched(self, run, go)
        self._arrived(run, news)

    def _arrived(self, run: Run, news: str) -> None:
        self._tell(news, "good" if run.reached else "bad" if run.refused else "warn")
        digest = run.digest
        if digest.since != digest.until or not run.refused:
            self._digest = digest
            self.changed()

    def tell_journey(self, digest: Digest | None) -> None:
        """Tell what a journey of the clock has brought that is over; nothing, if there was none."""
        self._digest = digest
        self._tell("" if digest is None else digest_in_words(digest, self.simulation.zone))

    def _now_on_branch(self) -> None:
        """What the clock's last journey brought was on another branch."""
        self._digest = None
        self._tell(f"now on {self.simulation.timeline.name}")

    def _tell(self, news: str, tone: str = "good") -> None:
        self._main.query_one(TimeBar).tell(news, tone)

    def action_travel_hours(self, hours: int) -> None:
        self.travel(timedelta(hours=hours))

    def action_next_event(self) -> None:
        self.travel(None)

    def action_until(self) -> None:
        anchor = self._main.query_one("#controls").region
        ask_condition(self, self.simulation.world, anchor, self.go_on_until)

    def go_on_until(self, condition: Condition) -> None:
        """Let time pass until this is so."""
        self._let_pass(Until(self.simulation, condition), large=True)

    def action_to_start(self) -> None:
        self.travel(self.simulation.start)

    def action_to_date(self) -> None:
        def chosen(instant: datetime | None) -> None:
            if instant is not None:
                self.travel(instant)

        self.push_screen(DateDialog(self.simulation.now, self.simulation.start, self.simulation.zone), chosen)

    def action_crowd(self) -> None:
        """Choose how the users behave from now on; it is an act, and undo takes it back."""
        behaviour = self.simulation.world.behaviour
        items = [Item(preset.name, preset.name, in_short(preset)) for preset in PRESETS.values()]
        items.append(Item("", "nobody", "users log in when you let them"))
        current = "" if behaviour is None else behaviour.name

        def chosen(name: str | None) -> None:
            if name is None:
                return
            holidays = () if behaviour is None else behaviour.holidays
            preset = PRESETS.get(name)
            new = None if preset is None else structs.replace(preset, holidays=holidays)
            self.post_message(Perform(SetBehaviour(new)))

        clock = self._main.query_one("#clock")
        self.push_screen(Menu("Crowd: who logs in on their own", items, clock.region, current), chosen)

    def action_play(self) -> None:
        if self.player.playing:
            self.player.playing = False
            self._played()
        else:
            self.player.begin(self.simulation)
            self._ticks.resume()
            self._show_speed()

    def action_speed(self) -> None:
        def chosen(item: str | None) -> None:
            if item is not None:
                self.player.choose(item)
                self._show_speed()

        clock = self._main.query_one("#clock")
        self.push_screen(Menu("Speed", self.player.items(), clock.region, self.player.speed.id), chosen)

    def _show_speed(self) -> None:
        self._main.query_one(TimeBar).show_speed(self.player.speed.label if self.player.playing else "")

    def _tick(self) -> None:
        """Let time pass while it plays; while the simulation works, time waits for it."""
        seconds = self.player.elapsed(monotonic())
        if self.player.playing and seconds and not self._one_at_a_time.locked():
            self.play_on(seconds)

    def play_on(self, seconds: float) -> None:
        """Let the time pass that so many seconds are at the speed of the player."""

        def passed(answer: Digest | Refusal) -> None:
            if isinstance(answer, Digest):
                self.changed()
            if not self.player.playing:
                self._played(answer.text if isinstance(answer, Refusal) else "")

        self._simulate(lambda: self.player.play(self.simulation, seconds), passed)

    def _played(self, why: str = "") -> None:
        """Say what playing has brought, or why it goes no further."""
        self._ticks.pause()
        self._show_speed()
        digest = self.player.since(self.simulation)
        if digest is not None:
            self._digest = digest
            self._tell(why or digest_in_words(digest, self.simulation.zone), "bad" if why else "good")

    async def action_digest(self) -> None:
        """Open what the last journey brought; a long one is sorted in a thread."""
        digest, simulation = self._digest, self.simulation
        if digest is None:
            self.notify("The clock has not moved yet on this branch.", severity="warning", markup=False)
            return
        work = partial(digest_lines, digest, simulation.timeline.head, simulation.zone)
        lines = await asyncio.to_thread(work) if len(digest.events) > LONG else work()
        self.push_screen(DigestSheet(digest, lines, simulation.zone), self._wished)

    def _wished(self, instant: datetime | None) -> None:
        if instant is not None:
            self.travel(instant)

    def action_zoom(self, by: int) -> None:
        self._main.query_one(TimeBar).zoom(by)

    def action_undo(self) -> None:
        def undone(answer: Act | Refusal) -> None:
            if isinstance(answer, Refusal):
                self._tell(answer.text, "bad")
            else:
                self._tell(undone_in_words(answer, self.simulation))
                self.changed()

        self._simulate(self.simulation.undo, undone)
