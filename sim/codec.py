"""Commands and events as bytes, and back: JSON, as in the log."""

from collections.abc import Sequence
from typing import Any, Union, cast

import msgspec

from mfadrill.core import (
    accounts,
    challenges,
    conditional_access,
    crowd,
    handling_keys,
    handling_phones,
    mailing,
    portal,
    requirement,
    setting_up,
    settings,
)
from mfadrill.core.commands import Command
from mfadrill.core.events import Event
from mfadrill.core.together import Together

#: Where the commands are. A command is known once its module is imported.
COMMANDS_LIVE_IN = (
    accounts,
    challenges,
    conditional_access,
    crowd,
    handling_keys,
    handling_phones,
    mailing,
    portal,
    requirement,
    setting_up,
    settings,
)


class _Together(msgspec.Struct, tag="Together"):
    """What `Together` is read as: the commands in it are read one by one."""

    commands: tuple[msgspec.Raw, ...]


def _kinds(base: type, but: type | None = None) -> list[type]:
    """All classes below this one that do what it stands for themselves."""
    below = [kind for kind in base.__subclasses__() if kind is not but]
    return [*below, *(deeper for kind in below for deeper in _kinds(kind, but))]


def commands() -> list[type]:
    """Every command that can be given; not those that only stand for several."""
    return [kind for kind in _kinds(Command) if "decide" in vars(kind)]


def _any_of(kinds: list[type]) -> Any:
    return Union[tuple(kinds)]  # noqa: UP007  (only this form takes a tuple)


_encoder = msgspec.json.Encoder(order="deterministic")
_command: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_any_of([*_kinds(Command, Together), _Together]))
_events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[_any_of(_kinds(Event))])


def encode_command(command: Command) -> bytes:
    return _encoder.encode(command)


def decode_command(written: bytes | msgspec.Raw) -> Command:
    """Raises msgspec.DecodeError."""
    found = _command.decode(written)
    if isinstance(found, _Together):
        return Together(tuple(decode_command(one) for one in found.commands))
    return cast(Command, found)


def encode_events(events: Sequence[Event]) -> bytes:
    return _encoder.encode(events)


def decode_events(written: bytes | msgspec.Raw) -> list[Event]:
    """Raises msgspec.DecodeError."""
    return _events.decode(written)
