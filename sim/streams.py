"""Named random streams, each keyed by seed, user and purpose: one changed action never reshuffles another.

They are digests, not generators: seeding a generator for each of 100,000 people takes 0.6 s, a digest 0.1 s.
"""

import struct
from base64 import b32encode
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TypeVar

#: The numbers that are drawn are below this.
WHOLE = 2**32

_User = TypeVar("_User", bound=str)


def digest(seed: int, user: str, purpose: str, size: int) -> bytes:
    """Up to 64 random bytes."""
    return blake2b(f"{seed}\x1f{user}\x1f{purpose}".encode(), digest_size=size).digest()


def draw(seed: int, user: str, purpose: str) -> int:
    """The number that `draws` answers when it is asked for one."""
    return int.from_bytes(digest(seed, user, purpose, 4), "little")


def draws(seed: int, user: str, purpose: str, count: int) -> tuple[int, ...]:
    """Up to 16 random numbers of 32 bits."""
    return struct.unpack(f"<{count}I", digest(seed, user, purpose, 4 * count))


def draws_of_all(
    seed: int, users: Sequence[_User], purpose: str, count: int
) -> Iterator[tuple[_User, tuple[int, ...]]]:
    """What `draws` answers, for each of the users."""
    before, after, size = f"{seed}\x1f", f"\x1f{purpose}", 4 * count
    drawn = [blake2b(f"{before}{user}{after}".encode(), digest_size=size).digest() for user in users]
    return zip(users, struct.iter_unpack(f"<{count}I", b"".join(drawn)), strict=True)


def base32_secret(seed: int, user: str, purpose: str) -> str:
    """A TOTP secret: 160 bits, as 32 base32 characters."""
    return b32encode(digest(seed, user, purpose, 20)).decode()
