"""The list of users: select box, name, state, department, MFA status, requirement."""

from msgspec import Struct
from textual.message import Message

from mfadrill.core.users import User, UserId
from mfadrill.tui.admin_portal.status_text import status_line
from mfadrill.tui.admin_portal.users.users_view import UserRow, UsersView
from mfadrill.tui.cells import Piece, cell_len, fit
from mfadrill.tui.line_list import LineList


class Columns(Struct, frozen=True):
    """The widths in cells; 0 hides a column."""

    user: int
    state: int = 11
    department: int = 0
    mfa: int = 19
    required: int = 4


BOX = 2


def columns(width: int) -> Columns:
    """The columns for a list of this width: the department needs room, the name gets what is left."""
    department = 13 if width >= 76 else 0
    gaps = 3 + bool(department)
    return Columns(max(8, width - BOX - 11 - department - 19 - 4 - gaps), department=department)


def header_pieces(width: int) -> list[Piece]:
    c = columns(width)
    parts = [fit("User", c.user), fit("State", c.state)]
    if c.department:
        parts.append(fit("Department", c.department))
    parts += [fit("MFA: TOTP", c.mfa), fit("Req.", c.required)]
    return [("☐ ", ""), (" ".join(parts), "")]


def row_pieces(row: UserRow, width: int, *, selected: bool) -> list[Piece]:
    """A user's line, in columns that align whatever the script of the names."""
    c = columns(width)
    username = row.username
    left = c.user - cell_len(username) - 1
    pieces: list[Piece] = [("☑ ", "accent") if selected else ("☐ ", "muted")]
    if left >= 4 and row.name:
        pieces += [(username + " ", "strong"), (fit(row.name, left), "muted")]
    else:
        pieces.append((fit(username, c.user), "strong"))
    state = row.state + (" ⊘" if row.locked else "")
    tone = "bad" if row.locked else "" if row.state == "Activated" else "accent"
    pieces.append((" " + fit(state, c.state), tone))
    if c.department:
        pieces.append((" " + fit(row.department, c.department), "muted"))
    pieces.append((" " + fit(row.mfa, c.mfa), row.tone))
    pieces.append((" " + fit("yes" if row.required else "–", c.required), "" if row.required else "muted"))
    return pieces


class UserList(LineList):
    """Shows a UsersView and which users are selected; keeps its cursor on the same user."""

    has_header = True
    box_width = BOX

    class AllToggled(Message):
        """The box in the heading was clicked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view: UsersView | None = None
        self.selected: set[UserId] = set()
        self._at: UserId | None = None

    def show(self, view: UsersView) -> None:
        """Show other users; the cursor stays on its user, or where that one would be."""
        self.view = view
        if self._at is not None:
            self.cursor, _ = view.index_of(self._at)
        self.lines_changed()
        if self._at is None and view.users:
            self._at = view.users[self.cursor].id
        self.call_after_refresh(self.bring_on_screen)

    @property
    def user(self) -> User | None:
        """The user at the cursor."""
        return self.user_at(self.cursor)

    def user_at(self, index: int) -> User | None:
        if self.view is None or not self.view.users:
            return None
        return self.view.users[min(index, len(self.view.users) - 1)]

    def move_to(self, index: int) -> None:
        super().move_to(index)
        user = self.user
        if user is not None:
            self._at = user.id

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

    def line_count(self) -> int:
        return 0 if self.view is None else len(self.view.users)

    def header(self, width: int) -> list[Piece]:
        return header_pieces(width)

    def line(self, index: int, width: int) -> list[Piece]:
        assert self.view is not None
        selected = self.view.users[index].id in self.selected
        return row_pieces(self.view.row(index), width, selected=selected)

    def empty(self) -> str:
        return "" if self.view is None else self.view.empty

    def describe(self, index: int) -> str | None:
        assert self.view is not None
        user = self.view.users[index]
        return f"{user.name}\n{status_line(user, self.view.organization, self.view.now)}"

    def on_click(self, event) -> None:
        if event.y < self.header_height and event.x < self.box_width:
            event.prevent_default()
            self.post_message(self.AllToggled())
