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
from mfadrill.sim.mail import as_bytes, enrollment_link, message
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
    sent = as_bytes(message(mail, user, organization))
    found = message_from_bytes(sent, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def said(found: EmailMessage, kind: str = "plain") -> str:
    """What the mail says, in plain text or HTML; lines end as Python has them."""
    part = found.get_body((kind,))
    assert part is not None
    return "\n".join(part.get_content().splitlines()) + "\n"


def test_the_subject_has_the_organizations_name() -> None:
    assert read_again(ENABLED)["Subject"] == "MFA Now Enabled on your Nordwind Freight Account"
    assert read_again(REMINDER)["Subject"] == "Reminder: Set Up MFA for your Nordwind Freight Account"


def test_the_mail_says_how_long_and_until_when_in_the_organizations_zone() -> None:
    text = said(read_again(ENABLED))
    assert "You have 7 days." in text
    assert "before Mon 9 Mar 2026 09:00;" in text


def test_an_end_after_the_change_to_summer_time_is_on_the_clocks_of_that_day() -> None:
    mail = Mail(MailKind.MFA_ENABLED, START, 30, START + 30 * DAY)
    assert "Wed 1 Apr 2026 10:00" in said(read_again(mail))


def test_one_day_is_one_day() -> None:
    mail = Mail(MailKind.MFA_ENABLED, START, 1, START + DAY)
    assert "You have 1 day." in said(read_again(mail))
    assert "1 day remains" in said(read_again(REMINDER))


def test_the_link_opens_the_log_in_of_that_user() -> None:
    assert f"Set Up MFA: {enrollment_link(ADA)}\n" in said(read_again(ENABLED))
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
    assert said(found).startswith("Hello Ζωή 山田,")


HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
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


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)
def test_what_was_sent_is_read_again_in_every_header_and_part(name: str, organization: str) -> None:
    user = User(id=UserId(name), username=name, first_name=name, email=name)
    sent = message(ENABLED, user, Organization(name=organization))
    found = read_again(ENABLED, user, Organization(name=organization))
    assert [(key, str(value)) for key, value in sent.items()] == [
        (key, str(value)) for key, value in found.items()
    ]
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        assert said(found, kind) == said(sent, kind)


def test_the_button_is_a_link_in_html_and_names_are_text() -> None:
    user = User(id=UserId('../"x'), username='../"x', first_name="<b>Ada</b>", email="ada@x.example")
    html = said(read_again(ENABLED, user), "html")
    assert 'href="mfadrill://log-in/..%2F%22x"' in html
    assert ">Set Up MFA</a>" in html
    assert "Hello &lt;b&gt;Ada&lt;/b&gt;," in html


def test_the_same_mail_is_the_same_bytes_and_a_server_without_eight_bits_takes_it() -> None:
    user = User(id=UserId("zoe"), username="zoe", first_name="Ζωή", email="zoe@x.example")
    first, second = (as_bytes(message(ENABLED, user, NORDWIND)) for _ in range(2))
    assert first == second
    assert first.isascii()
    assert b"\n" not in first.replace(b"\r\n", b"")
