"""The bar of a replay: it goes through a scenario step by step, and shows in the panes what each step is about."""

from collections.abc import Callable, Sequence
from typing import Protocol, cast

from msgspec import Struct
from textual import events
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from mfadrill.core.refusals import Refusal
from mfadrill.core.users import user_id
from mfadrill.core.words import when
from mfadrill.sim.scenario.load import Scenario
from mfadrill.sim.scenario.stepping import Stepping
from mfadrill.sim.simulation import Digest, Simulation
from mfadrill.tui.action_line import ActionLine
from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.registry import bindings
from mfadrill.tui.aside import MANY
from mfadrill.tui.dialog import Words
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.messages import Rework
from mfadrill.tui.panes import Panes
from mfadrill.tui.replay.bar_view import control_links, remarks, step_links
from mfadrill.tui.replay.scene import Scene, scenes_of
from mfadrill.tui.replay.steps_screen import StepsScreen
from mfadrill.tui.user_portal.pane import BROWSER

#: For so many seconds a step is shown while the replay plays.
PACES = (1.0, 2.0, 4.0, 8.0, 16.0)

#: Below this height of the terminal only what went wrong has a row of its own.
TALL = 30


class Stage(Protocol):
    """What a replay needs of the application, which imports this module."""

    simulation: Simulation
    scenario_title: str
    beginning: str

    @property
    def panes(self) -> Panes: ...
    def stage(self, simulation: Simulation, title: str, beginning: str) -> None: ...
    def tell_journey(self, digest: Digest | None) -> None: ...
    def bring(self, pane: str) -> None: ...
    def changed(self) -> None: ...


class Before(Struct, frozen=True):
    """What the application had before the replay."""

    simulation: Simulation
    title: str
    beginning: str
    browser: str
    #: Who was typed into the log-in form.
    typed: str
    pane: str
    tab: str


class ReplayBar(Widget, can_focus=True):
    HELP = (
        "Replay: a scenario, step by step. → does the next step and ← goes back, space plays, enter lists the steps. "
        "The panes show the world after the step, and you can look around and act in it; x leaves the replay, to go on "
        "from here or to return to what you had."
    )
    DEFAULT_CSS = """
    ReplayBar { height: auto; background: $surface; padding: 0 1; }
    ReplayBar:focus { background: $panel; }
    ReplayBar ActionLine { background: transparent; }
    ReplayBar #replay-says { height: auto; max-height: 4; color: $text-muted; }
    ReplayBar #replay-says.problem { color: $error; }
    """
    BINDINGS = bindings(Area.REPLAY)

    def __init__(self) -> None:
        super().__init__(id="replay")
        self.display = False
        self.stepping: Stepping | None = None
        self.playing = False
        self.pace = PACES[2]
        self._before: Before | None = None
        self._timer: Timer | None = None
        #: The number of the step that the panes show.
        self._shown = -1

    def compose(self) -> ComposeResult:
        yield ActionLine(id="replay-controls")
        yield ActionLine(id="replay-step")
        yield Words(id="replay-says")

    @property
    def _stage(self) -> Stage:
        return cast(Stage, self.app)

    @property
    def situation(self) -> dict[str, bool]:
        """What this knows of the situation."""
        stepping = self.stepping
        return {
            "replaying": stepping is not None,
            "steps_ahead": stepping is not None and stepping.number < len(stepping),
            "steps_behind": stepping is not None and stepping.number > 0,
        }

    # Beginning and leaving

    def begin(self, scenario: Scenario, number: int = 0, *, return_to: bool = True) -> None:
        """Replay this scenario, from after so many steps on. `return_to` says whether what is there now matters."""
        stage = self._stage
        if self.stepping is None and return_to:
            panes = stage.panes
            self._before = Before(
                stage.simulation,
                stage.scenario_title,
                stage.beginning,
                panes.portal.browser,
                panes.portal.typed,
                panes.current,
                panes.admin.tab,
            )
        self._pause()

        def work(_: Simulation) -> Stepping:
            stepping = Stepping(scenario)
            stepping.go_to(number)
            stage.stage(stepping.simulation, scenario.title, scenario.beginning)
            return stepping

        def begun(stepping: Stepping | Refusal) -> None:
            if isinstance(stepping, Stepping):
                self.stepping, self._shown = stepping, -1
                self.display = True
                self.screen.set_focus(
                    self
                )  # at once: what a step shows takes the focus only from what it hides
                self._arrived(None)

        self.post_message(Rework(work, begun, large=bool(scenario.founding[MANY:]) or number > 0))

    def action_leave(self) -> None:
        stepping, before = self.stepping, self._before
        if stepping is None:
            return
        if before is None:
            self._left("stay")
            return
        at = when(before.simulation.now, before.simulation.zone)
        items = [
            Item("stay", "go on from here", "this world is yours, as it is now"),
            Item("return", "return to what was before", f"{before.title}, {at}".lstrip(", ")),
        ]
        self.app.push_screen(Menu("Leave the replay", items, self.region), self._left)

    def _left(self, choice: str | None) -> None:
        if choice is None:
            return
        self._pause()
        before, self._before, self.stepping = self._before, None, None
        self.display = False
        stage = self._stage
        if choice == "return" and before is not None:
            stage.stage(before.simulation, before.title, before.beginning)
            stage.panes.portal.sit_at(before.browser)
        stage.tell_journey(None)
        stage.changed()
        self.call_later(self._go_on, before if choice == "return" else None)

    async def _go_on(self, before: Before | None) -> None:
        """Put the focus where somebody is at work: where it was before the replay, or is now."""
        stage = self._stage
        panes = stage.panes
        if before is not None:
            if panes.admin.tab != before.tab:
                await panes.admin.show_tab(before.tab)
            panes.portal.fill_in(before.typed)
        stage.bring(panes.current if before is None else before.pane)
        if panes.current == "admin":
            panes.admin.focus_tab()
        else:
            panes.portal.focus_screen()

    # Stepping

    def action_step(self, by: int) -> None:
        self._ask(lambda stepping: stepping.number + by)

    def action_go_to(self, number: int) -> None:
        """Go to after this step; a negative number counts from the end."""
        self._ask(lambda stepping: number if number >= 0 else len(stepping) + 1 + number)

    def action_steps(self) -> None:
        def chosen(number: int | None) -> None:
            if number is not None:
                self.action_go_to(number)

        if self.stepping is not None:
            self.app.push_screen(StepsScreen(self.stepping), chosen)

    def _ask(self, target: Callable[[Stepping], int]) -> None:
        """Go there, unless that would lose what somebody did here."""
        stepping = self.stepping
        if stepping is None:
            return
        if not stepping.acted:
            self._go(target)
            return
        self._pause()

        def answered(choice: str | None) -> None:
            if choice == "on":
                self._go(target)
            elif choice is not None:
                self._left("stay")

        items = [
            Item("on", "go on with the replay", "what you did here is given up"),
            Item("stay", "keep what you did", "and leave the replay"),
        ]
        title = f"You have acted since step {stepping.number}"
        self.app.push_screen(Menu(title, items, self.region), answered)

    def _go(self, target: Callable[[Stepping], int]) -> None:
        stepping = self.stepping
        if stepping is None:
            return

        def work(_: Simulation) -> None:
            stepping.go_to(target(stepping))
            scenario = stepping.scenario
            self._stage.stage(stepping.simulation, scenario.title, scenario.beginning)

        crowd = stepping.simulation.world.behaviour is not None
        self.post_message(
            Rework(work, self._arrived, large=crowd or len(stepping.simulation.timeline) > MANY)
        )

    def _arrived(self, _: object) -> None:
        """Show what the step brought. The panes are shown the new world after this, and then the scene."""
        stepping = self.stepping
        if stepping is None:
            return
        self._stage.tell_journey(stepping.journey)
        jumped, self._shown = stepping.number != self._shown + 1, stepping.number
        steps = stepping.scenario.steps[: stepping.number]
        scenes = [*scenes_of(steps if jumped else steps[-1:])]
        if jumped and not any(scene.browser for scene in scenes):
            scenes = [Scene(browser=BROWSER), *(scenes or [Scene(tab="users")])]  # nobody has logged in yet
        for scene in scenes:
            if scene.browser:
                self._stage.panes.portal.sit_at(scene.browser, scene.user, scene.drawer)
        if stepping.number in stepping.failures or stepping.number == len(stepping):
            self._pause()
        self._wait()
        self.call_later(self._set, scenes)

    async def _set(self, scenes: Sequence[Scene]) -> None:
        """Bring on screen what the step is about; who looked at something else keeps the focus there, if possible."""
        stage = self._stage
        panes, focused = stage.panes, self.screen.focused
        for scene in scenes:
            if scene.tab:
                stage.bring("admin")
                if panes.admin.tab != scene.tab:
                    await panes.admin.show_tab(scene.tab)
                panes.admin.point_at(user=user_id(scene.user), group=scene.group, policy=scene.policy)
            elif scene.browser:
                panes.admin.point_at(user=user_id(scene.user))
                stage.bring("user")
                panes.portal.fill_in(scene.user)
        gone = focused is None or not focused.is_attached or not focused.region
        (self if gone or focused is None else focused).focus()

    # Playing

    def action_play(self) -> None:
        stepping = self.stepping
        if stepping is None:
            return
        if self.playing or stepping.number == len(stepping):
            self._pause()
        else:
            self.playing = True
            self._play_on()
        self.show()

    def action_pace(self) -> None:
        def chosen(item: str | None) -> None:
            if item is not None:
                self.pace = float(item)
                self._wait()
                self.show()

        items = [Item(str(pace), f"{pace:g} s a step") for pace in PACES]
        self.app.push_screen(Menu("Pace", items, self.region, str(self.pace)), chosen)

    def _pause(self) -> None:
        self.playing = False
        self._wait()

    def _wait(self) -> None:
        """Wait for as long as a step is shown, if it plays; nothing waits otherwise."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(self.pace, self._play_on) if self.playing else None

    def _play_on(self) -> None:
        if self.stepping is None or self.stepping.acted:
            self._pause()
            self.show()
        elif len(self.app.screen_stack) > 1:
            self._wait()  # a dialog is open: it is read first
        else:
            self._ask(lambda stepping: stepping.number + 1)

    # Showing

    def show(self) -> None:
        """Show where the replay is, and whether somebody has acted since."""
        stepping = self.stepping
        if stepping is None:
            return
        width = max(20, self.size.width - 2)
        controls = control_links(stepping, playing=self.playing, pace=f"{self.pace:g} s", width=width)
        self.query_one("#replay-controls", ActionLine).show_links(controls)
        self.query_one("#replay-step", ActionLine).show_links(step_links(stepping, width))
        text, problem = remarks(stepping, width)
        says = self.query_one("#replay-says", Words)
        says.say(text, problem=problem)
        says.display = problem or self.app.size.height >= TALL

    def on_resize(self, event: events.Resize) -> None:
        self.show()
