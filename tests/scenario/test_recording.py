"""What was done is recorded as a scenario that replays to the same log."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.drill import nordwind

from mfadrill.core.accounts import (
    ActivateUsers,
    AddToGroup,
    CreateUsers,
    NewUser,
    RecordEnrollment,
    ScheduleActivation,
    SetPassword,
    SuspendUsers,
    UnlockUsers,
)
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy, SwitchPolicy
from mfadrill.core.factors import Factor
from mfadrill.core.handling_keys import CopySecurityKey, PlugSecurityKey
from mfadrill.core.handling_phones import LosePhone, ReplacePhone, ScanQrCode, SetPhoneClock
from mfadrill.core.mailing import ResendMail
from mfadrill.core.phones import ATTACKER, Phone
from mfadrill.core.policies import All, Context, CountryIn, DeviceManaged, Effect, Not, Policy, PolicyId
from mfadrill.core.portal import (
    AnswerPush,
    AnswerTotp,
    ConfirmTotp,
    LeaveBrowser,
    LogIn,
    PairPush,
    SendPush,
    SkipEnrollment,
)
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.settings import RenameGroup, UpdateOrganization
from mfadrill.core.together import Together
from mfadrill.core.users import GroupId, UserId, UserState
from mfadrill.sim.ceremonies import new_key, show_qr_code, touch_key
from mfadrill.sim.log import encode_log
from mfadrill.sim.scenario.load import Scenario, load, read
from mfadrill.sim.scenario.recording import record
from mfadrill.sim.scenario.replay import play_to, replay
from mfadrill.sim.scenario.steps_of import CannotRecord
from mfadrill.sim.scenario.yaml_text import instant_text, span_text
from mfadrill.sim.simulation import Simulation

TEXT = """\
title: A beginning
start: 2026-10-24 09:00 Europe/Berlin
# A comment that stays.
organization: {name: Nordwind Freight, zone: Europe/Berlin, plan: premium, factors: [TOTP, Push, WebAuthn]}
groups: [Engineering]
applications: [Payroll]
people:
  ada: {name: Ada Lovelace}
  grace: {enrolled: [TOTP, Push, WebAuthn], groups: Engineering}
  Linus: {state: staged, require MFA: 10}
steps:
  - require MFA: ada
"""
OPENED: Scenario = read(TEXT, "beginning.drill.yaml")
IDS = [UserId("ada"), UserId("grace"), UserId("linus")]

Make = Callable[[Simulation], Command]
user = st.sampled_from(IDS)
users = st.lists(user, min_size=1, max_size=3, unique=True).map(tuple)
browser = st.sampled_from([*IDS, ATTACKER, "kiosk"])
holder = st.sampled_from(["", ATTACKER])


def _code(simulation: Simulation, name: str) -> str:
    session = simulation.world.browsers.get(name)
    phone = simulation.world.phones.get((session and session.user) or "", Phone())
    return phone.code(phone.entries[-1], simulation.now) if phone.entries else "123456"


def _fixed(strategy: st.SearchStrategy[Command]) -> st.SearchStrategy[Make]:
    return strategy.map(lambda command: lambda _: command)


policy = Policy(
    id=PolicyId(""),
    name="Abroad: with MFA",
    groups=frozenset({GroupId("engineering")}),
    all_users=False,
    conditions=All((Not(CountryIn(frozenset({"DE", "NO"}))), DeviceManaged(False))),
    effect=Effect(mfa_required=True, factors=frozenset({Factor.WEBAUTHN, Factor.TOTP})),
)

by_admin: st.SearchStrategy[Command] = st.one_of(
    st.builds(RequireMfa, users, st.sampled_from([1, 7, 30])),
    st.builds(RemoveRequirement, users),
    st.builds(ResetTotp, users, st.sampled_from([7, 2])),
    st.builds(ActivateUsers, users, st.sampled_from([None, *UserState])),
    st.builds(SuspendUsers, users),
    st.builds(UnlockUsers, users),
    st.builds(ResendMail, users),
    st.builds(ScheduleActivation, users, st.just(OPENED.start + timedelta(hours=15, minutes=30))),
    st.builds(SetPassword, user, st.sampled_from(["a new: one", "correct-horse", "no"])),
    st.builds(AddToGroup, st.just(GroupId("engineering")), users),
    st.builds(RenameGroup, st.just(GroupId("engineering")), st.just("Yes: #1")),
    st.builds(UpdateOrganization, lockout_minutes=st.sampled_from([None, 90]), unified_mfa=st.booleans()),
    st.builds(UpdateOrganization, factors=st.sampled_from([frozenset({Factor.TOTP}), frozenset(Factor)])),
    st.just(CreatePolicy(policy)),
    st.builds(SwitchPolicy, st.just(PolicyId("abroad-with-mfa")), st.booleans()),
    st.builds(
        lambda **new: CreateUsers((NewUser(**new),)),
        username=st.sampled_from(["Zoë.K", "user2"]),
        first_name=st.sampled_from(["", "Mary Ann", "浩"]),
        last_name=st.sampled_from(["", "O'Neil", "van der Berg"]),
        email=st.sampled_from(["", "m@x.example"]),
        password=st.none() | st.just("p"),
        require_days=st.none() | st.just(3),
    ),
    st.builds(
        lambda who: Together((RequireMfa((who,), 5), AddToGroup(GroupId("engineering"), (who,)))), user
    ),
)
in_portal: st.SearchStrategy[Make] = st.one_of(
    _fixed(
        st.builds(
            LogIn,
            browser,
            st.sampled_from([*IDS, "Linus", "nobody "]),
            st.sampled_from(["correct-horse", "correct-horse", "wrong ", ""]),
            context=st.sampled_from([Context(), Context(ip="192.0.2.7", country="NO", device_managed=False)]),
        )
    ),
    browser.map(lambda name: lambda simulation: show_qr_code(simulation, name)),
    browser.map(lambda name: lambda simulation: ConfirmTotp(name, _code(simulation, name))),
    browser.map(lambda name: lambda simulation: AnswerTotp(name, _code(simulation, name))),
    _fixed(st.builds(AnswerTotp, browser, st.just("000000"))),
    _fixed(st.builds(ScanQrCode, browser, holder)),
    _fixed(st.builds(PairPush, browser, st.sampled_from(["phone", "ada's phone"]), holder)),
    _fixed(st.builds(SendPush, browser)),
    _fixed(st.builds(AnswerPush, browser, st.booleans())),
    _fixed(st.builds(SkipEnrollment, browser)),
    _fixed(st.builds(LeaveBrowser, browser)),
    _fixed(st.builds(LosePhone, user)),
    _fixed(st.builds(ReplacePhone, user)),
    _fixed(st.builds(SetPhoneClock, user, st.sampled_from([-90, 240]))),
    _fixed(st.builds(PlugSecurityKey, st.just("grace-key1"), st.booleans())),
    _fixed(st.just(CopySecurityKey("grace-key1"))),
    st.sampled_from([*IDS, ATTACKER]).map(lambda who: lambda simulation: new_key(simulation, who)),
    st.tuples(browser, holder).map(
        lambda pair: lambda simulation: touch_key(simulation, pair[0], holder=pair[1])
    ),
    browser.map(
        lambda name: (
            lambda simulation: touch_key(
                simulation, name, serial="grace-key1", origin="https://evil.example", counter=7
            )
        )
    ),
)
waits = st.sampled_from([0, 0, 0, 0.25, 30, 90, 1_000.5, 60 * 24, 60 * 24 * 8])


@given(st.lists(st.tuples(waits, in_portal | in_portal | _fixed(by_admin)), min_size=4, max_size=25))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_recording_replays_to_the_same_log(done: list[tuple[float, Make]]) -> None:
    simulation = OPENED.open()
    for minutes, make in done:
        simulation.advance(timedelta(minutes=minutes))
        try:
            simulation.act(make(simulation))
        except Refusal:
            continue
    try:
        recording = record(simulation, "Any: story", OPENED)
    except CannotRecord as refusal:
        # A name may be declared once in a file, and here everything may be done twice.
        assert "is there already" in refusal.text or "in its own way" in refusal.text  # noqa: PT017
        return
    scenario = read(recording.text, "any.drill.yaml")
    assert "# A comment that stays." in recording.text
    replayed = scenario.open()
    done_again = replay(scenario, None, replayed)
    assert done_again.passed
    assert replayed.now == simulation.timeline.until
    if not any(isinstance(act.command, Together) for act in simulation.timeline.acts):
        assert done_again.log == encode_log(simulation.timeline.events)


@pytest.mark.parametrize(
    "name", ["first-rollout", "security-key-phished-and-copied", "go-back-and-try-otherwise"]
)
def test_a_shipped_story_is_recorded_with_its_beginning(name: str) -> None:
    (opened,) = load([name])
    simulation = play_to(opened, len(opened.steps))
    recording = record(simulation, "Again", opened)
    assert opened.beginning in recording.text
    again = read(recording.text, "again.drill.yaml")
    assert replay(again).log == encode_log(simulation.timeline.events)


def test_a_world_without_a_file_gets_a_beginning() -> None:
    simulation = nordwind()
    simulation.act(RequireMfa((UserId("ada.lovelace"), UserId("grace.hopper")), 7))
    simulation.act(LogIn("grace.hopper", "grace.hopper", "correct-horse"))
    simulation.act(AnswerTotp("grace.hopper", _code(simulation, "grace.hopper")))
    simulation.advance(timedelta(days=7))
    again = read(record(simulation, "Nordwind").text, "nordwind.drill.yaml")
    replayed = again.open()
    assert replay(again, None, replayed).passed
    assert replayed.world.organization == simulation.world.organization
    assert replayed.world.users[UserId("ada.lovelace")] == simulation.world.users[UserId("ada.lovelace")]


def test_steps_read_like_those_of_the_shipped_scenarios() -> None:
    simulation = OPENED.open()
    simulation.act(RequireMfa((IDS[0],), 7))
    simulation.advance(timedelta(hours=1, minutes=30))
    simulation.act(LogIn(ATTACKER, "ada", "correct-horse"))
    steps = record(simulation, "t", OPENED).text.partition("steps:\n")[2]
    assert steps == (
        "  - require MFA: ada\n"
        "    expect: {status: {ada: In enrollment}}\n"
        "  - advance: 1 h 30 min\n"
        "  - log in: {user: ada, by: attacker}\n"
        "    expect: {sees: {the attacker: set up MFA}}\n"
    )


def test_what_no_step_can_say_is_refused_by_name() -> None:
    simulation = OPENED.open()
    simulation.act(RecordEnrollment(IDS[0], Factor.TOTP, "app", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"))
    with pytest.raises(CannotRecord, match="no step of a scenario for “record enrollment”"):
        record(simulation, "t", OPENED)


def test_an_hour_that_the_clocks_show_twice_is_written_in_utc() -> None:
    first = OPENED.start.replace(day=25, hour=0, minute=30)
    assert instant_text(first, "Europe/Berlin") == "2026-10-25 02:30"
    assert instant_text(first + timedelta(hours=1), "Europe/Berlin") == "2026-10-25T01:30:00Z"
    assert span_text(timedelta(days=8)) == "8 days"
