"""What every tab of the Admin Portal has."""

from typing import Any

from textual.widget import Widget

from mfadrill.tui.moment import Moment


class Tab(Widget):
    """One tab. It is shown a moment only while it is on screen."""

    def show(self, moment: Moment) -> None:
        """Show this moment."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Put the focus where the work of this tab begins."""
        raise NotImplementedError

    @property
    def situation(self) -> dict[str, Any]:
        """The fields of Situation that this tab knows."""
        return {}
