"""The groups of a user, to be joined and left."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from mfadrill.core.users import GroupId
from mfadrill.core.world import Group
from mfadrill.tui.tick import Tick


class GroupTick(Tick):
    """Whether the user is in the group."""

    def __init__(self, group: Group, value: bool) -> None:
        super().__init__(group.name, value, id=f"in-{abs(hash(group.id))}")
        self.group = group.id


class GroupsPage(Vertical):
    """Ticks for all groups; they are saved with the sheet."""

    DEFAULT_CSS = """
    GroupsPage { height: auto; }
    """

    def __init__(self, groups: Iterable[Group], member_of: frozenset[GroupId]) -> None:
        super().__init__(id="groups")
        self.groups = sorted(groups, key=lambda group: group.name.casefold())
        self.member_of = member_of

    def compose(self) -> ComposeResult:
        if not self.groups:
            yield Static("There are no groups yet: the Groups tab makes them.", classes="muted")
        for group in self.groups:
            yield GroupTick(group, group.id in self.member_of)

    @property
    def chosen(self) -> frozenset[GroupId]:
        ticks = list(self.query(GroupTick))
        return frozenset(tick.group for tick in ticks if tick.value) if ticks else self.member_of

    def put_back(self, member_of: frozenset[GroupId]) -> None:
        """Show what is saved."""
        self.member_of = member_of
        for tick in self.query(GroupTick):
            tick.value = tick.group in member_of
