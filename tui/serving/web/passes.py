"""What a browser shows to come in again: a name and a time, signed."""

import hmac
import secrets
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from mfadrill.tui.serving.host_key import kept


def secret_in(folder: Path) -> bytes:
    """What passes are signed with, made the first time: all processes know each other's, before and after a restart.

    Raises OSError.
    """
    return kept(folder / "web_secret", lambda: secrets.token_bytes(32))


class Passes:
    """They are nowhere kept: whoever has the secret can tell a true one."""

    def __init__(self, secret: bytes, seconds: float, now: Callable[[], float] = time.time) -> None:
        """`seconds` is how long one lasts."""
        self._secret, self._seconds, self._now = secret, seconds, now

    def issue(self, name: str) -> str:
        return self._signed(name, int(self._now() + self._seconds))

    def name_on(self, shown: str) -> str | None:
        """Whose pass it is; None for one that is none, or has run out."""
        until, _, rest = shown.partition(".")
        name = rest.partition(".")[2]
        if not (until.isascii() and until.isdecimal() and len(until) <= 12):
            return None
        true = self._signed(name, int(until))
        if not hmac.compare_digest(true.encode(), shown.encode("utf-8", "replace")):
            return None
        return name if int(until) > self._now() else None

    def _signed(self, name: str, until: int) -> str:
        said = f"{until}.{name}".encode("utf-8", "replace")
        return f"{until}.{hmac.new(self._secret, said, sha256).hexdigest()}.{name}"
