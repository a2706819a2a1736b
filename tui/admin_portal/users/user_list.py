"""The list of users: select box, name, state, department, groups, alerts, MFA status, requirement."""

from collections.abc import Callable, Set

from textual import events
from textual.geometry import Region
from textual.message import Message

from mfadrill.core.factors import Factor
from mfadrill.core.users import User, UserId
from mfadrill.tui.admin_portal.users.columns import ALL, BOX, HEADINGS, Column, factor_label, places
from mfadrill.tui.admin_portal.users.order import Sorting
from mfadrill.tui.admin_portal.users.users_view import UserRow, UsersView
from mfadrill.tui.cells import Piece, cell_len, fit
from mfadrill.tui.line_list import LineList


def heading(column: Column, sorting: Sorting, factor: Factor | None) -> str:
    text = HEADINGS[column]
    if column is Column.MFA:
        text += f": {factor_label(factor)} ▾"
    if column is sorting.column:
        text += ("" if column is Column.REQUIRED else " ") + ("▼" if sorting.backward else "▲")
    return text


def header_pieces(
    width: int, sorting: Sorting, factor: Factor | None, shown: Set[Column] = ALL
) -> list[Piece]:
    pieces: list[Piece] = [("☐", "")]
    for place in places(width, shown):
        tone = "strong" if place.column is sorting.column else ""
        pieces += [(" ", ""), (fit(heading(place.column, sorting, factor), place.width), tone)]
    return pieces


def row_pieces(row: UserRow, width: int, *, selected: bool, shown: Set[Column] = ALL) -> list[Piece]:
    """A user's line, in columns that align whatever the script of the names."""
    pieces: list[Piece] = [("☑", "accent") if selected else ("☐", "muted")]
    there = places(width, shown)
    alerted = any(place.column is Column.ALERTS for place in there)
    for place in there:
        # The blank goes with the cell: a piece of its own would cost another change of color.
        (text, tone), *rest = _cell(row, place.column, place.width, alerted=alerted)
        pieces += [(" " + text, tone), *rest]
    return pieces


def _cell(row: UserRow, column: Column, width: int, *, alerted: bool) -> list[Piece]:
    match column:
        case Column.USER:
            left = width - cell_len(row.username) - 1
            if left >= 4 and row.name:
                return [(row.username + " ", "strong"), (fit(row.name, left), "muted")]
            return [(fit(row.username, width), "strong")]
        case Column.STATE:
            locked = row.locked and not alerted
            tone = "bad" if locked else "" if row.state == "Activated" else "accent"
            return [(fit(row.state + (" ⊘" if locked else ""), width), tone)]
        case Column.DEPARTMENT:
            return [(fit(row.department, width), "muted")]
        case Column.GROUPS:
            return [(fit(row.groups, width), "muted")]
        case Column.ALERTS:
            return [(fit(row.alerts, width), "bad" if row.grave else "accent")]
        case Column.MFA:
            return [(fit(row.mfa, width), row.tone)]
        case Column.REQUIRED:
            return [(fit("yes" if row.required else "–", width), "" if row.required else "muted")]


class UserList(LineList):
    """Shows a UsersView and which users are selected; keeps its cursor on the same user."""

    has_header = True
    box_width = BOX

    class AllToggled(Message):
        """The box in the heading was clicked."""

    class HeadingClicked(Message):
        """A heading was clicked; `choose` where it has a menu there."""

        def __init__(self, column: Column, *, choose: bool) -> None:
            super().__init__()
            self.column, self.choose = column, choose

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view: UsersView | None = None
        #: Called when the cursor comes to another user: at once, so that all of it is one repaint.
        self.moved: Callable[[], None] = lambda: None
        self.selected: set[UserId] = set()
        self.shown: frozenset[Column] = ALL
        self._at: UserId | None = None
        #: Where a range of lines to select began, and who was selected then.
        self._range: tuple[UserId, frozenset[UserId]] | None = None

    def show(self, view: UsersView) -> None:
        """Show other users; the cursor stays on its user, or where that one would be."""
        self.view = view
        if self._at is not None:
            self.cursor, _ = view.index_of(self._at)
        self.lines_changed()
        if self._at is None and view.users:
            self._at = view.users[self.cursor].id
        self.call_after_refresh(self.bring_on_screen)

    def show_columns(self, shown: Set[Column]) -> None:
        self.shown = frozenset(shown) | {Column.USER}
        self.refresh()

    @property
    def columns(self) -> frozenset[Column]:
        """The columns that are on screen."""
        return frozenset(place.column for place in places(self.size.width - 1, self.shown))

    def region_of(self, column: Column) -> Region:
        """Where the heading of a column is on screen, or of the list if it has none."""
        for place in places(self.size.width - 1, self.shown):
            if place.column is column:
                return Region(self.region.x + place.x, self.region.y, place.width, 1)
        return Region(self.region.x + BOX, self.region.y, 1, 1)

    @property
    def user(self) -> User | None:
        """The user at the cursor."""
        return self.user_at(self.cursor)

    def user_at(self, index: int) -> User | None:
        if self.view is None or not self.view.users:
            return None
        return self.view.users[min(index, len(self.view.users) - 1)]

    def move_to(self, index: int) -> None:
        self._range = None
        self._move_to(index)

    def has_moved(self) -> None:
        """What `moved` says is enough: the message would go through every widget around, for nobody."""

    def _move_to(self, index: int) -> None:
        super().move_to(index)
        user = self.user
        if user is not None and user.id != self._at:
            self._at = user.id
            self.moved()

    def put_on(self, user: UserId) -> None:
        """Put the cursor on a user, if it is listed."""
        if self.view is not None:
            index, there = self.view.index_of(user)
            if there:
                self.move_to(index)

    def toggle(self, user: UserId) -> None:
        self.selected ^= {user}
        if self.view is not None:
            self._refresh_index(self.view.index_of(user)[0])

    def action_toggle_line(self) -> None:
        """At once, not by the message: the next key may ask who is selected."""
        if self.user is not None:
            self.toggle(self.user.id)
            self.post_message(self.Toggled(self))

    def extend_to(self, index: int) -> None:
        """Select from where the range began, the cursor if it is a new one, to a line; the cursor goes there.

        A range that shrinks gives back what it selected, and nothing else.
        """
        view, user = self.view, self.user
        if view is None or user is None:
            return
        began, kept = self._range or (user.id, frozenset(self.selected))
        self._range = began, kept
        start, there = view.index_of(began)
        if not there:
            start = self.cursor
        index = max(0, min(index, len(view.users) - 1))
        self._move_to(index)
        first, last = min(start, index), max(start, index)
        self.selected = set(kept) | {found.id for found in view.users[first : last + 1]}
        self.refresh()
        self.post_message(self.Toggled(self))

    def line_count(self) -> int:
        return 0 if self.view is None else len(self.view.users)

    def header(self, width: int) -> list[Piece]:
        view = self.view
        return [] if view is None else header_pieces(width, view.sorting, view.factor, self.shown)

    def line(self, index: int, width: int) -> list[Piece]:
        assert self.view is not None
        selected = self.view.users[index].id in self.selected
        return row_pieces(self.view.row(index), width, selected=selected, shown=self.shown)

    def empty(self) -> str:
        return "" if self.view is None else self.view.empty

    def describe(self, index: int) -> str | None:
        assert self.view is not None
        user = self.view.users[index]
        return f"{user.name}\n{self.view.details(user)}"

    def on_click(self, event: events.Click) -> None:
        if event.y < self.header_height:
            event.prevent_default()
            self._heading_clicked(event.x)
        elif event.shift or event.ctrl:
            event.prevent_default()
            index = self.index_at(event.y)
            if index is not None:
                self.extend_to(index)

    def _heading_clicked(self, x: int) -> None:
        if x < self.box_width:
            self.post_message(self.AllToggled())
            return
        for place in places(self.size.width - 1, self.shown):
            if place.x <= x < place.x + place.width:
                text = HEADINGS[place.column] + ": "
                factor = place.x + len(text) <= x < place.x + len(text + self._factor_label) + 2
                choose = place.column is Column.MFA and factor
                self.post_message(self.HeadingClicked(place.column, choose=choose))

    @property
    def _factor_label(self) -> str:
        return "" if self.view is None else factor_label(self.view.factor)
