"""The question before the first act in the past."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import when
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.tick import Tick

#: The answers: this once, or from now on.
ACT, ALWAYS = "act", "always"


class StaysInThePast(Refusal):
    """The act was not meant to start a branch."""

    def __init__(self) -> None:
        super().__init__("Nothing was done: it would have started a new branch.")


class PastQuestion(Dialog[str]):
    """Answers ACT or, not to be asked again, ALWAYS."""

    KEYS = (("enter", "act"), ("tab", "next"), ("esc", "cancels"))

    def __init__(self, simulation: Simulation) -> None:
        super().__init__()
        self.simulation = simulation

    def compose(self) -> ComposeResult:
        simulation = self.simulation
        at = when(simulation.now, simulation.zone)
        with Box("Act in the past?"):
            yield Words(
                f"The clock stands in the past, at {at}. Acting here starts a new branch; "
                f"what {simulation.timeline.name} has ahead stays there."
            )
            yield Tick("don't ask again in this session", value=True, id="always")
            with Horizontal(classes="buttons"):
                yield RowButton("act on a new branch", id="act", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#act").focus()

    @on(Button.Pressed, "#act")
    def _act(self) -> None:
        self.dismiss(ALWAYS if self.query_one("#always", Tick).value else ACT)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
