"""The footer: the keys that work where the focus is, as far as there is room."""

from collections.abc import Iterable, Iterator

from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.actions.action import Action, Area, Situation
from mfadrill.tui.actions.registry import in_area, key_name
from mfadrill.tui.cells import cell_len
from mfadrill.tui.dialog import Keys


def key_links(areas: Iterable[Area], situation: Situation, width: int) -> list[Link]:
    """Keys with their short names, those first that belong to where the focus is; disabled ones are left out.

    The keys of the application, help among them, have their room at the end.
    """
    last = [piece for action in _shown([Area.APPLICATION], situation) for piece in _piece(action)]
    left = width - sum(cell_len(link.text) for link in last)
    links: list[Link] = []
    for action in _shown(areas, situation):
        piece = _piece(action)
        left -= sum(cell_len(link.text) for link in piece)
        if left < 0:
            break
        links += piece
    return links + last


def _shown(areas: Iterable[Area], situation: Situation) -> Iterator[Action]:
    for area in areas:
        for action in in_area(area):
            if action.short and action.keys and not action.why_not(situation):
                yield action


def _piece(action: Action) -> list[Link]:
    does = "" if action.area is Area.LISTS else f"app.do('{action.id}')"
    return [Link(f" {key_name(action.keys[0])}", "key", does), Link(f" {action.short} ", "muted", does)]


#: The keys of a screen that says nothing of its own.
CLOSES: Keys = (("esc", "closes"),)


def dialog_links(keys: Keys) -> list[Link]:
    """What works while a dialog is open: only its own keys do."""
    return [link for key, does in keys for link in (Link(f" {key}", "key"), Link(f" {does} ", "muted"))]


class KeyLine(ActionLine):
    DEFAULT_CSS = """
    KeyLine { background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__(id="key-line")
        self._areas: tuple[Area, ...] = ()
        self._situation: Situation | None = None

    def show_keys(self, keys: Keys) -> None:
        """Show the keys of the dialog that is open."""
        self._situation = None
        self.show_links(dialog_links(keys))

    def show(self, areas: Iterable[Area], situation: Situation) -> None:
        self._areas, self._situation = tuple(areas), situation
        self.on_resize()

    def on_resize(self) -> None:
        if self._situation is not None:
            self.show_links(key_links(self._areas, self._situation, self.size.width))
