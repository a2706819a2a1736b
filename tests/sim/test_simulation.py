"""The simulation: what happens by itself, travelling both ways, and acting in the past."""

from datetime import timedelta

import pytest

from mfadrill.core.accounts import ActivateUsers, CreateUsers, NewUser, ScheduleActivation, SuspendUsers
from mfadrill.core.challenges import SendPush
from mfadrill.core.factors import FactorStatus
from mfadrill.core.portal import LogIn
from mfadrill.core.refusals import DaysOutOfRange, NotAtThisStep, UnknownThing
from mfadrill.core.requirement import RemoveRequirement
from mfadrill.core.users import MailKind, UserId
from mfadrill.sim.ceremonies import show_qr_code
from mfadrill.sim.log import encode_log
from mfadrill.sim.simulation import FURTHEST, CannotTravel, Simulation
from rehearsal import (
    ADA,
    ALAN,
    DAY,
    GRACE,
    PASSWORD,
    PUSH,
    SECOND,
    START,
    TOTP,
    mails,
    names,
    nordwind,
    required,
    status,
    user,
)

HOUR = timedelta(hours=1)
RUNNING, EXPIRED, NOTHING = (
    FactorStatus.IN_ENROLLMENT,
    FactorStatus.ENROLLMENT_EXPIRED,
    FactorStatus.NOT_ENROLLED,
)


def picture(simulation: Simulation) -> tuple[object, ...]:
    """All that must not change when something is refused."""
    return (
        simulation.now,
        simulation.position,
        simulation.world,
        simulation.timeline.name,
        encode_log(simulation.timeline.events),
        list(simulation.timeline.acts),
        simulation.timeline.until,
        sorted(simulation.branches),
        simulation.ahead(),
    )


# What happens by itself


def test_occurrences_happen_one_by_one_at_their_exact_instants() -> None:
    simulation = nordwind(required(7), required(2, GRACE))
    founded = len(simulation.timeline)
    simulation.advance(30 * DAY)
    happened = [(e.at - START, type(e).__name__, *e.touches) for e in simulation.timeline.events[founded:]]
    assert happened == [
        (1 * DAY, "MailSent", GRACE),
        (2 * DAY, "PeriodExpired", GRACE),
        (6 * DAY, "MailSent", ADA),
        (7 * DAY, "PeriodExpired", ADA),
    ]


def test_the_clock_shows_each_instant_while_it_passes() -> None:
    simulation, seen = nordwind(required(2)), []
    simulation.clock.watch(seen.append)
    simulation.advance(5 * DAY)
    assert seen == [START + DAY, START + 2 * DAY, START + 5 * DAY]


def test_a_reminder_comes_exactly_24_hours_before_the_end() -> None:
    simulation = nordwind(required(7))
    simulation.advance(6 * DAY - SECOND)
    assert mails(simulation) == [MailKind.MFA_ENABLED]
    simulation.advance(SECOND)
    assert mails(simulation) == [MailKind.MFA_ENABLED, MailKind.REMINDER]
    assert user(simulation).inbox[-1].sent_at == START + 6 * DAY


def test_a_period_of_one_day_brings_no_reminder() -> None:
    simulation = nordwind(required(1))
    simulation.advance(2 * DAY)
    assert mails(simulation) == [MailKind.MFA_ENABLED]


def test_a_suspended_user_gets_no_reminder() -> None:
    simulation = nordwind(required(7))
    simulation.act(SuspendUsers((ADA,)))
    simulation.advance(10 * DAY)
    assert mails(simulation) == [MailKind.MFA_ENABLED]
    assert status(simulation) is EXPIRED


def test_a_period_is_over_exactly_at_its_end() -> None:
    simulation = nordwind(required(7))
    simulation.travel_to(START + 7 * DAY - timedelta(microseconds=1))
    assert status(simulation) is RUNNING
    simulation.travel_to(START + 7 * DAY)
    assert status(simulation) is EXPIRED
    assert names(simulation)[-1] == "user_mfa_exclusion_expired"


def test_a_scheduled_activation_starts_the_period_that_was_kept() -> None:
    simulation = nordwind(required(5, ALAN))
    simulation.act(ScheduleActivation((ALAN,), START + 3 * DAY))
    digest = simulation.advance(3 * DAY)
    assert [event.name for event in digest.events] == ["user_activated", "user_update", "mail_sent"]
    period = user(simulation, ALAN).period
    assert period is not None
    assert (period.starts_at, period.ends_at) == (START + 3 * DAY, START + 8 * DAY)


def test_what_is_activated_on_the_way_goes_on_to_its_own_end() -> None:
    simulation = nordwind(required(5, ALAN))
    simulation.act(ScheduleActivation((ALAN,), START + 3 * DAY))
    simulation.advance(30 * DAY)
    assert mails(simulation, ALAN) == [MailKind.MFA_ENABLED, MailKind.REMINDER]
    assert status(simulation, ALAN) is EXPIRED


def test_an_account_unlocks_by_itself() -> None:
    simulation = nordwind(max_login_attempts=2, lockout_minutes=30)
    for _ in range(2):
        simulation.act(LogIn("b", "ada", "wrong"))
    assert user(simulation).is_locked(simulation.now)
    simulation.advance(timedelta(minutes=30) - SECOND)
    assert user(simulation).lockout is not None
    simulation.advance(SECOND)
    assert user(simulation).lockout is None
    assert names(simulation)[-1] == "user_unlocked"


def test_a_lockout_without_an_end_waits_for_an_admin() -> None:
    simulation = nordwind(max_login_attempts=1, lockout_minutes=None)
    simulation.act(LogIn("b", "ada", "wrong"))
    assert simulation.ahead() is None
    simulation.advance(300 * DAY)
    assert user(simulation).is_locked(simulation.now)


def pushing(max_login_attempts: int = 5) -> Simulation:
    """Ada has a push prompt on her phone that nobody answers."""
    from mfadrill.core.accounts import RecordEnrollment

    simulation = nordwind(
        RecordEnrollment(ADA, PUSH, "phone", ""),
        required(7),
        factors=frozenset({TOTP, PUSH}),
        push_timeout_seconds=60,
        max_login_attempts=max_login_attempts,
    )
    simulation.act(LogIn("b", "ada", PASSWORD))
    simulation.act(SendPush("b"))
    return simulation


def test_a_push_prompt_times_out_and_counts_as_a_bad_attempt() -> None:
    simulation = pushing()
    simulation.advance(timedelta(seconds=59))
    assert user(simulation).bad_attempts == 0
    simulation.advance(SECOND)
    assert user(simulation).bad_attempts == 1
    assert simulation.world.browsers["b"].failure == "PUSH_TIMED_OUT"


def test_prompts_that_time_out_together_count_one_after_the_other() -> None:
    simulation = pushing(max_login_attempts=2)
    simulation.act(LogIn("c", "ada", PASSWORD))
    simulation.act(SendPush("c"))
    digest = simulation.advance(timedelta(minutes=1))
    assert digest.counts["ChallengeFailed"] == 2
    assert digest.counts["UserLockedOut"] == 1


# Travelling


def test_going_back_and_forward_again_gives_the_same_log_and_worlds() -> None:
    simulation = nordwind(required(7), required(2, GRACE))
    simulation.advance(10 * DAY)
    log, world = encode_log(simulation.timeline.events), simulation.world
    simulation.travel_to(START)
    assert status(simulation) is RUNNING
    assert simulation.in_the_past
    simulation.travel_to(START + 10 * DAY)
    assert (encode_log(simulation.timeline.events), simulation.world) == (log, world)


def test_many_small_steps_and_one_large_one_make_the_same_log() -> None:
    small, large = nordwind(required(7)), nordwind(required(7))
    for _ in range(60):
        small.advance(4 * HOUR)
    large.advance(10 * DAY)
    assert encode_log(small.timeline.events) == encode_log(large.timeline.events)


def test_nothing_is_before_the_start() -> None:
    simulation = nordwind(required(7))
    simulation.advance(DAY)
    before = picture(simulation)
    for refused in (-DAY - timedelta(microseconds=1), -(10**6) * DAY):
        with pytest.raises(CannotTravel, match="before its start"):
            simulation.advance(refused)
    assert picture(simulation) == before


def test_absurdly_far_is_refused_and_changes_nothing() -> None:
    simulation = nordwind(required(7))
    before = picture(simulation)
    for refused in (FURTHEST + timedelta(microseconds=1), timedelta.max):
        with pytest.raises(CannotTravel, match="ten years"):
            simulation.advance(refused)
    assert picture(simulation) == before


def test_as_far_as_one_may_go_is_possible() -> None:
    simulation = nordwind(required(365))
    simulation.travel_to(START + FURTHEST)
    assert status(simulation) is EXPIRED


def test_a_digest_says_what_happened_between() -> None:
    simulation = nordwind(required(7))
    digest = simulation.advance(10 * DAY)
    assert (digest.since, digest.until) == (START, START + 10 * DAY)
    assert digest.counts == {"MailSent": 1, "PeriodExpired": 1}
    assert list(simulation.travel_to(START).events) == list(digest.events)
    assert not simulation.advance(timedelta(0)).events


def test_the_next_event_is_announced_and_then_gone_to() -> None:
    simulation = nordwind(required(7, ADA, GRACE))
    ahead = simulation.ahead()
    assert ahead is not None
    assert (ahead.at, ahead.kinds, ahead.subjects) == (START + 6 * DAY, (("reminder", 2),), (ADA, GRACE))
    assert not ahead.recorded
    digest = simulation.next_event()
    assert simulation.now == ahead.at
    assert digest.counts == {"MailSent": 2}


def test_in_the_past_the_next_event_is_the_recorded_one() -> None:
    simulation = nordwind(required(7))
    simulation.advance(10 * DAY)
    simulation.travel_to(START + DAY)
    ahead = simulation.ahead()
    assert ahead is not None
    assert (ahead.at, ahead.kinds, ahead.recorded) == (START + 6 * DAY, (("mail_sent", 1),), True)
    simulation.next_event()
    assert simulation.now == START + 6 * DAY


def test_without_anything_ahead_there_is_no_next_event() -> None:
    simulation = nordwind()
    before = picture(simulation)
    with pytest.raises(CannotTravel, match="Nothing will happen"):
        simulation.next_event()
    assert picture(simulation) == before


# Acting


def test_acting_in_the_past_forks_and_keeps_the_old_branch() -> None:
    simulation = nordwind(required(1))
    simulation.advance(3 * DAY)
    old = encode_log(simulation.timeline.events)
    simulation.travel_to(START + HOUR)
    receipt = simulation.act(required(7))
    assert receipt.forked == "branch 2" == simulation.timeline.name
    assert encode_log(simulation.branches["main"].events) == old
    simulation.advance(3 * DAY)
    assert status(simulation) is RUNNING
    assert encode_log(simulation.branches["main"].events) == old


def test_a_fork_shares_the_past() -> None:
    simulation = nordwind(required(1))
    simulation.advance(3 * DAY)
    simulation.travel_to(START + HOUR)
    position = simulation.position
    simulation.act(required(7))
    main = simulation.branches["main"].events
    assert simulation.timeline.events[:position] == main[:position]
    assert simulation.timeline.events[position].at == START + HOUR


def test_forks_of_forks_all_stay() -> None:
    simulation = nordwind()
    for days in (1, 2, 3):
        simulation.act(required(days))
        simulation.advance(10 * DAY)
        simulation.travel_to(START)
        simulation.position = 4  # before all of them
    assert list(simulation.branches) == ["main", "branch 2", "branch 3"]


def test_acting_where_nothing_lies_ahead_does_not_fork() -> None:
    simulation = nordwind(required(7))
    simulation.advance(2 * DAY)
    simulation.travel_to(START + DAY)
    assert simulation.act(required(3)).forked is None
    assert list(simulation.branches) == ["main"]
    simulation.advance(30 * DAY)
    assert user(simulation).inbox[-1].sent_at == START + 3 * DAY


def test_a_refusal_changes_nothing() -> None:
    simulation = nordwind(required(7))
    simulation.advance(10 * DAY)
    simulation.travel_to(START + DAY)
    before = picture(simulation)
    for command, refusal in (
        (required(0), DaysOutOfRange),
        (required(7, UserId("nobody")), UnknownThing),
        (SendPush("b"), NotAtThisStep),
    ):
        with pytest.raises(refusal):
            simulation.act(command)
        with pytest.raises(refusal):
            simulation.preview(command)
    with pytest.raises(NotAtThisStep):
        simulation.act(show_qr_code(simulation, "b"))
    assert picture(simulation) == before


def test_what_changes_nothing_is_no_act_and_no_fork() -> None:
    simulation = nordwind(required(7))
    simulation.advance(10 * DAY)
    simulation.travel_to(START + DAY)
    receipt = simulation.act(RemoveRequirement((GRACE,)))
    assert (receipt.events, receipt.forked) == ([], None)
    assert not simulation.timeline.acts


def test_a_preview_shows_and_does_nothing() -> None:
    simulation = nordwind()
    before = picture(simulation)
    decided = simulation.preview(required(7))
    assert [event.name for event in decided.events] == ["user_update", "user_update", "mail_sent"]
    assert picture(simulation) == before


# Undoing


def test_undoing_steps_back_to_before_the_latest_act() -> None:
    simulation = nordwind()
    simulation.advance(DAY)
    world = simulation.world
    simulation.act(required(7))
    simulation.advance(10 * DAY)
    undone = simulation.undo()
    assert undone.command == required(7)
    assert (simulation.now, simulation.world) == (START + DAY, world)


def test_undoing_twice_steps_over_two_acts_of_the_same_instant() -> None:
    simulation = nordwind()
    world = simulation.world
    simulation.act(required(7))
    simulation.act(required(3, GRACE))
    simulation.undo()
    assert (status(simulation), status(simulation, GRACE)) == (RUNNING, NOTHING)
    simulation.undo()
    assert simulation.world == world


def test_what_was_undone_is_on_the_old_branch_after_another_act() -> None:
    simulation = nordwind()
    simulation.act(required(7))
    simulation.undo()
    simulation.act(required(3))
    period = user(simulation).period
    assert period is not None
    assert period.days == 3
    assert simulation.branches["main"].head.users[ADA].period != period


def test_what_was_undone_does_not_come_back_by_going_forward() -> None:
    simulation = nordwind()
    simulation.act(required(7))
    simulation.undo()
    assert status(simulation) is NOTHING
    simulation.advance(DAY)
    assert status(simulation) is NOTHING


def test_what_was_undone_is_kept_on_the_branch_that_it_was_on() -> None:
    simulation = nordwind()
    simulation.act(required(7))
    simulation.undo()
    assert list(simulation.branches) == ["main", "branch 2"]
    simulation.switch_to("main")
    assert status(simulation) is RUNNING


def test_undoing_again_and_again_makes_one_branch() -> None:
    simulation = nordwind()
    for days in (7, 8, 9):
        simulation.act(required(days))
    for _ in range(3):
        simulation.undo()
    assert list(simulation.branches) == ["main", "branch 2"]
    assert status(simulation) is NOTHING
    assert len(simulation.branches["main"].acts) == 3


def test_an_act_on_the_branch_of_an_undo_is_not_lost_by_another_undo() -> None:
    simulation = nordwind()
    simulation.act(required(7))
    simulation.undo()
    simulation.act(required(9))
    simulation.undo()
    simulation.switch_to("branch 2")
    assert status(simulation) is RUNNING
    assert user(simulation).days == 9


@pytest.mark.parametrize("travelled", [False, True], ids=["at the start", "later"])
def test_what_was_founded_cannot_be_undone(travelled: bool) -> None:
    simulation = nordwind(required(7))
    if travelled:
        simulation.advance(10 * DAY)
    before = picture(simulation)
    with pytest.raises(CannotTravel, match="nothing to undo"):
        simulation.undo()
    assert picture(simulation) == before


# Branches and copies


def test_switching_looks_at_another_branch() -> None:
    simulation = nordwind(required(1))
    simulation.advance(3 * DAY)
    simulation.travel_to(START + HOUR)
    simulation.act(required(7))
    simulation.switch_to("main")
    assert (simulation.timeline.name, simulation.now) == ("main", START + HOUR)
    simulation.advance(3 * DAY - HOUR)
    assert status(simulation) is EXPIRED
    simulation.switch_to("branch 2")
    assert simulation.now == START + HOUR  # where that branch ends
    simulation.advance(3 * DAY)
    assert status(simulation) is RUNNING


def test_after_switching_the_agenda_is_that_of_the_branch() -> None:
    simulation = nordwind(required(7))
    simulation.advance(DAY)
    simulation.act(ActivateUsers((ALAN,)))
    simulation.undo()
    simulation.act(RemoveRequirement((ADA,)))
    assert simulation.ahead() is None
    simulation.switch_to("main")
    ahead = simulation.ahead()
    assert ahead is not None
    assert ahead.at == START + 6 * DAY


def test_an_unknown_branch_changes_nothing() -> None:
    simulation = nordwind()
    before = picture(simulation)
    with pytest.raises(KeyError):
        simulation.switch_to("branch 9")
    assert picture(simulation) == before


def test_a_copy_is_private() -> None:
    simulation = nordwind(required(7))
    simulation.advance(DAY)
    before = picture(simulation)
    twin = simulation.copy()
    assert (twin.now, twin.world, twin.seed) == (simulation.now, simulation.world, simulation.seed)
    twin.act(required(1))
    twin.advance(30 * DAY)
    twin.act(CreateUsers((NewUser(username="new"),)))
    assert picture(simulation) == before


def test_a_copy_does_as_the_original_would() -> None:
    simulation = nordwind(required(7))
    simulation.act(required(3, GRACE))
    twin = simulation.copy()
    for one in (simulation, twin):
        one.act(LogIn("b", "ada", PASSWORD))
        one.act(show_qr_code(one, "b"))
        one.advance(30 * DAY)
    assert encode_log(twin.timeline.events) == encode_log(simulation.timeline.events)


def test_a_copy_cannot_undo_or_leave_what_lies_before_its_start() -> None:
    simulation = nordwind()
    simulation.advance(DAY)
    twin = simulation.copy()
    assert twin.travel_to(START).until == START
    with pytest.raises(CannotTravel):
        twin.advance(-SECOND)
