"""What a worker is told when it starts; the files that are named it reads by itself."""

from pathlib import Path

from msgspec import Struct
from msgspec.json import decode, encode

from mfadrill.tui.serving.guards import Limits


class Settings(Struct, frozen=True, kw_only=True):
    """How the server was started."""

    data: Path
    #: A shipped scenario by name, or a file.
    scenario: str
    limits: Limits = Limits()
    passwords: Path | None = None
    keys: Path | None = None
    log: Path | None = None
    #: Whether browsers are served, and whether they come through a proxy.
    web: bool = False
    behind_proxy: bool = False

    def as_text(self) -> str:
        return encode(self, enc_hook=str).decode()

    @classmethod
    def parse(cls, text: str) -> "Settings":
        return decode(text, type=cls, dec_hook=lambda kind, value: kind(value))
