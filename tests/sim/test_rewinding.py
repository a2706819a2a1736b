"""Whatever is done, travelled and undone: the world is the fold of the log, and a replay gives the same bytes."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mfadrill.core.accounts import ActivateUsers, ScheduleActivation, SuspendUsers, UnlockUsers
from mfadrill.core.behaviour import PRESETS
from mfadrill.core.challenges import AnswerPush, SendPush
from mfadrill.core.commands import Command
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.evolve import evolve
from mfadrill.core.portal import LogIn
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import PairPush, SkipEnrollment
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.world import World
from mfadrill.sim.ceremonies import show_qr_code
from mfadrill.sim.log import encode_log
from mfadrill.sim.simulation import Simulation
from rehearsal import ADA, ALAN, GRACE, PASSWORD, PUSH, START, TOTP, nordwind

USERS = st.lists(st.sampled_from([ADA, GRACE, ALAN]), min_size=1, max_size=3).map(tuple)
DAYS = st.integers(1, 9)
BROWSERS = st.sampled_from(["b", "c"])

COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(RequireMfa, USERS, DAYS),
    st.builds(RemoveRequirement, USERS),
    st.builds(ResetTotp, USERS, DAYS),
    st.builds(SuspendUsers, USERS),
    st.builds(ActivateUsers, USERS),
    st.builds(UnlockUsers, USERS),
    st.builds(ScheduleActivation, USERS, st.integers(1, 300).map(lambda h: START + timedelta(hours=h))),
    st.builds(UpdateOrganization, factors=st.sets(st.sampled_from([TOTP, PUSH])).map(frozenset)),
    st.builds(LogIn, BROWSERS, st.sampled_from(["ada", "grace"]), st.sampled_from([PASSWORD, "wrong"])),
    st.builds(SkipEnrollment, BROWSERS),
    st.builds(PairPush, BROWSERS),
    st.builds(SendPush, BROWSERS),
    st.builds(AnswerPush, BROWSERS, st.booleans()),
    st.builds(SetBehaviour, st.sampled_from([*PRESETS.values(), None])),
)
SPANS = st.sampled_from([0, 1, 59, 60, 3600, 86_400, 3 * 86_400, 8 * 86_400])
MOVES = st.one_of(
    COMMANDS,
    st.builds(lambda span, sign: timedelta(seconds=span * sign), SPANS, st.sampled_from([1, 1, -1])),
    st.sampled_from(["next event", "undo", "QR code", "other branch"]),
)
STORIES = st.lists(MOVES, max_size=25)


def move(simulation: Simulation, what: Command | timedelta | str) -> None:
    match what:
        case Command():
            simulation.act(what)
        case timedelta():
            simulation.advance(what)
        case "next event":
            simulation.next_event()
        case "undo":
            simulation.undo()
        case "QR code":
            simulation.act(show_qr_code(simulation, "b"))
        case _:
            branches = list(simulation.branches)
            here = branches.index(simulation.timeline.name)
            simulation.switch_to(branches[(here + 1) % len(branches)])


def told(story: list[Command | timedelta | str]) -> Simulation:
    simulation = nordwind(max_login_attempts=2, lockout_minutes=30, factors=frozenset({TOTP, PUSH}))
    for what in story:
        try:
            move(simulation, what)
        except Refusal:
            continue
        check(simulation)
    return simulation


def check(simulation: Simulation) -> None:
    events = simulation.timeline.events
    assert simulation.world == evolve(World(), events[: simulation.position])
    assert simulation.timeline.head == evolve(World(), events)
    assert all(one.at <= other.at for one, other in pairwise(events))
    assert all(event.at <= simulation.now for event in events[: simulation.position])
    assert all(event.at >= simulation.now for event in events[simulation.position :])
    ahead = simulation.ahead()
    assert ahead is None or ahead.at >= simulation.now


@settings(max_examples=60, deadline=None)
@given(STORIES)
def test_the_world_at_the_cursor_is_the_fold_of_the_log(story: list[Command | timedelta | str]) -> None:
    told(story)


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_the_same_story_makes_the_same_bytes(story: list[Command | timedelta | str]) -> None:
    first, second = told(story), told(story)
    logs = [{name: encode_log(b.events) for name, b in one.branches.items()} for one in (first, second)]
    assert logs[0] == logs[1]


@settings(max_examples=40, deadline=None)
@given(STORIES, st.lists(st.integers(0, 400), max_size=8))
def test_rewinding_and_going_forward_changes_no_byte(
    story: list[Command | timedelta | str], hours: list[int]
) -> None:
    simulation = told(story)
    end = max(simulation.now, simulation.timeline.until)
    simulation.travel_to(end)
    log, world = encode_log(simulation.timeline.events), simulation.world
    for hour in hours:
        simulation.travel_to(min(end, START + timedelta(hours=hour)))
        check(simulation)
    simulation.travel_to(end)
    assert (encode_log(simulation.timeline.events), simulation.world) == (log, world)


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_what_happens_by_itself_does_not_depend_on_the_stops(story: list[Command | timedelta | str]) -> None:
    simulation = told(story)
    simulation.travel_to(max(simulation.now, simulation.timeline.until))
    direct, with_stops = simulation.copy(), simulation.copy()
    direct.advance(timedelta(days=30))
    for _ in range(60):
        with_stops.advance(timedelta(hours=12))
    assert encode_log(with_stops.timeline.events) == encode_log(direct.timeline.events)
