"""The list of those who are there."""

from mfadrill.tui.cells import Piece, fit
from mfadrill.tui.classroom.messages import Trainee
from mfadrill.tui.line_list import LineList

#: The cells of the columns, and the widths from which on there are branch and address.
AT, IDLE, DOOR, BRANCH, ADDRESS = 20, 6, 8, 14, 16
WITH_BRANCH, WITH_ADDRESS = 90, 110

#: After so many seconds without a key, somebody may be stuck.
LONG = 300


def idle_in_words(seconds: float) -> str:
    """Such as `12 s`, `5 min` or `2 h`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"


def _columns(width: int) -> list[tuple[str, int]]:
    columns = [("At", AT), ("Idle", IDLE), ("By", DOOR)]
    if width >= WITH_BRANCH:
        columns.append(("Branch", BRANCH))
    if width >= WITH_ADDRESS:
        columns.append(("From", ADDRESS))
    return columns


def _room(width: int) -> tuple[int, int]:
    """The cells of the name, and of what the trainee looks at."""
    left = width - sum(cells + 1 for _, cells in _columns(width)) - 1
    name = max(8, min(20, left // 2))
    return name, max(0, left - name)


class TraineeList(LineList):
    """Keeps its cursor on the same trainee."""

    DEFAULT_CSS = """
    TraineeList { height: 1fr; }
    """
    has_header = True

    def __init__(self) -> None:
        super().__init__(id="trainees")
        self.trainees: list[Trainee] = []

    def show(self, trainees: list[Trainee]) -> None:
        at = self.trainee
        self.trainees = trainees
        if at is not None:
            self.cursor = next(
                (number for number, one in enumerate(trainees) if one.name >= at.name), len(trainees)
            )
        self.lines_changed()
        self.bring_on_screen()

    @property
    def trainee(self) -> Trainee | None:
        """The one under the cursor."""
        return self.trainees[self.cursor] if self.trainees else None

    def line_count(self) -> int:
        return len(self.trainees)

    def header(self, width: int) -> list[Piece]:
        name, looks_at = _room(width)
        labels = "".join(" " + fit(label, cells) for label, cells in _columns(width))
        return [(f"{fit('Name', name)} {fit('Looks at', looks_at)}{labels}", "")]

    def line(self, index: int, width: int) -> list[Piece]:
        one = self.trainees[index]
        name, looks_at = _room(width)
        values = {
            "At": (one.at, ""),
            "Idle": (idle_in_words(one.idle), "warn" if one.idle >= LONG else "muted"),
            "By": (one.door, "muted"),
            "Branch": (one.branch, ""),
            "From": (one.address, "muted"),
        }
        return [
            (fit(one.name, name), "strong"),
            (" " + fit(one.looks_at, looks_at), ""),
            *((" " + fit(values[label][0], cells), values[label][1]) for label, cells in _columns(width)),
        ]

    def empty(self) -> str:
        return "Nobody is there yet.\nWho logs in appears here."
