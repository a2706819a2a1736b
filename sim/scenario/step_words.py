"""Steps in words, as the scenario says them, and what they did not bring."""

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from mfadrill.sim.scenario.expectations import Mismatch
from mfadrill.sim.scenario.shapes import Record, Shape

#: Entries of a list that are told.
NAMED = 4


def step_in_words(kind: str, shape: Shape, value: Node) -> str:
    """Such as `require MFA: ada.lovelace, grace.hopper; days: 7`, on one line; a long list by its first entries."""
    told = " ".join(_told(value, shape.short if isinstance(shape, Record) else None).split())
    return f"{kind}: {told}" if told else kind


def _told(node: Node, short: str | None = None) -> str:
    """A value as the file has it; the key that may be left out is left out."""
    match node:
        case MappingNode():
            return "; ".join(
                _within(value) if key.value == short else f"{key.value}: {_within(value)}"
                for key, value in node.value
            )
        case SequenceNode():
            told = ", ".join(_within(one) for one in node.value[:NAMED]) or "none"
            more = len(node.value) - NAMED
            return f"{told} and {more:,} more" if more > 0 else told
        case ScalarNode():
            return str(node.value)
        case _:
            return ""


def _within(node: Node) -> str:
    return f"{{{_told(node)}}}" if isinstance(node, MappingNode) else _told(node)


def mismatch_in_words(mismatch: Mismatch) -> str:
    """Such as `ada.lovelace, status: expected Expired, actual In enrollment`."""
    subject = f"{mismatch.subject}, " if mismatch.subject else ""
    return f"{subject}{mismatch.what}: expected {mismatch.expected}, actual {mismatch.actual}"
