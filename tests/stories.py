"""Stories for property tests: whatever can be done with a simulation, in any order."""

from datetime import timedelta

from hypothesis import strategies as st

from mfadrill.core.accounts import ActivateUsers, ScheduleActivation, SuspendUsers, UnlockUsers
from mfadrill.core.behaviour import PRESETS
from mfadrill.core.challenges import AnswerPush, SendPush
from mfadrill.core.commands import Command
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.portal import LogIn
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import PairPush, SkipEnrollment
from mfadrill.core.settings import UpdateOrganization
from mfadrill.sim.ceremonies import show_qr_code
from mfadrill.sim.simulation import Simulation
from rehearsal import ADA, ALAN, GRACE, PASSWORD, PUSH, START, TOTP

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
Story = list[Command | timedelta | str]
STORIES: st.SearchStrategy[Story] = st.lists(MOVES, max_size=25)


def move(simulation: Simulation, what: Command | timedelta | str) -> None:
    """Make one move of a story. Raises a Refusal."""
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
