"""The list of groups: how many members, how far they are with MFA, and which policies use the group."""

from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.registry import bindings
from mfadrill.tui.admin_portal.groups.groups_view import GroupRow
from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.line_list import LineList

COUNTS = (
    ("Members", 7, ""),
    ("Required", 8, ""),
    ("Enrolled", 8, "good"),
    ("In enr.", 7, "warn"),
    ("Expired", 7, "bad"),
)
#: From this width on, the policies have a column.
WITH_POLICIES = 76


def widths(width: int) -> tuple[int, int]:
    """The cells of the name and of the policies, 0 where there is no room for these."""
    left = width - sum(cells + 1 for _, cells, _ in COUNTS)
    if width < WITH_POLICIES:
        return max(8, left), 0
    name = max(16, left * 2 // 5)
    return name, left - name - 2


def row_pieces(row: GroupRow, width: int) -> list[Piece]:
    name, policies = widths(width)
    pieces: list[Piece] = [(fit(row.name, name), "strong")]
    numbers = (row.members, row.required, row.enrolled, row.in_enrollment, row.expired)
    for (_, cells, tone), number in zip(COUNTS, numbers, strict=True):
        pieces.append((f" {number:>{cells},}" if number else f" {'–':>{cells}}", tone if number else "muted"))
    if policies:
        pieces.append(("  " + fit(row.policies or "–", policies), "" if row.policies else "muted"))
    return pieces


class GroupTable(LineList):
    """Keeps its cursor on the same group."""

    BINDINGS = bindings(Area.GROUPS)
    has_header = True

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.rows: tuple[GroupRow, ...] = ()
        self.counting = True

    def show(self, rows: tuple[GroupRow, ...]) -> None:
        at = self.row
        self.rows, self.counting = rows, False
        if at is not None:
            self.put_on(at.id)
        self.lines_changed()
        self.bring_on_screen()

    def put_on(self, group: str) -> None:
        self.cursor = next((n for n, row in enumerate(self.rows) if row.id == group), self.cursor)

    @property
    def row(self) -> GroupRow | None:
        """The group at the cursor."""
        return self.row_at(self.cursor)

    def row_at(self, index: int) -> GroupRow | None:
        return self.rows[index] if index < len(self.rows) else None

    def line_count(self) -> int:
        return len(self.rows)

    def header(self, width: int) -> list[Piece]:
        name, policies = widths(width)
        text = fit("Group", name) + "".join(f" {label:>{cells}}" for label, cells, _ in COUNTS)
        return [(text + (f"  {fit('Policies', policies)}" if policies else ""), "")]

    def line(self, index: int, width: int) -> list[Piece]:
        return row_pieces(self.rows[index], width)

    def empty(self) -> str:
        if self.counting:
            return "Counting the members…"
        return "There are no groups yet: a creates one.\nPolicies can target a group, or exclude it."
