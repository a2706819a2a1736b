"""A list of users to pick several from, in a dialog."""

from mfadrill.core.status import totp_status
from mfadrill.core.users import User, UserId
from mfadrill.tui.admin_portal.status_text import TONES, status_in_short, status_line
from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.line_list import LineList
from mfadrill.tui.moment import Moment

STATUS = 19


class UserPicks(LineList):
    """Users with a box each; those that are picked stay so while a search narrows the list."""

    DEFAULT_CSS = """
    UserPicks { height: 10; background: $boost; }
    """
    box_width = 2

    def __init__(self, moment: Moment, *, id: str) -> None:
        super().__init__(id=id)
        self.moment = moment
        self.users: list[User] = []
        self.picked: set[UserId] = set()
        self.nothing = ""

    def show(self, users: list[User], moment: Moment, nothing: str) -> None:
        """Show these users, with the cursor on the same one as before if it is still there."""
        at = self.user
        self.users, self.moment, self.nothing = users, moment, nothing
        if at is not None:
            self.cursor = next((n for n, user in enumerate(users) if user.id == at.id), self.cursor)
        self.lines_changed()
        self.bring_on_screen()

    @property
    def user(self) -> User | None:
        return self.user_at(self.cursor)

    def user_at(self, index: int) -> User | None:
        return self.users[index] if index < len(self.users) else None

    def action_toggle_line(self) -> None:
        if self.user is not None:
            self.picked ^= {self.user.id}
            self._refresh_index(self.cursor)
            self.post_message(self.Toggled(self))

    def line_count(self) -> int:
        return len(self.users)

    def line(self, index: int, width: int) -> list[Piece]:
        user, world, now = self.users[index], self.moment.world, self.moment.now
        picked = user.id in self.picked
        who = user.username if user.name == user.username else f"{user.username}  {user.name}"
        return [
            ("☑ ", "accent") if picked else ("☐ ", "muted"),
            (fit(who, max(8, width - STATUS - 3)) + " ", ""),
            (
                fit(status_in_short(user, world.organization, now), STATUS),
                TONES[totp_status(user, world.organization, now)],
            ),
        ]

    def empty(self) -> str:
        return self.nothing

    def describe(self, index: int) -> str | None:
        user = self.users[index]
        return f"{user.name}\n{status_line(user, self.moment.world.organization, self.moment.now)}"
