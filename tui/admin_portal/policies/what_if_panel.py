"""The part of the policy editor that says what the policy would change, while it is edited."""

import asyncio
from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input, Label

from mfadrill.core.policies import Policy
from mfadrill.core.policy_lint import policy_warnings
from mfadrill.core.refusals import Refusal
from mfadrill.core.what_if import WhatIf
from mfadrill.tui.admin_portal.policies.names_dialog import NamesDialog
from mfadrill.tui.admin_portal.policies.what_if_view import (
    Line,
    Question,
    askable,
    lines_of,
    read_when,
    summary,
)
from mfadrill.tui.aside import MANY, aside
from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.choice import Choice
from mfadrill.tui.dialog import Field, RowButton, Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.log_in_context import ContextFields
from mfadrill.tui.moment import Moment

#: Seconds without a key before that begins.
PAUSE = 0.25


class TransitionList(LineList):
    """From what to what, and how many."""

    DEFAULT_CSS = """
    TransitionList { height: 2; background: $boost; }
    """

    def __init__(self) -> None:
        super().__init__(id="transitions")
        self.lines: tuple[Line, ...] = ()

    def show(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.styles.height = max(2, min(len(lines), 6))
        self.lines_changed()

    def line_count(self) -> int:
        return len(self.lines)

    def line(self, index: int, width: int) -> list[Piece]:
        line = self.lines[index]
        return [(f"{len(line.users):>9,}  ", "strong"), (fit(line.label, width - 11), line.tone)]

    def empty(self) -> str:
        return ""


class WhatIfPanel(Vertical):
    """Asks anew whenever the policy, the instant or the context is another one."""

    DEFAULT_CSS = """
    WhatIfPanel { height: auto; }
    WhatIfPanel .row { height: 1; }
    WhatIfPanel .label { width: 13; }
    WhatIfPanel #what-when { width: 1fr; margin: 0 2 0 0; }
    WhatIfPanel #numbers, WhatIfPanel #where, WhatIfPanel #warnings { height: auto; }
    WhatIfPanel #numbers { width: 1fr; }
    WhatIfPanel #numbers.problem { color: $error; }
    WhatIfPanel #numbers-row { height: auto; margin: 1 0 0 0; }
    WhatIfPanel #warnings { color: $warning; margin: 1 0 0 0; }
    """

    class Said(Message):
        """There is an answer, or a part of it."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, moment: Moment, *, id: str) -> None:
        super().__init__(id=id)
        self.moment = moment
        self.policy: Policy | None = None
        self.found: WhatIf | None = None
        #: Why the policy cannot be saved yet, although what it would change can be said.
        self._unsaved = ""

    def compose(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Label("When", classes="label")
            yield Field("", "now; or such as +7d, 9 Mar 2026", id="what-when")
        yield ContextFields()
        with Horizontal(id="numbers-row"):
            yield Words(id="numbers")
            yield RowButton("cancel", id="what-cancel")
        yield Words(id="where", classes="muted")
        yield TransitionList()
        yield Words(id="warnings")

    def on_mount(self) -> None:
        self.query_one("#what-cancel").display = False
        self._warn(())

    def ask(self, policy: Policy, moment: Moment) -> None:
        """What would this policy change, at this moment?"""
        self.policy, self.moment = policy, moment
        self._ask()

    @on(Input.Changed)
    @on(Choice.Changed)
    def _edited(self, event: Message) -> None:
        event.stop()
        self._ask()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()

    def _ask(self) -> None:
        if self.policy is None:
            return
        self.workers.cancel_group(self, "what-if")
        self._show_running(False)
        policy, refusal = askable(self.policy, self.moment.world)
        if refusal and policy is self.policy:
            self._refused(refusal)
            return
        self._unsaved = refusal
        try:
            question = self._question(policy)
            if len(self.moment.world.users) > MANY:
                self._show_running(True)
                aside(self, "what-if", self._look_aside, question)
                return
            *_, found = question.answers()
        except Refusal as wrong:
            self._refused(wrong.text)
            return
        self._show(question, found)
        self._warn(self._warnings(policy))

    def _question(self, policy: Policy) -> Question:
        at = read_when(self.query_one("#what-when", Input).value, self.moment)
        return Question(policy, self.moment, at, self.query_one(ContextFields).context)

    async def _look_aside(self, question: Question) -> None:
        """In a thread, a part of the users after the other, so that it can be left between them."""
        self.found = None
        self._say("Looking at everybody's next log-in…")
        await asyncio.sleep(PAUSE)
        try:
            steps: Iterator[WhatIf] = question.answers()
            while (found := await asyncio.to_thread(next, steps, None)) is not None:
                self._show(question, found)
        except Refusal as wrong:
            self._refused(wrong.text)
        else:
            self._warn(await asyncio.to_thread(self._warnings, question.policy))
        self._show_running(False)

    def _warnings(self, policy: Policy) -> tuple[str, ...]:
        found = policy_warnings(policy, self.moment.world, self.moment.now)
        missing = (f"Not to be saved yet: {self._unsaved}",) if self._unsaved else ()
        return (*missing, *(warning.sentence for warning in found))

    # Showing

    def _show(self, question: Question, found: WhatIf) -> None:
        self.found = found
        self._say(summary(found))
        self.query_one("#where", Words).say(f"Their next log-in {question.where()}.")
        self.query_one("#where").display = True
        lines = self.query_one(TransitionList)
        lines.show(lines_of(found))
        lines.display = bool(lines.lines)

    def _say(self, text: str, *, problem: bool = False) -> None:
        self.query_one("#numbers", Words).say(text, problem=problem)
        self.post_message(self.Said("cannot be saved like this" if problem else text))

    def _refused(self, text: str) -> None:
        self.found = None
        self._say(text, problem=True)
        self.query_one("#where").display = False
        self.query_one(TransitionList).display = False
        self._warn(())

    def _warn(self, sentences: tuple[str, ...]) -> None:
        warned = self.query_one("#warnings", Words)
        warned.say("\n".join(f"! {sentence}" for sentence in sentences))
        warned.display = bool(sentences)

    def _show_running(self, running: bool) -> None:
        self.query_one("#what-cancel").display = running

    @on(Button.Pressed, "#what-cancel")
    def _cancel(self, event: Button.Pressed) -> None:
        event.stop()
        self.workers.cancel_group(self, "what-if")
        self._show_running(False)
        if self.found is None or not self.found.done:
            self._say("Cancelled: not everybody was looked at. Any edit asks again.")
        self.query_one("#what-when").focus()

    @on(LineList.Opened, "#transitions")
    def _open_names(self, event: LineList.Opened) -> None:
        event.stop()
        lines = self.query_one(TransitionList).lines
        if event.index < len(lines):
            line = lines[event.index]
            self.app.push_screen(NamesDialog(line.label, line.users, self.moment.world))
