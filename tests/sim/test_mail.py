"""Mail: real messages, in the words and the zone of the organization."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfadrill.core.organization import Organization
from mfadrill.core.users import Mail, MailKind, User, UserId
from mfadrill.sim.mail import enrollment_link, message
from rehearsal import DAY, START

ADA = User(id=UserId("ada"), username="ada", first_name="Ada", last_name="Lovelace", email="ada@x.example")
NORDWIND = Organization(name="Nordwind Freight", zone="Europe/Berlin")
ENABLED = Mail(MailKind.MFA_ENABLED, START, 7, START + 7 * DAY)
REMINDER = Mail(MailKind.REMINDER, START + 6 * DAY, 7, START + 7 * DAY)

HOSTILE = [
    "a\r\nBcc: x@y.example",
    "a\nSubject: other",
    "a\rb",
    "a\x0bb",
    "a\u2028b",
    "a\x85b",
    'a" <b@c>, "d',
    "a\x00b",
]


def read_again(mail: Mail, user: User = ADA, organization: Organization = NORDWIND) -> EmailMessage:
    """The message as a mail program reads it."""
    sent = message(mail, user, organization).as_bytes()
    found = message_from_bytes(sent, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_the_subject_has_the_organizations_name() -> None:
    assert read_again(ENABLED)["Subject"] == "MFA Now Enabled on your Nordwind Freight Account"
    assert read_again(REMINDER)["Subject"] == "Reminder: Set Up MFA for your Nordwind Freight Account"


def test_the_mail_says_how_long_and_until_when_in_the_organizations_zone() -> None:
    text = read_again(ENABLED).get_content()
    assert "You have 7 days." in text
    assert "before Mon 9 Mar 2026 09:00;" in text


def test_an_end_after_the_change_to_summer_time_is_on_the_clocks_of_that_day() -> None:
    mail = Mail(MailKind.MFA_ENABLED, START, 30, START + 30 * DAY)
    assert "Wed 1 Apr 2026 10:00" in read_again(mail).get_content()


def test_one_day_is_one_day() -> None:
    mail = Mail(MailKind.MFA_ENABLED, START, 1, START + DAY)
    assert "You have 1 day." in read_again(mail).get_content()
    assert "1 day remains" in read_again(REMINDER).get_content()


def test_the_link_opens_the_log_in_of_that_user() -> None:
    assert f"Set Up MFA: {enrollment_link(ADA)}\n" in read_again(ENABLED).get_content()
    assert enrollment_link(ADA).endswith("/ada")


def test_it_is_dated_at_the_simulated_instant_and_addressed_to_the_user() -> None:
    found = read_again(ENABLED)
    assert found["Date"].datetime == START
    assert found["To"].addresses[0].addr_spec == "ada@x.example"
    assert found["From"].addresses[0].addr_spec == "it@nordwindfreight.example"


def test_two_mails_to_one_user_have_different_ids() -> None:
    later = Mail(MailKind.MFA_ENABLED, START + timedelta(seconds=1), 7, START + 7 * DAY)
    assert len({read_again(mail)["Message-ID"] for mail in (ENABLED, REMINDER, later)}) == 3


def test_names_in_any_script_are_read_again() -> None:
    user = User(id=UserId("zoe"), username="zoe", first_name="Ζωή", last_name="山田", email="zoe@x.example")
    found = read_again(ENABLED, user, Organization(name="Überland Łódź 運輸", zone="Asia/Tokyo"))
    assert found["Subject"] == "MFA Now Enabled on your Überland Łódź 運輸 Account"
    assert found["From"].addresses[0].display_name == "Überland Łódź 運輸 IT"
    assert found.get_content().startswith("Hello Ζωή 山田,")


HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}


@pytest.mark.parametrize("hostile", HOSTILE, ids=repr)
def test_an_organizations_name_cannot_add_a_header(hostile: str) -> None:
    found = read_again(ENABLED, ADA, Organization(name=hostile))
    assert set(found.keys()) == HEADERS
    assert len(found["To"].addresses) == 1


@pytest.mark.parametrize("hostile", HOSTILE, ids=repr)
def test_a_users_name_and_address_cannot_add_a_header(hostile: str) -> None:
    user = User(id=UserId(hostile), username=hostile, first_name=hostile, email="")
    assert set(read_again(ENABLED, user).keys()) == HEADERS
    addressed = User(id=UserId("ada"), username="ada", email=hostile)
    assert set(read_again(ENABLED, addressed).keys()) == HEADERS


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from([ENABLED, REMINDER]))
def test_any_names_make_a_message_with_the_same_headers(name: str, organization: str, mail: Mail) -> None:
    user = User(id=UserId(name), username=name, first_name=name, email=name)
    assert set(read_again(mail, user, Organization(name=organization)).keys()) == HEADERS
