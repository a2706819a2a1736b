"""What the user would meet at a log-in now, wherever it came from."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from mfadrill.core.refusals import Refusal
from mfadrill.core.users import UserId
from mfadrill.tui.admin_portal.user_sheet.log_in_view import meetings
from mfadrill.tui.choice import Choice
from mfadrill.tui.dialog import Words
from mfadrill.tui.log_in_context import ContextFields
from mfadrill.tui.moment import Moment


class LogInPage(Vertical):
    """The facts of a log-in, each unknown unless given, and the outcome with its reasons for each resource."""

    DEFAULT_CSS = """
    LogInPage { height: auto; }
    LogInPage #meets { margin: 1 0 0 0; }
    LogInPage #log-in-title { color: $primary; text-style: bold; }
    """

    def __init__(self, user: UserId) -> None:
        super().__init__(id="log-in-page")
        self.user = user
        self._moment: Moment | None = None

    def compose(self) -> ComposeResult:
        yield Words(id="log-in-title")
        yield ContextFields()
        yield Words(id="meets")

    def show(self, moment: Moment) -> None:
        self._moment = moment
        self._draw()

    @on(Choice.Changed)
    @on(Input.Changed)
    def _context_changed(self, event: Choice.Changed | Input.Changed) -> None:
        event.stop()
        self._draw()

    def _draw(self) -> None:
        if self._moment is None or self.user not in self._moment.world.users:
            return
        world = self._moment.world
        user = world.users[self.user]
        self.query_one("#log-in-title", Words).say(f"What happens if {user.name} logs in now?")
        meets = self.query_one("#meets", Words)
        try:
            context = self.query_one(ContextFields).context
        except Refusal as wrong:
            meets.say(wrong.text, problem=True)
        else:
            meets.say("\n".join(meetings(world, user, context, self._moment.now)))
