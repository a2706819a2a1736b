"""The format of a scenario: title, start, organization, people, policies. The steps have rooms of their own."""

import re
from datetime import date
from enum import StrEnum

from mfadrill.core.behaviour import PRESETS
from mfadrill.core.crowd import MOST_AWAY, MOST_LOG_INS
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Plan, PortalDefault
from mfadrill.core.refusals import UnusableValue
from mfadrill.core.users import UserState
from mfadrill.sim.instants import EPOCH
from mfadrill.sim.scenario.shapes import (
    DAYS,
    SPAN,
    START,
    Choice,
    Declared,
    Field,
    Later,
    Many,
    Number,
    Parsed,
    Record,
    Ref,
    Shape,
    Table,
    Text,
    TextOrNone,
    YesNo,
)

#: More people than this make a file that nobody reads; the application opens larger organizations by itself.
MAX_POPULATION = 100_000

FACTOR = Choice.of(Factor)
USERS = Many(Ref("user"))


class Access(StrEnum):
    """What a policy does, in one choice."""

    ALLOW = "allow"
    ALLOW_WITH_MFA = "allow and require MFA"
    DENY = "deny"


def _lockout_minutes(text: str) -> int | None:
    if text.strip().casefold() in ("until an admin unlocks", "forever", "none"):
        return None
    span = SPAN.parse(text)
    minutes, rest = divmod(span.total_seconds(), 60)
    if rest or minutes < 1:
        raise UnusableValue("A lock-out lasts whole minutes, or 'until an admin unlocks'.")
    return int(minutes)


LOCKOUT = Parsed(
    "a span of time, or 'until an admin unlocks'",
    _lockout_minutes,
    {"type": "string", "examples": ["30 min", "until an admin unlocks"]},
)

SETTINGS = {
    "factors": Field(Many(FACTOR, least=0), "The enabled factors; TOTP, if nothing is said."),
    "portal default": Field(Choice.of(PortalDefault), "What holds when no policy applies."),
    "plan": Field(Choice({"standard": Plan.STANDARD, "premium": Plan.PREMIUM}), "Conditions need premium."),
    "unified MFA": Field(YesNo(), "Whether resetting TOTP removes the push device, too."),
    "log-in attempts": Field(
        Number(1, 10**9), "How many bad log-ins lock an account; 5, if nothing is said."
    ),
    "lock-out": Field(LOCKOUT, "For how long; 30 min, if nothing is said."),
    "push time-out": Field(SPAN, "How long a push prompt waits; 60 s, if nothing is said."),
}

ORGANIZATION = Record(
    {
        "name": Field(Text("a name", 100), "The organization's name.", required=True),
        "zone": Field(
            Text("a time zone", 60), "An IANA name such as Europe/Berlin; UTC, if nothing is said."
        ),
        **SETTINGS,
    },
    short="name",
)

PERSON = Record(
    {
        "name": Field(Text("a name", 100), "First and last name."),
        "first name": Field(Text("a name", 200, exact=True), "The first name, where it has spaces."),
        "last name": Field(Text("a name", 200, exact=True), "The last name, beside such a first name."),
        "email": Field(TextOrNone("an address", 200), "The mail address; none, if there is none."),
        "department": Field(Text("a department", 200, exact=True), "The department."),
        "state": Field(Choice.of(UserState), "Staged, activated (if nothing is said) or suspended."),
        "groups": Field(Many(Ref("group")), "The groups that the person is in."),
        "password": Field(
            TextOrNone("a password", 20_000),
            "The password; one for everybody, if nothing is said; none, if there is none.",
        ),
        "require MFA": Field(DAYS, "Require MFA from the start, with this many days."),
        "enrolled": Field(Many(FACTOR), "What the person has set up before the story begins."),
        "phone clock": Field(
            SPAN, "How far the phone's clock is ahead, such as +4 min; behind with a minus."
        ),
    },
    short="name",
)

PEOPLE = Table(Declared("user"), PERSON)

_conditions: dict[str, Field] = {
    "all": Field(Many(Later("condition", lambda: CONDITION)), "Each of these holds."),
    "any": Field(Many(Later("condition", lambda: CONDITION)), "At least one of these holds."),
    "not": Field(Later("condition", lambda: CONDITION), "This does not hold."),
    "device managed": Field(YesNo(), "Whether the device is managed."),
    "ip in": Field(
        Many(Text("an address or network", 60)), "The address is one of these, or in these networks."
    ),
    "country in": Field(Many(Text("a country code", 2)), "The country is one of these two-letter codes."),
    "os in": Field(Many(Text("an operating system", 40)), "The operating system is one of these."),
}

CONDITION: Shape = Record(_conditions, exactly_one=tuple(_conditions))

POLICY_FIELDS = {
    "description": Field(Text(exact=True), "What it is for."),
    "status": Field(YesNo(), "ON (if nothing is said) or OFF."),
    "groups": Field(Many(Ref("group")), "Whom it targets; all users, if nothing is said."),
    "excluded groups": Field(Many(Ref("group")), "Whom it never touches."),
    "resources": Field(
        Many(Ref("application")), "User Portal (if nothing is said), or applications; not both."
    ),
    "conditions": Field(CONDITION, "When it applies; needs the premium plan."),
    "action": Field(Choice.of(Access), "What it does.", required=True),
    "factors": Field(Many(FACTOR), "The factors that it accepts; all that are enabled, if nothing is said."),
    "message": Field(Text("a message", 500, exact=True), "What a person reads whom it denies."),
}

POLICY = Record(
    {"name": Field(Declared("policy"), "Its name.", required=True), **POLICY_FIELDS},
)


def _hours(text: str) -> tuple[int, int]:
    """Minutes after midnight."""
    found = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])\s*(?:-|–|to)\s*([0-9]{1,2}):([0-5][0-9])", text.strip())
    if found is None:
        raise UnusableValue(f"{text[:40]!r} are not working hours; write them such as '8:00-18:00'.")
    begin, begin_minute, end, end_minute = map(int, found.groups())
    return begin * 60 + begin_minute, end * 60 + end_minute


def _date(text: str) -> date:
    try:
        year, month, day = map(int, text.strip().split("-"))
        return EPOCH.replace(year=year, month=month, day=day).date()
    except (ValueError, OverflowError):
        raise UnusableValue(f"{text[:40]!r} is not a date; write one such as '2026-04-03'.") from None


HOURS = Parsed("working hours", _hours, {"type": "string", "examples": ["8:00-18:00"]})
DATE = Parsed("a date", _date, {"type": "string", "examples": ["2026-04-03"]})

BEHAVIOUR = Record(
    {
        "preset": Field(
            Choice({name: name for name in (*PRESETS, "nobody")}),
            "What the others start from; typical, if nothing is said. nobody ends it.",
        ),
        "log-ins a week": Field(Number(1, MOST_LOG_INS), "How often a user logs in, Monday to Friday."),
        "working hours": Field(HOURS, "When, in the organization's zone."),
        "enroll at first": Field(Number(0, 100), "The chance to enroll when the period begins, in percent."),
        "enroll at last": Field(Number(0, 100), "The chance to enroll just before it ends, in percent."),
        "away": Field(Number(0, MOST_AWAY), "How many percent of the users are away for a whole week."),
        "holidays": Field(Many(DATE), "Dates on which nobody logs in."),
    },
    short="preset",
)

CONTEXT = Record(
    {
        "ip": Field(Text("an IP address", 60), "The address."),
        "country": Field(Text("a country code", 2), "The two-letter code."),
        "managed device": Field(YesNo(), "Whether the device is managed."),
        "os": Field(Text("an operating system", 40), "The operating system."),
    }
)


def header() -> dict[str, Field]:
    """Everything but the steps."""
    return {
        "title": Field(Text("a title", 200), "What the story is, in one line.", required=True),
        "about": Field(Text(), "What it teaches."),
        "start": Field(START, "The instant at which it begins, with its zone.", required=True),
        "seed": Field(
            Number(0, 2**31), "Another seed makes other people and secrets; 1, if nothing is said."
        ),
        "organization": Field(ORGANIZATION, "The organization and its MFA settings.", required=True),
        "applications": Field(Many(Declared("application")), "Single sign-on applications."),
        "groups": Field(Many(Declared("group")), "Groups; the departments of a population are groups, too."),
        "people": Field(PEOPLE, "The people, by username."),
        "population": Field(Number(0, MAX_POPULATION), "How many made-up people there are besides."),
        "policies": Field(Many(POLICY), "Conditional access policies."),
        "behaviour": Field(BEHAVIOUR, "Users log in on their own; nobody does, if nothing is said."),
        "browser": Field(
            Text("a browser", 200),
            "One browser for all of them, as in the application; everybody has one of their own, if nothing is said.",
        ),
    }
