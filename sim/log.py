"""The event log as bytes: JSON lines, the same on every machine."""

from collections.abc import Iterable

import msgspec

from mfadrill.core.events import Event

# Sets have no order of their own; without this one, equal logs could differ.
_encoder = msgspec.json.Encoder(order="deterministic")


def encode_log(events: Iterable[Event]) -> bytes:
    """One event a line."""
    return _encoder.encode_lines(events)
