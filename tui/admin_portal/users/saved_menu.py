"""Saving, applying and deleting filters, from menus."""

import asyncio
from collections.abc import Callable
from functools import partial

from textual.geometry import Region
from textual.widget import Widget

from mfadrill.core.plain import plain
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.users.filter_chips import chips
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.admin_portal.users.save_dialog import SaveDialog
from mfadrill.tui.admin_portal.users.saved_filters import SavedFilters, UnusableFileError
from mfadrill.tui.menu import Item, Menu


def described(filters: Filters, world: World) -> str:
    text = [f"“{filters.text}”"] if filters.text else []
    return " · ".join([*text, *(chip.text for chip in chips(filters, world))])


class SavedMenu:
    """Opens over a widget; `apply` is told the filters that were chosen."""

    def __init__(
        self,
        owner: Widget,
        saved: SavedFilters,
        current: Filters,
        world: World,
        region: Region,
        apply: Callable[[Filters], None],
    ) -> None:
        self._owner, self._saved, self._current, self._world = owner, saved, current, world
        self._region, self._apply = region, apply
        self._all: dict[str, Filters] = {}

    def open(self) -> None:
        self._aside(self._saved.all, self._open)

    def _aside(self, work: Callable[[], object], done: Callable[[], None]) -> None:
        """Work on the file in a thread; say what was wrong, or go on."""

        async def run() -> None:
            try:
                found = await asyncio.to_thread(work)
            except UnusableFileError as problem:
                self._owner.notify(plain(str(problem)), severity="error", markup=False, timeout=10)
                return
            if isinstance(found, dict):
                self._all = found
            done()

        self._owner.run_worker(run(), group="saved-filters")

    def _open(self) -> None:
        items = [
            Item(f"apply {name}", name, described(filters, self._world))
            for name, filters in self._all.items()
        ]
        if self._current.any:
            items.append(Item("save", "Save these filters…"))
        if self._all:
            items.append(Item("delete", "Delete one…"))
        if not items:
            self._owner.notify(
                "No filters are saved yet: set some, then save them here.", severity="warning", markup=False
            )
            return
        self._owner.app.push_screen(Menu("Saved filters", items, self._region), self._chosen)

    def _chosen(self, wish: str | None) -> None:
        kind, _, name = (wish or "").partition(" ")
        app = self._owner.app
        if kind == "apply":
            self._apply(self._all[name])
        elif kind == "save":
            app.push_screen(SaveDialog(described(self._current, self._world), set(self._all)), self._save)
        elif kind == "delete":
            items = [Item(name, name) for name in self._all]
            app.push_screen(Menu("Delete which?", items, self._region), self._delete)

    def _save(self, name: str | None) -> None:
        if name is not None:
            work = partial(self._saved.save, name, self._current)
            self._aside(work, partial(self._say, f"Saved as {name}."))

    def _delete(self, name: str | None) -> None:
        if name is not None:
            self._aside(partial(self._saved.delete, name), partial(self._say, f"Deleted {name}."))

    def _say(self, text: str) -> None:
        self._owner.notify(plain(text), markup=False)
