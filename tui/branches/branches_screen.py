"""The Branches screen: the tree, and what can be done with a branch."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import count
from mfadrill.sim.branches import Place, checked_name, only_here, tree
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.timeline import Timeline
from mfadrill.tui.ask_dialog import AskDialog
from mfadrill.tui.branches.acts_screen import ActsScreen
from mfadrill.tui.branches.branches_view import told_of, tree_line
from mfadrill.tui.branches.comparison_screen import ComparisonScreen
from mfadrill.tui.cells import Piece
from mfadrill.tui.confirm_dialog import ConfirmDialog
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.messages import Rework
from mfadrill.tui.moment import Moment


class BranchList(LineList):
    """The tree; a mark is on one branch at the most."""

    DEFAULT_CSS = """
    BranchList { height: auto; margin: 1 0 0 0; }
    """
    box_width = 2

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(id="branches")
        self.simulation = simulation
        self.places: list[Place] = []
        self.marked: Timeline | None = None

    @property
    def branch(self) -> Timeline:
        """The branch at the cursor."""
        return self.places[self.cursor].branch

    def show(self, at: Timeline | None = None) -> None:
        self.places = tree(self.simulation.branches)
        branches = [place.branch for place in self.places]
        if self.marked not in branches:
            self.marked = None
        if at in branches:
            self.cursor = branches.index(at)
        self.lines_changed()
        self.styles.height = max(2, min(10, self.line_count()))

    def line_count(self) -> int:
        return len(self.places)

    def line(self, index: int, width: int) -> list[Piece]:
        place, simulation = self.places[index], self.simulation
        return tree_line(
            place,
            simulation.zone,
            width,
            current=place.branch is simulation.timeline,
            marked=place.branch is self.marked,
        )


class BranchesScreen(Dialog[str]):
    """Answers with the branch to switch to, or None."""

    HELP = (
        "Every branch below the one that it parted from, with the instant. ● is the one that you are on. Mark one with "
        "space and compare it with another; without a mark, the one you are on is compared. Acts lists what was "
        "done on a branch, and tells it again without one act or with other days."
    )
    DEFAULT_CSS = """
    BranchesScreen #box { width: 100; }
    BranchesScreen #told-of { margin: 1 0 0 0; height: auto; color: $text-muted; }
    BranchesScreen #said { height: auto; min-height: 1; }
    BranchesScreen .buttons Button { margin: 0 1 0 0; padding: 0 1; }
    """
    BINDINGS = [
        Binding("c", "compare", "Compare", show=False),
        Binding("r", "rename", "Rename", show=False),
        Binding("d,delete", "delete", "Delete", show=False),
        Binding("a", "acts", "Acts", show=False),
    ]
    KEYS = (
        ("enter", "switch"),
        ("space", "mark"),
        ("c", "compare"),
        ("r", "rename"),
        ("d", "delete"),
        ("a", "acts"),
        ("esc", "closes"),
    )

    def __init__(self, simulation: Simulation) -> None:
        super().__init__()
        self.simulation = simulation
        self._shown = simulation.timeline

    def compose(self) -> ComposeResult:
        with Box("Branches"):
            yield BranchList(self.simulation)
            yield Words(id="told-of")
            yield Words(id="said")
            with Horizontal(classes="buttons"):
                yield RowButton("switch", id="switch", primary=True)
                yield RowButton("compare", id="compare")
                yield RowButton("rename", id="rename")
                yield RowButton("delete", id="delete")
                yield RowButton("acts", id="acts")
                yield RowButton("close", id="close")

    def on_mount(self) -> None:
        self.list.show(self.simulation.timeline)
        self.list.focus()
        self._moved()

    @property
    def list(self) -> BranchList:
        return self.query_one(BranchList)

    def show(self, moment: Moment) -> None:
        """The simulation has other branches, or is on another one."""
        if self._shown is not self.simulation.timeline:
            self._shown = self.simulation.timeline
            self.list.show(self._shown)
        else:
            self.list.show(self.list.branch)
        self._moved()

    @on(BranchList.Moved)
    def _moved(self) -> None:
        told = told_of(self.list.branch, self.simulation.zone, self.simulation.timeline)
        self.query_one("#told-of", Words).say(told)
        self._say("")

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text, problem=True)

    @on(BranchList.Opened)
    @on(Button.Pressed, "#switch")
    def _switch(self) -> None:
        self.dismiss(self.list.branch.name)

    @on(BranchList.Toggled)
    def _mark(self) -> None:
        branch = self.list.branch
        self.list.marked = None if self.list.marked is branch else branch
        self.list.refresh()

    @on(Button.Pressed, "#compare")
    def action_compare(self) -> None:
        marked, other = self.list.marked, self.list.branch
        one = self.simulation.timeline if marked is None else marked
        if one is other:
            self._say("Mark one branch with space, go to another, and compare them.")
        else:
            self.app.push_screen(ComparisonScreen(one, other, self.simulation.now))

    @on(Button.Pressed, "#rename")
    def action_rename(self) -> None:
        simulation, name = self.simulation, self.list.branch.name

        def typed(to: str | None) -> None:
            if to is not None:
                self.post_message(Rework(lambda s: s.rename_branch(name, to), self._answered))

        def check(to: str) -> None:
            checked_name(simulation.branches, name, to)

        self.app.push_screen(AskDialog(f"Rename {name}", "Name", name, "rename", check), typed)

    @on(Button.Pressed, "#delete")
    def action_delete(self) -> None:
        branch = self.list.branch
        lost = only_here(branch, self.simulation.branches)
        said = (
            f"{count(lost, 'act is', 'acts are')} on this branch only, and gone with it."
            if lost
            else ("All of its acts are on other branches, too.")
        )
        if branch.name == "main" or branch is self.simulation.timeline:
            # Ask nothing that cannot be done: the refusal says why.
            self.post_message(Rework(lambda s: s.delete_branch(branch.name), self._answered))
            return

        def answered(sure: bool | None) -> None:
            if sure:
                self.post_message(Rework(lambda s: s.delete_branch(branch.name), self._answered))

        lines = [said, "What grew from it keeps its whole history. This cannot be undone."]
        self.app.push_screen(ConfirmDialog(f"Delete {branch.name}", lines, "delete"), answered)

    @on(Button.Pressed, "#acts")
    def action_acts(self) -> None:
        self.app.push_screen(ActsScreen(self.simulation, self.list.branch))

    def _answered(self, answer: Refusal | None) -> None:
        if isinstance(answer, Refusal) and self.is_attached:
            # After the changed world is shown, which takes an older remark away.
            self.call_later(self._say, answer.text)

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.dismiss(None)
