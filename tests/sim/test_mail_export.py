"""Mails as files: names that every system takes, nothing overwritten, all or none."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfadrill.core.mailing import ResendMail
from mfadrill.core.organization import Organization
from mfadrill.core.users import Mail, MailKind, User, UserId
from mfadrill.sim.mail import as_bytes
from mfadrill.sim.mail_export import Outgoing, Written, file_stem, sent_in, write_mails
from rehearsal import ADA, DAY, GRACE, START, nordwind, required

NORDWIND = Organization(name="Nordwind Freight", zone="Europe/Berlin")
ENABLED = Mail(MailKind.MFA_ENABLED, START, 7, START + 7 * DAY)
UNUSUAL = ["../x", "CON", "a/b", "a:b", ".", "..", "名前", "x" * 300, "trailing. ", "nul\x00"]


def outgoing(name: str, mail: Mail = ENABLED) -> Outgoing:
    return Outgoing(mail, User(id=UserId(name), username=name, first_name="Ζωή"), NORDWIND)


def test_a_file_is_named_for_the_instant_the_kind_and_the_user() -> None:
    user = User(id=UserId("ada.lovelace"), username="ada.lovelace")
    assert file_stem(ENABLED, user) == "20260302T080000-mfa-enabled-ada.lovelace"


@given(st.text(max_size=300))
def test_any_user_makes_a_name_that_every_system_takes(name: str) -> None:
    stem = file_stem(ENABLED, User(id=UserId(name), username=name))
    assert re.fullmatch(r"20260302T080000-mfa-enabled-[a-z0-9._-]{1,80}", stem)
    assert not stem.endswith((".", "-"))


def test_unusual_users_get_a_file_each_in_the_folder_and_are_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    mails = [outgoing(name) for name in UNUSUAL]
    assert write_mails(folder, mails) == Written(len(UNUSUAL), 0)
    assert list(tmp_path.iterdir()) == [folder]
    assert len(list(folder.iterdir())) == len(UNUSUAL)
    contents = {path.read_bytes() for path in folder.iterdir()}
    assert contents == {as_bytes(mail.message) for mail in mails}
    for content in contents:
        assert message_from_bytes(content, policy=default)["Date"].datetime == START


def test_a_mail_that_is_there_is_not_written_again_and_no_other_file_is_touched(tmp_path: Path) -> None:
    precious = tmp_path / f"{file_stem(ENABLED, outgoing('ada').user)}.eml"
    precious.write_text("precious")
    assert write_mails(tmp_path, [outgoing("ada")]) == Written(1, 0)
    assert write_mails(tmp_path, [outgoing("ada"), outgoing("bo")]) == Written(1, 1)
    assert precious.read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 3
    assert Written(1, 1).in_words("x") == "1 mail saved in x; 1 was there already"


def test_two_mails_that_are_the_same_are_two_files(tmp_path: Path) -> None:
    twice = [outgoing("ada"), outgoing("ada")]
    assert write_mails(tmp_path, twice) == Written(2, 0)
    assert write_mails(tmp_path, twice) == Written(0, 2)


def test_what_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    @dataclass
    class DiskFull:
        mails: list[Outgoing]

        def __iter__(self):
            yield from self.mails
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_mails(tmp_path, DiskFull([outgoing("ada"), outgoing("bo")]))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_folder_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="There is no folder"):
        write_mails(tmp_path / "none", [])


def test_every_mail_of_every_branch_is_had_once_as_it_was_then() -> None:
    simulation = nordwind(required(7))
    simulation.advance(6 * DAY)
    simulation.travel_to(START + DAY)
    simulation.act(required(7, GRACE))
    simulation.act(ResendMail((ADA,)))
    simulation.advance(8 * DAY)
    found = [(mail.user.id, mail.mail.kind.value) for mail in sent_in(simulation)]
    assert found == [
        ("ada", "MFA_ENABLED"),
        ("ada", "REMINDER"),
        ("grace", "MFA_ENABLED"),
        ("ada", "MFA_ENABLED"),
        ("ada", "REMINDER"),
        ("grace", "REMINDER"),
    ]
