"""Stepping through a scenario: whichever way one came to a step, the world is that of a replay up to it."""

from hashlib import sha256
from pathlib import Path

import pytest

from drill_files import HEAD
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.users import UserId
from mfadrill.sim.log import encode_log
from mfadrill.sim.scenario.load import Scenario, load, load_file, read, shipped
from mfadrill.sim.scenario.replay import play_to
from mfadrill.sim.scenario.step_words import mismatch_in_words
from mfadrill.sim.scenario.stepping import Stepping
from mfadrill.sim.simulation import Simulation

STORY = """\
steps:
  - require MFA: {users: [ada, alan], days: 2}
  - advance: 36 h
    expect: {status: {ada: Expired}}
  - update organization: {lock-out: 20 min, unified MFA: yes}
  - create users: {grace: {name: Grace Hopper, enrolled: [TOTP]}}
  - expect: {status: {ada: In enrollment}}
"""


def digest(simulation: Simulation) -> bytes:
    """Everything that makes two simulations the same: every branch with its log and acts, and the cursor."""
    found = sha256()
    for name, branch in simulation.branches.items():
        found.update(encode_log(branch.events))
        parent = branch.parent and branch.parent.name
        found.update(repr((name, parent, branch.shared, branch.until, branch.acts)).encode())
    found.update(repr((simulation.timeline.name, simulation.position, simulation.now)).encode())
    found.update(repr(simulation.ahead()).encode())
    return found.digest()


def story() -> Scenario:
    return read(HEAD + STORY, "story.drill.yaml")


@pytest.mark.parametrize("name", shipped())
def test_a_jump_to_any_step_is_a_replay_up_to_it(name: str) -> None:
    scenario = load([name])[0]
    steps = len(scenario.steps)
    fresh = [digest(play_to(scenario, number)) for number in range(steps + 1)]
    stepping = Stepping(scenario)
    # One by one, from the end back to each, and from each on to the end.
    way = [*range(steps + 1), *(stop for number in range(steps) for stop in (number, steps))]
    for number in way:
        stepping.go_to(number)
        assert digest(stepping.simulation) == fresh[number], number
        assert not stepping.strayed


def test_who_acts_or_moves_the_clock_strays_and_the_next_step_begins_again() -> None:
    stepping = Stepping(story())
    stepping.go_to(1)
    stepping.simulation.next_event()
    assert (stepping.strayed, stepping.acted) == (True, False)
    stepping.go_to(1)
    assert not stepping.strayed
    stepping.simulation.act(RequireMfa((UserId("ada"),), 9))
    assert stepping.acted
    stepping.go_to(2)
    assert digest(stepping.simulation) == digest(play_to(story(), 2))


def test_a_step_tells_what_it_brought_and_what_it_did_not() -> None:
    stepping = Stepping(story())
    stepping.go_to(5)
    assert list(stepping.failures) == [2]
    (mismatch,) = stepping.failures[2].mismatches
    assert mismatch_in_words(mismatch) == "ada, TOTP status: expected Expired, actual In enrollment"
    stepping.go_to(2)
    assert stepping.journey is not None
    assert stepping.journey.counts == {"MailSent": 1}
    assert stepping.seen == 5


def test_steps_are_told_as_the_scenario_says_them() -> None:
    assert [step.words for step in story().steps] == [
        "require MFA: ada, alan; days: 2",
        "advance: 36 h",
        "update organization: lock-out: 20 min; unified MFA: yes",
        "create users: grace: {name: Grace Hopper; enrolled: TOTP}",
        "expect status",
    ]


def test_every_shipped_step_has_words_of_one_line() -> None:
    for file in shipped().values():
        for step in load_file(Path(file)).steps:
            assert step.words.isprintable()
