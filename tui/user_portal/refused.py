"""The log-in was refused: the core's words, and always the reasons."""

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Button

from mfadrill.tui.user_portal.screen import PortalScreen, Row, button, line, numbered
from mfadrill.tui.user_portal.view import PortalView


class Refused(PortalScreen):
    """Nothing to do here but to go back."""

    DEFAULT_CSS = """
    Refused #headline { border-left: outer $error; padding: 0 1; margin-top: 1; text-style: bold; }
    Refused #outdated { color: $text-warning; margin-top: 1; }
    Refused #why { margin-top: 1; text-style: bold; }
    """

    FIRST = "again"

    class Left(Message):
        """Back to the form."""

    def compose(self) -> ComposeResult:
        yield line(id="headline")
        yield line(id="attempted", classes="hint")
        yield line(id="outdated")
        yield line(id="why")
        yield line(id="reasons")
        with Row(classes="gap"):
            yield button("back to the log-in", "again", "primary")
        yield line(id="error", classes="error")

    def show(self, view: PortalView) -> None:
        self.put("#headline", view.headline)
        self.put("#attempted", f"Log-in of {view.attempted}, from {view.origin}")
        self.put("#outdated", "Something has changed since: log in again." if view.outdated else "")
        self.put("#why", f"Why {view.resource} refused" if view.outdated else f"Why {view.resource} refuses")
        self.put("#reasons", numbered(view.reasons))

    @on(Button.Pressed, "#again")
    def _again(self) -> None:
        self.post_message(self.Left())
