"""What was done is recorded as a scenario that replays to the same log."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from mfadrill.core.accounts import (
    ActivateUsers,
    AddToGroup,
    CreateUsers,
    NewUser,
    RecordEnrollment,
    RemoveFromGroup,
    ScheduleActivation,
    SetPassword,
    SuspendUsers,
    UnlockUsers,
)
from mfadrill.core.behaviour import PRESETS, Behaviour
from mfadrill.core.challenges import AnswerDuo, AnswerPush, AnswerTotp, SendPush
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy, DeletePolicy, SwitchPolicy, UpdatePolicy
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.factors import Factor
from mfadrill.core.handling_keys import (
    BeginKeyCeremony,
    CopySecurityKey,
    GiveSecurityKey,
    PlugSecurityKey,
)
from mfadrill.core.handling_phones import LosePhone, ReplacePhone, ScanQrCode, SetPhoneClock
from mfadrill.core.mailing import ResendMail
from mfadrill.core.phones import ATTACKER, Phone
from mfadrill.core.policies import (
    USER_PORTAL,
    Action,
    All,
    Context,
    CountryIn,
    DeviceManaged,
    Effect,
    IpIn,
    Not,
    OsIn,
    Policy,
    PolicyId,
    ResourceId,
)
from mfadrill.core.policies import Any as AnyOf
from mfadrill.core.portal import LeaveBrowser, LogIn, Stage, step_of
from mfadrill.core.refusals import Refusal
from mfadrill.core.relying_party import PHISHING_ORIGIN
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import ConfirmTotp, PairPush, SkipEnrollment, StartTotpEnrollment
from mfadrill.core.settings import (
    AddApplication,
    CreateGroup,
    DeleteGroup,
    RenameGroup,
    UpdateOrganization,
)
from mfadrill.core.together import Together
from mfadrill.core.users import GroupId, UserId, UserState
from mfadrill.sim.ceremonies import new_key, show_qr_code, touch_key
from mfadrill.sim.codec import commands
from mfadrill.sim.log import encode_log
from mfadrill.sim.rewriting import rewrite
from mfadrill.sim.scenario import recording
from mfadrill.sim.scenario.load import Scenario, load, read, shipped
from mfadrill.sim.scenario.recording import record
from mfadrill.sim.scenario.replay import play_to, replay
from mfadrill.sim.scenario.steps_of import WITHOUT_A_STEP, CannotRecord
from mfadrill.sim.scenario.yaml_text import instant_text, span_text
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.workspace import Workspace
from stories import move

TEXT = """\
title: A beginning
start: 2026-10-24 09:00 Europe/Berlin
seed: 5
# A comment that stays.
organization:
  {name: Nordwind Freight, zone: Europe/Berlin, plan: premium, factors: [TOTP, Push, WebAuthn, Duo]}
groups: [Engineering]
applications: [Payroll]
people:
  ada: {name: Ada Lovelace, phone clock: +20 s, require MFA: 10}
  grace: {enrolled: [TOTP, Push, WebAuthn], groups: Engineering, require MFA: 7}
  Linus: {state: staged, require MFA: 10}
  mary: {state: suspended, password: none, email: none}
policies:
  - {name: Abroad, action: deny, message: Not there., conditions: {not: {country in: [DE, PL]}}}
behaviour: typical
steps: []
"""
OPENED: Scenario = read(TEXT, "beginning.drill.yaml")
IDS = [UserId("ada"), UserId("grace"), UserId("linus"), UserId("mary")]
ENGINEERING, ABROAD = GroupId("engineering"), PolicyId("abroad")

Make = Callable[[Simulation], Command]
user = st.sampled_from(IDS)
users = st.lists(user, min_size=1, max_size=3).map(tuple)
#: The application's one browser, people's own, and the attacker's.
browser = st.sampled_from(["portal", "portal", "portal", *IDS[:2], ATTACKER])
holder = st.sampled_from(["", "", ATTACKER])
key = st.sampled_from(["grace-key1", "grace-key1-copy", "ada-key1", "the-attacker-key1"])
factors = st.sets(st.sampled_from(list(Factor)), min_size=1).map(frozenset)
text = st.sampled_from(
    ["Yes: #1", "  none ", "浩\u3000井上", "- [x] {y}", "no", 'say "hi" \\', "Zoë\u200d🦊"]
)


def _code(simulation: Simulation, name: str) -> str:
    session = simulation.world.browsers.get(name)
    phone = simulation.world.phones.get((session and session.user) or "", Phone())
    return phone.code(phone.entries[-1], simulation.now) if phone.entries else "123456"


def _made(what: st.SearchStrategy[Any], make: Callable[..., Command]) -> st.SearchStrategy[Make]:
    """Commands that are made from what the simulation is like."""
    return what.map(lambda one: lambda simulation: make(simulation, one))


policy = st.builds(
    Policy,
    id=st.just(PolicyId("")),
    name=st.sampled_from(["Abroad", "Second: one"]),
    description=text,
    on=st.booleans(),
    all_users=st.just(False),
    groups=st.just(frozenset({ENGINEERING})),
    excluded=st.sampled_from([frozenset(), frozenset({GroupId("night-shift")})]),
    resources=st.sampled_from([frozenset({USER_PORTAL}), frozenset({ResourceId("payroll")})]),
    conditions=st.sampled_from(
        [
            None,
            All((Not(CountryIn(frozenset({"DE", "NO"}))), DeviceManaged(False))),
            AnyOf((IpIn(("192.0.2.0/24", "::1")), OsIn(frozenset({"linux", "ios"})))),
        ]
    ),
    effect=st.sampled_from(
        [
            Effect(mfa_required=True, factors=frozenset({Factor.WEBAUTHN, Factor.TOTP})),
            Effect(action=Action.DENY, message=" Not: now "),
            Effect(),
        ]
    ),
)
behaviour = st.sampled_from(
    [
        *PRESETS.values(),
        Behaviour(name="custom", log_ins=11, opens=30, closes=1_440, away=0, holidays=(date(2026, 10, 26),)),
        None,
    ]
)
new_user = st.builds(
    NewUser,
    username=st.sampled_from(["Zoë.K", "user2", "user3"]),
    first_name=st.sampled_from(["", "Mary Ann", "浩", " x"]),
    last_name=st.sampled_from(["", "O'Neil", "van der Berg"]),
    email=st.sampled_from(["", "m@x.example", "none"]),
    department=text,
    state=st.sampled_from([UserState.STAGED, UserState.ACTIVATED]),
    groups=st.sampled_from([frozenset(), frozenset({ENGINEERING})]),
    password=st.sampled_from([None, "p", "none", " ", "correct-horse"]),
    require_days=st.sampled_from([None, 3]),
)
context = st.builds(
    Context,
    ip=st.sampled_from([None, "192.0.2.7"]),
    country=st.sampled_from([None, "NO"]),
    device_managed=st.sampled_from([None, False]),
    os=st.sampled_from([None, "Linux"]),
)

#: Each command that has a step, and how it comes about.
DONE: dict[type[Command], st.SearchStrategy[Any]] = {
    RequireMfa: st.builds(RequireMfa, users, st.sampled_from([1, 7, 30])),
    RemoveRequirement: st.builds(RemoveRequirement, users),
    ResetTotp: st.builds(ResetTotp, users, st.sampled_from([7, 2])),
    ActivateUsers: st.builds(ActivateUsers, users, st.sampled_from([None, *UserState])),
    SuspendUsers: st.builds(SuspendUsers, users),
    UnlockUsers: st.builds(UnlockUsers, users),
    ResendMail: st.builds(ResendMail, users),
    ScheduleActivation: st.builds(
        ScheduleActivation,
        users,
        st.sampled_from([15.5, 400]).map(lambda h: OPENED.start + timedelta(hours=h)),
    ),
    SetPassword: st.builds(SetPassword, user, st.sampled_from(["a new: one", " none", "correct-horse"])),
    CreateUsers: st.builds(CreateUsers, st.lists(new_user, min_size=1, max_size=2).map(tuple)),
    RecordEnrollment: st.builds(
        RecordEnrollment,
        user,
        st.sampled_from(list(Factor)),
        st.sampled_from(["phone", "authenticator app"]),
        st.just("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    ),
    AddToGroup: st.builds(AddToGroup, st.just(ENGINEERING), users),
    RemoveFromGroup: st.builds(RemoveFromGroup, st.just(ENGINEERING), users),
    CreateGroup: st.builds(CreateGroup, st.sampled_from(["Night: shift", "yes"])),
    RenameGroup: st.builds(RenameGroup, st.sampled_from([ENGINEERING, GroupId("yes")]), text),
    DeleteGroup: st.builds(DeleteGroup, st.sampled_from([GroupId("night-shift"), GroupId("yes")])),
    AddApplication: st.builds(AddApplication, text),
    UpdateOrganization: st.one_of(
        st.builds(UpdateOrganization, factors=factors),
        st.builds(
            UpdateOrganization,
            lockout_minutes=st.sampled_from([None, 90]),
            unified_mfa=st.booleans(),
            max_login_attempts=st.sampled_from([2, 500]),
            push_timeout_seconds=st.sampled_from([60, 95]),
        ),
    ),
    CreatePolicy: st.builds(CreatePolicy, policy),
    UpdatePolicy: st.builds(
        lambda policy, id_: UpdatePolicy(structs.replace(policy, id=id_)),
        policy,
        st.sampled_from([ABROAD, PolicyId("second-one")]),
    ),
    SwitchPolicy: st.builds(SwitchPolicy, st.just(ABROAD), st.booleans()),
    DeletePolicy: st.builds(DeletePolicy, st.sampled_from([ABROAD, PolicyId("second-one")])),
    SetBehaviour: st.builds(SetBehaviour, behaviour),
    LogIn: st.builds(
        LogIn,
        browser,
        st.sampled_from([*IDS, "ada", "grace", "Linus", "nobody "]),
        st.sampled_from(["correct-horse", "correct-horse", "correct-horse", "wrong ", ""]),
        st.sampled_from([USER_PORTAL, USER_PORTAL, ResourceId("payroll")]),
        st.just(Context()) | context,
    ),
    LeaveBrowser: st.builds(LeaveBrowser, browser),
    AnswerTotp: _made(browser, lambda s, name: AnswerTotp(name, _code(s, name)))
    | st.builds(AnswerTotp, browser, st.sampled_from(["000000", " nothing"])),
    SendPush: st.builds(SendPush, browser),
    AnswerPush: st.builds(AnswerPush, browser, st.booleans()),
    AnswerDuo: st.builds(AnswerDuo, browser, st.booleans()),
    StartTotpEnrollment: _made(browser, show_qr_code)
    | st.builds(StartTotpEnrollment, browser, st.just("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")),
    ScanQrCode: st.builds(ScanQrCode, browser, holder),
    ConfirmTotp: _made(browser, lambda s, name: ConfirmTotp(name, _code(s, name))),
    SkipEnrollment: st.builds(SkipEnrollment, browser),
    PairPush: st.builds(PairPush, browser, st.sampled_from(["phone", "ada's phone"]), holder),
    LosePhone: st.builds(LosePhone, user),
    ReplacePhone: st.builds(ReplacePhone, user),
    SetPhoneClock: st.builds(SetPhoneClock, user, st.sampled_from([-90, 240])),
    PlugSecurityKey: st.builds(PlugSecurityKey, key, st.booleans()),
    CopySecurityKey: st.builds(CopySecurityKey, key),
    GiveSecurityKey: _made(st.sampled_from([*IDS, ATTACKER]), new_key)
    | st.builds(GiveSecurityKey, user, st.just("found"), st.just("ab" * 32)),
    Together: st.builds(
        lambda who, group, password: Together(
            (RequireMfa((who,), 5), group(ENGINEERING, (who,)), SetPassword(who, password))
        ),
        user,
        st.sampled_from([AddToGroup, RemoveFromGroup]),
        st.just("correct-horse"),
    )
    | _made(st.tuples(browser, holder), lambda s, one: touch_key(s, one[0], holder=one[1]))
    | _made(
        st.tuples(browser, key), lambda s, one: touch_key(s, one[0], serial=one[1], origin=PHISHING_ORIGIN)
    )
    | _made(st.tuples(browser, key), lambda s, one: touch_key(s, one[0], serial=one[1], counter=7)),
}


def _next_in(name: str, simulation: Simulation) -> list[Command]:
    """What somebody may do next in this browser, so that stories get somewhere."""
    session = simulation.world.browsers.get(name)
    if session is None or session.user is None or session.refused is not None:
        return [LogIn(name, who, "correct-horse") for who in ("grace", "ada", "Linus")]
    stage = step_of(simulation.world, session, simulation.now).stage
    found: list[Command] = []
    if stage is Stage.CHALLENGE:
        found += [AnswerTotp(name, _code(simulation, name)), AnswerTotp(name, "000000"), SendPush(name)]
        found += [
            AnswerPush(name, True),
            AnswerPush(name, False),
            AnswerDuo(name, True),
            AnswerDuo(name, False),
        ]
    else:
        found += [
            ScanQrCode(name),
            ConfirmTotp(name, _code(simulation, name)),
            show_qr_code(simulation, name),
        ]
        found += [
            ScanQrCode(name, ATTACKER),
            SkipEnrollment(name),
            PairPush(name),
            PairPush(name, "x", ATTACKER),
        ]
    for hand in ("", ATTACKER):
        with suppress(Refusal):
            found.append(touch_key(simulation, name, holder=hand))
            found.append(touch_key(simulation, name, holder=hand, origin=PHISHING_ORIGIN))
            found.append(touch_key(simulation, name, holder=hand, counter=1))
    return [*found, LeaveBrowser(name)]


def _go_on(simulation: Simulation, name: str, choice: int) -> Command:
    """One of the things that may be done next and that bring something."""
    found = _next_in(name, simulation)
    choice %= len(found)
    for command in (*found[choice:], *found[:choice]):
        with suppress(Refusal):
            if simulation.preview(command).events:
                return command
    return found[0]


going_on = st.tuples(st.sampled_from(["portal", "portal", "grace", ATTACKER]), st.integers(0, 50)).map(
    lambda one: lambda simulation: _go_on(simulation, *one)
)
waiting = st.sampled_from([0.25, 29, 90, 1_000.5, 86_400, 3 * 86_400, 8 * 86_400, -60, -86_400.5]).map(
    lambda seconds: timedelta(seconds=seconds)
)
odd = st.sampled_from(["next event", "next event", "undo", "other branch", "rewrite"])
#: Sampled, not one of them: that would weigh each of the many commands like everything else.
moves: st.SearchStrategy[Any] = st.sampled_from(
    [*[going_on] * 10, *[st.one_of(*DONE.values())] * 5, *[waiting] * 3, odd]
).flatmap(lambda kind: kind)
stories = st.lists(moves, min_size=6, max_size=24)


def tell(simulation: Simulation, story: Sequence[Any]) -> None:
    """Do it all; what is refused does not get done."""
    for what in story:
        try:
            do(simulation, what)
        except Refusal:
            continue


def do(simulation: Simulation, what: Any) -> None:
    """Raises a Refusal."""
    if what == "rewrite":
        rewrite(simulation, simulation.timeline.name, 0)
    else:
        move(simulation, what if isinstance(what, Command | timedelta | str) else what(simulation))


def assert_replays(simulation: Simulation, beginning: str = OPENED.beginning, *, expect: bool = True) -> str:
    """The branch is recorded, and the file replays to the same log. The text of the file."""
    branch = simulation.timeline
    made = record(branch, "Any: story", beginning=beginning, expect=expect)
    scenario = read(made.text, "any.drill.yaml")
    assert len(scenario.steps) == made.steps
    replayed = scenario.open()
    again = replay(scenario, None, replayed)
    assert again.failure is None
    assert replayed.now == branch.until
    since = replayed.timeline.events[replayed.timeline.founded :]
    assert encode_log(since) == encode_log(branch.events[branch.founded :])
    assert replayed.world == branch.head
    return made.text


@given(stories, st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_story_is_recorded_and_replays_to_the_same_log(story: list[Any], expect: bool) -> None:
    simulation = OPENED.open()
    tell(simulation, story)
    assert "# A comment that stays." in assert_replays(simulation, expect=expect)


@given(stories)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_with_a_beginning_that_is_written_anew_it_replays_to_the_same_events(story: list[Any]) -> None:
    simulation = OPENED.open()
    tell(simulation, story)
    assert "# A comment" not in assert_replays(simulation, "")


def test_every_command_has_a_step_or_says_why_not() -> None:
    assert set(DONE).isdisjoint(WITHOUT_A_STEP)
    assert {*DONE, *WITHOUT_A_STEP} == set(commands())


SECOND_FACTOR = Policy(
    id=PolicyId(""), name="Second factor", all_users=False, groups=frozenset({ENGINEERING}), effect=Effect()
)
#: Every command that has a step, at least once, with something that comes of it.
EVERYTHING: list[Any] = [
    RequireMfa((IDS[0],), 30),
    timedelta(days=3, seconds=7),
    SetBehaviour(None),
    ResendMail((IDS[0],)),
    RemoveRequirement((IDS[0],)),
    Together((RequireMfa((IDS[0],), 7), AddToGroup(ENGINEERING, (IDS[0],)))),
    RemoveFromGroup(ENGINEERING, (IDS[1],)),
    AddToGroup(ENGINEERING, (IDS[1],)),
    CreateGroup("Night: shift"),
    DeleteGroup(GroupId("night-shift")),
    CreateGroup("Night: shift"),
    RenameGroup(ENGINEERING, "Yes"),
    AddApplication("CRM"),
    CreatePolicy(SECOND_FACTOR),
    UpdatePolicy(structs.replace(SECOND_FACTOR, id=PolicyId("second-factor"), description=" none")),
    SwitchPolicy(PolicyId("second-factor"), False),
    DeletePolicy(PolicyId("second-factor")),
    UpdateOrganization(unified_mfa=True),
    SetPassword(IDS[0], " none "),
    CreateUsers((NewUser(username="Zoë", first_name="Mary Ann", password="p", require_days=3),)),
    RecordEnrollment(UserId("zoë"), Factor.WEBAUTHN, "yubikey", "of hers"),
    ActivateUsers((IDS[2], IDS[3]), UserState.SUSPENDED),
    SuspendUsers((IDS[3],)),
    ScheduleActivation((IDS[2],), OPENED.start + timedelta(days=5)),
    timedelta(days=3),
    LogIn("portal", "ada", " none "),
    AnswerDuo("portal", True),
    SkipEnrollment("portal"),
    lambda simulation: show_qr_code(simulation, "portal"),
    ScanQrCode("portal"),
    lambda simulation: ConfirmTotp("portal", _code(simulation, "portal")),
    LeaveBrowser("portal"),
    timedelta(minutes=2),
    LogIn("portal", "ada", " none "),
    lambda simulation: AnswerTotp("portal", _code(simulation, "portal")),
    PairPush("portal"),
    lambda simulation: touch_key(simulation, "portal"),
    LogIn("portal", "ada", " none ", context=Context(country="DE")),
    SendPush("portal"),
    AnswerPush("portal", True),
    LogIn("portal", "grace", "correct-horse"),
    AnswerDuo("portal", True),
    LogIn("portal", "nobody", "?"),
    LeaveBrowser("portal"),
    *[LogIn("portal", "Ada", "wrong")] * 5,
    UnlockUsers((IDS[0],)),
    ResetTotp((IDS[0],), 9),
    SetPhoneClock(IDS[1], -90),
    LosePhone(IDS[1]),
    ReplacePhone(IDS[1]),
    PlugSecurityKey("grace-key1", False),
    CopySecurityKey("grace-key1"),
    lambda simulation: new_key(simulation, ATTACKER),
    SetBehaviour(Behaviour(name="custom", log_ins=11, opens=30, holidays=(date(2026, 11, 2),))),
    timedelta(days=20),
]


def test_every_command_is_recorded_once() -> None:
    simulation = OPENED.open()
    for what in EVERYTHING:
        before = len(simulation.timeline)
        do(simulation, what)
        assert len(simulation.timeline) > before or what == timedelta(minutes=2)
    assert {type(act.command) for act in simulation.timeline.acts} == set(DONE)
    assert_replays(simulation)


@pytest.mark.parametrize("expect", [True, False])
@pytest.mark.parametrize("name", shipped())
def test_every_shipped_story_is_recorded_with_its_beginning(name: str, expect: bool) -> None:
    (opened,) = load([name])
    simulation = play_to(opened, len(opened.steps))
    assert opened.beginning in assert_replays(simulation, opened.beginning, expect=expect)


def test_what_the_last_step_expects_is_not_expected_again() -> None:
    simulation = OPENED.open()
    simulation.act(RemoveRequirement((IDS[2],)))
    assert "How it ends" not in assert_replays(simulation)


def test_a_workspace_keeps_how_its_scenario_begins(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "a", OPENED.open(), OPENED.title, OPENED.beginning)
    tell(workspace.simulation, EVERYTHING)
    workspace.save()
    workspace.close()
    again = Workspace.open(tmp_path / "a")
    again.close()
    assert "# A comment that stays." in assert_replays(again.simulation, again.beginning)


def test_steps_read_like_those_of_the_shipped_scenarios() -> None:
    simulation = OPENED.open()
    simulation.act(SetBehaviour(None))
    simulation.act(RequireMfa((IDS[0],), 7))
    simulation.advance(timedelta(days=8))
    simulation.act(LogIn("portal", "ada", "correct-horse"))
    simulation.act(LogIn(ATTACKER, "grace", "correct-horse"))
    simulation.act(LogIn("portal", "grace", "wrong"))
    told = record(simulation.timeline, "t", beginning=OPENED.beginning).text
    assert told.partition("steps:\n")[2] == STEPS


STEPS = """\
  - behaviour: nobody
  - require MFA: ada
    expect: {mails sent: 1}

  - advance: 8 days  # Sun 1 Nov 2026 08:00
    expect: {status: {ada: Expired}, mails sent: 1}
  - log in: ada
    expect: {sees: {portal: {screen: refused, because: [period over]}}}
  - log in: {user: grace, by: attacker}
    expect: {sees: {the attacker: {screen: challenge, with: [TOTP, Push, WebAuthn, Duo]}}}
  - log in: {user: grace, password: wrong}
    expect: {sees: {portal: {screen: refused, because: [wrong credentials]}}}

  # How it ends
  - expect: {status: {ada: Expired, grace: Enrolled}, mails: {ada: [MFA enabled, MFA enabled, reminder]}}
"""


def test_what_no_step_can_say_is_refused_by_name() -> None:
    simulation = OPENED.open()
    simulation.act(LogIn("portal", "grace", "correct-horse"))
    simulation.act(BeginKeyCeremony("portal", "x" * 43))
    with pytest.raises(CannotRecord, match="“begin key ceremony” alone: it is a part of answering"):
        record(simulation.timeline, "t", beginning=OPENED.beginning)


def test_a_beginning_that_no_file_can_have_is_refused_with_the_users_that_it_is_about() -> None:
    simulation = OPENED.open()
    other = RecordEnrollment(IDS[0], Factor.TOTP, "app", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    simulation.found(other)
    with pytest.raises(CannotRecord, match="cannot begin with what these users are like: ada"):
        record(simulation.timeline, "t", beginning=OPENED.beginning)


def test_a_file_that_would_be_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = OPENED.open()
    simulation.act(CreateUsers(tuple(NewUser(username=f"user{n}") for n in range(2_000))))
    assert_replays(simulation)
    monkeypatch.setattr(recording, "MAX_BYTES", 50_000)
    with pytest.raises(CannotRecord, match="The file would have"):
        record(simulation.timeline, "t", beginning=OPENED.beginning)


def test_an_hour_that_the_clocks_show_twice_is_written_in_utc() -> None:
    first = OPENED.start.replace(day=25, hour=0, minute=30)
    assert instant_text(first, "Europe/Berlin") == "2026-10-25 02:30"
    assert instant_text(first + timedelta(hours=1), "Europe/Berlin") == "2026-10-25T01:30:00Z"
    assert span_text(timedelta(days=8)) == "8 days"
