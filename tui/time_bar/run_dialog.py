"""Letting time pass in a thread, with a dialog that is shown while that takes long."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from textual import on
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.words import count, when
from mfadrill.sim.run import Run
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words

#: A run that takes longer than so many seconds is shown, and its progress as often.
PATIENCE = 0.3

Answer = TypeVar("Answer")


class RunDialog(Dialog[None]):
    """Shows how far a long run is; closing it stops the run where it is."""

    KEYS = (("esc enter", "stops"),)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.running = run

    def compose(self) -> ComposeResult:
        with Box(self.running.title, "esc stops"):
            yield Words(id="progress")
            with Horizontal(classes="buttons"):
                yield RowButton("stop here", id="stop", primary=True)

    def on_mount(self) -> None:
        self.query_one("#stop").focus()
        self.show_progress()

    def show_progress(self) -> None:
        run = self.running
        at = when(run.simulation.now, run.simulation.zone)
        for words in self.query("#progress").results(Words):  # none yet, just after it was opened
            words.say(f"{at}, {count(run.events, 'event')} so far")

    @on(Button.Pressed, "#stop")
    def action_close(self) -> None:
        self.running.stop()
        self.dismiss(None)


async def watched(app: App[None], run: Run, go: Callable[[], Answer]) -> Answer:
    """Let the run go on in a thread; while that takes long, show how far it is, and a way to stop it."""
    dialog: RunDialog | None = None
    going = asyncio.ensure_future(asyncio.to_thread(go))
    try:
        while not (await asyncio.wait({going}, timeout=PATIENCE))[0]:
            if dialog is None:
                dialog = RunDialog(run)
                app.push_screen(dialog)
            dialog.show_progress()
        return going.result()
    finally:
        run.stop()  # nobody waits for it any more
        if dialog is not None:
            dialog.leave(None)
