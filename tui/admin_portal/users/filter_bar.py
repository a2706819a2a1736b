"""The filters above the list of users."""

from functools import partial

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from mfadrill.core.factors import Factor
from mfadrill.core.world import World
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.admin_portal.users.chips import Chips
from mfadrill.tui.admin_portal.users.columns import factor_label
from mfadrill.tui.admin_portal.users.days_dialog import DaysDialog
from mfadrill.tui.admin_portal.users.filter_chips import (
    FIELDS,
    STATUS_OF,
    chips,
    hint,
    id_of,
    value_of,
    values,
)
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.dialog import Field, Words
from mfadrill.tui.menu import Item, Menu


class FilterBar(Widget):
    """Posts Changed with what the list is to be narrowed to."""

    DEFAULT_CSS = """
    FilterBar { height: auto; background: $surface; }
    FilterBar #search { background: $surface; width: 1fr; margin: 0 1 0 0; }
    FilterBar #search:focus { background: $panel; }
    FilterBar #new { width: 8; }
    FilterBar #found { width: 21; text-align: right; color: $text-muted; padding: 0 1 0 0; }
    FilterBar Horizontal { height: 1; }
    FilterBar #hint { color: $warning; height: auto; display: none; }
    """

    class Changed(Message):
        def __init__(self, filters: Filters) -> None:
            super().__init__()
            self.filters = filters

    class SavedWanted(Message):
        """The menu of saved filters is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.filters = Filters()
        self.world = World()
        #: Whose status the list shows; a filter for a status begins with that.
        self.factor: Factor | None = Factor.TOTP

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Field(placeholder="/ name, username, mail…", id="search", select=False)
            yield Static("", id="found", markup=False)
            yield ActionLine(id="new")
        yield Chips()
        yield Words(id="hint")

    def on_mount(self) -> None:
        self.query_one("#new", ActionLine).show_links([Link(" + new ", "button", "app.do('users.new')")])

    def show_found(self, found: str) -> None:
        self.query_one("#found", Static).update(found, layout=False)

    def show_world(self, world: World) -> None:
        self.world = world
        self._show_chips()

    def _show_chips(self) -> None:
        self.query_one(Chips).show(chips(self.filters, self.world))
        said = hint(self.filters)
        words = self.query_one("#hint", Words)
        if words.display != bool(said):
            words.display = bool(said)
            words.say(said)

    def set_filters(self, filters: Filters) -> None:
        """Show these filters, and tell who listens."""
        if filters == self.filters:
            return
        self.filters = filters
        self._show_chips()
        search = self.query_one("#search", Input)
        if search.value != filters.text:
            search.value = filters.text
        self.post_message(self.Changed(filters))

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.set_filters(structs.replace(self.filters, text=event.value))

    # Chips

    def action_add(self) -> None:
        """The menu of filters."""
        line = self.query_one(Chips)
        self._add(line.region_of(0))

    def _add(self, region: Region) -> None:
        items = [
            Item(
                field, name + "…", "any factor enrolled or not: active, inactive" if field == "active" else ""
            )
            for field, name in FIELDS.items()
        ]
        items.append(Item("saved", "Saved filters…"))

        def chosen(field: str | None) -> None:
            if field == "saved":
                self.post_message(self.SavedWanted())
            elif field is not None:
                self.choose(field, region)

        self.app.push_screen(Menu("Filter", items, region), chosen)

    def choose(self, field: str, region: Region) -> None:
        """The menu of a filter's values."""
        if field == "status":
            self._choose_status(self.filters.factor if self.filters.status else self.factor, region)
            return
        items = values(field, self.world)
        if not items:
            self.notify(f"There is no {FIELDS[field].lower()} here.", severity="warning", markup=False)
            return
        menu = Menu(FIELDS[field], items, region, id_of(field, self.filters))
        self.app.push_screen(menu, partial(self._chosen, field))

    def _chosen(self, field: str, id_: str | None) -> None:
        if id_ is None:
            return
        if field == "ends_within" and id_ == "other":
            self.app.push_screen(DaysDialog(self.filters.ends_within), self._days)
            return
        self.set_filters(structs.replace(self.filters, **{field: value_of(field, id_)}))

    def _days(self, days: int | None) -> None:
        if days is not None:
            self.set_filters(structs.replace(self.filters, ends_within=days))

    def _choose_status(self, factor: Factor | None, region: Region) -> None:
        others = [other for other in STATUS_OF if other is not factor]
        items = [
            *values("status", self.world),
            *(Item(f"of {factor_label(o)}", f"{factor_label(o)} status…") for o in others),
        ]

        def chosen(id_: str | None) -> None:
            other = next((o for o in others if id_ == f"of {factor_label(o)}"), factor)
            if id_ is not None and other is not factor:
                self._choose_status(other, region)
            elif id_ is not None:
                status = value_of("status", id_)
                self.set_filters(structs.replace(self.filters, status=status, factor=factor))

        title = f"{factor_label(factor)} status"
        self.app.push_screen(Menu(title, items, region, id_of("status", self.filters)), chosen)

    def remove_filter(self, field: str) -> None:
        changed = {field: None} | ({"factor": Factor.TOTP} if field == "status" else {})
        self.set_filters(structs.replace(self.filters, **changed))

    @on(Chips.Opened)
    def _opened(self, event: Chips.Opened) -> None:
        event.stop()
        if event.field:
            self.choose(event.field, event.region)
        else:
            self._add(event.region)

    @on(Chips.Removed)
    def _removed(self, event: Chips.Removed) -> None:
        event.stop()
        self.remove_filter(event.field)
