"""The sheet of one user: details, security settings, and what the user would meet at the log-in now."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label, Static

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import MAX_DAYS, MIN_DAYS, UserId
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.user_sheet.user_sheet_view import (
    UserSheetView,
    save_command,
    save_preview,
    user_sheet_view,
)
from mfadrill.tui.cells import fit
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment
from mfadrill.tui.tick import Tick

REQUIRE_LABEL = "Require Multi-factor Authentication for User Portal"


class UserSheet(Dialog[str]):
    """Answers with an action that it was asked for, and the user: `reset ada`, `suspend ada`, `log-in ada`."""

    DEFAULT_CSS = """
    UserSheet #box { width: 84; }
    UserSheet Static { height: auto; }
    UserSheet .row { height: 1; }
    UserSheet #days { width: 6; margin: 0 1; }
    UserSheet #said { height: auto; color: $success; }
    UserSheet #said.problem { color: $error; }
    UserSheet #days-said.problem { color: $error; }
    UserSheet #unsaved { color: $warning; }
    UserSheet #alerts { color: $warning; }
    UserSheet #do-row { margin: 1 0 0 0; }
    UserSheet #save-row { margin: 1 0 0 0; }
    """

    KEYS = (("tab", "next"), ("space", "tick"), ("enter", "press or save"), ("esc", "closes"))

    def __init__(self, user: UserId, moment: Moment) -> None:
        super().__init__()
        self.user, self.world, self.now = user, moment.world, moment.now
        self.view = user_sheet_view(moment.world.users[user], moment.world, moment.now)

    def compose(self) -> ComposeResult:
        view = self.view
        title = view.username if view.name == view.username else f"{view.name} – {view.username}"
        with Box(title):
            yield Static(id="details")
            yield Words(id="alerts")
            with Horizontal(classes="buttons", id="do-row"):
                yield RowButton("log in as this user", id="log-in")
                yield RowButton("reset TOTP MFA…", id="reset")
                yield RowButton(f"{view.state_action}…", id="state")
                yield RowButton("unlock…", id="unlock")
            yield Static("User Security Settings and Permissions", classes="heading", markup=False)
            yield Static("Multi-Factor Authentication Settings", classes="muted", markup=False)
            yield Tick(REQUIRE_LABEL, view.required, id="required")
            with Horizontal(classes="row"):
                yield Label("Days to enroll in TOTP")
                yield Field(str(view.days), id="days")
                yield Label("", id="days-note", classes="muted", markup=False)
            yield Words(id="days-said")
            yield Words(id="totp")
            yield Words(id="others", classes="muted")
            with Horizontal(classes="buttons", id="save-row"):
                yield RowButton("save user", id="save", primary=True)
                yield RowButton("discard", id="discard")
                yield Label("unsaved; esc discards", id="unsaved")
            yield Words(id="said")
            yield Static("At log-in now", classes="heading", markup=False)
            yield Words(id="meets")

    def on_mount(self) -> None:
        self._draw(self.view)
        self.query_one("#said").display = False
        self.query_one("#required").focus()

    def show(self, moment: Moment) -> None:
        """The world changed below the sheet."""
        world, now = moment.world, moment.now
        self.world, self.now = world, now
        user = world.users.get(self.user)
        if user is None:
            self.leave(None)
            return
        self.view = user_sheet_view(user, world, now)
        if self.is_mounted:
            self._put_back()
            self._draw(self.view)

    def _draw(self, view: UserSheetView) -> None:
        self.query_one("#details", Static).update(_in_columns(view.details))
        alerts = self.query_one("#alerts", Words)
        alerts.say("! " + " · ".join(view.alerts))
        alerts.display = bool(view.alerts)
        self.query_one("#days-note", Label).update(_note(view.days_note))
        self._look_ahead()
        self.query_one("#totp", Words).say(f"TOTP: {view.totp}")
        self.query_one("#others", Words).say(view.other_factors)
        lines = [view.meets, *(f"  · {reason}" for reason in view.reasons)]
        self.query_one("#meets", Words).say("\n".join(lines))
        self.query_one("#state", Button).label = f"{view.state_action}…"
        self.query_one("#unlock").display = "account locked" in view.alerts

    def _put_back(self) -> None:
        """Show what is saved in the fields."""
        self.query_one("#required", Tick).value = self.view.required
        self.query_one("#days", Input).value = str(self.view.days)

    def _say(self, text: str, *, problem: bool = False) -> None:
        said = self.query_one("#said", Words)
        said.say(text, problem=problem)
        said.display = bool(text)
        said.scroll_visible(animate=False)

    @on(Input.Submitted, "#days")
    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        user = self.world.users[self.user]
        required = self.query_one("#required", Tick).value
        try:
            command = save_command(user, required, self.query_one("#days", Input).value)
        except Refusal:
            self.query_one("#days").focus()  # what is wrong stands below it
            return
        if command is None:
            self._say("Nothing was changed, so nothing is saved.")
        else:
            self.post_message(Perform(command, self._saved))

    def _saved(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._say(answer.text, problem=True)
            return
        said = f"Saved: {', '.join(outcome.kind.value for outcome in answer.outcomes)}."
        if answer.forked:
            said += f" This was in the past, so it happened on a new branch: {answer.forked}."
        self._say(said)

    @on(Button.Pressed, "#discard")
    def _discard(self) -> None:
        self._put_back()
        self._say("Changes discarded.")

    @on(Tick.Changed, "#required")
    @on(Input.Changed, "#days")
    def _edited(self) -> None:
        self._look_ahead()

    def _look_ahead(self) -> None:
        """What saving would mean, or what is wrong with the days, below their field."""
        required, days = self.query_one("#required", Tick).value, self.query_one("#days", Input).value
        unsaved, text, problem = save_preview(
            self.world.users[self.user], required, days, self.world, self.now
        )
        said = self.query_one("#days-said", Words)
        said.say(text, problem=problem)
        said.display = bool(text)
        self.query_one("#unsaved").display = unsaved

    @on(Button.Pressed, "#log-in")
    def _log_in(self) -> None:
        self.dismiss(f"log-in {self.user}")

    @on(Button.Pressed, "#reset")
    def _reset(self) -> None:
        self.dismiss(f"reset {self.user}")

    @on(Button.Pressed, "#state")
    def _state(self) -> None:
        self.dismiss(f"{self.view.state_action} {self.user}")

    @on(Button.Pressed, "#unlock")
    def _unlock(self) -> None:
        self.dismiss(f"unlock {self.user}")


def _note(note: str) -> str:
    return f"{MIN_DAYS} to {MAX_DAYS}; {note}"


def _in_columns(details: tuple[tuple[str, str], ...]) -> Text:
    """Two details on a row."""
    text = Text()
    for number, (label, value) in enumerate(details):
        if number:
            text.append("\n" if number % 2 == 0 else "  ")
        text.append(f"{label:<11}", "dim")
        text.append(fit(value, 18) if number % 2 == 0 else plain(value))
    return text
