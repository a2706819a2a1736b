"""What the portal's screens have in common: how they ask, where their refusals show, and their look."""

from datetime import datetime, timedelta

from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from mfadrill.core.commands import Command
from mfadrill.core.phones import ATTACKER
from mfadrill.core.plain import plain
from mfadrill.tui.messages import Maker
from mfadrill.tui.user_portal.entry import Entry
from mfadrill.tui.user_portal.view import Because, PortalView


def shown(text: str | Content) -> Content:
    """The text as the terminal may have it: what would steer the terminal is replaced."""
    content = text if isinstance(text, Content) else Content(text)
    clean = plain(content.plain, keep="\n")
    return content if clean == content.plain else Content(clean, spans=list(content.spans))


class Line(Static):
    """A text that is never markup: names are data. The same text again is not drawn again."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(shown(text), markup=False, id=id, classes=classes)
        self._text: str | Content = text

    def put(self, text: str | Content) -> None:
        # Two contents with the same text and other styles are equal, but the lines here are styled alike.
        if text != self._text:
            self._text = text
            self.update(shown(text))


def line(text: str = "", *, id: str | None = None, classes: str | None = None) -> Line:
    return Line(text, id=id, classes=classes)


def button(label: str, id: str, variant: str = "default", *, classes: str | None = None) -> Button:
    return Button(Content(label), id=id, variant=variant, compact=True, classes=classes)  # type: ignore[arg-type]


def code_input(id: str) -> Entry:
    """For six digits, which people paste with spaces in them."""
    return Entry(id=id, placeholder="six digits")


class Row(Horizontal):
    """Buttons beside each other."""

    DEFAULT_CSS = """
    Row { height: auto; width: 1fr; }
    Row > Button { margin-right: 1; min-width: 0; }
    """


class PortalScreen(VerticalScroll, can_focus=False):
    """One screen. Subclasses compose `.title`, their own, and an `error` line, and draw what `show` is given."""

    DEFAULT_CSS = """
    PortalScreen { padding: 0 1; height: 1fr; scrollbar-size-vertical: 1; }
    PortalScreen .title { text-style: bold; color: $text-primary; }
    PortalScreen .hint { color: $text-muted; }
    PortalScreen .error { color: $text-error; display: none; }
    PortalScreen .gap { margin-top: 1; }
    PortalScreen Button { min-width: 0; }
    PortalScreen Button.-style-default { background: $panel; }
    PortalScreen SelectCurrent { background: $panel; }
    PortalScreen Input { width: 1fr; background: $panel; }
    PortalScreen Input:focus { background: $primary-muted; }
    """

    #: The id of the widget that has the focus when the screen comes up.
    FIRST = ""

    class Asked(Message):
        """A command of the person, or what makes one of it; the answer comes back to the screen."""

        def __init__(self, screen: "PortalScreen", command: Command | Maker) -> None:
            super().__init__()
            self.screen = screen
            self.command = command

    class Waited(Message):
        """The person lets time pass."""

        def __init__(self, span: timedelta) -> None:
            super().__init__()
            self.span = span

    def __init__(self, browser: str, *, id: str) -> None:
        super().__init__(id=id)
        self.browser = browser

    @property
    def holder(self) -> str:
        """Whose devices are at hand here: empty for the user's own."""
        return ATTACKER if self.browser == ATTACKER else ""

    def show(self, view: PortalView) -> None:
        raise NotImplementedError

    def at(self, now: datetime) -> None:
        """Know the simulated instant, for the codes of a real phone."""

    def fit(self, size: Size) -> None:
        """Choose the layout for this room. Comes before the first paint, too, so that nothing jumps."""

    def on_resize(self) -> None:
        if self.outer_size:
            self.fit(self.outer_size)

    def ask(self, command: Command | Maker) -> None:
        self.refuse("")
        self.post_message(self.Asked(self, command))

    def refuse(self, text: str) -> None:
        """Show why what was asked did not happen; an empty text takes the last one away."""
        self.put("#error", text)

    def put(self, selector: str, text: str | Content) -> None:
        """Set the text of a line; a line without text takes no room."""
        target = self.query_one(selector, Line)
        target.put(text)
        target.display = bool(text)

    @on(Entry.NotTaken)
    def _not_taken(self, event: Entry.NotTaken) -> None:
        event.stop()
        self.refuse(event.why)

    def take_code(self, code: str) -> bool:
        """Take a code off the phone, if this screen asks for one."""
        return False

    def first_focus(self) -> Widget | None:
        """What should have the focus when the screen comes up."""
        return self.query_one(f"#{self.FIRST}") if self.FIRST else None


def numbered(reasons: tuple[Because, ...]) -> Content:
    """Reasons in their order, one a line, each with the rule behind it."""
    lines = (
        Content.assemble(f"{number}. {reason.sentence} ", (f"[{reason.rule}]", "dim"))
        for number, reason in enumerate(reasons, 1)
    )
    return Content("\n").join(lines)
