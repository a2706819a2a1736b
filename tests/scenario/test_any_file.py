"""Whatever stands in a file: it is a scenario that can be replayed, or unusable with reasons; never anything else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drill_files import HEAD
from mfadrill.sim.scenario.expectations import EXPECTATIONS
from mfadrill.sim.scenario.load import BESIDE_A_STEP, read, shipped
from mfadrill.sim.scenario.problems import UnusableScenarios
from mfadrill.sim.scenario.replay import replay
from mfadrill.sim.scenario.report import as_json, as_junit, for_people
from mfadrill.sim.scenario.steps import STEPS

SHIPPED = {name: Path(file).read_text(encoding="utf-8") for name, file in shipped().items()}
#: Without its 45 made-up people, who only take time.
SHIPPED["first-rollout"] = SHIPPED["first-rollout"].replace("population: 45", "population: 2")

WORDS = [
    *("ada", "ada.lovelace", "Staff", "Payroll", "User Portal", "7", "0", "366", "-1", "999999 w", "-1 d", "1 day"),
    *("2026-03-29 02:30", "2026-03-09 09:00", "9999-12-31", "1 h", "yes", "NO", "TOTP", "Duo", "deny", "allow"),
    *("Enrolled", "inside", "let in", "premium", "staged", "192.0.2.0/24", "::1", "\x1b[31m", "\u202e", "a\nb"),
    *("00000", "1e9", "~", "", "é", "山田", "'", "{", "&a", "*a", "!!python/object:os.system", "<<"),
]  # fmt: skip
SCALARS = st.sampled_from(WORDS) | st.text(max_size=8) | st.integers(-1, 400).map(str)
KEYS = (
    st.sampled_from([*STEPS, *EXPECTATIONS, *BESIDE_A_STEP, "users", "user", "days", "with", "to"]) | SCALARS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def must_be_usable_or_told(text: str) -> None:
    try:
        scenario = read(text, "any.drill.yaml")
    except UnusableScenarios as unusable:
        reasons = [problem.text for problem in unusable.problems]
    else:
        done = replay(scenario)
        reasons = [for_people(done), as_json([done]), as_junit([done], [0.0])]
    assert reasons
    assert all(reasons)


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each key or index in it."""
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in list(children):
        yield tree, key
        yield from places(child)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SHIPPED)), st.data())
def test_a_shipped_scenario_with_other_values_in_it(name: str, data: st.DataObject) -> None:
    tree = yaml.load(SHIPPED[name], Loader=yaml.BaseLoader)
    for _ in range(data.draw(st.integers(1, 3), label="changes")):
        found = [place for place in places(tree) if place[1] != "population"]
        container, key = found[data.draw(st.integers(0, len(found) - 1), label="place")]
        how = data.draw(st.sampled_from(["value", "key", "gone", "twice"]), label="how")
        if how == "gone":
            del container[key]
        elif how == "key" and isinstance(container, dict):
            container[data.draw(KEYS, label="key")] = container.pop(key)
        elif how == "twice" and isinstance(container, list):
            container.insert(key, container[key])
        else:
            container[key] = data.draw(VALUES, label="value")
    text = yaml.dump(tree, Dumper=Plain, allow_unicode=True, sort_keys=False)
    must_be_usable_or_told(text)


class Plain(yaml.SafeDumper):
    """Writes what occurs twice twice, so that no anchors are made."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(SHIPPED)), st.data())
def test_a_shipped_scenario_with_other_letters_in_it(name: str, data: st.DataObject) -> None:
    text = SHIPPED[name]
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(text)))
        end = begin + data.draw(st.integers(0, 6))
        piece = data.draw(st.text(max_size=3) | st.sampled_from(list("{}[]:,-#&*!|>'\"%@`\n\t ")))
        text = text[:begin] + piece + text[end:]
    if "population: 2" not in text:
        text = text.replace("population:", "about:")  # nobody waits for 100,000 people
    must_be_usable_or_told(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from([*STEPS, *BESIDE_A_STEP]), VALUES, max_size=3), max_size=4))
def test_any_steps(steps: list[dict[str, Any]]) -> None:
    must_be_usable_or_told(
        HEAD + yaml.dump({"steps": steps}, Dumper=Plain, allow_unicode=True, sort_keys=False)
    )


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="{}[]:,-#&*!|>'\"%?\n\t a1", max_size=80))
def test_any_text(text: str) -> None:
    must_be_usable_or_told(text)


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("value", ["", "x", "[x]", "{x: y}", "[[x]]", "7", "ada"])
def test_a_step_of_any_kind_with_any_type(kind: str, value: str) -> None:
    must_be_usable_or_told(f"{HEAD}steps:\n- {kind}: {value}\n")
    must_be_usable_or_told(f"{HEAD}steps:\n- {kind}: {value}\n  refused: x\n")


@pytest.mark.parametrize("kind", EXPECTATIONS)
@pytest.mark.parametrize("value", ["", "x", "[x]", "{x: y}", "{ada: x}", "{ada: {x: y}}", "{ada: [x]}", "7"])
def test_an_expectation_of_any_kind_with_any_type(kind: str, value: str) -> None:
    must_be_usable_or_told(f"{HEAD}steps:\n- expect: {{{kind}: {value or 'null'}}}\n")
