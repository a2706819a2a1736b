"""The key by which clients know the server again."""

import os
from pathlib import Path

import asyncssh


def host_key(folder: Path) -> asyncssh.SSHKey:
    """The key of the server, made the first time. Raises OSError, or ValueError for what is no key."""
    file = folder / "host_key"
    if not file.exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="mfadrill")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(key.export_private_key())
    return asyncssh.read_private_key(str(file))
