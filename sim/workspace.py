"""A workspace: a simulation in one SQLite file, which is there again, as it was left, when it is opened the next time.

The file is a journal (`mfadrill.sim.journal`): what came about is added in one transaction for each step, so that a
program that is killed loses at most the step it was writing. Each entry carries a digest of itself and all before it:
SQLite has no checksums of its own, and damage must neither pass for a story nor hide the good part before it.

The rollback journal with synchronous=FULL, not WAL: adding to the end leaves next to nothing to roll back, so a step is
written once and not twice; it survives a power failure; and at rest there is one file, which can be copied.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from importlib import metadata
from pathlib import Path
from shutil import copyfile
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import NamedTuple, NoReturn

import msgspec

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import count, when
from mfadrill.core.world import World
from mfadrill.sim.journal import Facts, Founded, Recorder, Retelling, decode, encode
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.snapshot import parts_of, world_of

#: What the file is known by: "mfad".
APPLICATION_ID = 0x6D666164

#: The version of the file's form. An older one is brought up to it, a newer one is refused.
VERSION = 1

#: Another version may keep another world of the same events.
MADE_BY = f"mfadrill {metadata.version('mfadrill')}, form {VERSION}"

#: What makes a file of the version after it out of one of this version, inside a transaction.
MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {}

SCHEMA = (
    "CREATE TABLE entry (number INTEGER PRIMARY KEY, digest BLOB NOT NULL, body BLOB NOT NULL)",
    # One row: how far the journal goes, so that a lost end is noticed, and what the screen showed.
    "CREATE TABLE state (entries INTEGER NOT NULL, digest BLOB NOT NULL, view BLOB NOT NULL)",
    "INSERT INTO state VALUES (0, x'', x'')",
)


class CannotOpen(Refusal):
    """A workspace that cannot be opened or made; the text says why."""


class CannotSave(Refusal):
    """What came about could not be written. It is kept, and written together with what comes next."""


class Damaged(CannotOpen):
    """A damaged workspace. `rescued` is the simulation up to the damage, if there is anything before it."""

    def __init__(
        self, text: str, rescued: Simulation | None = None, title: str = "", beginning: str = ""
    ) -> None:
        super().__init__(text)
        self.rescued = rescued
        self.title = title
        self.beginning = beginning


class _End(NamedTuple):
    """The end of the journal: how many entries there are, and the digest of all of them."""

    entries: int = 0
    digest: bytes = b""

    def after(self, body: bytes) -> "_End":
        hashed = blake2b(self.digest, digest_size=16)
        hashed.update(body)
        return _End(self.entries + 1, hashed.digest())


class Workspace:
    """A simulation and the file that it is kept in. `note` what came about, then `write` it, maybe in a thread."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        simulation: Simulation,
        title: str,
        beginning: str,
        recorder: Recorder,
    ) -> None:
        self.path = path
        self.simulation = simulation
        self.title = title
        self.beginning = beginning
        #: What the screen showed; whoever shows it knows what these bytes mean.
        self.view = b""
        self._connection = connection
        self._recorder = recorder
        self._noted: deque[Facts] = deque()
        self._end = _End()
        self._written_view = b""

    @classmethod
    def create(cls, path: Path, simulation: Simulation, title: str = "", beginning: str = "") -> "Workspace":
        """Put a simulation, with all that has happened in it, into a new file. Raises CannotOpen.

        `title` and `beginning` are those of the scenario that it comes from, as they were written.
        """
        recorder = Recorder()
        whole = recorder.news(simulation)
        whole.parts.insert(0, Founded(simulation.seed, simulation.start, title, beginning))
        unfinished: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                raise CannotOpen(f"{path} exists already.")
            # Under another name until it is complete: there is a whole workspace at the path, or none.
            with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
                unfinished = Path(file.name)
            with _words_for(path):
                made = cls(path, _connect(unfinished), simulation, title, beginning, recorder)
                try:
                    with _transaction(made._connection):
                        for statement in SCHEMA:
                            made._connection.execute(statement)
                        made._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                        made._connection.execute(f"PRAGMA user_version = {VERSION}")
                        end = made._add(whole, _End())
                finally:
                    made.close()
                unfinished.rename(path)
                made._end, made._connection = end, _connect(path)
            return made
        except OSError as error:
            raise CannotOpen(f"{path}: Cannot be made: {error.strerror}.") from error
        finally:
            if unfinished is not None:
                unfinished.unlink(missing_ok=True)

    @classmethod
    def open(cls, path: Path) -> "Workspace":
        """Open a workspace, and have it alone until it is closed. Raises CannotOpen or Damaged."""
        try:
            if not path.is_file():
                raise CannotOpen(f"There is no workspace {path}.")
            if path.stat().st_size == 0:
                raise Damaged(f"{path} is empty: nothing can be read in it.")
            whole = _whole_size(path)
        except OSError as error:
            raise CannotOpen(f"{path}: Cannot be read: {error.strerror}.") from error
        if whole > path.stat().st_size:
            cls._raise_cut_short(path, whole)
        with _words_for(path):
            connection = _connect(path)
            try:
                _check_version(connection, path)
                return cls._read(connection, path)
            except BaseException:
                connection.close()
                raise

    @classmethod
    def _raise_cut_short(cls, path: Path, whole: int) -> NoReturn:
        """Raise Damaged with what can be had of the pages that are there; SQLite reads none of them as they are."""
        known = f"its end is missing, {path.stat().st_size:,} of {whole:,} bytes are there"
        with TemporaryDirectory() as folder, _words_for(path):
            filled_up = Path(folder) / "filled-up"
            try:
                copyfile(path, filled_up)
                os.truncate(filled_up, whole)
            except OSError as error:  # no room for it, or it never had that size
                raise Damaged(f"{path} is damaged: {known} ({error.strerror}).") from error
            connection = _connect(filled_up)
            try:
                _check_version(connection, path)
                cls._read(connection, path, known)
            finally:
                connection.close()
        raise Damaged(f"{path} is damaged: {known}.")

    @classmethod
    def _read(cls, connection: sqlite3.Connection, path: Path, known: str = "") -> "Workspace":
        """`known` is what is wrong with it in any case."""
        retelling, end, view, wrong = Retelling(), _End(), b"", ""
        kept = _Kept.read(connection)
        try:
            for following, body in _entries(connection):
                retelling.hear(decode(body))
                end = following
                if kept is not None and end == (kept.entries, kept.digest):
                    retelling.remember(kept.branch, kept.world)
            entries, digest, view = connection.execute("SELECT entries, digest, view FROM state").fetchone()
            if (entries, digest) != end or not isinstance(view, bytes):
                wrong = f"its end is not where it should be, after entry {end.entries}"
        except (_WrongEntryError, msgspec.DecodeError) as error:
            wrong = str(error)
        except (sqlite3.Error, TypeError, OverflowError) as error:
            _raise_if_held(error, path)
            wrong = f"what comes after entry {end.entries} cannot be read (SQLite: {error})"
        except Exception as error:  # digests fit, and still it is no story: by hand, or by another program
            raise Damaged(f"{path} is damaged: what it tells does not fit together ({error!r}).") from error
        wrong = known or wrong
        if not wrong:
            try:
                simulation, recorder = retelling.simulation()
            except Exception as error:
                raise Damaged(
                    f"{path} is damaged: what it tells does not fit together ({error!r})."
                ) from error
            opened = cls(path, connection, simulation, retelling.title, retelling.beginning, recorder)
            opened._end, opened.view, opened._written_view = end, view, view
            return opened
        raise _damaged(path, wrong, retelling)

    @property
    def name(self) -> str:
        return self.path.stem

    def note(self) -> bool:
        """Take in what came about in the simulation, which must stand still meanwhile. Whether there is anything."""
        facts = self._recorder.news(self.simulation)
        if facts.parts:
            self._noted.append(facts)
        return self.has_news

    @property
    def has_news(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._noted) or self.view != self._written_view

    def write(self) -> None:
        """Write what was noted, all or nothing. Raises CannotSave, and then it waits for the next time."""
        steps, view = [*self._noted], self.view
        try:
            with _transaction(self._connection):
                end = self._end
                for facts in steps:
                    end = self._add(facts, end)
                self._connection.execute("UPDATE state SET view = ?", (view,))
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise CannotSave(f"{self.path} cannot be written: {_reason(error)}.") from error
        self._end, self._written_view = end, view
        for _ in steps:
            self._noted.popleft()

    def _add(self, facts: Facts, end: _End) -> _End:
        for entry in facts.entries():
            body = encode(entry)
            end = end.after(body)
            self._connection.execute("INSERT INTO entry VALUES (?, ?, ?)", (end.entries, end.digest, body))
        self._connection.execute("UPDATE state SET entries = ?, digest = ?", end)
        if facts.snapshot is not None:
            _Kept(*end, *facts.snapshot).write(self._connection)
        return end

    def save(self) -> None:
        """Note and write. Raises CannotSave."""
        if self.note():
            self.write()

    def close(self) -> None:
        """Let others have the file."""
        self._connection.close()


class _Kept(NamedTuple):
    """The world at the end of a branch as it was when the journal had so many entries.

    It spares the time to tell everything again, and nothing depends on it: one that is damaged, or that another version
    of mfadrill made, is passed over.
    """

    entries: int
    digest: bytes
    branch: int
    world: World

    def write(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS snapshot (number INTEGER PRIMARY KEY, body BLOB NOT NULL)"
        )
        connection.execute("DELETE FROM snapshot")
        whole = blake2b(digest_size=16)
        number = 0
        for number, part in enumerate(parts_of(self.world), 1):
            whole.update(part)
            connection.execute("INSERT INTO snapshot VALUES (?, ?)", (number, part))
        head = (MADE_BY, self.entries, self.digest, self.branch, number, whole.digest())
        connection.execute("INSERT INTO snapshot VALUES (0, ?)", (msgspec.msgpack.encode(head),))

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> "_Kept | None":
        try:
            (_, head), *rows = connection.execute("SELECT number, body FROM snapshot ORDER BY number")
            shape = tuple[str, int, bytes, int, int, bytes]
            made_by, entries, digest, branch, count, check = msgspec.msgpack.decode(head, type=shape)
            parts = [part for _, part in rows]
            whole = blake2b(b"".join(parts), digest_size=16)
            if (made_by, len(parts), whole.digest()) != (MADE_BY, count, check):
                return None
            return cls(entries, digest, branch, world_of(parts))
        except (sqlite3.Error, msgspec.MsgspecError, TypeError, ValueError, KeyError):
            return None


class _WrongEntryError(Exception):
    """An entry that is not the one that was written."""


def _entries(connection: sqlite3.Connection) -> Iterator[tuple[_End, bytes]]:
    """Each entry in order, with the end of the journal after it. Raises _WrongEntryError."""
    end = _End()
    for number, digest, body in connection.execute("SELECT number, digest, body FROM entry ORDER BY number"):
        following = end.after(body)
        if (number, digest) != following:
            raise _WrongEntryError(f"entry {following.entries} is not what was written")
        end = following
        yield end, body


def _whole_size(path: Path) -> int:
    """The bytes that the file has by its own account; 0 where that is not known."""
    if path.with_name(path.name + "-journal").exists():
        return 0  # a step was under way, and SQLite takes it back first
    with path.open("rb") as file:
        head = file.read(32)
    if len(head) < 32 or not head.startswith(b"SQLite format 3"):
        return 0
    page = int.from_bytes(head[16:18], "big")
    return (65_536 if page == 1 else page) * int.from_bytes(head[28:32], "big")


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file and hold it, so that nobody else reads or writes it meanwhile."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.text_factory = bytes
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            # What can only be read can be opened; the first step that is written says so.
            if _code(error) != sqlite3.SQLITE_READONLY:
                raise
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # SQLite may have rolled back by itself
            connection.execute("ROLLBACK")
        raise


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Bring an older file up to date. Raises CannotOpen for a newer one, and for what is no workspace."""
    (application,), (version,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    if application != APPLICATION_ID:
        raise CannotOpen(f"{path} is an SQLite file, but no workspace of mfadrill.")
    if version > VERSION:
        raise CannotOpen(
            f"{path} was written by a newer mfadrill: it has version {version}, and this one knows versions "
            f"up to {VERSION}. Open it with a newer mfadrill."
        )
    if version == VERSION:
        return
    if any(step not in MIGRATIONS for step in range(version, VERSION)):
        raise CannotOpen(f"{path} has version {version}, which was never one of mfadrill's.")
    with _transaction(connection):
        for step in range(version, VERSION):
            MIGRATIONS[step](connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _words_for(path: Path) -> Generator[None]:
    """Say what SQLite reports as a CannotOpen."""
    try:
        yield
    except sqlite3.Error as error:
        _raise_if_held(error, path)
        code = _code(error)
        if code == sqlite3.SQLITE_NOTADB:
            raise Damaged(f"{path} is no workspace, or so damaged that nothing can be read in it.") from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
            raise Damaged(f"{path} is damaged: nothing can be read in it ({error}).") from error
        raise CannotOpen(f"{path} cannot be opened: {_reason(error)}.") from error


def _raise_if_held(error: Exception, path: Path) -> None:
    if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise CannotOpen(f"{path} is open in another mfadrill.") from error


def _code(error: Exception) -> int:
    """SQLite's primary result code; 0 where there is none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it can only be read",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_CANTOPEN: "it, or a file beside it, cannot be opened for writing",
    sqlite3.SQLITE_PERM: "that is not allowed",
}


def _reason(error: Exception) -> str:
    return REASONS.get(_code(error), str(error))


def _damaged(path: Path, wrong: str, retelling: Retelling) -> Damaged:
    """What is to be said of a damaged file, with what can be had of it."""
    said = f"{path} is damaged: {wrong}."
    if retelling.steps == 0:
        return Damaged(f"{said} Nothing before that can be used.")
    try:
        simulation, _ = retelling.simulation()
    except Exception as error:
        return Damaged(f"{said} What is before that does not fit together ({error!r}).")
    events = sum(len(branch) - branch.shared for branch in simulation.branches.values())
    return Damaged(
        f"{said} What is before that can be saved: {count(events, 'event')} on "
        f"{count(len(simulation.branches), 'branch', 'branches')}, "
        f"left at {when(simulation.now, simulation.zone)}.",
        simulation,
        retelling.title,
        retelling.beginning,
    )
