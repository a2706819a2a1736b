"""Shapes: what may stand where in a scenario file. One declaration reads it, checks it, and makes its JSON Schema.

Reading works on YAML nodes and not on YAML's own idea of types, so that `NO` stays a country, `ON` a status, and
every value knows its line and column.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from mfadrill.core.plain import is_plain
from mfadrill.core.refusals import Refusal, UnusableValue
from mfadrill.core.requirement import whole_days
from mfadrill.core.users import MAX_DAYS, MIN_DAYS
from mfadrill.sim.instants import parse_instant, parse_span
from mfadrill.sim.scenario.problems import SHOWN, Place, Problem, did_you_mean


class _Invalid:
    """Stands for a value that has been reported."""


#: Typed as anything: whoever gets it from a shape hands it on, or stops.
INVALID: Any = _Invalid()


class Reference(NamedTuple):
    """A name that has to be declared somewhere in the file."""

    kind: str
    name: str
    place: Place


class Reading:
    """One pass over a file: what was found wrong, what is declared, and what is referred to."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.declared: dict[str, dict[str, Place]] = {}
        self.references: list[Reference] = []
        #: Names, by kind, that were declared and are free again.
        self.free: set[tuple[str, str]] = set()
        #: Inside a step that expects a refusal, values may break the rules that it is about.
        self.lenient = False

    def place(self, node: Node) -> Place:
        mark = node.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def wrong(self, node: Node, text: str) -> _Invalid:
        self.problems.append(Problem(self.place(node), text))
        return INVALID

    def hint(self, name: str, known: Iterable[str]) -> str:
        """Did you mean? Nobody reads on after so many problems, and looking for near names takes long."""
        return did_you_mean(name, known) if len(self.problems) < SHOWN else ""


class Shape(Protocol):
    def read(self, node: Node, reading: Reading) -> Any:
        """The value, or INVALID after having reported what is wrong."""
        ...

    def schema(self) -> dict[str, Any]: ...


def kind_of(node: Node) -> str:
    match node:
        case ScalarNode(value=""):
            return "nothing"
        case ScalarNode():
            return repr(str(node.value)[:40])
        case SequenceNode():
            return "a list"
        case _:
            return "a mapping"


def folded(text: str) -> str:
    """Case, spaces, hyphens and underscores do not tell words apart."""
    return "".join(c for c in text.casefold() if c not in " -_")


#: What stands for no mail address and no password.
NONE = "none"

#: Text as a schema sees it: editors take `2026` for a number, and some of them `NO` for a boolean.
SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}


class Text:
    """A line or more of text."""

    def __init__(self, what: str = "text", limit: int = 2000, *, exact: bool = False) -> None:
        """What is typed into a field is `exact`: it may be empty, and spaces at its ends count."""
        self.what = what
        self.limit = limit
        self.exact = exact

    def read(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, ScalarNode) or not (self.exact or node.value.strip()):
            return reading.wrong(node, f"Expected {self.what}, found {kind_of(node)}.")
        if not node.value.isprintable() and not is_plain(node.value.replace("\n", "").replace("\t", "")):
            return reading.wrong(node, f"Expected {self.what} without control characters.")
        if len(node.value) > self.limit:
            return reading.wrong(node, f"At most {self.limit} characters; this has {len(node.value)}.")
        return str(node.value) if self.exact else str(node.value).strip()

    def schema(self) -> dict[str, Any]:
        return SCALAR


class TextOrNone:
    """Text as it is typed, or none (without quotes), which is None."""

    def __init__(self, what: str, limit: int) -> None:
        self.text = Text(what, limit, exact=True)

    def read(self, node: Node, reading: Reading) -> Any:
        if isinstance(node, ScalarNode) and node.value == NONE and not node.style:
            return None
        return self.text.read(node, reading)

    def schema(self) -> dict[str, Any]:
        return SCALAR


class Parsed:
    """A scalar that a function makes a value of; its Refusal is what is wrong.

    One that the core checks again may be wrong where a refusal is expected, and stays text then.
    """

    def __init__(
        self, what: str, parse: Callable[[str], Any], schema: dict[str, Any], *, checked_again: bool = False
    ) -> None:
        self.what = what
        self.parse = parse
        self._schema = schema
        self._checked_again = checked_again

    def read(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, ScalarNode):
            return reading.wrong(node, f"Expected {self.what}, found {kind_of(node)}.")
        try:
            return self.parse(str(node.value))
        except Refusal as refusal:
            if reading.lenient and self._checked_again:
                return str(node.value)
            return reading.wrong(node, refusal.text)

    def schema(self) -> dict[str, Any]:
        return self._schema


def _span(text: str) -> timedelta:
    return parse_span(text)


def _start(text: str) -> datetime:
    return parse_instant(text, None)


DAYS = Parsed(
    "a number of days",
    whole_days,
    {"type": "integer", "minimum": MIN_DAYS, "maximum": MAX_DAYS},
    checked_again=True,
)
SPAN = Parsed("a span of time", _span, {"type": "string", "examples": ["8 days", "36 h"]})
START = Parsed(
    "an instant with its zone", _start, {"type": "string", "examples": ["2026-03-02 09:00 Europe/Berlin"]}
)


def _matching(what: str, pattern: str) -> Parsed:
    def parse(text: str) -> str:
        if re.fullmatch(pattern, text.strip()) is None:
            raise UnusableValue(f"{text[:40]!r} is not {what}.")
        return text.strip()

    return Parsed(what, parse, SCALAR)


TOTP_SECRET = _matching("a TOTP secret: base32, 16 to 64 characters in lots of eight", "(?:[A-Z2-7]{8}){2,8}")
KEY_SECRET = _matching("the secret of a security key: 32 bytes in hex", "[0-9a-f]{64}")
CHALLENGE = _matching("a challenge: base64url, without padding", "[A-Za-z0-9_-]{22,200}")


class Instant:
    """An instant in the organization's zone, or in one of its own. Read as text; the zone is known later."""

    def read(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, ScalarNode):
            return reading.wrong(node, f"Expected a date, found {kind_of(node)}.")
        try:
            parse_instant(node.value, "UTC")
        except Refusal as refusal:
            return reading.wrong(node, refusal.text)
        return str(node.value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": ["2026-03-09 09:00"]}


class Number:
    """A whole number within bounds."""

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def read(self, node: Node, reading: Reading) -> Any:
        if (
            isinstance(node, ScalarNode)
            and re.fullmatch(r"-?[0-9]{1,12}", node.value)
            and self.low <= int(node.value) <= self.high
        ):
            return int(node.value)
        return reading.wrong(
            node, f"Expected a whole number from {self.low} to {self.high}, found {kind_of(node)}."
        )

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Choice:
    """One of some words. Case, spaces, hyphens and underscores do not matter."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words
        self._by_folded = {folded(word): value for word, value in words.items()}
        self._values: list[str] = []

    @classmethod
    def of(cls, enum: type[StrEnum]) -> "Choice":
        """By the labels of an enum that has them, else by its values; the values are understood, too."""
        shape = cls({getattr(member, "label", member.value): member for member in enum})
        shape._values = [member.value for member in enum]
        shape._by_folded |= {folded(member.value): member for member in enum}
        return shape

    def read(self, node: Node, reading: Reading) -> Any:
        if isinstance(node, ScalarNode):
            key = folded(node.value)
            if key in self._by_folded:
                return self._by_folded[key]
        words = ", ".join(self.words)
        hint = reading.hint(node.value, self.words) if isinstance(node, ScalarNode) else ""
        return reading.wrong(node, f"Expected one of: {words}; found {kind_of(node)}.{hint}")

    def schema(self) -> dict[str, Any]:
        # An editor offers the words, and takes them in another case as well.
        accepted = "|".join(dict.fromkeys(_in_any_case(word) for word in (*self.words, *self._values)))
        return {"anyOf": [{"enum": list(self.words)}, {"type": "string", "pattern": f"^({accepted})$"}]}


def _in_any_case(word: str) -> str:
    """A regular expression; JSON Schema's have no flags."""
    found = ""
    for c in word:
        if c in " -_":
            found += "[ _-]?"
        elif c.isalpha():
            found += f"[{c.upper()}{c.lower()}]"
        else:
            found += re.escape(c)
    return found


YES_NO = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


class YesNo:
    def read(self, node: Node, reading: Reading) -> Any:
        if isinstance(node, ScalarNode) and node.value.casefold() in YES_NO:
            return YES_NO[node.value.casefold()]
        return reading.wrong(node, f"Expected yes or no, found {kind_of(node)}.")

    def schema(self) -> dict[str, Any]:
        return {"enum": [True, False, *YES_NO, *(word.upper() for word in YES_NO)]}


class Declared:
    """A name that others may refer to; until it is free again it may be declared once."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def read(self, node: Node, reading: Reading) -> Any:
        name = Text(f"the name of a {self.kind}", 200).read(node, reading)
        if isinstance(name, _Invalid) or reading.lenient:
            return name
        known = reading.declared.setdefault(self.kind, {})
        first = known.get(name.casefold())
        if first is not None and (self.kind, name.casefold()) not in reading.free:
            return reading.wrong(node, f"The {self.kind} {name!r} is there already, in line {first.line}.")
        known[name.casefold()] = reading.place(node)
        reading.free.discard((self.kind, name.casefold()))
        return name

    def schema(self) -> dict[str, Any]:
        return SCALAR


class Ref:
    """The name of something that the file declares. Where a step may take the name away, it is free again after it."""

    def __init__(self, kind: str, *, frees: bool = False) -> None:
        self.kind = kind
        self.frees = frees

    def read(self, node: Node, reading: Reading) -> Any:
        name = Text(f"the name of a {self.kind}", 200).read(node, reading)
        if not isinstance(name, _Invalid) and not reading.lenient:
            reading.references.append(Reference(self.kind, name, reading.place(node)))
            if self.frees:
                reading.free.add((self.kind, name.casefold()))
        return name

    def schema(self) -> dict[str, Any]:
        return SCALAR


class Many:
    """A list; one value alone stands for a list of one."""

    def __init__(self, of: Shape, least: int = 1) -> None:
        self.of = of
        self.least = least

    def read(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, SequenceNode):
            value = self.of.read(node, reading)
            return value if isinstance(value, _Invalid) else [value]
        if len(node.value) < self.least:
            return reading.wrong(node, f"Expected a list with at least {self.least}, found an empty one.")
        values = [self.of.read(item, reading) for item in node.value]
        return INVALID if any(isinstance(value, _Invalid) for value in values) else values

    def schema(self) -> dict[str, Any]:
        one = self.of.schema()
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": self.least}]}


class Table:
    """A mapping with keys of one shape and values of another. A key stands once."""

    def __init__(self, key: Shape, value: Shape) -> None:
        self.key = key
        self.value = value

    def read(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, MappingNode):
            return reading.wrong(node, f"Expected a mapping (name: value), found {kind_of(node)}.")
        found: dict[Any, Any] = {}
        fine = True
        for key_node, value_node in node.value:
            key, value = self.key.read(key_node, reading), self.value.read(value_node, reading)
            if isinstance(key, _Invalid) or isinstance(value, _Invalid):
                fine = False
            elif key in found:
                reading.wrong(key_node, f"{key!r} stands here twice.")
                fine = False
            else:
                found[key] = value
        return found if fine else INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.value.schema()}


class Field(NamedTuple):
    shape: Shape
    about: str
    required: bool = False


class Record:
    """A mapping with known keys. `short` is the key that a value alone stands for."""

    def __init__(
        self, fields: Mapping[str, Field], *, short: str | None = None, exactly_one: Sequence[str] = ()
    ) -> None:
        self.fields = fields
        self.short = short
        self.exactly_one = exactly_one
        self._required = tuple(name for name, field in fields.items() if field.required)

    def read(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, MappingNode):
            return self._read_short(node, reading)
        found: dict[str, Any] = {}
        fine = True
        for key_node, value_node in node.value:
            name = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            field = self.fields.get(name)
            if field is None:
                hint = reading.hint(name, self.fields)
                known = "" if hint or len(self.fields) > 20 else f" Known here: {', '.join(self.fields)}."
                reading.wrong(key_node, f"Unknown key {name[:40]!r}.{hint}{known}")
                fine = False
            elif name in found:
                reading.wrong(key_node, f"The key {name!r} stands here twice.")
                fine = False
            else:
                found[name] = field.shape.read(value_node, reading)
        fine = self._complete(node, found, reading) and fine
        return found if fine and INVALID not in found.values() else INVALID

    def _read_short(self, node: Node, reading: Reading) -> Any:
        if self.short is not None and not (isinstance(node, ScalarNode) and not node.value):
            value = self.fields[self.short].shape.read(node, reading)
            return value if isinstance(value, _Invalid) else {self.short: value}
        if isinstance(node, ScalarNode) and not node.value and not self._required and not self.exactly_one:
            return {}
        wanted = f"a mapping with {', '.join(self.fields)}" if self.fields else "nothing here"
        return reading.wrong(node, f"Expected {wanted}; found {kind_of(node)}.")

    def _complete(self, node: Node, found: Mapping[str, Any], reading: Reading) -> bool:
        missing = [name for name in self._required if name not in found]
        for name in missing:
            reading.wrong(node, f"The key {name!r} is missing.")
        if not self.exactly_one:
            return not missing
        chosen = [name for name in self.exactly_one if name in found]
        if len(chosen) > 1:
            reading.wrong(node, f"Only one of these may stand here: {', '.join(chosen)}.")
        elif not chosen and len(found) == len(node.value):
            # An unknown key has been reported already, and is probably the one that is missed.
            reading.wrong(node, f"Expected one of: {', '.join(self.exactly_one)}.")
        return not missing and len(chosen) == 1

    def schema(self) -> dict[str, Any]:
        properties = {
            name: field.shape.schema() | {"description": field.about} for name, field in self.fields.items()
        }
        full: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        if self._required:
            full["required"] = list(self._required)
        if self.exactly_one:
            full["oneOf"] = [{"required": [name]} for name in self.exactly_one]
        if self.short is not None:
            return {"anyOf": [self.fields[self.short].shape.schema(), full]}
        return full if self._required or self.exactly_one else full | {"type": ["object", "null"]}


class Later:
    """A shape that contains itself; `name` is its place among the schema's definitions."""

    def __init__(self, name: str, shape: Callable[[], Shape]) -> None:
        self.name = name
        self.shape = shape

    def read(self, node: Node, reading: Reading) -> Any:
        return self.shape().read(node, reading)

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/$defs/{self.name}"}
