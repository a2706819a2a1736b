"""What the Groups tab shows, counted in one pass over the users."""

from datetime import datetime
from heapq import nsmallest

from msgspec import Struct

from mfadrill.core.factors import FactorStatus
from mfadrill.core.refusals import Refusal
from mfadrill.core.settings import DeleteGroup
from mfadrill.core.status import totp_status
from mfadrill.core.users import GroupId, UserId
from mfadrill.core.words import count
from mfadrill.core.world import Group, World
from mfadrill.tui.admin_portal.bulk.group_options import Uses, uses
from mfadrill.tui.cells import fit

#: So many members are named in the details.
NAMED = 6


class GroupRow(Struct, frozen=True):
    """One group: its members and how far they are, and the policies that target or exclude it."""

    id: GroupId
    name: str
    members: int = 0
    required: int = 0
    enrolled: int = 0
    in_enrollment: int = 0
    expired: int = 0
    first: tuple[str, ...] = ()
    uses: Uses = Uses()

    @property
    def policies(self) -> str:
        """The policies that use the group, those that exclude it marked so."""
        return ", ".join([*self.uses.targeted_by, *(f"not {name}" for name in self.uses.excluded_from)])


class _Tally:
    """What is counted of one group."""

    __slots__ = ("members", "required", "statuses")

    def __init__(self) -> None:
        self.members: list[UserId] = []
        self.required = 0
        self.statuses: dict[FactorStatus, int] = {}


def group_rows(world: World, now: datetime) -> tuple[GroupRow, ...]:
    """The groups by name."""
    tallies = {group: _Tally() for group in world.groups}
    organization = world.organization
    for user in world.users.values():
        if not user.groups:
            continue
        status = totp_status(user, organization, now)
        for group in user.groups:
            tally = tallies.get(group)
            if tally is not None:
                tally.members.append(user.id)
                tally.required += user.required
                tally.statuses[status] = tally.statuses.get(status, 0) + 1
    groups = sorted(world.groups.values(), key=lambda group: (group.name.casefold(), group.id))
    return tuple(_row(group, tallies[group.id], world) for group in groups)


def _row(group: Group, tally: _Tally, world: World) -> GroupRow:
    return GroupRow(
        id=group.id,
        name=group.name,
        members=len(tally.members),
        required=tally.required,
        enrolled=tally.statuses.get(FactorStatus.ENROLLED, 0),
        in_enrollment=tally.statuses.get(FactorStatus.IN_ENROLLMENT, 0),
        expired=tally.statuses.get(FactorStatus.ENROLLMENT_EXPIRED, 0),
        first=tuple(world.users[user].username for user in nsmallest(NAMED, tally.members)),
        uses=uses(group.id, world),
    )


def group_in_full(row: GroupRow, width: int) -> str:
    """The group and some of its members on one row, and below it the policies that use it."""
    left = row.members - len(row.first)
    named = ", ".join(row.first) + (f" and {left:,} more" if left else "")
    who = f"{row.name}: {count(row.members, 'member')}" + (f" ({named})" if named else "")
    return fit(who, width) + "\n" + row.uses.in_words()


def deletion(row: GroupRow, world: World, now: datetime) -> tuple[str, bool]:
    """What deleting the group does, or why it is refused; and whether it is."""
    if row.uses:
        try:
            DeleteGroup(row.id).decide(world, now)
        except Refusal as refusal:
            return refusal.text, True
    if not row.members:
        return "Nobody is in it.", False
    them = "Its only member is" if row.members == 1 else f"Its {row.members:,} members are"
    return f"{them} taken out of it, and nothing else happens to them. No policy uses it.", False
