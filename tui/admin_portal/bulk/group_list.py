"""The groups to choose one of, in a dialog."""

from mfadrill.tui.admin_portal.bulk.group_options import GroupOption
from mfadrill.tui.cells import Piece, cell_len, fit
from mfadrill.tui.line_list import LineList


class GroupList(LineList):
    """The group at the cursor is the chosen one."""

    DEFAULT_CSS = """
    GroupList { height: 5; background: $boost; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.options: list[GroupOption] = []
        self.nothing = ""

    def show(self, options: list[GroupOption], at: GroupOption | None) -> None:
        """Show these options, with the cursor on the one that is like `at` if there is one, else on the first."""
        self.options = options
        self.cursor = next(
            (n for n, option in enumerate(options) if at is not None and option.id == at.id), 0
        )
        self.lines_changed()
        self.bring_on_screen()

    @property
    def chosen(self) -> GroupOption | None:
        return self.options[self.cursor] if self.options else None

    def line_count(self) -> int:
        return len(self.options)

    def line(self, index: int, width: int) -> list[Piece]:
        option = self.options[index]
        mark = "▸ " if index == self.cursor else "  "
        name = f"{mark}+ “{option.name}”" if option.id is None else f"{mark}{option.name}"
        room = max(8, width - cell_len(option.remark) - 2)
        return [
            (fit(name, room) + "  ", "accent" if option.id is None else ""),
            (option.remark, "muted"),
        ]

    def empty(self) -> str:
        return self.nothing
