"""The screen with the panes."""

from textual import events
from textual.screen import Screen

from mfadrill.tui.compositor import FrontCompositor


class Main(Screen[None]):
    """It starts in the Admin Portal, not where the first widget happens to be mounted."""

    AUTO_FOCUS = ""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._compositor = FrontCompositor()
        self._layouts = 0

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if not self._layouts:
            # It comes on screen for the first time, and every widget was styled when it was mounted, just now.
            event.refresh_styles = False

    def on_resize(self, event: events.Resize) -> None:
        if event.size == self.outer_size:
            # Told of a size that it has already been laid out for, Textual would do that again.
            event.prevent_default()

    def _compositor_refresh(self) -> None:
        # There is no public way to put the first paint off. The first layout only tells the widgets their sizes, many
        # of which show something else then, and Textual lays everything out once more in any case.
        self._layouts += 1
        if self._layouts == 1:
            return
        super()._compositor_refresh()
        if self._layouts == 2:
            self._repaint_required = False  # all of the screen was painted just now
