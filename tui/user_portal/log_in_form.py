"""The log-in form: who, which password, into what, and from where."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Button, Input, Select

from mfadrill.core.policies import USER_PORTAL, Context, ResourceId
from mfadrill.core.portal import LogIn
from mfadrill.core.users import user_id
from mfadrill.core.words import context_in_words
from mfadrill.core.world import World
from mfadrill.tui.user_portal.context_dialog import ContextDialog
from mfadrill.tui.user_portal.entry import Entry
from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line, numbered, shown
from mfadrill.tui.user_portal.user_picker import UserPicker
from mfadrill.tui.user_portal.view import PortalView

#: With fewer rows than this the blank lines go.
AIRY = 16

#: The rows from the title to the buttons, without and with the blank lines.
FIELDS_TIGHT, FIELDS_AIRY = 7, 12


class LogInForm(PortalScreen):
    """Knows the simulated passwords, and fills in that of the user who is picked.

    Where the log-in comes from stays set for the next ones.
    """

    DEFAULT_CSS = """
    LogInForm .field { height: auto; margin-top: 1; }
    LogInForm .label { width: 10; }
    LogInForm Select { width: 1fr; }
    LogInForm .field.-close { margin-top: 0; }
    LogInForm #from { width: 1fr; height: 1; padding: 0; text-align: left; content-align: left middle; }
    LogInForm #from { text-wrap: nowrap; text-overflow: ellipsis; }
    LogInForm .hint { padding-left: 10; }
    LogInForm Row { padding-left: 10; margin-top: 1; }
    LogInForm #title { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    LogInForm #mail { padding-left: 0; }
    LogInForm.-tight .field, LogInForm.-tight Row, LogInForm.-tight #title { margin-top: 0; }
    """

    class Closed(Message):
        """Back to the log-in that the form was opened over."""

    def __init__(self, browser: str, *, id: str) -> None:
        super().__init__(browser, id=id)
        self._world = World()
        self._filled = ""
        self._origin = Context()
        self._resources: tuple[tuple[ResourceId, str], ...] = ((USER_PORTAL, "User Portal"),)

    def compose(self) -> ComposeResult:
        yield line(id="title", classes="title gap")
        yield line(id="over", classes="hint")
        yield line(id="mail", classes="hint")
        with Horizontal(classes="field"):
            yield line("Username", classes="label")
            yield UserPicker(id="who")
        with Horizontal(classes="field"):
            yield line("Password", classes="label")
            yield Entry(id="password", secret=True)
        yield line(id="password-hint", classes="hint")
        with Horizontal(classes="field"):
            yield line("Into", classes="label")
            yield Select(_options(self._resources), id="resource", allow_blank=False, compact=True)
        with Horizontal(classes="field -close"):
            yield line("From", classes="label")
            origin = button(context_in_words(self._origin), "from")
            origin.styles.line_pad = 0  # Textual's CSS does not take the 0
            yield origin
        with Row():
            yield button("log in", "submit", "primary")
            yield button("back", "back")
        yield line(id="error", classes="error gap")
        yield line(id="headline", classes="error gap")
        yield line(id="reasons")

    def know(self, world: World) -> None:
        """Whom the simulation has."""
        self._world = world
        self.query_one(UserPicker).show(world)
        self._hint()

    def show(self, view: PortalView) -> None:
        self.put("#title", f"Log in to {view.organization}")
        over = (
            ""
            if view.person is None or view.visit is None
            else "A log-in is open here; logging in replaces it."
        )
        self.put("#over", over)
        self.put("#mail", f"from the mail of {view.mail}: log in to set up MFA" if view.mail else "")
        self._leave_room(self.outer_size.height)
        self.query_one("#back").display = view.visit is not None
        self.put("#headline", view.headline)
        self.put("#reasons", numbered(view.reasons))
        if view.resources != self._resources:
            self._resources = view.resources
            select = self.query_one("#resource", Select)
            kept = select.value
            with self.prevent(Select.Changed):
                select.set_options(_options(view.resources))
                if any(kept == id_ for id_, _ in view.resources):
                    select.value = kept

    def fit(self, size: Size) -> None:
        self.set_class(size.height < AIRY, "-tight")
        self._leave_room(size.height)

    def _leave_room(self, height: int) -> None:
        """Let the list of users be only so long that the buttons below stay on screen."""
        hints = sum(bool(self.query_one(hint).display) for hint in ("#over", "#mail"))
        taken = hints + (FIELDS_TIGHT if height < AIRY else FIELDS_AIRY)
        self.query_one(UserPicker).room(height - taken)

    def open_for(self, username: str) -> None:
        """Fill in this user, and the password."""
        self.query_one("#password", Input).value = ""
        self.query_one(UserPicker).put_username(username)
        self._fill(username)

    def first_focus(self) -> Input:
        """The password of a user who is filled in, else the username."""
        filled = self.query_one("#password", Input)
        return filled if self.query_one(UserPicker).username else self.query_one("#username", Input)

    @on(UserPicker.Typed)
    def _typed(self, event: UserPicker.Typed) -> None:
        self.refuse("")
        self._fill(event.username)

    @on(UserPicker.Picked)
    def _picked(self, event: UserPicker.Picked) -> None:
        event.stop()
        self.query_one("#password").focus()

    def _fill(self, username: str) -> None:
        """Fill the password in, unless the person has typed one."""
        entry = self.query_one("#password", Input)
        if entry.value not in ("", self._filled):
            return
        user = self._world.users.get(user_id(username))
        self._filled = (user.password or "") if user is not None else ""
        entry.value = self._filled
        self._hint()

    def _hint(self) -> None:
        user = self._world.users.get(user_id(self.query_one(UserPicker).username))
        typed = self.query_one("#password", Input).value
        if user is None:
            hint = _hint_before_picking(len(self._world.users))
        elif user.password is None:
            hint = "this user has no password yet, so none is right"
        elif typed == user.password:
            hint = "filled in for you; type another one to fail"
        else:
            hint = "not this user's password"
        self.put("#password-hint", hint)

    @on(Input.Changed, "#password")
    def _password_changed(self) -> None:
        self.refuse("")
        self._hint()

    @on(Input.Submitted, "#password")
    @on(Button.Pressed, "#submit")
    def _log_in(self) -> None:
        resource = self.query_one("#resource", Select).value
        entry = self.query_one("#password", Input)
        entry.select_all()
        username = self.query_one(UserPicker).username
        self.ask(LogIn(self.browser, username, entry.value, ResourceId(str(resource)), self._origin))

    @on(Button.Pressed, "#from")
    def _ask_context(self) -> None:
        self.app.push_screen(ContextDialog(self._origin), self._set_context)

    def _set_context(self, context: Context | None) -> None:
        if context is not None:
            self._origin = context
            self.query_one("#from", Button).label = Content(context_in_words(context))

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.post_message(self.Closed())


def _hint_before_picking(users: int) -> str:
    if not users:
        return "there are no users yet, so none can log in"
    return "filled in when you pick " + ("the only user" if users == 1 else f"one of {users:,} users")


def _options(resources: tuple[tuple[ResourceId, str], ...]) -> list[tuple[Content, ResourceId]]:
    return [(shown(name), id_) for id_, name in resources]
