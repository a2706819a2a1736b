"""The JSON Schema of the format, for editors; generated from the same shapes that read it."""

from typing import Any

import msgspec

from mfadrill.sim.scenario.document import CONDITION
from mfadrill.sim.scenario.load import DOCUMENT


def schema() -> dict[str, Any]:
    """A JSON Schema (2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mfadrill scenario",
        **DOCUMENT.schema(),
        "$defs": {"condition": CONDITION.schema()},
    }


def schema_text() -> str:
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
