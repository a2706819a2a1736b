"""The dialog for a new user."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, Select, Static

from mfadrill.core.refusals import Refusal
from mfadrill.core.users import DEFAULT_DAYS, MAX_DAYS, MIN_DAYS, UserId, UserState, user_id
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.user_sheet.groups_page import GroupsPage
from mfadrill.tui.admin_portal.users.new_user_view import Form, create_command, creating, field_of
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment
from mfadrill.tui.tick import Tick
from mfadrill.tui.tick_list import TickList

STATES = [(state.label, state) for state in (UserState.ACTIVATED, UserState.STAGED)]

#: The fields of text, with their labels.
TEXTS = {
    "username": "Username",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "E-mail",
    "department": "Department",
    "password": "Password",
}


class NewUserDialog(Dialog[UserId]):
    """Answers with the id of the user that was created. A refusal is explained in place."""

    DEFAULT_CSS = """
    NewUserDialog #box { width: 76; }
    NewUserDialog #account { height: 7; }
    NewUserDialog #texts { width: 1fr; }
    NewUserDialog #joins { width: 24; margin: 0 0 0 2; }
    NewUserDialog #groups { max-height: 6; }
    NewUserDialog .row { height: 1; }
    NewUserDialog .row Label { width: 14; }
    NewUserDialog .row Field { width: 1fr; }
    NewUserDialog Select { width: 20; }
    NewUserDialog #days { width: 8; margin: 0 1 0 0; }
    NewUserDialog .row .note { width: auto; }
    NewUserDialog #brings { margin: 1 0 0 0; min-height: 1; }
    """
    KEYS = (("tab", "next"), ("space", "tick"), ("enter", "create"), ("esc", "closes"))
    HELP = (
        "A new user is staged or activated. With MFA required, the enrollment period of an activated user starts at "
        "once; a staged user keeps the days until the activation."
    )

    def __init__(self, moment: Moment) -> None:
        super().__init__()
        self.moment = moment

    def compose(self) -> ComposeResult:
        with Box("New user"):
            # Side by side, so that all of it is in sight on 24 rows, the buttons too.
            with Horizontal(id="account"):
                with Vertical(id="texts"):
                    for field, label in TEXTS.items():
                        with Horizontal(classes="row"):
                            yield Label(label)
                            yield Field(placeholder="pending" if field == "password" else "", id=field)
                    with Horizontal(classes="row"):
                        yield Label("State")
                        yield Select(
                            STATES, value=UserState.ACTIVATED, allow_blank=False, compact=True, id="state"
                        )
                with Vertical(id="joins"):
                    yield Static("Groups", classes="muted", markup=False)
                    yield GroupsPage(self.moment.world.groups.values(), frozenset())
            yield Static("Multi-Factor Authentication Settings", classes="heading", markup=False)
            yield Tick("Require Multi-factor Authentication for User Portal", id="required")
            with Horizontal(classes="row"):
                yield Label("Days")
                yield Field(str(DEFAULT_DAYS), id="days")
                yield Label(f"to enroll in TOTP ({MIN_DAYS} to {MAX_DAYS})", classes="muted note")
            yield Words(id="brings")
            with Horizontal(classes="buttons"):
                yield RowButton("create user", id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#joins").display = bool(self.moment.world.groups)
        self.query_one("#username").focus()

    def show(self, moment: Moment) -> None:
        """The world changed below; what is typed stays."""
        if moment.world is not self.moment.world or moment.now != self.moment.now:
            self.moment = moment
            self._look_ahead()

    @property
    def form(self) -> Form:
        """What is typed and ticked."""
        texts = {field: self.query_one(f"#{field}", Input).value for field in TEXTS}
        state = self.query_one("#state", Select).value
        return Form(
            **texts,
            state=state if isinstance(state, UserState) else UserState.ACTIVATED,
            groups=self.query_one(GroupsPage).chosen,
            required=self.query_one("#required", Tick).value,
            days=self.query_one("#days", Input).value,
        )

    @on(Input.Changed)
    @on(Tick.Changed)
    @on(TickList.Changed)
    @on(Select.Changed)
    def _look_ahead(self) -> None:
        """What creating the user brings. A username that is not yet typed is no problem."""
        form = self.form
        if not form.username.strip():
            self.query_one("#brings", Words).say("")
            return
        text, problem = creating(form, self.moment.world, self.moment.now)
        self.query_one("#brings", Words).say(text, problem=problem)

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _create(self) -> None:
        try:
            command = create_command(self.form)
        except Refusal as refusal:
            self._refuse(refusal)
        else:
            self.post_message(Perform(command, self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._refuse(answer)
        else:
            self.leave(user_id(self.form.username))

    def _refuse(self, refusal: Refusal) -> None:
        brings = self.query_one("#brings", Words)
        brings.say(refusal.text, problem=True)
        brings.scroll_visible(animate=False)
        field = field_of(refusal, self.form)
        if field:
            self.query_one(f"#{field}").focus()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
