"""The dialog that imports users: which file, what its columns are, what is wrong in it, and then the import."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static
from textual.worker import get_current_worker

from mfadrill.core.accounts import CreateUsers
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import UserState
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.sim.simulation import Receipt
from mfadrill.sim.user_csv import FIELDS, Checked, Columns, Sheet, UnusableFile, check, guess, read_sheet
from mfadrill.tui.aside import aside, uncollected
from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.files import Files, files_of
from mfadrill.tui.line_list import LineList
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.messages import Perform

NOT_IMPORTED = "not imported"


class GivenUp(Exception):  # noqa: N818  (no error)
    """The dialog was left, or another file or column is meant."""


class ColumnList(LineList):
    """The columns of the file, each with what it is taken for and its first value."""

    DEFAULT_CSS = "ColumnList { height: auto; max-height: 6; }"

    def __init__(self) -> None:
        super().__init__(id="columns")
        self.sheet = Sheet((), [], [])
        self.columns: Columns = ()

    def line_count(self) -> int:
        return len(self.columns)

    def line(self, index: int, width: int) -> list[Piece]:
        field = self.columns[index]
        cells = self.sheet.rows[0][1] if self.sheet.rows else []
        meant = NOT_IMPORTED if field is None else "group" if field == "group" else FIELDS[field]
        return [
            (fit(self.sheet.headers[index], 24) + " → ", ""),
            (fit(meant, 30) + " ", "muted" if field is None else "accent"),
            (cells[index] if index < len(cells) else "", "muted"),
        ]


class ProblemList(LineList):
    """What is wrong, by line; there may be one for each of 100,000 lines."""

    DEFAULT_CSS = "ProblemList { height: auto; max-height: 5; }"

    def __init__(self) -> None:
        super().__init__(id="problems")
        self.checked = Checked()

    def line_count(self) -> int:
        return len(self.checked.problems)

    def line(self, index: int, width: int) -> list[Piece]:
        problem = self.checked.problems[index]
        return [(f"line {problem.line:,}: ", "bad"), (problem.text, "")]

    def describe(self, index: int) -> str | None:
        return self.checked.problems[index].text


def summary(checked: Checked) -> str:
    """What an import would do to how many."""
    users = checked.users
    staged = sum(user.state is UserState.STAGED for user in users)
    required = sum(user.require_days is not None for user in users)
    parts = [f"{count(len(users), 'row')} can be imported"]
    parts += [f"{staged:,} staged"] * bool(staged) + [f"MFA required of {required:,}"] * bool(required)
    bad = f"{count(checked.bad_rows, 'row')} with errors, not imported" if checked.problems else "no errors"
    lines = [", ".join(parts) + "; " + bad + "."]
    if checked.ignored:
        lines.append("Columns that are not imported: " + ", ".join(checked.ignored) + ".")
    return "\n".join(lines)


class ImportDialog(Dialog[Receipt]):
    """Answers with the receipt of the import, or None. Nothing is imported before the last button."""

    HELP = (
        "Import users from a CSV file in the columns of the vendor's template, or say what its columns are. "
        "Rows with errors are listed with their line; only good rows are imported, in one act that can be undone."
    )
    KEYS = (("tab", "next"), ("enter", "read, change, import"), ("esc", "closes"))
    DEFAULT_CSS = """
    ImportDialog Box { width: 90; }
    ImportDialog #said { height: auto; max-height: 3; margin: 1 0 0 0; }
    """

    def __init__(self, world: World, now: datetime) -> None:
        super().__init__()
        self.world, self.now = world, now
        self.checked = Checked()

    def compose(self) -> ComposeResult:
        with Box("Import users from CSV"):
            yield Field(placeholder="path of the file, then enter", id="path")
            yield Words("Columns as in the import template; a header line comes first.", id="said")
            yield Static("Columns of the file (enter changes one)", classes="heading parts", markup=False)
            yield ColumnList()
            yield Static("Errors", classes="heading errors", markup=False)
            yield ProblemList()
            with Horizontal(classes="buttons"):
                yield RowButton("read the file", id="read", primary=True)
                yield RowButton("import", id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self._show_parts(read=False)
        self.query_one("#path").focus()

    def _show_parts(self, *, read: bool) -> None:
        for part in (*self.query(".parts"), self.query_one("#columns"), self.query_one("#do")):
            part.display = read
        for part in (*self.query(".errors"), self.query_one("#problems")):
            part.display = read and bool(self.checked.problems)
        self.query_one("#read").display = not read

    def _say(self, text: str, *, problem: bool = False) -> None:
        self.query_one("#said", Words).say(text, problem=problem)

    @on(Input.Changed, "#path")
    def _other_path(self) -> None:
        self.workers.cancel_group(self, "import")
        self._show_parts(read=False)

    @on(Input.Submitted, "#path")
    @on(Button.Pressed, "#read")
    def _read(self) -> None:
        text = self.query_one("#path", Input).value.strip()
        if not text:
            self._say("Type the path of a CSV file.", problem=True)
            return
        aside(self, "import", self._read_aside, text)

    def _counter(self, verb: str) -> Callable[[int], None]:
        """Says from another thread how far the work is, and ends it there once nobody waits for it any more."""
        loop, worker = asyncio.get_running_loop(), get_current_worker()

        def tell(number: int) -> None:
            if self.is_current and not worker.is_cancelled:
                self._say(f"{verb}… {count(number, 'line')}")

        def progress(number: int) -> None:
            if worker.is_cancelled:
                raise GivenUp
            loop.call_soon_threadsafe(tell, number)

        return progress

    async def _read_aside(self, text: str) -> None:
        self._say("Reading…")
        try:
            sheet = await asyncio.to_thread(_read_from, files_of(self), text, self._counter("Reading"))
        except (UnusableFile, Refusal) as unusable:
            self._say(str(unusable), problem=True)
            return
        columns = self.query_one(ColumnList)
        columns.sheet = sheet
        await self._check_aside(guess(sheet.headers), focus=True)

    async def _check_aside(self, meant: Columns, *, focus: bool = False) -> None:
        columns, problems = self.query_one(ColumnList), self.query_one(ProblemList)
        columns.columns = meant
        self._say("Checking…")
        self.checked = await asyncio.to_thread(
            _checked, columns.sheet, meant, self.world, self.now, self._counter("Checking")
        )
        problems.checked = self.checked
        for lines, most in ((columns, 6), (problems, 5)):
            lines.lines_changed()
            lines.styles.height = max(1, min(most, lines.line_count()))
        good = len(self.checked.users)
        self._show_parts(read=True)
        do = self.query_one("#do", Button)
        do.label = f"import the {count(good, 'good row')}" if self.checked.problems else f"import {good:,}"
        do.disabled = not good
        self._say(summary(self.checked), problem=not good)
        if focus:
            (do if good and not self.checked.problems else columns).focus()

    @on(ColumnList.Opened)
    @on(ColumnList.Toggled)
    def _column(self, event: ColumnList.Opened) -> None:
        event.stop()
        if not isinstance(event.line_list, ColumnList):
            return
        columns, index = event.line_list, event.index
        items = [
            Item("", NOT_IMPORTED),
            *(Item(f, "group" if f == "group" else n) for f, n in FIELDS.items()),
        ]

        def chosen(field: str | None) -> None:
            if field is not None:
                self._take(index, field or None)

        self.app.push_screen(
            Menu(columns.sheet.headers[index], items, columns.region, columns.columns[index] or ""), chosen
        )

    def _take(self, index: int, field: str | None) -> None:
        """Take a column for this field; another that was it is not imported any more."""
        meant: list[str | None] = [
            None if found == field and field != "group" else found
            for found in self.query_one(ColumnList).columns
        ]
        meant[index] = field
        aside(self, "import", self._check_aside, tuple(meant))

    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        self.query_one("#do", Button).disabled = True
        self._say(f"Importing {count(len(self.checked.users), 'user')}…")
        self.post_message(Perform(CreateUsers(self.checked.users), self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.query_one("#do", Button).disabled = False
            self._say(answer.text, problem=True)
        else:
            self.leave(answer)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)


def _read_from(files: Files, text: str, progress: Callable[[int], None]) -> Sheet:
    try:
        path = files.path(text)
    except RuntimeError:
        raise UnusableFile("There is no such home directory.") from None
    with uncollected():
        return read_sheet(path, progress)


def _checked(
    sheet: Sheet, columns: Columns, world: World, now: datetime, progress: Callable[[int], None]
) -> Checked:
    with uncollected():
        return check(sheet, columns, world, now, progress)
