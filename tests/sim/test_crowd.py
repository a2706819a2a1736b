"""The crowd: when users log in on their own, and what comes of it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from mfadrill.core.accounts import RecordEnrollment, SuspendUsers
from mfadrill.core.behaviour import PRESETS, Behaviour
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.events import LoginBegun
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.handling_phones import LosePhone, SetPhoneClock
from mfadrill.core.refusals import UnusableValue
from mfadrill.core.users import UserId
from mfadrill.sim.crowd import log_ins
from mfadrill.sim.log import encode_log
from mfadrill.sim.run import Journey
from mfadrill.sim.simulation import TOO_EARLY, Simulation
from mfadrill.sim.until import Until, of_kind
from rehearsal import ADA, DAY, GRACE, PUSH, TOTP, names, nordwind, required, status, user

#: Everybody comes every day, and does what is asked, or never does.
WILLING = Behaviour(name="willing", log_ins=5, enroll_at_first=100, enroll_at_last=100, away=0)
UNWILLING = structs.replace(WILLING, name="unwilling", enroll_at_first=0, enroll_at_last=0)


def crowded(behaviour: Behaviour = WILLING, **settings: Any) -> Simulation:
    return nordwind(SetBehaviour(behaviour), **settings)


def came(simulation: Simulation) -> list[tuple[datetime, str]]:
    return [(event.at, event.user) for event in simulation.timeline.events if isinstance(event, LoginBegun)]


def test_a_user_logs_in_as_often_as_the_behaviour_says_within_working_hours() -> None:
    behaviour = structs.replace(PRESETS["typical"], away=0)
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(7 * 20)]
    found = [
        at
        for u in range(20)
        for day in days
        for at in log_ins(behaviour, "Europe/Berlin", 1, UserId(f"u{u}"), day)
    ]
    there = [at.astimezone(ZoneInfo("Europe/Berlin")) for at in found]
    assert 0.9 < len(found) / (behaviour.log_ins * 20 * 20) < 1.1
    assert all(8 <= at.hour < 18 and at.weekday() < 5 for at in there)


def test_nobody_comes_on_a_holiday_and_who_is_away_is_so_all_week() -> None:
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]
    behaviour = structs.replace(WILLING, holidays=(week[1],), away=50)
    present = {
        tuple(bool(log_ins(behaviour, "UTC", 1, UserId(f"u{number}"), day)) for day in week)
        for number in range(30)
    }
    assert present == {(True, False, True, True, True), (False,) * 5}


def test_who_comes_when_does_not_depend_on_what_admins_do() -> None:
    left_alone, acted_on = crowded(), crowded()
    acted_on.act(required(1, ADA, GRACE))
    acted_on.advance(DAY)
    acted_on.act(SuspendUsers((GRACE,)))
    left_alone.advance(8 * DAY)
    acted_on.advance(7 * DAY)
    assert came(left_alone) == came(acted_on)
    assert len(came(left_alone)) > 8


def test_a_willing_crowd_enrolls_and_answers_its_challenges() -> None:
    simulation = crowded()
    simulation.act(required(7, ADA))
    simulation.advance(8 * DAY)
    assert status(simulation) is FactorStatus.ENROLLED
    assert "user_mfa_challenge_passed" in names(simulation)
    assert not simulation.world.browsers


def test_an_unwilling_crowd_puts_it_off_until_it_is_locked_out() -> None:
    simulation = crowded(UNWILLING)
    simulation.act(required(7, ADA))
    simulation.advance(9 * DAY)
    assert status(simulation) is FactorStatus.ENROLLMENT_EXPIRED
    assert "totp_enrollment_skipped" in names(simulation)
    assert "LoginRefused" in {type(event).__name__ for event in simulation.timeline.events}


def test_staged_users_do_not_come() -> None:
    simulation = crowded()
    simulation.advance(8 * DAY)
    assert {who for _, who in came(simulation)} == {ADA, GRACE}


def test_a_phone_whose_clock_is_wrong_enrolls_nobody_and_a_lost_one_answers_nothing() -> None:
    simulation = crowded()
    simulation.found(SetPhoneClock(ADA, 600))
    simulation.found(RecordEnrollment(GRACE, TOTP, "app", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"))
    simulation.found(LosePhone(GRACE))
    simulation.act(required(7, ADA, GRACE))
    simulation.advance(4 * DAY)
    assert status(simulation) is FactorStatus.IN_ENROLLMENT
    assert user(simulation, GRACE).bad_attempts == 0
    assert "user_mfa_challenge_passed" not in names(simulation)


@pytest.mark.parametrize("factor", [Factor.PUSH, Factor.WEBAUTHN])
def test_the_crowd_answers_with_the_factor_that_it_has(factor: Factor) -> None:
    simulation = crowded(factors=frozenset({TOTP, factor}))
    simulation.found(RecordEnrollment(ADA, factor, "device", "key"))
    simulation.act(required(7, ADA))
    simulation.advance(2 * DAY)
    assert "user_mfa_challenge_passed" in names(simulation)
    assert status(simulation) is FactorStatus.ENROLLED


def test_the_crowd_enrolls_push_where_only_that_is_offered() -> None:
    simulation = crowded(factors=frozenset({PUSH}))
    simulation.act(required(7, ADA))
    simulation.advance(2 * DAY)
    assert user(simulation).push is not None


def test_switching_the_crowd_on_and_off_is_an_act_that_undo_takes_back() -> None:
    simulation = nordwind()
    simulation.act(SetBehaviour(WILLING))
    simulation.advance(2 * DAY)
    assert came(simulation)
    simulation.act(SetBehaviour(None))
    before = len(came(simulation))
    simulation.advance(5 * DAY)
    assert len(came(simulation)) == before
    simulation.undo()
    simulation.advance(5 * DAY)
    assert len(came(simulation)) > before
    assert simulation.act(SetBehaviour(WILLING)).events == []


def test_what_is_recorded_is_not_acted_again_and_a_branch_has_the_same_people_come() -> None:
    simulation = crowded()
    simulation.advance(8 * DAY)
    log = encode_log(simulation.timeline.events)
    simulation.advance(-6 * DAY)
    simulation.advance(6 * DAY)
    assert encode_log(simulation.timeline.events) == log
    main = came(simulation)
    simulation.advance(-6 * DAY)
    simulation.act(required(7, ADA))
    simulation.advance(6 * DAY)
    assert simulation.timeline.name == "branch 2"
    assert came(simulation) == main


def test_who_looks_ahead_sees_the_same_people_come_as_will() -> None:
    simulation = crowded(PRESETS["typical"], seed=7)
    ahead = Simulation.standing_at(simulation.timeline, simulation.position, simulation.now)
    for one in (ahead, simulation):
        one.advance(3 * DAY)
    assert came(ahead)
    assert encode_log(ahead.timeline.events) == encode_log(simulation.timeline.events)


def test_the_next_event_passes_over_the_log_ins_unless_nothing_else_lies_ahead() -> None:
    simulation = crowded(UNWILLING)
    simulation.next_event()
    first = came(simulation)
    assert [at for at, _ in first] == [simulation.now]
    simulation.act(required(7, ADA))
    simulation.next_event()
    assert names(simulation)[-1] == "mail_sent"
    assert len(came(simulation)) > len(first)
    reminded = simulation.now
    simulation.travel_to(simulation.start + DAY / 2)
    simulation.next_event()
    assert simulation.now == reminded


def test_a_journey_that_is_stopped_stands_at_a_whole_instant_and_can_go_on() -> None:
    class Stopped(Journey):
        def step(self) -> None:
            super().step()
            if came(self.simulation):
                self.stop()

    simulation, direct = crowded(), crowded()
    journey = Stopped(simulation, 8 * DAY)
    journey.go()
    assert (journey.why, journey.reached) == ("stopped", False)
    assert simulation.start < simulation.now < simulation.start + 2 * DAY
    assert journey.digest.until == simulation.now
    assert len(journey.digest.events) == journey.events > 0
    rest = Journey(simulation, simulation.start + 8 * DAY)
    before = journey.events
    rest.go()
    assert (rest.why, rest.reached) == ("", True)
    whole = before + rest.events
    direct.advance(8 * DAY)
    assert encode_log(simulation.timeline.events) == encode_log(direct.timeline.events)
    back = Journey(simulation, -8 * DAY)
    back.go()
    assert (simulation.now, back.events) == (simulation.start, whole)


def test_a_journey_goes_nowhere_where_the_clock_cannot() -> None:
    simulation = crowded()
    journey = Journey(simulation, simulation.start - DAY)
    journey.go()
    assert (journey.refused, journey.why, simulation.now) == (True, TOO_EARLY, simulation.start)


def test_a_run_ends_at_the_very_log_in_that_it_waited_for() -> None:
    simulation = crowded(UNWILLING)
    simulation.act(required(30, ADA))
    run = Until(simulation, of_kind("EnrollmentSkipped", "a set-up skipped"))
    run.go()
    assert run.reached
    assert names(simulation).count("totp_enrollment_skipped") == 1
    at = simulation.now
    simulation.travel_to(simulation.start)
    again = Until(simulation, of_kind("EnrollmentSkipped", "a set-up skipped"))
    again.go()
    assert simulation.now == at


@pytest.mark.parametrize(
    "wrong",
    [
        {"log_ins": 0},
        {"opens": 600, "closes": 600},
        {"closes": 1441},
        {"enroll_at_first": 60},
        {"away": 91},
        {"name": " "},
    ],
)
def test_a_behaviour_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnusableValue):
        nordwind().act(SetBehaviour(structs.replace(PRESETS["typical"], **wrong)))
