"""The steps of a scenario as a list, to jump to any of them."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.plain import plain
from mfadrill.sim.scenario.step_words import mismatch_in_words
from mfadrill.sim.scenario.stepping import Stepping
from mfadrill.tui.cells import Piece
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.line_list import LineList


class StepList(LineList):
    """The beginning, and each step with its sign: as expected, not so, done, or not done yet."""

    DEFAULT_CSS = """
    StepList { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self, stepping: Stepping) -> None:
        super().__init__(id="steps")
        self.stepping = stepping

    def line_count(self) -> int:
        return len(self.stepping) + 1

    def line(self, index: int, width: int) -> list[Piece]:
        stepping = self.stepping
        here = "●" if index == stepping.number else " "
        if index == 0:
            return [(f"{here} ", "accent"), ("    the beginning", "")]
        step = stepping.scenario.steps[index - 1]
        if index in stepping.failures:
            sign: Piece = ("✗", "bad")
        elif index > stepping.seen:
            sign = (" ", "")
        else:
            sign = ("✓", "good") if step.expect or step.refused is not None else ("·", "muted")
        return [
            (f"{here} ", "accent"),
            (f"{index:>3} ", "muted"),
            sign,
            (f" {plain(step.words)}", "" if index <= stepping.seen else "muted"),
        ]

    def describe(self, index: int) -> str | None:
        if index == 0:
            return self.stepping.scenario.about or None
        step, failure = self.stepping.scenario.steps[index - 1], self.stepping.failures.get(index)
        mismatches = () if failure is None else map(mismatch_in_words, failure.mismatches)
        return "\n".join(part for part in (step.words, step.note, *mismatches) if part)

    def on_mount(self) -> None:
        self.cursor = self.stepping.number
        self.lines_changed()
        self.styles.height = max(2, min(16, self.line_count()))
        self.call_after_refresh(self.bring_on_screen)


class StepsScreen(Dialog[int]):
    """Answers with the number of steps to have done."""

    HELP = (
        "All steps of the scenario. ✓ brought what it should, ✗ did not, · expects nothing; a muted one was not done "
        "yet. Going to a step shows everything exactly as it is after it."
    )
    DEFAULT_CSS = """
    StepsScreen #box { width: 100; }
    StepsScreen #step-says { height: auto; min-height: 2; max-height: 5; margin: 1 0 0 0; }
    """
    KEYS = (("↑↓", "move"), ("enter", "goes to the step"), ("esc", "closes"))

    def __init__(self, stepping: Stepping) -> None:
        super().__init__()
        self.stepping = stepping

    def compose(self) -> ComposeResult:
        with Box(f"Steps: {self.stepping.scenario.title}"):
            yield StepList(self.stepping)
            yield Words(id="step-says", classes="muted")
            with Horizontal(classes="buttons"):
                yield RowButton("go there", id="go", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one(StepList).focus()
        self._describe()

    @on(StepList.Moved)
    def _describe(self) -> None:
        steps = self.query_one(StepList)
        said = self.query_one("#step-says", Words)
        said.say(steps.describe(steps.cursor) or "", problem=steps.cursor in self.stepping.failures)

    @on(StepList.Opened)
    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        self.dismiss(self.query_one(StepList).cursor)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
