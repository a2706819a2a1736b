"""The sheet of one user, in pages: settings, groups, factors, activity, the log-in now, and why it is refused."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, ContentSwitcher, Input, Label, Static

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import MAX_DAYS, MIN_DAYS, UserId
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.user_sheet.activity_page import ActivityPage
from mfadrill.tui.admin_portal.user_sheet.factors_view import factor_lines
from mfadrill.tui.admin_portal.user_sheet.groups_page import GroupsPage
from mfadrill.tui.admin_portal.user_sheet.log_in_page import LogInPage
from mfadrill.tui.admin_portal.user_sheet.page_line import PAGES, PageLine
from mfadrill.tui.admin_portal.user_sheet.user_sheet_view import (
    Edits,
    UserSheetView,
    rebased,
    save_command,
    save_preview,
    saved_edits,
    user_sheet_view,
)
from mfadrill.tui.admin_portal.user_sheet.why_page import WhyPage
from mfadrill.tui.cells import fit
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment
from mfadrill.tui.tick import Tick
from mfadrill.tui.tick_list import TickList

#: The pages whose fields are saved.
EDITED = ("details", "groups")

REQUIRE_LABEL = "Require Multi-factor Authentication for User Portal"


class UserSheet(Dialog[str]):
    """Answers with an action that it was asked for, and the user: `suspend ada`, `log-in ada`."""

    DEFAULT_CSS = """
    UserSheet #box { width: 84; height: 22; max-height: 100%; }
    UserSheet Static { height: auto; }
    UserSheet .row { height: 1; }
    UserSheet #days { width: 6; margin: 0 1; }
    UserSheet #said { height: auto; color: $success; }
    UserSheet #said.problem { color: $error; }
    UserSheet #days-said.problem { color: $error; }
    UserSheet #unsaved { color: $warning; }
    UserSheet #alerts { color: $warning; }
    UserSheet ContentSwitcher { height: auto; }
    UserSheet #details-page { height: auto; }
    UserSheet #do-row { margin: 1 0 0 0; }
    UserSheet #save-row { margin: 1 0 0 0; }
    """

    KEYS = (
        ("tab", "next"),
        ("[ ]", "page"),
        ("space", "tick"),
        ("enter", "press or save"),
        ("esc", "closes"),
    )
    BINDINGS = [
        Binding("left_square_bracket", "turn(-1)", "Previous page", show=False),
        Binding("right_square_bracket", "turn(1)", "Next page", show=False),
    ]

    def __init__(self, user: UserId, moment: Moment) -> None:
        super().__init__()
        self.user, self.moment = user, moment
        self.saved = saved_edits(moment.world.users[user])
        self.view = user_sheet_view(moment.world.users[user], moment.world, moment.now)
        self._was_saved = False

    def compose(self) -> ComposeResult:
        view = self.view
        title = view.username if view.name == view.username else f"{view.name} – {view.username}"
        with Box(title):
            yield PageLine(id="pages")
            with ContentSwitcher(initial="details-page"):
                with Vertical(id="details-page"):
                    yield from self._details(view)
                yield GroupsPage(self.moment.world.groups.values(), self.saved.groups)
                yield Words(id="factors")
                yield ActivityPage(self.user)
                yield LogInPage(self.user)
                yield WhyPage(self.user)
            yield Words(id="days-said")
            with Horizontal(classes="buttons", id="save-row"):
                yield RowButton("save user", id="save", primary=True)
                yield RowButton("discard", id="discard")
                yield Label("unsaved; esc discards", id="unsaved")
            yield Words(id="said")

    def _details(self, view: UserSheetView) -> ComposeResult:
        yield Static(id="details")
        yield Words(id="alerts")
        with Horizontal(classes="buttons", id="do-row"):
            yield RowButton("log in as this user", id="log-in")
            yield RowButton(f"{view.state_action}…", id="state")
            yield RowButton("unlock…", id="unlock")
        yield Static("User Security Settings and Permissions", classes="heading", markup=False)
        yield Static("Multi-Factor Authentication Settings", classes="muted", markup=False)
        yield Tick(REQUIRE_LABEL, view.required, id="required")
        yield Words(id="totp")
        yield Tick("reset TOTP MFA", id="reset")
        with Horizontal(classes="row"):
            yield Label("Days to enroll in TOTP")
            yield Field(str(view.days), id="days")
            yield Label("", id="days-note", classes="muted", markup=False)

    def on_mount(self) -> None:
        self._draw(self.view)
        self.query_one(PageLine).show_page("details")
        self.query_one("#said").display = False
        self.query_one("#required").focus()

    def show(self, moment: Moment) -> None:
        """The world changed below the sheet. What is edited and not saved stays."""
        user = moment.world.users.get(self.user)
        if user is None:
            self.leave(None)
            return
        before, self.saved = self.saved, saved_edits(user)
        self.moment = moment
        self.view = user_sheet_view(user, moment.world, moment.now)
        if self.is_mounted:
            self._put_in(self.saved if self._was_saved else rebased(self.edits, before, self.saved))
            self._was_saved = False
            self._draw(self.view)

    @property
    def edits(self) -> Edits:
        """What is set in the fields."""
        return Edits(
            required=self.query_one("#required", Tick).value,
            days=self.query_one("#days", Input).value,
            reset=self.query_one("#reset", Tick).value,
            groups=self.query_one(GroupsPage).chosen,
        )

    @property
    def page(self) -> str:
        """The page on screen."""
        current = self.query_one(ContentSwitcher).current or ""
        return current.removesuffix("-page")

    def action_page(self, page: str) -> None:
        """Turn to a page."""
        at = {"details": "details-page", "log-in": "log-in-page"}.get(page, page)
        self.query_one(ContentSwitcher).current = at
        self.query_one(PageLine).show_page(page)
        self._look_ahead()
        self._draw_page()
        self.query_one("#box").scroll_home(animate=False)

    def action_turn(self, by: int) -> None:
        """To the next page, or the one before."""
        pages = list(PAGES)
        self.action_page(pages[(pages.index(self.page) + by) % len(pages)])

    def _draw(self, view: UserSheetView) -> None:
        self.query_one("#details", Static).update(_in_columns(view.details))
        alerts = self.query_one("#alerts", Words)
        alerts.say("! " + " · ".join(view.alerts))
        alerts.display = bool(view.alerts)
        self.query_one("#days-note", Label).update(_note(view.days_note))
        self._look_ahead()
        self.query_one("#totp", Words).say(f"TOTP MFA: {view.totp}")
        self.query_one("#state", Button).label = f"{view.state_action}…"
        self.query_one("#unlock").display = "account locked" in view.alerts
        self._draw_page()

    def _draw_page(self) -> None:
        """Compute the page on screen, and no other."""
        world, now = self.moment.world, self.moment.now
        match self.page:
            case "factors":
                self.query_one("#factors", Words).say(
                    "\n".join(factor_lines(world.users[self.user], world, now))
                )
            case "activity":
                self.query_one(ActivityPage).show(self.moment)
            case "log-in":
                self.query_one(LogInPage).show(self.moment)
            case "why":
                self.query_one(WhyPage).show(self.moment)

    def _put_in(self, edits: Edits) -> None:
        """Show these in the fields."""
        self.query_one("#required", Tick).value = edits.required
        self.query_one("#days", Input).value = edits.days
        self.query_one("#reset", Tick).value = edits.reset
        self.query_one(GroupsPage).put_back(edits.groups)

    def _say(self, text: str, *, problem: bool = False) -> None:
        said = self.query_one("#said", Words)
        said.say(text, problem=problem)
        said.display = bool(text)
        said.scroll_visible(animate=False)

    @on(Input.Submitted, "#days")
    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        try:
            command = save_command(self.moment.world.users[self.user], self.edits)
        except Refusal:
            self.action_page("details")
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
        self._was_saved = True
        said = f"Saved: {', '.join(outcome.kind.value for outcome in answer.outcomes)}."
        if answer.forked:
            said += f" This was in the past, so it happened on a new branch: {answer.forked}."
        self._say(said)

    @on(Button.Pressed, "#discard")
    def _discard(self) -> None:
        self._put_in(self.saved)
        self._say("Changes discarded.")

    @on(Tick.Changed)
    @on(TickList.Changed)
    @on(Input.Changed, "#days")
    def _edited(self) -> None:
        self._look_ahead()

    def _look_ahead(self) -> None:
        """What saving would do, or what is wrong, above the button for it."""
        world, now = self.moment.world, self.moment.now
        found = save_preview(world.users[self.user], self.edits, world, now)
        said = self.query_one("#days-said", Words)
        said.say(found.says, problem=found.problem)
        # What is unsaved is in sight on every page, and what can be saved where it is edited.
        edited_here = self.page in EDITED
        said.display = bool(found.says) and edited_here
        self.query_one("#save-row").display = edited_here or found.unsaved
        self.query_one("#unsaved").display = found.unsaved
        # A reset that no longer applies can still be taken back.
        self.query_one("#reset").display = self.view.can_reset or self.edits.reset

    @on(Button.Pressed, "#log-in")
    def _log_in(self) -> None:
        self.dismiss(f"log-in {self.user}")

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
