"""The log as bytes: the same whatever the interpreter's hashes, the machine's zone, or the wall clock."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from mfadrill.core.factors import Factor
from mfadrill.core.settings import UpdateOrganization
from mfadrill.sim.log import encode_log
from mfadrill.sim.scenario.load import load, shipped
from mfadrill.sim.scenario.replay import replay
from mfadrill.sim.scenario.wall_clock import frozen
from rehearsal import nordwind, required

PRINT_LOGS = """
import hashlib, json, sys
from mfadrill.sim.scenario.load import load
from mfadrill.sim.scenario.replay import replay
from mfadrill.sim.scenario.wall_clock import frozen
print(json.dumps([hashlib.sha256(replay(scenario).log).hexdigest() for scenario in load(sys.argv[1:])]))
"""

#: With several factors, policies, groups and people, so that there are sets in the log.
WITH_SETS = [
    "modal-webauthn-chosen-over-totp",
    "factor-switched-off",
    "require-with-a-policy",
    "first-rollout",
]


def logs_elsewhere(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PRINT_LOGS, *WITH_SETS],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_every_machine_makes_the_same_bytes() -> None:
    here = logs_elsewhere(PYTHONHASHSEED="1", TZ="Pacific/Kiritimati", LC_ALL="C")
    there = logs_elsewhere(PYTHONHASHSEED="4242", TZ="America/New_York", LC_ALL="C.UTF-8")
    assert here == there


def test_one_event_is_one_line_of_json() -> None:
    simulation = nordwind(required(7))
    simulation.act(UpdateOrganization(factors=frozenset(Factor)))
    simulation.advance(timedelta(days=8))
    lines = encode_log(simulation.timeline.events).splitlines()
    assert len(lines) == len(simulation.timeline)
    assert all(json.loads(line)["at"].startswith("2026-03") for line in lines)


def test_sets_are_sorted() -> None:
    one, other = (nordwind(factors=frozenset(factors)) for factors in (list(Factor), list(reversed(Factor))))
    assert encode_log(one.timeline.events) == encode_log(other.timeline.events)


def test_no_events_are_no_bytes() -> None:
    assert encode_log([]) == b""


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_does_not_heed_the_wall_clock(name: str) -> None:
    """Its log is the same frozen in 1999, with a wall clock that follows, and with the true time."""
    [not_frozen] = load([name])
    as_it_is = replay(not_frozen)
    assert as_it_is.passed
    with frozen():
        [long_ago] = load([name])
        in_1999 = replay(long_ago)
    with frozen() as wall:
        following = replay(not_frozen, wall)
    assert in_1999.log == as_it_is.log
    assert following.log == as_it_is.log
