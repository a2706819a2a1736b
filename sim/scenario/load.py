"""Loading: from files, or the names of shipped scenarios, to scenarios that can be run, or to all that is wrong."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from errno import ENAMETOOLONG
from importlib.resources import files
from os import fsencode
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import yaml

from mfadrill.core.accounts import NewUser
from mfadrill.core.events import Event
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import user_id
from mfadrill.sim.instants import parse_instant
from mfadrill.sim.population import DEPARTMENTS, people
from mfadrill.sim.scenario.document import header
from mfadrill.sim.scenario.doing import Seat
from mfadrill.sim.scenario.expectations import EXPECTATIONS
from mfadrill.sim.scenario.founding import found
from mfadrill.sim.scenario.problems import Place, Problem, UnusableScenarios, did_you_mean
from mfadrill.sim.scenario.shapes import INVALID, Field, Many, Reading, Record, Text
from mfadrill.sim.scenario.step_words import step_in_words
from mfadrill.sim.scenario.steps import STEPS
from mfadrill.sim.simulation import FURTHEST, Simulation

SUFFIX = ".drill.yaml"

#: The largest shipped scenario has 4 kB; a recording in which 20,000 users were imported has 2 MB.
MAX_BYTES = 5_000_000

#: Nodes are composed by recursion, and deep nesting kills the process; no scenario needs more levels than this.
MAX_DEPTH = 100


class Step(NamedTuple):
    """One step: its kind (None for a step that only expects), arguments and expectations; `words` are its own."""

    place: Place
    kind: str | None
    args: Any
    expect: dict[str, Any]
    refused: str | None
    note: str
    words: str

    @property
    def label(self) -> str:
        return self.kind or "expect"


class Scenario(NamedTuple):
    """A scenario that can be run. Its beginning is kept as events: they are light, and worlds are not."""

    name: str
    file: str
    title: str
    about: str
    steps: tuple[Step, ...]
    start: datetime
    seed: int
    founding: Sequence[Event]
    #: The one browser of everybody, if there is one.
    browser: str = ""
    #: The text between title and steps, as it was written; empty where that is no block of lines.
    beginning: str = ""

    def open(self) -> Simulation:
        """The world that it begins with, as a simulation of one's own."""
        simulation = Simulation(self.start, self.seed)
        simulation.begin(self.founding)
        return simulation


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
        values = {key.value: value for key, value in node.value}
        expected = f"expect {', '.join(parts.get('expect', {}))}"
        return Step(
            place,
            kind,
            parts[kind] if kind is not None else None,
            parts.get("expect", {}),
            parts.get("refused"),
            parts.get("note", ""),
            expected if kind is None else step_in_words(kind, STEPS[kind].shape, values[kind]),
        )

    def schema(self) -> dict[str, Any]:
        # What is refused may break the rules that the refusal is about, such as the range of days.
        about = {name: {"description": field.about} for name, field in STEP.fields.items()}
        refused = {"type": "object", "properties": about, "additionalProperties": False}
        return {"if": {"required": ["refused"]}, "then": refused, "else": STEP.schema()}


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
        if not _is_a_path(path):
            problems.append(Problem(Place(name[:80]), "This cannot be the name of a file."))
        elif path.is_dir():
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


def _is_a_path(path: Path) -> bool:
    """Whether the system can look the path up at all; a name may be too long for it."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        return error.errno != ENAMETOOLONG
    except ValueError:
        return False
    return True


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
    # The name of a file need not be text, and what is said about it must be.
    file = fsencode(path).decode(errors="backslashreplace")
    return read(_text(path, file), file)


def _text(path: Path, file: str) -> str:
    place = Place(file)
    try:
        with path.open("rb") as stream:
            found = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnusableScenarios([Problem(place, f"Cannot be read: {error.strerror}.")]) from None
    if len(found) > MAX_BYTES:
        text = f"The file is too large; a scenario has at most {MAX_BYTES / 1e6:.0f} MB."
        raise UnusableScenarios([Problem(place, text)])
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found[: error.start].count(b"\n") + 1
        text = "This is not UTF-8 text."
        raise UnusableScenarios([Problem(Place(file, line), text)]) from None


def read(text: str, file: str) -> Scenario:
    """The scenario in a text. Raises UnusableScenarios with everything that is wrong."""
    reading = Reading(file)
    node = compose(text, file)
    parts: dict[str, Any] = DOCUMENT.read(node, reading)
    made_up = _population(_legible(node) if parts is INVALID else parts)
    _check_references(reading, {user.username for user in made_up})
    if reading.problems:
        raise UnusableScenarios(reading.problems)
    browser: str = parts.get("browser", "")
    steps: Sequence[Step] = [_in_one(browser, step) for step in parts.get("steps", ())]
    world = _founded(parts, made_up, reading, node)
    _check_travels(steps, world, reading)
    if reading.problems:
        raise UnusableScenarios(reading.problems)
    name = Path(file).name.removesuffix(SUFFIX)
    beginning = _beginning(node, text)
    about, founding = parts.get("about", ""), world.timeline.events
    return Scenario(
        name,
        file,
        parts["title"],
        about,
        tuple(steps),
        world.start,
        world.seed,
        founding,
        browser,
        beginning,
    )


def _legible(node: yaml.Node) -> dict[str, Any]:
    """What decides who lives in the file, as far as that can be read: another mistake is not made one of theirs."""
    unheard = Reading("")
    fields = header()
    written: list[tuple[yaml.Node, yaml.Node]] = node.value if isinstance(node, yaml.MappingNode) else []
    read = {
        str(key.value): fields[str(key.value)].shape.read(value, unheard)
        for key, value in written
        if key.value in ("seed", "people", "population")
    }
    return {key: value for key, value in read.items() if value is not INVALID}


def _in_one(browser: str, step: Step) -> Step:
    """The step in the one browser of the scenario, if it has one, and the step names no other."""
    shape = None if step.kind is None else STEPS[step.kind].shape
    if not browser or not isinstance(shape, Record) or "browser" not in shape.fields:
        return step
    if "browser" in step.args or step.args.get("by") is Seat.ATTACKER:
        return step
    return step._replace(args=step.args | {"browser": browser})


def _beginning(node: yaml.Node, text: str) -> str:
    """The text of the file without its title, what it is about, and its steps."""
    if node.start_mark.column or getattr(node, "flow_style", None):
        return ""
    lines = text.splitlines(keepends=True)
    begins = [(key.start_mark.line, str(key.value)) for key, _ in node.value]
    ends = [line for line, _ in begins[1:]] + [len(lines)]
    kept = [
        "".join(lines[line:end])
        for (line, key), end in zip(begins, ends, strict=True)
        if key not in ("title", "about", "steps")
    ]
    return "".join(part if part.endswith("\n") else part + "\n" for part in kept)


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
    try:
        if _may_be_dangerous(text):
            _check_events(text, file)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        place = _place(file, error.problem_mark or error.context_mark)
        raise UnusableScenarios([Problem(place, f"Not YAML: {error.problem or error.context}.")]) from None
    except yaml.YAMLError as error:
        raise UnusableScenarios([Problem(Place(file), f"Not YAML: {str(error).splitlines()[0]}.")]) from None
    if node is None:
        raise UnusableScenarios(
            [Problem(Place(file), "The file is empty; a scenario needs a title at least.")]
        )
    return node


_BASE: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Loader(_BASE):
    """Leaves scalars as they are written: their shapes know what they are, and YAML's idea of it is not asked."""

    def resolve(self, *_: object) -> str:
        return ""


def _may_be_dangerous(text: str) -> bool:
    """A quick look that spares most files the slow one: nothing like an anchor, and no depth that could matter."""
    if "&" in text or "*" in text:
        return True
    opened = text.count("[") + text.count("{")
    indented = max((len(run) for run in re.findall(r"^[ \t?:-]+", text, re.MULTILINE)), default=0)
    return opened + indented > MAX_DEPTH


def _check_events(text: str, file: str) -> None:
    """Look for what must not be composed. Aliases make one node of several, which can blow a file up."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        wrong = ""
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                wrong = f"Nested deeper than {MAX_DEPTH} levels."
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            wrong = "Anchors and aliases (& and *) are not part of the format; write the value out."
        if wrong:
            raise UnusableScenarios([Problem(_place(file, event.start_mark), wrong)])


class _Mark(Protocol):
    """Where something begins. PyYAML and libyaml have classes of their own for it."""

    line: int
    column: int


def _place(file: str, mark: _Mark | None) -> Place:
    return Place(file) if mark is None else Place(file, mark.line + 1, mark.column + 1)


def _population(parts: dict[str, Any]) -> list[NewUser]:
    named: dict[str, Any] = parts.get("people", {})
    taken = frozenset(user_id(name) for name in named)
    return people(parts.get("population", 0), parts.get("seed", 1), taken)


def _check_references(reading: Reading, made_up: set[str]) -> None:
    """Everything that is referred to is declared somewhere."""
    extra = {"user": made_up, "application": {"User Portal"}, "group": set[str]()}
    if made_up:
        extra["group"] = set(DEPARTMENTS)
    folded = {kind: {name.casefold() for name in names} for kind, names in extra.items()}
    for kind, name, place in reading.references:
        known = reading.declared.get(kind, {})
        if name.casefold() in known or name.casefold() in folded.get(kind, ()):
            continue
        hint = reading.hint(name, [*known, *extra.get(kind, ())])
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
        try:
            if step.kind == "advance":
                span = now + step.args - world.start
            elif step.kind == "go back":
                span = now - step.args - world.start
            elif step.kind == "travel to":
                span = parse_instant(step.args, world.zone) - world.start
            elif step.kind in ("next event", "undo"):
                return
            else:
                continue
        except Refusal as refusal:
            reading.problems.append(Problem(step.place, refusal.text))
            return
        except OverflowError:
            backwards = (step.kind == "advance") is (step.args < timedelta(0))
            span = timedelta.min if backwards else timedelta.max
        if not timedelta(0) <= span <= FURTHEST:
            where = "before the start of the scenario" if span < timedelta(0) else "more than ten years away"
            reading.problems.append(Problem(step.place, f"This travels to {where}."))
            return
        now = world.start + span
