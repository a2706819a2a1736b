"""The groups of a user, to be joined and left."""

from collections.abc import Iterable

from mfadrill.core.users import GroupId
from mfadrill.core.world import Group
from mfadrill.tui.tick_list import TickList


class GroupsPage(TickList):
    """The ticked groups are those the user is in; they are saved with the rest."""

    most = 12

    def __init__(self, groups: Iterable[Group], member_of: frozenset[GroupId]) -> None:
        super().__init__("There are no groups yet: the Groups tab makes them.", id="groups")
        self.member_of = member_of
        by_name = sorted(groups, key=lambda group: group.name.casefold())
        self.show([(group.id, group.name) for group in by_name], member_of)

    @property
    def chosen(self) -> frozenset[GroupId]:
        # Groups that have no tick here, made or joined since, stay as they are.
        without_tick = self.member_of.difference(id_ for id_, _ in self.options)
        return without_tick | {GroupId(id_) for id_ in self.ticked}

    def put_back(self, member_of: frozenset[GroupId]) -> None:
        """Tick these."""
        self.member_of = member_of
        self.show(self.options, member_of)
