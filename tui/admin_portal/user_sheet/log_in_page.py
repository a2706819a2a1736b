"""What the user would meet at a log-in now, wherever it came from."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Select

from mfadrill.core.policies import Context
from mfadrill.core.users import UserId
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.user_sheet.log_in_view import context_problems, meetings
from mfadrill.tui.dialog import Field, Words
from mfadrill.tui.moment import Moment

DEVICES = (("unknown", "unknown"), ("managed", "managed"), ("not managed", "not managed"))


class LogInPage(Vertical):
    """The facts of a log-in, each unknown unless given, and the outcome with its reasons for each resource."""

    DEFAULT_CSS = """
    LogInPage { height: auto; }
    LogInPage .row { height: 1; }
    LogInPage Select { width: 20; }
    LogInPage Field { width: 14; margin: 0 2 0 1; }
    LogInPage #meets { margin: 1 0 0 0; }
    LogInPage #log-in-title { color: $primary; text-style: bold; }
    LogInPage #facts-said { color: $warning; }
    """

    def __init__(self, user: UserId) -> None:
        super().__init__(id="log-in-page")
        self.user = user
        self._moment: Moment | None = None

    def compose(self) -> ComposeResult:
        yield Words(id="log-in-title")
        with Horizontal(classes="row"):
            yield Label("Device ")
            yield Select(DEVICES, value="unknown", allow_blank=False, compact=True, id="device")
            yield Label("Country")
            yield Field(placeholder="unknown", id="country")
        with Horizontal(classes="row"):
            yield Label("IP")
            yield Field(placeholder="unknown", id="ip")
            yield Label("System")
            yield Field(placeholder="unknown", id="os")
        yield Words(id="facts-said")
        yield Words(id="meets")

    @property
    def context(self) -> Context:
        """What is known of the log-in."""
        device = self.query_one("#device", Select).value
        return Context(
            ip=self._typed("#ip") or None,
            country=self._typed("#country").upper() or None,
            os=self._typed("#os").casefold() or None,
            device_managed=None if device == "unknown" else device == "managed",
        )

    def _typed(self, field: str) -> str:
        return self.query_one(field, Input).value.strip()

    def show(self, moment: Moment) -> None:
        self._moment = moment
        self._draw()

    @on(Select.Changed)
    @on(Input.Changed)
    def _context_changed(self, event: Select.Changed | Input.Changed) -> None:
        event.stop()
        self._draw()

    def _draw(self) -> None:
        if self._moment is None or self.user not in self._moment.world.users:
            return
        world: World = self._moment.world
        user, context = world.users[self.user], self.context
        self.query_one("#log-in-title", Words).say(f"What happens if {user.name} logs in now?")
        problems = context_problems(context)
        said = self.query_one("#facts-said", Words)
        said.say("\n".join(problems))
        said.display = bool(problems)
        lines = meetings(world, user, context, self._moment.now)
        self.query_one("#meets", Words).say("\n".join(lines))
