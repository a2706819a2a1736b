"""What is wrong with scenario files, all of it at once, and where."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import groupby
from typing import NamedTuple


class Place(NamedTuple):
    """A place in a file; lines and columns count from 1, and line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Problem(NamedTuple):
    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


#: So many problems of one file are shown; who has more has one mistake that is everywhere.
SHOWN = 20


class UnusableScenarios(Exception):  # noqa: N818  (it names what they are)
    """Scenario files that cannot be run, with every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> Iterator[str]:
        for file, found in groupby(self.problems, key=lambda problem: problem.place.file):
            problems = list(found)
            yield from map(str, problems[:SHOWN])
            if len(problems) > SHOWN:
                yield f"{file}: … and {len(problems) - SHOWN:,} more"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Such as ` Did you mean 'advance'?`, or nothing when nothing is near."""
    folded = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f" Did you mean {folded[near[0]]!r}?" if near else ""
