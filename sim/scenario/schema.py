"""The JSON Schema of the format, for editors; generated from the same shapes that read it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import msgspec

from mfadrill.sim.scenario.document import CONDITION
from mfadrill.sim.scenario.load import DOCUMENT

#: What is at least this long and stands in several places is defined once.
LONG = 200

_encode = msgspec.json.Encoder(order="sorted").encode


def schema() -> dict[str, Any]:
    """A JSON Schema (2020-12)."""
    whole = {**DOCUMENT.schema(), "$defs": {"condition": CONDITION.schema()}}
    times = Counter(_encode(part) for part in _parts(whole))
    names = {
        text: f"part-{number}"
        for number, text in enumerate((t for t, n in times.items() if n > 1 and len(t) >= LONG), 1)
    }
    shared = {name: _refer(msgspec.json.decode(text), names) for text, name in names.items()}
    found = _refer(msgspec.json.decode(_encode(whole)), names)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mfadrill scenario",
        **found,
        "$defs": {**found["$defs"], **shared},
    }


def _inner(schema: dict[str, Any]) -> Iterator[tuple[dict[str, Any] | list[Any], Any, Any]]:
    """Where the schemas inside a schema stand: the container, the key or index in it, and what is there."""
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            yield from ((value, name, part) for name, part in value.items())
        elif isinstance(value, list):
            parts = cast(list[Any], value)
            yield from ((parts, index, part) for index, part in enumerate(parts))
        else:
            yield schema, key, value


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every schema inside, itself included."""
    yield schema
    for _, _, part in _inner(schema):
        if isinstance(part, dict):
            yield from _parts(cast(dict[str, Any], part))


def _refer(schema: dict[str, Any], names: dict[bytes, str]) -> dict[str, Any]:
    """Put a reference in the place of each part that has a name, and of nothing else; the schema itself stays."""
    for container, key, part in list(_inner(schema)):
        if isinstance(part, dict):
            name = names.get(_encode(part))
            inner = {"$ref": f"#/$defs/{name}"} if name else _refer(cast(dict[str, Any], part), names)
            cast(dict[Any, Any], container)[key] = inner
    return schema


def schema_text() -> str:
    return msgspec.json.format(msgspec.json.encode(schema()), indent=1).decode() + "\n"
