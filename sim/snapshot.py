"""A world as bytes, and back, so that what led to it need not be told again."""

from collections.abc import Iterable, Iterator
from itertools import islice
from types import GenericAlias
from typing import Any, get_args, get_origin, get_type_hints

import immutables
import msgspec

from mfadrill.core.world import World

#: So many users, or other things, are written at once. Nobody else gets a turn meanwhile.
PART = 2000

_FIELDS = get_type_hints(World)
#: What is a map, and what it is written as.
_IN_PARTS: dict[str, Any] = {
    name: GenericAlias(dict, get_args(hint))
    for name, hint in _FIELDS.items()
    if get_origin(hint) is immutables.Map
}
_encoder = msgspec.msgpack.Encoder()
_named: msgspec.msgpack.Decoder[tuple[str, msgspec.Raw]] = msgspec.msgpack.Decoder(tuple[str, msgspec.Raw])
_decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {
    name: msgspec.msgpack.Decoder(_IN_PARTS.get(name, hint)) for name, hint in _FIELDS.items()
}


def parts_of(world: World) -> Iterator[bytes]:
    """The world in parts of moderate size."""
    for name in _FIELDS:
        whole = getattr(world, name)
        if name not in _IN_PARTS:
            yield _encoder.encode((name, whole))
            continue
        items = iter(whole.items())
        while part := dict(islice(items, PART)):
            yield _encoder.encode((name, part))


def world_of(parts: Iterable[bytes]) -> World:
    """The world that was taken apart so. Raises msgspec.DecodeError and TypeError."""
    found: dict[str, Any] = {name: {} for name in _IN_PARTS}
    for part in parts:
        name, written = _named.decode(part)
        told = _decoders[name].decode(written)
        if name in _IN_PARTS:
            found[name].update(told)
        else:
            found[name] = told
    found |= {name: immutables.Map(found[name]) for name in _IN_PARTS}
    return World(**found)
