"""Who logs in: a username to type, with a short list of those that it may mean."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus, Key
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from mfadrill.core.plain import plain
from mfadrill.core.users import User, user_id
from mfadrill.core.world import World
from mfadrill.tui.directory import Directory
from mfadrill.tui.user_portal.entry import Entry
from mfadrill.tui.user_portal.screen import shown
from mfadrill.tui.user_portal.user_matches import AT_MOST, matches


class UserPicker(Vertical):
    """Down goes into the list, Enter picks the first of it or the marked one."""

    DEFAULT_CSS = f"""
    UserPicker {{ height: auto; width: 1fr; }}
    UserPicker OptionList {{ height: auto; max-height: {AT_MOST}; display: none; background: $panel; }}
    UserPicker.-open OptionList {{ display: block; }}
    """

    class Typed(Message):
        """The username is another one."""

        def __init__(self, username: str) -> None:
            super().__init__()
            self.username = username

    class Picked(Message):
        """A user was picked, or the name of one was typed in full and confirmed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._world = World()
        self._directory = Directory(self._world.users)
        self._found: list[User] = []

    def compose(self) -> ComposeResult:
        yield Entry(id="username", placeholder="type to search")
        yield OptionList(id="users", markup=False, compact=True)

    @property
    def username(self) -> str:
        return self.query_one("#username", Input).value

    def show(self, world: World) -> None:
        changed = world.users is not self._world.users
        self._world = world
        if changed and self.has_class("-open"):
            self._search()

    def room(self, rows: int) -> None:
        """Let the list have so many rows at most; the rest of it scrolls."""
        self.query_one("#users").styles.max_height = max(1, min(rows, AT_MOST))

    def put_username(self, username: str) -> None:
        """Fill a name in, without opening the list."""
        with self.prevent(Input.Changed):
            self.query_one("#username", Input).value = plain(username)
        self.remove_class("-open")
        self.post_message(self.Typed(username))

    def _search(self) -> None:
        typed = self.username
        exact = user_id(typed) in self._world.users
        if self._directory.source is not self._world.users:
            self._directory = Directory(self._world.users, self._directory)
        self._found = [] if exact else matches(self._directory, typed)
        users = self.query_one("#users", OptionList)
        users.clear_options()
        users.add_options(Option(_described(user)) for user in self._found)
        self.set_class(bool(self._found), "-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.has_focus_within:
            self._search()
        self.post_message(self.Typed(event.value))

    def on_entry_not_taken(self) -> None:
        """Make room for why."""
        self.remove_class("-open")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._found and self.has_class("-open"):
            self._pick(self._found[0])
        else:
            self.post_message(self.Picked())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._found):
            self._pick(self._found[event.option_index])

    def _pick(self, user: User) -> None:
        self.put_username(user.username)
        self.post_message(self.Picked())

    def on_key(self, event: Key) -> None:
        users = self.query_one("#users", OptionList)
        if event.key == "down" and self.query_one("#username", Input).has_focus:
            if not self.has_class("-open"):
                self._search()
            if self._found:
                users.focus()
                users.highlighted = 0
                event.stop()
        elif event.key == "up" and users.has_focus and users.highlighted == 0:
            self.query_one("#username", Input).focus()
            event.stop()
            event.prevent_default()
        elif event.key == "escape" and self.has_class("-open"):
            self.query_one("#username", Input).focus()
            self.remove_class("-open")
            event.stop()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if event.widget.id == "username":
            self._search()

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        self.call_after_refresh(self._close_when_left)

    def _close_when_left(self) -> None:
        if not self.has_focus_within:
            self.remove_class("-open")


def _described(user: User) -> Content:
    about = " · ".join(part for part in (user.name, user.department) if part and part != user.username)
    return shown(Content.assemble((user.username, "bold"), "  ", (about, "dim")))
