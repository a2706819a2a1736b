"""Filters that were saved under a name, in a file that all sessions of a person share."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from mfadrill.tui.admin_portal.users.filters import Filters


class UnusableFileError(Exception):
    """The file of saved filters cannot be read or written; the message says why, for the person."""


class SavedFilters:
    """In a JSON file, or in memory only without one. Reads and writes it: call from a thread."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._kept: dict[str, Filters] = {}

    def all(self) -> dict[str, Filters]:
        """By name, in alphabetical order. Raises UnusableFileError."""
        if self.path is not None:
            self._kept = self._read(self.path)
        return dict(sorted(self._kept.items(), key=lambda item: item[0].casefold()))

    def save(self, name: str, filters: Filters) -> None:
        """Save under a name, in place of what had it. Raises UnusableFileError, and then nothing is saved."""
        self._write({**self.all(), name: filters})

    def delete(self, name: str) -> None:
        """Raises UnusableFileError."""
        self._write({other: filters for other, filters in self.all().items() if other != name})

    def _read(self, path: Path) -> dict[str, Filters]:
        try:
            return msgspec.json.decode(path.read_bytes(), type=dict[str, Filters])
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise UnusableFileError(
                f"The saved filters in {path} cannot be read: {error.strerror}."
            ) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnusableFileError(
                f"The saved filters in {path} are damaged and were left alone: {error}. Mend or remove the file."
            ) from error

    def _write(self, kept: dict[str, Filters]) -> None:
        if self.path is None:
            self._kept = kept
            return
        written: str | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # All or nothing: another file takes the place of the old one when it is complete.
            with NamedTemporaryFile(dir=self.path.parent, prefix=".filters", delete=False) as file:
                written = file.name
                file.write(msgspec.json.format(msgspec.json.encode(kept)))
                file.flush()
                os.fsync(file.fileno())
            Path(written).replace(self.path)
        except OSError as error:
            if written is not None:
                Path(written).unlink(missing_ok=True)
            raise UnusableFileError(
                f"The filters cannot be saved in {self.path}: {error.strerror}."
            ) from error
        self._kept = kept
