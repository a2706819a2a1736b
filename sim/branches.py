"""The branches of a simulation as a tree: which grew from which, their names, and how one is taken out."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from mfadrill.core.plain import is_plain
from mfadrill.core.refusals import DuplicateName, InUse, UnknownThing, UnusableValue
from mfadrill.sim.timeline import Timeline

#: The branch that all others come from.
MAIN = "main"

LONGEST_NAME = 40


class Place(Struct, frozen=True):
    """A branch in the tree: so many forks away from the first one. `last` says for each of these forks whether it
    is the latest of its parent, as a drawing of the tree needs to know.
    """

    branch: Timeline
    last: tuple[bool, ...] = ()


def tree(branches: Mapping[str, Timeline]) -> list[Place]:
    """Every branch, each below the one that it grew from, in the order in which they were made."""
    children: dict[str | None, list[Timeline]] = {}
    for branch in branches.values():
        children.setdefault(None if branch.parent is None else branch.parent.name, []).append(branch)
    found: list[Place] = []

    def place(parent: str | None, last: tuple[bool, ...]) -> None:
        siblings = children.get(parent, [])
        for number, branch in enumerate(siblings, 1):
            here = () if parent is None else (*last, number == len(siblings))
            found.append(Place(branch, here))
            place(branch.name, here)

    place(None, ())
    return found


def parting(one: Timeline, other: Timeline) -> tuple[int, datetime]:
    """How many events two branches have in common, and the instant up to which they do.

    Of branches that have nothing in common it is the start.
    """
    if one is other:
        return len(one), one.until
    mine = _ancestry(one)
    for ancestor, (position, at) in _ancestry(other).items():
        if ancestor in mine:
            return min(position, mine[ancestor][0]), min(at, mine[ancestor][1])
    return 0, max(one.start, other.start)


def _ancestry(branch: Timeline) -> dict[Timeline, tuple[int, datetime]]:
    """The branch and those that it came from, each with what it has in common with the branch."""
    position, at = len(branch), branch.until
    found = {branch: (position, at)}
    while branch.parent is not None:
        position, at = min(position, branch.shared), min(at, branch.forked_at)
        branch = branch.parent
        found[branch] = position, at
    return found


def free_name(branches: Mapping[str, Timeline]) -> str:
    """Such as `branch 3`."""
    taken = {name.casefold() for name in branches}
    number = len(branches) + 1
    while f"branch {number}" in taken:
        number += 1
    return f"branch {number}"


def rename(branches: Mapping[str, Timeline], name: str, to: str) -> dict[str, Timeline]:
    """The branches, of which one has another name from now on. Raises as `checked_name` does."""
    to = checked_name(branches, name, to)
    branches[name].name = to
    return {one.name: one for one in branches.values()}


def checked_name(branches: Mapping[str, Timeline], name: str, to: str) -> str:
    """The name that a branch can have from now on.

    Raises UnknownThing, InUse for main, UnusableValue, DuplicateName.
    """
    _existing(branches, name)
    to = to.strip()
    if name == MAIN and to != MAIN:
        raise InUse("main keeps its name: it is the branch that all others come from.")
    if not to:
        raise UnusableValue("A branch needs a name.")
    if len(to) > LONGEST_NAME:
        raise UnusableValue(f"A branch's name has {LONGEST_NAME} characters at the most; this has {len(to)}.")
    if not is_plain(to):
        raise UnusableValue("A branch's name cannot have control characters in it.")
    if any(other != name and other.casefold() == to.casefold() for other in branches):
        raise DuplicateName(f"There is a branch {to!r} already.")
    return to


def delete(branches: Mapping[str, Timeline], name: str, current: Timeline) -> dict[str, Timeline]:
    """The branches without this one. What grew from it grows from its parent then, and keeps its whole history.

    Raises UnknownThing, and InUse for main and for the current branch.
    """
    gone = _existing(branches, name)
    if name == MAIN:
        raise InUse("main cannot be deleted: it is the branch that all others come from.")
    if gone is current:
        raise InUse(f"You are on {name!r}; switch to another branch before deleting it.")
    left = {one.name: one for one in branches.values() if one is not gone}
    for branch in left.values():
        branch.leave_out(gone)
    return left


def only_here(branch: Timeline, branches: Mapping[str, Timeline]) -> int:
    """How many acts are on this branch and on no other."""
    elsewhere = {id(act) for other in branches.values() if other is not branch for act in other.acts}
    return sum(id(act) not in elsewhere for act in branch.acts)


def _existing(branches: Mapping[str, Timeline], name: str) -> Timeline:
    found = branches.get(name)
    if found is None:
        raise UnknownThing(f"There is no branch {name!r}.")
    return found
