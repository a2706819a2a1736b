"""The help screen: every action of the registry, with its keys, and why it cannot be used now."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Static

from mfadrill.tui.actions.action import Action, Area, Situation
from mfadrill.tui.actions.registry import in_area, key_name
from mfadrill.tui.dialog import Box, Dialog, RowButton

INTRODUCTION = (
    "mfadrill rehearses requiring MFA. Act in the Admin Portal as the admin, meet the log-in in the User Portal "
    "as a user, and move the clock: see who gets locked out when. Nothing is ever lost: go back in time, "
    "and acting there starts a new branch."
)

SIGNS = (
    "✓ enrolled   ◔ enrollment period runs   ✗ expired: locked out   … pre-enrollment   · not enrolled\n"
    "⊘ account locked by bad log-ins   On the timeline: ✗ period ends   ! reminder   ▲ activation   + done"
)


def help_table(area: Area, situation: Situation) -> Table:
    """The actions of one area: keys, name, and what it does or why it cannot be done now."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=14, no_wrap=True)
    table.add_column()
    for action in in_area(area):
        text = Text(action.label)
        text.append(f"  {action.help}", "dim")
        why = action.why_not(situation)
        if why:
            text.append(f"  Not now: {why}", "italic")
        table.add_row(Text(keys_of(action), "bold"), text)
    return table


def keys_of(action: Action) -> str:
    return " ".join(key_name(key) for key in action.keys) or "(palette)"


class HelpScreen(Dialog[None]):
    KEYS = (("↑↓ page up page down", "scroll"), ("esc", "closes"))
    DEFAULT_CSS = """
    HelpScreen #box { width: 110; max-width: 96%; max-height: 92%; }
    """

    def __init__(self, situation: Situation, here: str = "", areas: Sequence[Area] = ()) -> None:
        super().__init__()
        self.situation, self.here, self.areas = situation, here, areas

    def compose(self) -> ComposeResult:
        with Box("Help", "esc closes, arrows scroll") as box:
            box.can_focus = True
            if self.here:
                yield Static("Here", classes="heading", markup=False)
                yield Static(self.here, id="here", markup=False)
            for area in sorted(Area, key=lambda area: area not in self.areas):
                yield Static(area.value, classes="heading", markup=False)
                yield Static(help_table(area, self.situation))
            yield Static("mfadrill", classes="heading", markup=False)
            yield Static(INTRODUCTION, markup=False)
            yield Static("Signs", classes="heading", markup=False)
            yield Static(SIGNS, markup=False)
            with Horizontal(classes="buttons"):
                yield RowButton("close", id="close")

    def on_mount(self) -> None:
        self.query_one("#box").focus()

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.dismiss(None)
