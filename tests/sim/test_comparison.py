"""Two branches side by side."""

from datetime import date, timedelta
from functools import partial

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.factors import Factor
from mfadrill.core.portal import LogIn
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.users import UserId
from mfadrill.sim.census import counts_of
from mfadrill.sim.comparison import Comparison, Trait, compare, course, ends
from mfadrill.sim.log import encode_log
from mfadrill.sim.rewriting import rewrite, with_days
from mfadrill.sim.simulation import Simulation
from rehearsal import ADA, DAY, GRACE, PASSWORD, START, nordwind, required


def two_pasts() -> Simulation:
    """On main Ada has 3 days and Grace 7; on branch 2 Ada has 20. Ada tries to log in on the fifth day."""
    simulation = nordwind()
    simulation.act(required(3, ADA))
    simulation.act(required(7, GRACE))
    simulation.advance(5 * DAY)
    simulation.act(LogIn(ADA, ADA, PASSWORD))
    rewrite(simulation, "main", 0, partial(with_days, days=20))
    return simulation


def compared(simulation: Simulation, at: timedelta) -> Comparison:
    main, other, *_ = simulation.branches.values()
    return compare(main, other, START + at)


def only(found: Comparison) -> dict[Trait, tuple[tuple[UserId, ...], tuple[UserId, ...]]]:
    return {difference.trait: (difference.one, difference.other) for difference in found.differences}


def test_who_stands_otherwise_is_named() -> None:
    found = compared(two_pasts(), 5 * DAY)
    assert only(found) == {
        Trait.RUNNING: ((), (ADA,)),
        Trait.EXPIRED: ((ADA,), ()),
        Trait.LOCKED_OUT: ((ADA,), ()),
        Trait.MAILED: ((ADA,), ()),
    }
    assert (found.one.name, found.other.name) == ("main", "branch 2")
    assert (found.one.locked_out, found.other.locked_out) == (1, 0)
    assert found.parted_at == START


def test_counts_are_those_of_the_worlds() -> None:
    simulation = two_pasts()
    found = compared(simulation, 5 * DAY)
    for side, branch in zip(found.sides, simulation.branches.values(), strict=True):
        assert side.counts == counts_of(branch.head.users.values(), branch.head, found.at)


def test_mails_and_lock_outs_are_counted_by_day() -> None:
    found = compared(two_pasts(), 5 * DAY)
    # Both were told of their periods; Ada was reminded on main only.
    assert (found.one.mails, found.other.mails) == (3, 2)
    assert [(d.day, d.refused, d.expired) for d in found.days] == [
        (date(2026, 3, 5), (0, 0), (1, 0)),
        (date(2026, 3, 7), (1, 0), (0, 0)),
    ]
    assert (found.one.refused, found.one.expired) == (1, 1)


def test_acts_that_both_have_are_left_out() -> None:
    found = compared(two_pasts(), 5 * DAY)
    assert [act.command for act in found.one.acts] == [required(3, ADA)]
    assert [act.command for act in found.other.acts] == [required(20, ADA)]


def test_before_they_parted_two_branches_are_the_same() -> None:
    simulation = nordwind(required(7))
    simulation.advance(9 * DAY)
    simulation.travel_to(START + 3 * DAY)
    simulation.act(required(30))
    for days in (0, 2):
        found = compared(simulation, days * DAY)
        assert (found.differences, found.days, found.one.acts, found.other.acts) == ((), (), (), ())
    assert only(compared(simulation, 8 * DAY))[Trait.EXPIRED] == ((ADA,), ())


def test_what_lies_after_the_end_of_a_branch_is_as_it_will_be() -> None:
    simulation = two_pasts()
    logs = [encode_log(branch.events) for branch in simulation.branches.values()]
    found = compared(simulation, 25 * DAY)
    assert Trait.EXPIRED not in only(found)
    assert (found.one.expired, found.other.expired) == (2, 2)
    assert found.one.runs_until == START + 5 * DAY
    assert [encode_log(branch.events) for branch in simulation.branches.values()] == logs


def test_users_of_one_branch_only_and_settings_that_differ_count() -> None:
    simulation = nordwind(required(7))
    simulation.advance(8 * DAY)
    simulation.travel_to(START)
    simulation.act(CreateUsers((NewUser(username="hao"),)))
    simulation.act(UpdateOrganization(factors=frozenset({Factor.PUSH})))
    found = compared(simulation, DAY)
    assert only(found)[Trait.EXISTS] == ((), (UserId("hao"),))
    # Nothing happened to Ada herself, and yet TOTP is off for her on one side.
    assert only(found)[Trait.RUNNING] == ((ADA,), ())
    assert (found.one.counts.users, found.other.counts.users) == (3, 4)
    back = compare(simulation.branches["branch 2"], simulation.branches["main"], START + DAY)
    assert only(back)[Trait.EXISTS] == ((UserId("hao"),), ())


def test_a_branch_does_not_differ_from_itself() -> None:
    simulation = two_pasts()
    found = compare(simulation.timeline, simulation.timeline, simulation.now)
    assert (found.differences, found.one.acts, found.other.acts) == ((), (), ())


def test_the_course_has_the_counts_of_both_by_day() -> None:
    simulation = two_pasts()
    main, other = simulation.branches.values()
    found = course(main, other)
    assert found.instants == tuple(START + n * DAY for n in range(6))
    assert [counts.expired for counts in found.one] == [0, 0, 0, 1, 1, 1]
    assert [counts.expired for counts in found.other] == [0] * 6
    assert ends(main, other) == found.instants[-1]


def test_a_long_course_has_no_more_instants_than_asked_for() -> None:
    simulation = two_pasts()
    simulation.advance(90 * DAY)
    found = course(*simulation.branches.values(), most=10)
    assert len(found.instants) == 10
    assert found.instants[-1] == START + 95 * DAY
    assert (found.one[-1].expired, found.other[-1].expired) == (2, 2)
