"""Scenario files for tests: a beginning to go on from, and what is wrong with a text."""

from textwrap import dedent

from mfadrill.sim.scenario.load import Scenario, read
from mfadrill.sim.scenario.problems import UnusableScenarios
from mfadrill.sim.scenario.replay import Replay, replay

#: Seven lines; what a test adds begins in line 8.
HEAD = """\
title: A story
start: 2026-03-02 09:00 Europe/Berlin
organization: {name: Nordwind, zone: Europe/Berlin}
groups: [Staff]
people:
  ada: Ada Lovelace
  alan: {name: Alan Turing, state: staged}
"""


def story(body: str, head: str = HEAD) -> Scenario:
    return read(head + dedent(body), "story.drill.yaml")


def played(body: str, head: str = HEAD) -> Replay:
    return replay(story(body, head))


def problems(body: str, head: str = HEAD) -> list[str]:
    """What is wrong with a text, each as `line:column: text`; nothing, if it can be used."""
    try:
        story(body, head)
    except UnusableScenarios as unusable:
        return [str(problem).removeprefix("story.drill.yaml:") for problem in unusable.problems]
    return []
