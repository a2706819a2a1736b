"""What clients know the server by again: made at the first start, and kept."""

import os
from collections.abc import Callable
from pathlib import Path

import asyncssh


def kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """The secret in this file, made the first time. Raises OSError."""
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(make())
    return file.read_bytes()


def host_key(folder: Path) -> asyncssh.SSHKey:
    """The key of the server. Raises OSError, or ValueError for what is no key."""

    def make() -> bytes:
        return asyncssh.generate_private_key("ssh-ed25519", comment="mfadrill").export_private_key()

    return asyncssh.import_private_key(kept(folder / "host_key", make))
