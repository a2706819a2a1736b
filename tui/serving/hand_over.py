"""Connections go from the front to a worker: the socket itself, with a few words about it."""

import os
import socket

from msgspec import Struct
from msgspec.json import Decoder, encode

#: Bytes that such words have at most.
_LONGEST = 1024


class Arrival(Struct, frozen=True):
    """A connection, by its number; at which door it came, and from where."""

    connection: int
    door: str
    address: str


_decoder = Decoder(Arrival)


def hand(to: socket.socket, arrival: Arrival, connection: socket.socket) -> None:
    """Raises OSError. Ours stays open: a system may lose a socket on the way that nobody has open (macOS does)."""
    socket.send_fds(to, [encode(arrival)], [connection.fileno()])


def handed(by: socket.socket) -> tuple[Arrival, socket.socket | None]:
    """The next connection that was handed; without a socket, if this process has no room for another descriptor.

    Raises OSError.
    """
    words, descriptors, _, _ = socket.recv_fds(by, _LONGEST, 1)
    arrival = _decoder.decode(words)
    if not descriptors:
        return arrival, None
    os.set_inheritable(descriptors[0], False)
    connection = socket.socket(fileno=descriptors[0])
    connection.setblocking(False)
    return arrival, connection
