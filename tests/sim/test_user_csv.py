"""Users out of files and into files."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drill import ADA, START, nordwind
from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.plain import is_plain
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.users import UserState, user_id
from mfadrill.sim.user_csv import (
    Checked,
    UnusableFile,
    check,
    decoded,
    guarded,
    guess,
    parse_sheet,
    read_sheet,
    unguarded,
)
from mfadrill.sim.user_export import as_csv, as_json, write_users

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
WORLD = nordwind().world


def checked(text: str) -> Checked:
    sheet = parse_sheet(text)
    return check(sheet, guess(sheet.headers), WORLD, NOW)


def problems(text: str) -> list[str]:
    return [f"{problem.line}: {problem.text}" for problem in checked(text).problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_template_is_read_however_it_was_saved(separator: str, end: str, encoding: str) -> None:
    lines = (
        ("User Name", "FIRSTNAME", "last_name", "Email", "Enable User Portal Multifactor", "EnrollmentDays"),
        ("noor", "Nöör", '"de ""Vries"" , x"', "noor@x.example", "TRUE", "14"),
    )
    content = end.join(separator.join(line) for line in lines).encode(encoding)
    assert checked(decoded(content)).users == (
        NewUser(
            username="noor",
            first_name="Nöör",
            last_name='de "Vries" , x',
            email="noor@x.example",
            require_days=14,
        ),
    )


def test_problems_have_the_line_of_the_file_also_after_a_cell_of_several_lines() -> None:
    assert problems('Username,FirstName,department\nnoor,"N\no\nor",x\n\n,Bo,y\nada.lovelace,A,\n') == [
        "2: noor: names, mail and department have at most 200 printable characters.",
        "6: The username is missing.",
        "7: The username 'ada.lovelace' is taken; usernames must be unique.",
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a b,,,,", "A username has 1 to 100 printable characters and no spaces; 'a b' has not."),
        ("noor,,maybe,,", "enable_user_portal_multifactor: 'maybe' is neither True nor False."),
        ("noor,,true,0,", "Days must be a whole number from 1 to 365; '0' is not."),
        ("noor,,true,366,", "Days must be a whole number from 1 to 365; '366' is not."),
        ("noor,,true,1.5,", "Days must be a whole number from 1 to 365; '1.5' is not."),
        ("noor,gone,,,", "state: 'gone' is neither STAGED nor ACTIVATED."),
        ("noor,suspended,,,", "noor: a new user is staged or activated; suspend it afterwards."),
        ("noor,,,,Nobody", "There is no group 'Nobody'."),
        ("noor,,,,,surplus", "6 cells, but 5 columns."),
        ('"noor"x,,,,', "Text follows a closing quote; a quote inside of quotes is written twice."),
        ('"noor,,,,', "A quote that is opened here is never closed."),
        (
            "N" * 101 + ",,,,",
            f"A username has 1 to 100 printable characters and no spaces; {'N' * 40!r} has not.",
        ),
    ],
)
def test_a_bad_row_says_what_is_wrong(row: str, problem: str) -> None:
    assert problems(f"Username,state,enable_user_portal_multifactor,EnrollmentDays,Group1\n{row}\n") == [
        f"2: {problem}"
    ]


def test_a_username_is_in_the_file_once_and_good_rows_stay_good() -> None:
    found = checked("Username,Shoe size\nnoor,1\nNOOR,2\nbo,3\n")
    assert [user.username for user in found.users] == ["noor", "bo"]
    assert [p.text for p in found.problems] == ["The username 'NOOR' is in line 2 already."]
    assert (found.bad_rows, found.ignored) == (1, ("Shoe size",))


def test_a_column_can_be_what_its_name_does_not_say() -> None:
    sheet = parse_sheet("who,x\nnoor,Vries\n")
    assert (
        check(sheet, guess(sheet.headers), WORLD, NOW)
        .problems[0]
        .text.startswith("No column is the username")
    )
    assert check(sheet, ("username", "last_name"), WORLD, NOW).users == (
        NewUser(username="noor", last_name="Vries"),
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"Username,Email\n", "The file has a line of column names and no users below it."),
        (b"Username\n\xe4\n", "Line 2 is not UTF-8; save the file as UTF-8 and try again."),
        (b"\x7fELF\0\0\xff", "This is no text file."),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(content)
    with pytest.raises(UnusableFile) as refused:
        read_sheet(path)
    assert str(refused.value) == says


def test_no_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="There is no file"):
        read_sheet(tmp_path / "none.csv")
    with pytest.raises(UnusableFile, match="is a directory"):
        read_sheet(tmp_path)
    with pytest.raises(UnusableFile, match="no path"):
        read_sheet(Path("a\0b"))


HOSTILE = st.text(st.characters() | st.sampled_from("=+-@'\"\t\r\n,;\ufeff "), max_size=12)


@given(HOSTILE)
def test_no_cell_is_a_formula_and_every_text_comes_back(text: str) -> None:
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@"))
    assert unguarded(guarded(text)) == text


NAMES = (
    st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("=+-@'\",; "), max_size=12)
    .map(str.strip)
    .filter(is_plain)
)


@given(st.lists(st.tuples(NAMES, NAMES, NAMES, st.none() | st.integers(1, 365), st.booleans()), max_size=5))
def test_what_is_exported_can_be_imported(people) -> None:
    users = tuple(
        NewUser(
            username=f"user{number}",
            first_name=first,
            last_name=last,
            department=department,
            require_days=days,
            state=UserState.STAGED if staged else UserState.ACTIVATED,
            groups=frozenset(WORLD.groups) if staged else frozenset(),
        )
        for number, (first, last, department, days, staged) in enumerate(people)
    )
    simulation = nordwind(CreateUsers(users))
    world = simulation.world
    made = [world.users[user_id(new.username)] for new in users]
    text = decoded(("\ufeff" + as_csv(made, world, simulation.now)).encode())
    if users:
        assert checked(text).users == users


def test_formulas_are_harmless_in_csv_and_themselves_in_json() -> None:
    sim = nordwind(CreateUsers((NewUser(username="eve", first_name="=cmd|' /C calc'!A0"),)))
    eve = [sim.world.users[user_id("eve")]]
    assert ",'=cmd|' /C calc'!A0," in as_csv(eve, sim.world, sim.now)
    assert json.loads(as_json(eve, sim.world, sim.now))[0]["firstname"] == "=cmd|' /C calc'!A0"


def test_json_has_the_names_of_the_api() -> None:
    sim = nordwind(RequireMfa((ADA,), 7))
    (ada,) = json.loads(as_json([sim.world.users[ADA]], sim.world, sim.now))
    assert ada["enable_user_portal_multifactor"] is True
    assert ada["mfa"] == {
        "configured": False,
        "exclusion": True,
        "exclusionUntil": "2026-03-09T08:00:00Z",
        "exclusionDays": 7,
    }
    assert ada["mfaEnrollment"]["totpStatus"] == "IN_ENROLLMENT"
    assert ada["mfaEnrollment"]["pushStatus"] == "DISABLED"


def test_a_file_is_replaced_only_when_asked_and_nothing_lies_about(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("precious")
    ada = [WORLD.users[ADA]]
    with pytest.raises(FileExistsError):
        write_users(path, ada, WORLD, START, replace=False)
    assert path.read_text() == "precious"
    write_users(path, ada, WORLD, START, replace=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfUsername,FirstName,")
    assert [found.name for found in tmp_path.iterdir()] == ["users.csv"]
