"""Mails into .eml files, which every mail program opens."""

import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from anyascii import anyascii
from msgspec import Struct

from mfadrill.core.events import MailSent
from mfadrill.core.organization import Organization
from mfadrill.core.users import Mail, User
from mfadrill.core.words import count as counted
from mfadrill.sim.mail import as_bytes, message
from mfadrill.sim.simulation import Simulation


class Outgoing(Struct, frozen=True):
    """A mail with what its message is made of."""

    mail: Mail
    user: User
    organization: Organization

    @property
    def message(self) -> EmailMessage:
        return message(self.mail, self.user, self.organization)


class Written(Struct, frozen=True):
    """How many files were written, and how many mails were there already."""

    new: int
    there: int

    def in_words(self, folder: str) -> str:
        """Such as `2 mails saved in /tmp/mails; 1 was there already`."""
        there = f"; {self.there:,} {'was' if self.there == 1 else 'were'} there already" if self.there else ""
        return f"{counted(self.new, 'mail')} saved in {folder}{there}"


def sent_in(simulation: Simulation) -> Iterator[Outgoing]:
    """Every mail that was ever sent, in all branches, as the world was then."""
    for branch in simulation.branches.values():
        for position in range(branch.shared, len(branch)):
            event = branch.events[position]
            if isinstance(event, MailSent):
                world = branch.world_at(position + 1)
                yield Outgoing(event.mail, world.users[event.user], world.organization)


def safe_name(text: str) -> str:
    """The text in characters that every file system takes; not safe as the beginning of a name."""
    return re.sub(r"[^a-z0-9._-]+", "-", anyascii(text).lower())[:80].strip("-. ") or "x"


def file_stem(mail: Mail, user: User) -> str:
    """Such as `20260302T080000-mfa-enabled-ada.lovelace`. It begins with the instant in UTC: files sort by it, and no
    system keeps such a name for a device."""
    kind = mail.kind.lower().replace("_", "-")
    return f"{mail.sent_at:%Y%m%dT%H%M%S}-{kind}-{safe_name(user.id)}"


def write_mails(folder: Path, mails: Iterable[Outgoing]) -> Written:
    """Write each mail into a file of the folder, all or none. Raises OSError.

    Files that are there stay as they are: a mail that is among them is not written again, and where another file has
    the name, a number is added to it.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"There is no folder {folder}.")
    # Two mails may be the same to the byte, and are still two.
    taken: set[Path] = set()
    written: list[Path] = []
    try:
        for mail in mails:
            content = as_bytes(mail.message)
            path = _write(folder, file_stem(mail.mail, mail.user), content, taken, written)
            taken.add(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return Written(len(written), len(taken) - len(written))


def _write(folder: Path, stem: str, content: bytes, taken: set[Path], written: list[Path]) -> Path:
    """The path at which this mail is, be it written now or before."""
    for number in count(1):
        path = folder / (f"{stem}.eml" if number == 1 else f"{stem}-{number}.eml")
        if path in taken:
            continue
        try:
            with path.open("xb") as file:
                written.append(path)
                file.write(content)
        except FileExistsError:
            if not _holds(path, content):
                continue
        return path
    raise AssertionError


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False  # it cannot be read, so it is another one
