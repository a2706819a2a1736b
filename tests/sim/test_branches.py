"""The tree of branches: what grew from what, names, and taking one out."""

from datetime import timedelta

import pytest

from mfadrill.core.refusals import DuplicateName, InUse, Refusal, UnknownThing, UnusableValue
from mfadrill.sim.branches import only_here, parting, tree
from mfadrill.sim.log import encode_log
from mfadrill.sim.mail_export import sent_in
from mfadrill.sim.simulation import Simulation
from rehearsal import DAY, GRACE, START, nordwind, required


def forked(*days: int) -> Simulation:
    """Each of the branches parts from the one before, so many days after the start."""
    simulation = nordwind(required(7))
    simulation.advance(10 * DAY)
    for after in days:
        simulation.travel_to(START + after * DAY)
        simulation.act(required(20 + after, GRACE))
        simulation.advance(5 * DAY)
    return simulation


def drawn(simulation: Simulation) -> list[tuple[str, int, timedelta]]:
    return [(p.branch.name, len(p.last), p.branch.forked_at - START) for p in tree(simulation.branches)]


def test_branches_know_what_they_grew_from_and_when() -> None:
    simulation = forked(3, 5)
    simulation.switch_to("main")
    simulation.travel_to(START + DAY)
    simulation.act(required(9, GRACE))
    assert drawn(simulation) == [
        ("main", 0, timedelta(0)),
        ("branch 2", 1, 3 * DAY),
        ("branch 3", 2, 5 * DAY),
        ("branch 4", 1, DAY),
    ]
    assert [place.last for place in tree(simulation.branches)] == [(), (False,), (False, True), (True,)]


def test_two_branches_parted_where_the_first_of_them_left_the_common_past() -> None:
    simulation = forked(3, 5)
    main, second, third = simulation.branches.values()
    assert parting(second, third) == (third.shared, START + 5 * DAY)
    assert parting(main, third) == parting(third, main) == (second.shared, START + 3 * DAY)
    assert parting(main, main) == (len(main), main.until)


def test_an_undo_that_replaces_another_grows_from_the_same_branch() -> None:
    simulation = nordwind()
    for days in (7, 8):
        simulation.act(required(days))
        simulation.advance(DAY)
    simulation.undo()
    simulation.undo()
    assert drawn(simulation) == [("main", 0, timedelta(0)), ("branch 2", 1, timedelta(0))]
    assert simulation.timeline.parent is simulation.branches["main"]


def test_a_branch_is_renamed_and_keeps_its_place() -> None:
    simulation = forked(3, 5)
    simulation.rename_branch("branch 2", "  pilot first ")
    assert list(simulation.branches) == ["main", "pilot first", "branch 3"]
    assert [name for name, *_ in drawn(simulation)] == list(simulation.branches)
    simulation.rename_branch("pilot first", "Pilot first")
    simulation.switch_to("Pilot first")
    assert simulation.timeline.name == "Pilot first"


def test_a_new_branch_never_has_a_name_that_is_taken() -> None:
    simulation = forked(3)
    simulation.rename_branch("branch 2", "Branch 3")
    simulation.travel_to(START + DAY)
    assert simulation.act(required(9, GRACE)).forked == "branch 4"


def test_an_undo_that_was_given_a_name_stays() -> None:
    simulation = nordwind()
    for days in (7, 8):
        simulation.act(required(days))
    simulation.undo()
    simulation.rename_branch("branch 2", "without the second")
    simulation.undo()
    assert list(simulation.branches) == ["main", "without the second", "branch 3"]


@pytest.mark.parametrize(
    ("name", "to", "refusal", "said"),
    [
        ("branch 2", " ", UnusableValue, "needs a name"),
        ("branch 2", "x" * 41, UnusableValue, "40 characters at the most; this has 41"),
        ("branch 2", "a\x1b[31m", UnusableValue, "control characters"),
        ("branch 2", "Branch 3", DuplicateName, "There is a branch 'Branch 3' already"),
        ("branch 2", "MAIN", DuplicateName, "There is a branch 'MAIN' already"),
        ("main", "first", InUse, "main keeps its name"),
        ("nowhere", "first", UnknownThing, "There is no branch 'nowhere'"),
    ],
)
def test_names_that_cannot_be_are_refused(name: str, to: str, refusal: type[Refusal], said: str) -> None:
    simulation = forked(3, 5)
    with pytest.raises(refusal, match=said):
        simulation.rename_branch(name, to)
    assert list(simulation.branches) == ["main", "branch 2", "branch 3"]


def test_what_grew_from_a_deleted_branch_keeps_its_whole_history() -> None:
    simulation = forked(3, 5)
    third = simulation.branches["branch 3"]
    log, acts = encode_log(third.events), list(third.acts)
    simulation.delete_branch("branch 2")
    assert drawn(simulation) == [("main", 0, timedelta(0)), ("branch 3", 1, 3 * DAY)]
    assert (encode_log(third.events), third.acts) == (log, acts)
    assert parting(simulation.branches["main"], third) == (third.shared, START + 3 * DAY)
    # Grace's mail of the third day was sent on the deleted branch, and is in the history of the other.
    assert START + 3 * DAY in {sent.mail.sent_at for sent in sent_in(simulation) if sent.user.id == GRACE}


@pytest.mark.parametrize(
    ("name", "refusal", "said"),
    [
        ("main", InUse, "main cannot be deleted"),
        ("branch 3", InUse, "You are on 'branch 3'; switch to another"),
        ("nowhere", UnknownThing, "There is no branch 'nowhere'"),
    ],
)
def test_branches_that_are_needed_are_not_deleted(name: str, refusal: type[Refusal], said: str) -> None:
    simulation = forked(3, 5)
    with pytest.raises(refusal, match=said):
        simulation.delete_branch(name)
    assert list(simulation.branches) == ["main", "branch 2", "branch 3"]


def test_acts_that_go_with_a_branch_are_counted() -> None:
    simulation = forked(3, 5)
    assert [only_here(branch, simulation.branches) for branch in simulation.branches.values()] == [0, 0, 1]
