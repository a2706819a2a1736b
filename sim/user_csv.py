"""Users out of CSV files in the columns of the vendor's import template, checked row by row."""

import csv
import io
import re
import stat
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from mfadrill.core.accounts import NewUser, checked_user
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import DEFAULT_DAYS, GroupId, UserId, UserState, user_id
from mfadrill.core.words import count
from mfadrill.core.world import World

#: What a column can be, and its name in the template. There may be several columns for groups: Group1, Group2, …
FIELDS: Mapping[str, str] = {
    "username": "Username",
    "first_name": "FirstName",
    "last_name": "LastName",
    "email": "Email",
    "password": "Password",
    "department": "department",
    "state": "state",
    "required": "enable_user_portal_multifactor",
    "days": "EnrollmentDays",
    "group": "Group1",
}

OTHER_NAMES: Mapping[str, str] = {
    "user": "username",
    "login": "username",
    "givenname": "first_name",
    "surname": "last_name",
    "familyname": "last_name",
    "mail": "email",
    "emailaddress": "email",
    "dept": "department",
    "userstate": "state",
    "mfarequired": "required",
    "requiremfa": "required",
    "days": "days",
    "group": "group",
    "groups": "group",
}

DELIMITERS = ",;\t"
YES, NO = {"true", "yes", "y", "1"}, {"", "false", "no", "n", "0"}
STATES = {"": UserState.ACTIVATED, "active": UserState.ACTIVATED, **{s.lower(): s for s in UserState}}
LARGEST = 200_000_000
#: Rows between two reports of progress.
STRIDE = 2000

_FORMULA = re.compile(r"['\s]*[=+\-@\t\r]")
_GUARDED = re.compile(r"'['\s]*[=+\-@\t\r]")

Progress = Callable[[int], None]
#: The field of each column, None for one that is not imported.
Columns = tuple[str | None, ...]


class UnusableFile(Exception):  # noqa: N818  (an answer for the person)
    """A file that no users can be read from; the text says why."""


class Problem(NamedTuple):
    """What is wrong in a line of the file."""

    line: int
    text: str


class Sheet(Struct, frozen=True):
    """A file as it was read: its columns, its rows with the line each begins in, and lines that are no rows."""

    headers: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    broken: list[Problem]


class Checked(Struct, frozen=True):
    """The users of the good rows, and what is wrong with the others. `columns` are those that are not imported."""

    users: tuple[NewUser, ...] = ()
    problems: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def bad_rows(self) -> int:
        return len({problem.line for problem in self.problems})


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula: with an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that was guarded."""
    return cell[1:] if _GUARDED.match(cell) else cell


def read_sheet(path: Path, progress: Progress | None = None) -> Sheet:
    """The rows of the file. Raises UnusableFile."""
    return parse_sheet(_text_of(path), progress)


def _text_of(path: Path) -> str:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnusableFile(f"{path} is a directory; type the path of a file.")
        if not stat.S_ISREG(found.st_mode):
            raise UnusableFile(f"{path} is no ordinary file.")
        if found.st_size > LARGEST:
            raise UnusableFile(f"{path} has more than {LARGEST // 1_000_000} MB; split it.")
        return decoded(path.read_bytes())
    except FileNotFoundError:
        raise UnusableFile(f"There is no file {path}.") from None
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:
        raise UnusableFile("That is no path of a file.") from None


def decoded(content: bytes) -> str:
    """The text, from UTF-8 with or without a byte order mark, or UTF-16 with one. Raises UnusableFile."""
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in content:
            raise UnusableFile("This is no text file.") from None
        line = content[: error.start].count(b"\n") + 1
        kind = "UTF-16" if utf_16 else "UTF-8"
        raise UnusableFile(f"Line {line} is not {kind}; save the file as UTF-8 and try again.") from None
    if "\0" in text:
        raise UnusableFile("This is no text file.")
    return text


def parse_sheet(text: str, progress: Progress | None = None) -> Sheet:
    """The rows of the text, whatever separates its cells. Raises UnusableFile."""
    if not text.strip():
        raise UnusableFile("The file is empty.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    headers: tuple[str, ...] = ()
    rows: list[tuple[int, list[str]]] = []
    broken: list[Problem] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            broken.append(Problem(line, _in_words(error)))
            continue
        if not any(cells) or (len(cells) == 1 and not cells[0].strip()):
            continue
        if not headers:
            headers = tuple(cell.strip() for cell in cells)
            continue
        rows.append((line, cells))
        if progress is not None and len(rows) % STRIDE == 0:
            progress(reader.line_num)
    if not headers:
        raise UnusableFile("The first line, which names the columns, cannot be read.")
    if not rows and not broken:
        raise UnusableFile("The file has a line of column names and no users below it.")
    return Sheet(headers, rows, broken)


def _in_words(error: csv.Error) -> str:
    if "unexpected end" in str(error) or "field limit" in str(error) or "field larger" in str(error):
        return "A quote that is opened here is never closed."
    return "Text follows a closing quote; a quote inside of quotes is written twice."


def _delimiter(text: str) -> str:
    """What separates the names of the columns: the one by which most of them are known."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def known(delimiter: str) -> tuple[int, int]:
        names = first.split(delimiter)
        return sum(_field_of(name.strip(' "')) is not None for name in names), len(names)

    return max(DELIMITERS, key=known)


def _field_of(header: str) -> str | None:
    """The field that a column of this name is, whatever its case, spaces and underscores."""
    name = re.sub(r"[\W_]", "", header).casefold()
    known = {re.sub(r"_", "", label).casefold(): field for field, label in FIELDS.items()}
    return known.get(name) or OTHER_NAMES.get(name) or ("group" if re.fullmatch(r"group\d+", name) else None)


def guess(headers: tuple[str, ...]) -> Columns:
    """The field of each column by its name; of two columns with one name, the first counts."""
    found: list[str | None] = []
    for header in headers:
        field = _field_of(header)
        found.append(None if field in found and field != "group" else field)
    return tuple(found)


def check(
    sheet: Sheet, columns: Columns, world: World, now: datetime, progress: Progress | None = None
) -> Checked:
    """Check every row against the others and the organization. Changes nothing."""
    problems = list(sheet.broken)
    ignored = tuple(h for h, field in zip(sheet.headers, columns, strict=True) if field is None)
    if "username" not in columns:
        return Checked((), (Problem(1, "No column is the username; say which one is."),), ignored)
    groups = {name: group.id for group in world.groups.values() for name in (group.id, group.name.casefold())}
    seen: dict[UserId, int] = {}
    users: list[NewUser] = []
    for number, (line, cells) in enumerate(sheet.rows, 1):
        before = len(problems)
        new = _row(line, cells, columns, groups, problems)
        first = seen.setdefault(user_id(new.username), line) if new.username else line
        if first != line:
            problems.append(Problem(line, f"The username {new.username!r} is in line {first} already."))
        if len(problems) == before:
            try:
                checked_user(new, world, (), now)
            except Refusal as refusal:
                problems.append(Problem(line, refusal.text))
            else:
                users.append(new)
        if progress is not None and number % STRIDE == 0:
            progress(number)
    return Checked(tuple(users), tuple(sorted(problems, key=lambda problem: problem.line)), ignored)


def _row(
    line: int,
    cells: list[str],
    columns: Columns,
    groups: Mapping[str, GroupId],
    problems: list[Problem],
) -> NewUser:
    """The user of a row; what is wrong with it is added to the problems."""
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        problems.append(Problem(line, f"{count(len(cells), 'cell')}, but {count(len(columns), 'column')}."))
    row: dict[str, str] = {}
    member: set[GroupId] = set()
    for field, cell in zip(columns, cells, strict=False):
        text = unguarded(cell.strip()).strip()
        if field != "group":
            if field is not None:
                row[field] = text
        elif text:
            group = groups.get(text.casefold())
            if group is None:
                problems.append(Problem(line, f"There is no group {text[:40]!r}."))
            else:
                member.add(group)
    state = STATES.get(row.get("state", "").casefold())
    if state is None:
        problems.append(Problem(line, f"state: {row['state'][:20]!r} is neither STAGED nor ACTIVATED."))
    required = row.get("required", "").casefold()
    if required not in YES and required not in NO:
        problems.append(Problem(line, f"{FIELDS['required']}: {required[:20]!r} is neither True nor False."))
    if not row.get("username"):
        problems.append(Problem(line, "The username is missing."))
    return NewUser(
        username=row.get("username", ""),
        first_name=row.get("first_name", ""),
        last_name=row.get("last_name", ""),
        email=row.get("email", ""),
        department=row.get("department", ""),
        state=state or UserState.ACTIVATED,
        groups=frozenset(member),
        password=row.get("password") or None,
        require_days=_days(line, row.get("days", ""), problems) if required in YES else None,
    )


def _days(line: int, text: str, problems: list[Problem]) -> int | None:
    """The days as the core wants them; it says which are too many. Seven where the cell is empty."""
    if not text:
        return DEFAULT_DAYS
    if text.isascii() and text.isdigit():
        return int(text[:6])
    problems.append(Problem(line, f"Days must be a whole number from 1 to 365; {text[:20]!r} is not."))
    return None
