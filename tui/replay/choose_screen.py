"""Which scenario is meant: a shipped one, or a file."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.core.words import count
from mfadrill.sim.scenario.load import Scenario, find, load_file, shipped
from mfadrill.sim.scenario.problems import UnusableScenarios
from mfadrill.tui.aside import aside, uncollected
from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.files import Files, files_of
from mfadrill.tui.line_list import LineList

#: The cells of a name; the longest shipped one has as many.
NAME = 34


class ScenarioList(LineList):
    """The shipped scenarios by name; their titles come when they have been read."""

    DEFAULT_CSS = """
    ScenarioList { height: 10; margin: 1 0 0 0; }
    """

    def __init__(self) -> None:
        super().__init__(id="scenarios")
        self.names: Sequence[str] = ()
        self.known: dict[str, Scenario] = {}

    def show(self, names: Sequence[str]) -> None:
        self.names = names
        self.cursor = 0
        self.lines_changed()

    def line_count(self) -> int:
        return len(self.names)

    def line(self, index: int, width: int) -> list[Piece]:
        name = self.names[index]
        title = plain(self.known[name].title) if name in self.known else ""
        return [(fit(name, NAME) + "  ", ""), (title, "muted")]

    def describe(self, index: int) -> str | None:
        known = self.known.get(self.names[index])
        return None if known is None else f"{known.title}\n{known.about}".strip()

    def empty(self) -> str:
        return "No shipped scenario has this in its name:\nenter reads it as the path of a file."

    @property
    def chosen(self) -> str:
        return self.names[self.cursor] if self.names else ""


class ChooseScreen(Dialog[Scenario]):
    """Answers with the scenario, which can be run: what is wrong with another is listed here, line by line."""

    HELP = (
        "Type a part of a name to find a shipped scenario, or the path of a *.drill.yaml file. A file with mistakes "
        "is not taken: each is listed with its line and column."
    )
    KEYS = (("enter", "choose"), ("↓ tab", "the list"), ("esc", "closes"))
    DEFAULT_CSS = """
    ChooseScreen #box { width: 100; }
    ChooseScreen #said { height: auto; max-height: 8; margin: 1 0 0 0; min-height: 1; }
    """

    def __init__(self, title: str = "Replay a scenario", verb: str = "replay") -> None:
        super().__init__()
        self._title, self._verb = title, verb

    def compose(self) -> ComposeResult:
        with Box(self._title):
            yield Field("", "a shipped name, or the path of a file", id="what")
            yield ScenarioList()
            yield Words(id="said", classes="muted")
            with Horizontal(classes="buttons"):
                yield RowButton(self._verb, id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self._list.show([*shipped()])
        self.query_one("#what").focus()
        aside(self, "titles", self._read_titles)

    @property
    def _list(self) -> ScenarioList:
        return self.query_one(ScenarioList)

    @property
    def _typed(self) -> str:
        return self.query_one("#what", Input).value.strip()

    async def _read_titles(self) -> None:
        """Read the shipped scenarios one by one; together they take a second."""
        for name, file in shipped().items():
            self._list.known[name] = await asyncio.to_thread(load_file, Path(file))
            if not self.is_attached:
                return
        self._list.refresh()
        self._describe()

    @on(Input.Changed)
    def _filter(self) -> None:
        words = self._typed.casefold().split()
        self._list.show([name for name in shipped() if all(word in name.casefold() for word in words)])
        self._describe()

    @on(ScenarioList.Moved)
    def _describe(self) -> None:
        known = self._list.known.get(self._list.chosen)
        self._say(
            "" if known is None else f"{known.about or known.title} ({count(len(known.steps), 'step')})"
        )

    def key_down(self) -> None:
        if self.query_one("#what").has_focus:
            self._list.focus()

    @on(Input.Submitted)
    @on(ScenarioList.Opened)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        name = self._list.chosen or self._typed
        if name in self._list.known:
            self.leave(self._list.known[name])
            return
        if self.query_one("#do", Button).disabled:
            return  # it is being read
        self.query_one("#do", Button).disabled = True
        aside(self, "reading", self._read, name)

    async def _read(self, name: str) -> None:
        self._say("Reading…")
        try:
            scenario = await asyncio.to_thread(only, name, files_of(self))
        except UnusableScenarios as unusable:
            self._say(str(unusable), problem=True)
        except (Refusal, ValueError, RuntimeError) as error:
            self._say(str(error), problem=True)
        else:
            self.leave(scenario)
        self.query_one("#do", Button).disabled = False

    def _say(self, text: str, *, problem: bool = False) -> None:
        self.query_one("#said", Words).say(" ".join(text.split()) if not problem else text, problem=problem)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)


def only(name: str, files: Files) -> Scenario:
    """The one scenario that is meant. Raises UnusableScenarios, and ValueError when it is not one."""
    path = files.path(name)
    found = find([name if name in shipped() and not path.exists() else str(path)])
    if len(found) != 1:
        raise ValueError(f"{name} has {count(len(found), 'scenario')}; name one.")
    with uncollected():
        return load_file(found[0])
