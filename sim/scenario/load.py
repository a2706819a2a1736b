"""Loading: from files, or the names of shipped scenarios, to scenarios that can be run, or to all that is wrong."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mfadrill.core.accounts import NewUser
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import user_id
from mfadrill.sim.instants import parse_instant
from mfadrill.sim.population import DEPARTMENTS, people
from mfadrill.sim.scenario.document import header
from mfadrill.sim.scenario.expectations import EXPECTATIONS
from mfadrill.sim.scenario.founding import found
from mfadrill.sim.scenario.problems import Place, Problem, UnusableScenarios, did_you_mean
from mfadrill.sim.scenario.shapes import INVALID, Field, Many, Reading, Record, Text
from mfadrill.sim.scenario.steps import STEPS
from mfadrill.sim.simulation import FURTHEST, Simulation

SUFFIX = ".drill.yaml"

#: The largest shipped scenario has 4 kB. What is larger than this was not written by hand.
MAX_BYTES = 1_000_000

#: libyaml composes by recursion and dies of deep nesting; no scenario needs more levels than this.
MAX_DEPTH = 100


class Step(NamedTuple):
    """One step: its kind (None for a step that only expects), arguments and expectations."""

    place: Place
    kind: str | None
    args: Any
    expect: dict[str, Any]
    refused: str | None
    note: str

    @property
    def label(self) -> str:
        return self.kind or "expect"


class Scenario(NamedTuple):
    """A scenario that can be run. `world` is its beginning, to be copied and never run itself."""

    name: str
    file: str
    title: str
    about: str
    steps: tuple[Step, ...]
    world: Simulation

    def open(self) -> Simulation:
        """The world that it begins with, as a simulation of one's own."""
        return self.world.copy()


EXPECT = Record({name: Field(kind.shape, kind.about) for name, kind in EXPECTATIONS.items()})

BESIDE_A_STEP = {
    "expect": Field(EXPECT, "What must be so after the step."),
    "refused": Field(Text("part of the refusal's text", 300), "The step is refused, with this in the text."),
    "note": Field(Text("a note"), "What a reader should know."),
}

STEP = Record(
    {name: Field(kind.shape, kind.about) for name, kind in STEPS.items()} | BESIDE_A_STEP,
)


class StepShape:
    """A step is a mapping with one kind of step, and beside it what it is expected to bring."""

    def read(self, node: yaml.Node, reading: Reading) -> Any:
        keys = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
        reading.lenient = "refused" in keys
        parts: dict[str, Any] = STEP.read(node, reading)
        reading.lenient = False
        if parts is INVALID:
            return INVALID
        kinds = [name for name in parts if name in STEPS]
        place = reading.place(node)
        if len(kinds) > 1:
            return reading.wrong(node, f"A step does one thing; these are {len(kinds)}: {', '.join(kinds)}.")
        if not kinds and ("expect" not in parts or "refused" in parts):
            return reading.wrong(node, "A step needs something to do, or to expect.")
        kind = kinds[0] if kinds else None
        return Step(
            place,
            kind,
            parts[kind] if kind is not None else None,
            parts.get("expect", {}),
            parts.get("refused"),
            parts.get("note", ""),
        )

    def schema(self) -> dict[str, Any]:
        return STEP.schema()


DOCUMENT = Record(header() | {"steps": Field(Many(StepShape(), least=0), "What happens, in order.")})


def shipped() -> dict[str, str]:
    """The shipped scenarios: name to file."""
    folder = files("mfadrill.scenarios")
    found = {
        file.name.removesuffix(SUFFIX): str(file) for file in folder.iterdir() if file.name.endswith(SUFFIX)
    }
    return dict(sorted(found.items()))


def find(names: Iterable[str]) -> list[Path]:
    """The files that are meant: files, folders of them, or names of shipped scenarios. Raises UnusableScenarios."""
    found: list[Path] = []
    problems: list[Problem] = []
    known = shipped()
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(path.rglob(f"*{SUFFIX}"))
            found += inside
            if not inside:
                problems.append(Problem(Place(name), f"There is no *{SUFFIX} file in this folder."))
        elif name in known and not path.exists():
            found.append(Path(known[name]))
        elif path.exists() or path.suffix or len(path.parts) > 1:
            found.append(path)
        else:
            hint = did_you_mean(name, known) or f" Shipped are: {', '.join(known)}."
            problems.append(Problem(Place(name), f"There is no such file, and no shipped scenario.{hint}"))
    if problems:
        raise UnusableScenarios(problems)
    return found


def load(names: Iterable[str]) -> list[Scenario]:
    """The scenarios of files, folders and names. Raises UnusableScenarios with all the problems of all files."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for path in find(names):
        try:
            scenarios.append(load_file(path))
        except UnusableScenarios as unusable:
            problems += unusable.problems
    if problems:
        raise UnusableScenarios(problems)
    return scenarios


def load_file(path: Path) -> Scenario:
    """The scenario in one file. Raises UnusableScenarios."""
    return read(_text(path), str(path))


def _text(path: Path) -> str:
    place = Place(str(path))
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            text = f"The file has {size / 1e6:,.1f} MB; a scenario has at most {MAX_BYTES / 1e6:.0f} MB."
            raise UnusableScenarios([Problem(place, text)])
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnusableScenarios([Problem(place, f"Cannot be read: {error.strerror}.")]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        text = "This is not UTF-8 text."
        raise UnusableScenarios([Problem(Place(str(path), line), text)]) from None


def read(text: str, file: str) -> Scenario:
    """The scenario in a text. Raises UnusableScenarios with everything that is wrong."""
    reading = Reading(file)
    node = compose(text, file)
    parts: dict[str, Any] = DOCUMENT.read(node, reading)
    made_up = [] if parts is INVALID else _population(parts)
    _check_references(reading, {user.username for user in made_up})
    if reading.problems:
        raise UnusableScenarios(reading.problems)
    steps: Sequence[Step] = parts.get("steps", ())
    world = _founded(parts, made_up, reading, node)
    _check_travels(steps, world, reading)
    if reading.problems:
        raise UnusableScenarios(reading.problems)
    name = Path(file).name.removesuffix(SUFFIX)
    return Scenario(name, file, parts["title"], parts.get("about", ""), tuple(steps), world)


def read_steps(text: str, file: str, known: Simulation) -> tuple[Step, ...]:
    """Steps alone, about the people of a simulation. Raises UnusableScenarios."""
    reading = Reading(file)
    steps = Many(StepShape()).read(compose(text, file), reading)
    world = known.world
    names = {user.username for user in world.users.values()}
    for kind, values in (
        ("group", world.groups),
        ("policy", world.policies),
        ("application", world.applications),
    ):
        for value in values.values():
            reading.declared.setdefault(kind, {})[value.name.casefold()] = Place(file)
    _check_references(reading, names)
    if reading.problems:
        raise UnusableScenarios(reading.problems)
    return tuple(steps)


def compose(text: str, file: str) -> yaml.Node:
    """The text as YAML nodes. Raises UnusableScenarios for what is not YAML, is empty, or nested absurdly."""
    if _depth(text) > MAX_DEPTH:
        raise UnusableScenarios([Problem(Place(file), f"Nested deeper than {MAX_DEPTH} levels.")])
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark is not None else Place(file)
        raise UnusableScenarios([Problem(place, f"Not YAML: {error.problem or error.context}.")]) from None
    except yaml.YAMLError as error:
        raise UnusableScenarios([Problem(Place(file), f"Not YAML: {str(error).splitlines()[0]}.")]) from None
    if node is None:
        raise UnusableScenarios(
            [Problem(Place(file), "The file is empty; a scenario needs a title at least.")]
        )
    return node


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _depth(text: str) -> int:
    """An upper bound of how deep the YAML is nested, seen without parsing it."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    indents = max((len(run) for run in re.findall(r"^[ \t?:-]+", text, re.MULTILINE)), default=0)
    return deepest + indents // 2


def _population(parts: dict[str, Any]) -> list[NewUser]:
    named: dict[str, Any] = parts.get("people", {})
    taken = frozenset(user_id(name) for name in named)
    return people(parts.get("population", 0), parts.get("seed", 1), taken)


def _check_references(reading: Reading, made_up: set[str]) -> None:
    """Everything that is referred to is declared somewhere."""
    extra = {"user": made_up, "application": {"User Portal"}, "group": set[str]()}
    if made_up:
        extra["group"] = set(DEPARTMENTS)
    for kind, name, place in reading.references:
        known = reading.declared.get(kind, {})
        others = extra.get(kind, set())
        if name.casefold() in known or name.casefold() in {other.casefold() for other in others}:
            continue
        hint = did_you_mean(name, [*known, *others])
        reading.problems.append(Problem(place, f"There is no {kind} {name!r} in this scenario.{hint}"))


def _founded(parts: dict[str, Any], made_up: list[NewUser], reading: Reading, node: yaml.Node) -> Simulation:
    """The beginning. What the core refuses about it is a problem of the part that it is in."""
    simulation = Simulation(parts["start"], parts.get("seed", 1))
    places = {str(key.value): reading.place(value) for key, value in node.value}
    at = reading.place(node)
    try:
        for part, command in found(parts, made_up, simulation.seed, lambda: simulation.world):
            at = places.get(part, reading.place(node))
            simulation.found(command)
    except Refusal as refusal:
        raise UnusableScenarios([Problem(at, refusal.text)]) from None
    return simulation


def _check_travels(steps: Sequence[Step], world: Simulation, reading: Reading) -> None:
    """No step travels to before the start or absurdly far; from the first "next event" on, running it will tell."""
    now: datetime = world.start
    for step in steps:
        if step.refused is not None:
            continue
        if step.kind == "advance":
            now += step.args
        elif step.kind == "go back":
            now -= step.args
        elif step.kind == "travel to":
            now = parse_instant(step.args, world.zone)
        elif step.kind in ("next event", "undo"):
            return
        if now < world.start or now > world.start + FURTHEST:
            where = "before the start of the scenario" if now < world.start else "more than ten years away"
            reading.problems.append(Problem(step.place, f"This travels to {where}."))
            return
