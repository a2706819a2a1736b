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

    def __init__(self, group: Group, value: bool, *, id: str) -> None:
        super().__init__(group.name, value, id=id)
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
        for number, group in enumerate(self.groups):
            yield GroupTick(group, group.id in self.member_of, id=f"in-{number}")

    @property
    def chosen(self) -> frozenset[GroupId]:
        # Groups that have no tick here, made or joined since, stay as they are.
        ticks = list(self.query(GroupTick))
        without_tick = self.member_of.difference(tick.group for tick in ticks)
        return without_tick | {tick.group for tick in ticks if tick.value}

    def put_back(self, member_of: frozenset[GroupId]) -> None:
        """Tick these."""
        self.member_of = member_of
        for tick in self.query(GroupTick):
            tick.value = tick.group in member_of
