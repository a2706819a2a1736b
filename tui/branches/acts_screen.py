"""The acts of a branch: tell the branch again without one of them, or with other days."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import whole_days
from mfadrill.sim.rewriting import Rewritten, days_of, rewrite, with_days
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.timeline import Timeline
from mfadrill.tui.admin_portal.bulk.bulk_view import ResultLine
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.ask_dialog import AskDialog
from mfadrill.tui.branches.branches_view import act_in_words, rewritten_in_words
from mfadrill.tui.cells import Piece
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.messages import Rework


class ActList(LineList):
    DEFAULT_CSS = """
    ActList { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self, branch: Timeline, zone: str) -> None:
        super().__init__(id="acts")
        self.acts, self._zone = tuple(branch.acts), zone

    def line_count(self) -> int:
        return len(self.acts)

    def line(self, index: int, width: int) -> list[Piece]:
        return [(act_in_words(self.acts[index], self._zone), "")]

    def describe(self, index: int) -> str | None:
        return act_in_words(self.acts[index], self._zone)

    def empty(self) -> str:
        return "Nobody has done anything on this branch."

    def on_mount(self) -> None:
        self.lines_changed()
        self.styles.height = max(2, min(12, self.line_count()))


class ActsScreen(Dialog[None]):
    HELP = (
        "Everything that was done on this branch, in order. Leave one act out, or give a requirement or a reset other "
        "days: all later acts are done again at their instants on a new branch, and those that no longer apply "
        "are listed. This branch stays as it is."
    )
    DEFAULT_CSS = """
    ActsScreen #box { width: 100; }
    """
    BINDINGS = [
        Binding("w,delete", "without", "Without it", show=False),
        Binding("e", "edit", "Other days", show=False),
    ]
    KEYS = (
        ("↑↓", "move"),
        ("enter", "choose"),
        ("w", "without this act"),
        ("e", "other days"),
        ("esc", "closes"),
    )

    def __init__(self, simulation: Simulation, branch: Timeline) -> None:
        super().__init__()
        self.simulation, self.branch = simulation, branch

    def compose(self) -> ComposeResult:
        with Box(f"Acts of {self.branch.name}"):
            yield ActList(self.branch, self.simulation.zone)
            yield Words("The branch stays; a new one is told without the act, or with other days.", id="said")
            with Horizontal(classes="buttons"):
                yield RowButton("without it (w)", id="without", primary=True)
                yield RowButton("other days (e)", id="edit")
                yield RowButton("close", id="close")

    def on_mount(self) -> None:
        self.query_one(ActList).focus()

    @property
    def _number(self) -> int | None:
        acts = self.query_one(ActList)
        return acts.cursor if acts.acts else None

    @on(ActList.Opened)
    def _choose(self) -> None:
        number = self._number
        if number is None:
            return
        items = [Item("without", "without it", "all later acts are done again")]
        if days_of(self.branch.acts[number].command) is not None:
            items.append(Item("edit", "with other days", "and all later acts again"))

        def chosen(item: str | None) -> None:
            if item == "without":
                self.action_without()
            elif item == "edit":
                self.action_edit()

        title = act_in_words(self.branch.acts[number], self.simulation.zone)
        self.app.push_screen(Menu(title, items, self.query_one(ActList).region), chosen)

    @on(Button.Pressed, "#without")
    def action_without(self) -> None:
        number = self._number
        if number is not None:
            name = self.branch.name
            self._say("working…")
            self.post_message(Rework(lambda simulation: rewrite(simulation, name, number), self._told))

    @on(Button.Pressed, "#edit")
    def action_edit(self) -> None:
        number = self._number
        if number is None:
            return
        days = days_of(self.branch.acts[number].command)
        if days is None:
            self._say("This act gives no days to enroll: only a requirement and a reset do.", problem=True)
            return
        name = self.branch.name

        def typed(value: str | None) -> None:
            if value is not None:
                edit = partial(with_days, days=value)
                self._say("working…")
                self.post_message(Rework(lambda s: rewrite(s, name, number, edit), self._told))

        self.app.push_screen(AskDialog("With other days", "Days", str(days), "tell again", whole_days), typed)

    def _told(self, answer: Rewritten | Refusal) -> None:
        if not self.is_attached:
            return
        if isinstance(answer, Refusal):
            self._say(answer.text, problem=True)
            return
        zone = self.simulation.zone
        lines = [
            ResultLine(line, "warn" if answer.missed and n else "")
            for n, line in enumerate(rewritten_in_words(answer, zone))
        ]
        app = self.app
        self.leave(None)
        app.call_later(app.push_screen, ResultSheet(f"Now on {answer.branch}", lines))

    def _say(self, text: str, *, problem: bool = False) -> None:
        self.query_one("#said", Words).say(text, problem=problem)

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.dismiss(None)
