"""The dialog that asks what to wait for, and the one that is shown while that takes long."""

from collections.abc import Callable

from textual import on
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.widgets import Button, Input

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import count, when
from mfadrill.core.world import World
from mfadrill.sim.until import (
    MOST_DAYS,
    MOST_EVENTS,
    Condition,
    Enrolled,
    NobodyInEnrollment,
    Run,
    of_kind,
    of_user,
    somebody_locked_out,
)
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.time_bar.event_words import EVENT_WORDS

#: What can be waited for. Those that end in dots ask for something more.
CONDITIONS = (
    Item("locked-out", "someone is locked out", "a period ends without TOTP, or a log-in is refused"),
    Item("nobody", "nobody is in enrollment"),
    Item("enrolled", "so many users are enrolled…"),
    Item("user", "something happens to a user…"),
    Item("kind", "the next event of a kind…"),
)

#: What the conditions that need something more ask for.
ASKS = {"enrolled": "How many users", "user": "Username"}

KINDS = [Item(kind, one) for kind, (one, _) in sorted(EVENT_WORDS.items(), key=lambda word: word[1])]


class UnknownNumber(Refusal):
    """Not a number of users that can be waited for."""


def condition_of(what: str, text: str, world: World) -> Condition:
    """The condition with this id, and what was typed or chosen for it. Raises a Refusal."""
    match what:
        case "locked-out":
            return somebody_locked_out()
        case "nobody":
            return NobodyInEnrollment()
        case "kind":
            return of_kind(text, f"the next {EVENT_WORDS[text][0]}")
        case "user":
            user = world.user(text)
            return of_user(user.id, user.name)
        case _:
            number = text.strip()
            if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= len(world.users)):
                raise UnknownNumber(f"Type a number from 1 to {len(world.users):,}, which is everybody.")
            return Enrolled(int(number))


class UntilDialog(Dialog[Condition]):
    """Asks for the number or the user that a condition is about."""

    KEYS = (("enter", "go on"), ("tab", "next"), ("esc", "closes"))

    def __init__(self, what: str, world: World) -> None:
        super().__init__()
        self.what, self.world = what, world

    def compose(self) -> ComposeResult:
        with Box("Go on until…"):
            yield Words(f"{ASKS[self.what]}:")
            yield Field(id="what")
            yield Words(f"For {MOST_DAYS} days or {MOST_EVENTS:,} events at the most.", classes="muted")
            yield Words(id="problem")
            with Horizontal(classes="buttons"):
                yield RowButton("go on", id="go", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#what").focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        try:
            self.dismiss(condition_of(self.what, self.query_one("#what", Input).value, self.world))
        except Refusal as refusal:
            self.query_one("#problem", Words).say(refusal.text, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)


class RunDialog(Dialog[None]):
    """Shows how far a long run is; closing it stops the run where it is."""

    KEYS = (("esc enter", "stops"),)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.running = run

    def compose(self) -> ComposeResult:
        with Box(f"Until: {self.running.condition.words}", "esc stops"):
            yield Words(id="progress")
            with Horizontal(classes="buttons"):
                yield RowButton("stop here", id="stop", primary=True)

    def on_mount(self) -> None:
        self.query_one("#stop").focus()
        self.show_progress()

    def show_progress(self) -> None:
        run = self.running
        at = when(run.simulation.now, run.simulation.zone)
        if self.is_mounted:
            self.query_one("#progress", Words).say(f"{at}, {count(run.events, 'event')} so far")

    @on(Button.Pressed, "#stop")
    def action_close(self) -> None:
        self.running.stop()
        self.dismiss(None)


def ask_condition(app: App[None], world: World, anchor: Region, then: Callable[[Condition], None]) -> None:
    """Ask what to wait for, and go on with the answer, if there is one."""

    def answered(condition: Condition | None) -> None:
        if condition is not None:
            then(condition)

    def of(kind: str | None) -> None:
        if kind is not None:
            then(condition_of("kind", kind, world))

    def chosen(what: str | None) -> None:
        if what == "kind":
            app.push_screen(Menu("Until the next…", KINDS, anchor), of)
        elif what in ASKS:
            app.push_screen(UntilDialog(what, world), answered)
        elif what is not None:
            then(condition_of(what, "", world))

    app.push_screen(Menu("Go on until…", CONDITIONS, anchor), chosen)
