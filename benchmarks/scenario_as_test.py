"""What a small scenario costs as a test: ours, a bare pytest YAML collector, and pytest-bdd, with the same calls.

The bare collector is the one of pytest's documentation, with `yaml.safe_load`, and does the same calls on the same
simulation without checking anything about the file. All three run in one process each, without xdist; the figure is
what a scenario more costs, from a run with one and a run with many.
Run: pip install pytest-bdd && python benchmarks/scenario_as_test.py
"""

import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from measure import line

COUNT, RUNS = 300, 5

SCENARIO = """\
title: Story {number}
start: 2026-03-02 09:00 Europe/Berlin
organization: {{name: Nordwind Freight, zone: Europe/Berlin}}
people:
  ada.lovelace: Ada Lovelace
steps:
  - require MFA: {{users: ada.lovelace, days: 7}}
  - advance: 8 days
  - expect: {{status: {{ada.lovelace: Expired}}}}
  - reset TOTP: {{users: ada.lovelace, days: 7}}
  - expect: {{status: {{ada.lovelace: In enrollment}}}}
"""

CALLS = """\
from datetime import UTC, datetime, timedelta
from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.organization import Organization
from mfadrill.core.requirement import RequireMfa, ResetTotp
from mfadrill.core.settings import CreateOrganization
from mfadrill.core.status import totp_status
from mfadrill.sim.simulation import Simulation

def begin(zone="Europe/Berlin"):
    organization = CreateOrganization(Organization(name="Nordwind Freight", zone=zone))
    people = CreateUsers((NewUser(username="ada.lovelace", password="x"),))
    return Simulation(datetime(2026, 3, 2, 8, tzinfo=UTC), 1, [organization, people])

def require(simulation): simulation.act(RequireMfa(("ada.lovelace",), 7))
def advance(simulation): simulation.advance(timedelta(days=8))
def reset(simulation): simulation.act(ResetTotp(("ada.lovelace",), 7))
def status(simulation):
    world = simulation.world
    return totp_status(world.users["ada.lovelace"], world.organization, simulation.now).label
"""

BARE = """\
import pytest, yaml
from calls import advance, begin, require, reset, status

def pytest_collect_file(parent, file_path):
    if file_path.suffix == ".yaml":
        return YamlFile.from_parent(parent, path=file_path)

class YamlFile(pytest.File):
    def collect(self):
        raw = yaml.safe_load(self.path.open())
        yield YamlItem.from_parent(self, name=raw["title"], spec=raw)

class YamlItem(pytest.Item):
    def __init__(self, *, spec, **kwargs):
        super().__init__(**kwargs)
        self.spec = spec

    def runtest(self):
        simulation = begin()
        for step in self.spec["steps"]:
            for name, value in step.items():
                if name == "require MFA": require(simulation)
                elif name == "advance": advance(simulation)
                elif name == "reset TOTP": reset(simulation)
                else: assert status(simulation) == value["status"]["ada.lovelace"]
"""

BDD_FEATURE = """\
Feature: Story {number}
  Scenario: Story {number}
    Given the organization "Nordwind Freight" in Europe/Berlin
    And the user "ada.lovelace"
    When MFA is required of "ada.lovelace" with 7 days
    And 8 days pass
    Then the status of "ada.lovelace" is Expired
    When TOTP of "ada.lovelace" is reset with 7 days
    Then the status of "ada.lovelace" is In enrollment
"""

BDD_TEST = """\
from calls import advance, begin, require, reset, status
from pytest_bdd import given, parsers, scenarios, then, when

scenarios(".")

@given(parsers.parse('the organization "{name}" in {zone}'), target_fixture="simulation")
def organization(name, zone): return begin(zone)

@given(parsers.parse('the user "{user}"'))
def person(user, simulation): assert user in simulation.world.users

@when(parsers.parse('MFA is required of "{user}" with {days:d} days'))
def required(simulation, user, days): require(simulation)

@when(parsers.parse("{days:d} days pass"))
def passing(simulation, days): advance(simulation)

@when(parsers.parse('TOTP of "{user}" is reset with {days:d} days'))
def resetting(simulation, user, days): reset(simulation)

@then(parsers.parse('the status of "{user}" is {wanted}'))
def check(simulation, user, wanted): assert status(simulation) == wanted
"""

CONFIG = "[pytest]\naddopts = -q -p no:cacheprovider -p no:xdist -p no:asyncio\n"


def folder_of(top: Path, way: str, count: int) -> Path:
    """A folder with so many stories in it, for one of the ways."""
    folder = top / f"{way}{count}"
    folder.mkdir()
    (folder / "pytest.ini").write_text(CONFIG)
    (folder / "calls.py").write_text(CALLS)
    if way == "bare":
        (folder / "conftest.py").write_text(BARE)
    if way == "bdd":
        (folder / "test_stories.py").write_text(BDD_TEST)
    for number in range(count):
        if way == "bdd":
            (folder / f"story{number}.feature").write_text(BDD_FEATURE.format(number=number))
        else:
            suffix = ".drill.yaml" if way == "ours" else ".yaml"
            (folder / f"story{number}{suffix}").write_text(SCENARIO.format(number=number))
    return folder


PLUGINS = {"ours": ("pytest-bdd",), "bare": ("mfadrill", "pytest-bdd"), "bdd": ("mfadrill",)}


def run(folder: Path, way: str) -> float:
    """Run the tests of the folder; the processor seconds it took, which other work on the machine disturbs less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    off = [part for name in PLUGINS[way] for part in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", *off, "."]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    took: dict[str, list[float]] = {"ours": [], "bare": [], "bdd": []}
    with TemporaryDirectory() as top:
        folders = {way: (folder_of(Path(top), way, 1), folder_of(Path(top), way, 1 + COUNT)) for way in took}
        for way, (one, _) in folders.items():
            run(one, way)
        for _ in range(RUNS):
            for way, (one, many) in folders.items():
                alone = run(one, way)
                took[way].append(run(many, way) - alone)
    ours, bare, bdd = (median(took[way]) / COUNT * 1000 for way in ("ours", "bare", "bdd"))
    line(
        "a small scenario as a test",
        f"{ours:.2f} ms",
        "<= 1.5x bare",
        f"{ours / bare:.2f}x bare ({bare:.2f} ms)",
    )
    line("the same", f"{ours:.2f} ms", "< 0.33x pytest-bdd", f"{ours / bdd:.2f}x pytest-bdd ({bdd:.2f} ms)")


if __name__ == "__main__":
    main()
