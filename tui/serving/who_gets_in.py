"""Who gets in: by a password of their own, by the code of the class, by a key; or everybody."""

import asyncio
import os
from base64 import b64decode, b64encode
from hashlib import scrypt
from hmac import compare_digest
from pathlib import Path
from typing import NamedTuple

import asyncssh

from mfadrill.core.refusals import Refusal
from mfadrill.tui.serving.guards import NAME

#: In the place of a name: the code of the class, which lets everybody in who has no password of their own.
CLASS = "*"

#: What scrypt costs: 16 MB and some 50 ms for a password.
COST, BLOCK, PARALLEL = 2**14, 8, 1


class UnusableDoor(Refusal):
    """A file of passwords or keys that cannot be used; the text says what is wrong in which line."""


class Hashed(NamedTuple):
    """A password as it is kept."""

    cost: int
    block: int
    parallel: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> "Hashed":
        salt = os.urandom(16)
        return cls(COST, BLOCK, PARALLEL, salt, _digest(password, salt, COST, BLOCK, PARALLEL))

    @classmethod
    def parse(cls, text: str) -> "Hashed":
        """Raises ValueError."""
        kind, cost, block, parallel, salt, digest = text.split("$")
        parsed = cls(
            int(cost),
            int(block),
            int(parallel),
            b64decode(salt, validate=True),
            b64decode(digest, validate=True),
        )
        if kind != "scrypt" or not parsed.digest:
            raise ValueError
        _digest("", parsed.salt, parsed.cost, parsed.block, parsed.parallel)
        return parsed

    def __str__(self) -> str:
        salt, digest = b64encode(self.salt).decode(), b64encode(self.digest).decode()
        return f"scrypt${self.cost}${self.block}${self.parallel}${salt}${digest}"

    def fits(self, password: str) -> bool:
        return compare_digest(self.digest, _digest(password, self.salt, self.cost, self.block, self.parallel))


def _digest(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=cost, r=block, p=parallel, maxmem=2**26
    )


def password_line(name: str, password: str) -> str:
    """The line for the file of passwords. Raises UnusableDoor for what is no name."""
    if name != CLASS and not NAME.fullmatch(name):
        raise UnusableDoor(
            f"{name!r} is no user name: use small letters, digits, dots, - and _, or * for a class code."
        )
    return f"{name}:{Hashed.of(password)}"


def read_passwords(file: Path) -> dict[str, Hashed]:
    """The passwords by name. Raises UnusableDoor."""
    found: dict[str, Hashed] = {}
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableDoor(f"{file} cannot be read: {getattr(error, 'strerror', error)}.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        try:
            if name != CLASS and not NAME.fullmatch(name):
                raise ValueError
            found[name] = Hashed.parse(hashed)
        except ValueError:
            raise UnusableDoor(
                f"{file}, line {number}: This is no line that `mfadrill serve-password` makes."
            ) from None
    if not found:
        raise UnusableDoor(f"{file} has no password in it: `mfadrill serve-password` makes the lines.")
    return found


class Doors:
    """The ways in that there are. Without any, everybody gets in."""

    def __init__(self, passwords: Path | None = None, keys: Path | None = None) -> None:
        """`keys` is an authorized_keys file, whose keys open every sandbox; or a folder with such a file for each
        name, whose keys open that one. Raises UnusableDoor."""
        self._passwords = {} if passwords is None else read_passwords(passwords)
        self._keys = keys
        # Hashing takes memory, and all of a processor: no more at once than there are processors.
        self._hashing = asyncio.Semaphore(os.cpu_count() or 1)
        self._nobody = Hashed.of("")
        if keys is not None and not keys.is_dir():
            self._keys_in(keys)

    @property
    def are_open(self) -> bool:
        return not self.by_password and not self.by_key

    @property
    def by_password(self) -> bool:
        return bool(self._passwords)

    @property
    def by_key(self) -> bool:
        return self._keys is not None

    async def password_fits(self, name: str, password: str) -> bool:
        hashed = self._passwords.get(name) or self._passwords.get(CLASS)
        async with self._hashing:
            # A name that is not there takes as long, so that nobody learns which ones are.
            fits = await asyncio.to_thread((hashed or self._nobody).fits, password)
        return fits and hashed is not None

    def key_fits(self, name: str, key: asyncssh.SSHKey, address: str) -> bool:
        """Whether the key opens this sandbox; the file is read each time, so that it can be changed meanwhile."""
        if self._keys is None:
            return False
        file = self._keys / name if self._keys.is_dir() else self._keys
        try:
            return self._keys_in(file).validate(key, address, address) is not None
        except UnusableDoor:
            return False

    @staticmethod
    def _keys_in(file: Path) -> asyncssh.SSHAuthorizedKeys:
        try:
            return asyncssh.read_authorized_keys(str(file))
        except (OSError, ValueError) as error:
            raise UnusableDoor(f"{file} has no keys that can be read: {error}.") from error
