"""The filters above the list of users."""

from msgspec import structs
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from mfadrill.core.factors import FactorStatus
from mfadrill.core.users import UserState
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.dialog import Field
from mfadrill.tui.menu import Item, Menu

#: For each filter its name, and its values with their labels.
CHOICES: dict[str, tuple[str, dict[str, object]]] = {
    "state": ("State", {state.label: state for state in UserState}),
    "required": ("Required", {"required": True, "not required": False}),
    "active": ("MFA", {"active": True, "inactive": False}),
    "status": ("TOTP", {status.label: status for status in FactorStatus}),
}


class FilterChoice(Static, can_focus=True):
    """One filter: its name, or the value that it has. Enter or a click opens its menu."""

    DEFAULT_CSS = """
    FilterChoice { width: auto; height: 1; padding: 0 1; color: $text-muted; }
    FilterChoice:hover { background: $panel; }
    FilterChoice:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    FilterChoice.-set { color: $accent; text-style: bold; }
    """
    BINDINGS = [Binding("enter,space,down", "open", "Choose", show=False)]
    ALLOW_SELECT = False

    class Chosen(Message):
        def __init__(self, field: str, value: object) -> None:
            super().__init__()
            self.field, self.value = field, value

    def __init__(self, field: str) -> None:
        super().__init__(markup=False, id=f"filter-{field}")
        self.field = field
        self.heading, self.values = CHOICES[field]
        self.label = ""

    def show(self, value: object) -> None:
        self.label = next((label for label, found in self.values.items() if found is value), "")
        self.set_class(bool(self.label), "-set")
        self.update(Text(f"{self.label or self.heading} ▾"))

    def on_mount(self) -> None:
        self.show(None)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        items = [Item("", "any"), *(Item(label, label) for label in self.values)]
        self.app.push_screen(Menu(self.heading, items, self.region, self.label), self._chosen)

    def _chosen(self, label: str | None) -> None:
        if label is not None:
            self.post_message(self.Chosen(self.field, self.values.get(label)))


class FilterBar(Widget):
    """Posts Changed with what the list is to be narrowed to."""

    DEFAULT_CSS = """
    FilterBar { height: 2; background: $surface; padding: 0 0; }
    FilterBar #search { background: $surface; width: 1fr; margin: 0 1 0 0; }
    FilterBar #search:focus { background: $panel; }
    FilterBar #found { width: auto; color: $text-muted; padding: 0 1 0 0; }
    FilterBar Horizontal { height: 1; }
    """

    class Changed(Message):
        def __init__(self, filters: Filters) -> None:
            super().__init__()
            self.filters = filters

    def __init__(self) -> None:
        super().__init__()
        self.filters = Filters()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Field(placeholder="/ search name, username, mail…", id="search")
            yield Static("", id="found", markup=False)
        with Horizontal():
            for field in CHOICES:
                yield FilterChoice(field)

    def show_found(self, found: str) -> None:
        self.query_one("#found", Static).update(found)

    def set_filters(self, filters: Filters) -> None:
        """Show these filters, and tell who listens."""
        if filters == self.filters:
            return
        self.filters = filters
        for choice in self.query(FilterChoice):
            choice.show(getattr(filters, choice.field))
        search = self.query_one("#search", Input)
        if search.value != filters.text:
            search.value = filters.text
        self.post_message(self.Changed(filters))

    @on(FilterChoice.Chosen)
    def _choice(self, event: FilterChoice.Chosen) -> None:
        event.stop()
        self.set_filters(structs.replace(self.filters, **{event.field: event.value}))

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.set_filters(structs.replace(self.filters, text=event.value))
