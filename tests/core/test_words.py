"""The words for what the core decides: one for each thing that can be said, in the organization's zone."""

from datetime import UTC, datetime, timedelta
from enum import Enum

import pytest

from core_story import ADA, DUO, PUSH, START, TOTP, Story
from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.commands import OutcomeKind
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.occurrences import OccurrenceKind
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import (
    Action,
    All,
    Any,
    Context,
    CountryIn,
    DeviceManaged,
    Effect,
    IpIn,
    Not,
    OsIn,
    unknown_facts,
)
from mfadrill.core.sessions import ChallengeFailure, LoginDecision, LoginOutcome, Reason, Rule
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.status import Alert, totp_detail
from mfadrill.core.users import Period, UserState
from mfadrill.core.words import (
    CHALLENGE_FAILURES,
    RULE_NAMES,
    SENTENCES,
    context_in_words,
    count,
    day,
    duration,
    headline,
    local,
    sentence,
    status_in_full,
    when,
)

BERLIN = "Europe/Berlin"


# Everything has words


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_a_sentence(rule: Rule) -> None:
    said = sentence(Reason(rule, ("one", "two"), START), BERLIN)
    assert said.endswith(".")
    assert "{" not in said
    assert sentence(Reason(rule), BERLIN).endswith(".")
    assert set(SENTENCES) == set(Rule)


def test_every_rule_has_a_short_name_of_its_own() -> None:
    assert set(RULE_NAMES) == set(Rule)
    assert len(set(RULE_NAMES.values())) == len(Rule)
    assert all(len(name) <= 40 for name in RULE_NAMES.values())


def test_a_policy_that_is_left_open_says_which_facts_are_unknown() -> None:
    office = All((CountryIn(frozenset({"DE"})), Any((DeviceManaged(), OsIn(frozenset({"windows"}))))))
    assert unknown_facts(office, Context(os="windows")) == ("country",)
    assert unknown_facts(office, Context(os="macos")) == ("country", "device")
    assert unknown_facts(Not(IpIn(("10.0.0.0/8",))), Context(ip="none")) == ("IP address",)
    assert unknown_facts(office, Context(country="FR")) == ()
    said = sentence(Reason(Rule.POLICY_LEFT_OPEN, ("Office",), unknown=("country", "device")), BERLIN)
    assert said == "The policy Office does not apply: its conditions need what is unknown (country, device)."


@pytest.mark.parametrize(
    ("context", "said"),
    [
        (Context(), "anywhere: nothing is known"),
        (
            Context(ip="10.0.0.5", country="DE", device_managed=True, os="windows"),
            "DE, managed, windows, 10.0.0.5",
        ),
        (Context(device_managed=False), "not managed"),
    ],
)
def test_a_context_in_words(context: Context, said: str) -> None:
    assert context_in_words(context) == said


def test_no_two_rules_say_the_same() -> None:
    assert len(set(SENTENCES.values())) == len(Rule)


@pytest.mark.parametrize(
    "words",
    [Factor, FactorStatus, PortalDefault, LoginOutcome, UserState, OccurrenceKind],
    ids=lambda e: e.__name__,
)
def test_every_member_has_a_label_of_its_own(words: type[Enum]) -> None:
    labels = [member.label for member in words]  # type: ignore[attr-defined]
    assert all(labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("words", [OutcomeKind, Alert], ids=lambda e: e.__name__)
def test_kinds_of_outcomes_and_alerts_are_words_themselves(words: type[Enum]) -> None:
    assert all(member.value == member.value.strip() != "" for member in words)


def test_the_status_labels_are_those_of_the_users_list() -> None:
    assert [status.label for status in FactorStatus] == [
        "Enrolled",
        "Not enrolled",
        "Pre-enrollment",
        "In enrollment",
        "Expired",
        "Disabled",
    ]


def test_the_portal_defaults_are_labelled_as_the_vendor_does() -> None:
    assert [default.label for default in PortalDefault] == [
        "Require MFA based on user setting",
        "Allow",
        "Allow and require MFA",
        "Deny",
    ]


def test_every_failure_of_a_challenge_has_words() -> None:
    assert set(CHALLENGE_FAILURES) == set(ChallengeFailure)


@pytest.mark.parametrize("outcome", LoginOutcome)
def test_every_outcome_has_a_headline(outcome: LoginOutcome) -> None:
    assert headline(LoginDecision(outcome=outcome), BERLIN)
    assert headline(LoginDecision(outcome=outcome, at=START), BERLIN)


# What is said at the portal


def test_a_failed_authentication_says_no_more_than_that(story: Story) -> None:
    story.log_in(password="wrong")
    assert headline(story.decision(), BERLIN) == "Authentication failed."


def test_locked_out_says_when_the_period_ended_in_the_organizations_zone(story: Story) -> None:
    story.require(1).passes(days=2)
    story.log_in()
    assert "Tue 3 Mar 2026 09:00" in headline(story.decision(), BERLIN)
    assert "Tue 3 Mar 2026 03:00" in headline(story.decision(), "America/New_York")


def test_account_locked_says_until_when(story: Story) -> None:
    for _ in range(5):
        story.log_in(password="wrong")
    story.log_in()
    assert headline(story.decision(), BERLIN).startswith("Your account is locked until Mon 2 Mar 2026 09:30")
    assert "until Mon 2 Mar 2026 09:30" in sentence(story.decision().reasons[0], BERLIN)


def test_account_locked_for_good_says_who_unlocks(story: Story) -> None:
    story.do(UpdateOrganization(lockout_minutes=None, max_login_attempts=1))
    story.log_in(password="wrong")
    story.log_in()
    assert "until it is unlocked" in headline(story.decision(), BERLIN)
    assert "until an admin unlocks it" in sentence(story.decision().reasons[0], BERLIN)


def test_suspended_and_staged_are_told_apart(story: Story) -> None:
    story.do(SuspendUsers((ADA,)))
    story.log_in()
    assert "suspended" in headline(story.decision(), BERLIN)
    staged = Story().organization().staged()
    staged.log_in()
    assert "not active yet" in headline(staged.decision(), BERLIN)


def test_a_deny_policy_speaks_with_its_own_message(story: Story) -> None:
    story.policy(Effect(action=Action.DENY, message="Use the office network.")).log_in()
    assert headline(story.decision(), BERLIN) == "Use the office network."


def test_reasons_name_policies_and_factors(story: Story) -> None:
    story.factors(TOTP, PUSH, DUO).policy(Effect(mfa_required=True), "{everyone}").log_in()
    said = [sentence(reason, BERLIN) for reason in story.decision().reasons]
    assert "{everyone}" in said[0]
    assert said[1].endswith("TOTP, Push.")


# Statuses in full


def in_full(story: Story) -> str:
    organization = story.world.organization
    return status_in_full(totp_detail(story.ada, organization, story.now), story.now, organization.zone)


def test_each_status_is_told_in_full(story: Story) -> None:
    assert in_full(story) == "Not enrolled; MFA is not required"
    story.require(7)
    assert in_full(story) == "In enrollment: Mon 2 Mar 2026 09:00 to Mon 9 Mar 2026 09:00, 7 days left"
    story.passes(days=7)
    assert in_full(story) == "Expired since Mon 9 Mar 2026 09:00: locked out; reset TOTP MFA to reopen"
    story.enrolled(TOTP)
    assert in_full(story) == "Enrolled since Mon 9 Mar 2026 09:00, old TOTP"
    story.factors(DUO)
    assert in_full(story) == "Disabled: TOTP is off for the organization"


def test_the_last_day_is_told_as_1_day(story: Story) -> None:
    story.require(7).passes(days=6.5)
    assert in_full(story).endswith("1 day left")


def test_pre_enrollment_is_told_with_its_days(empty: Story) -> None:
    empty.staged(require_days=30)
    assert in_full(empty) == "Pre-enrollment: 30 days, starting on activation"


# Instants and zones


def test_an_instant_is_shown_in_the_zone() -> None:
    assert when(START, BERLIN) == "Mon 2 Mar 2026 09:00"
    assert when(START, "America/Los_Angeles") == "Mon 2 Mar 2026 00:00"
    assert when(START, "Pacific/Kiritimati") == "Mon 2 Mar 2026 22:00"
    assert day(START + timedelta(hours=15), BERLIN) == "Tue 3 Mar"


@pytest.mark.parametrize(
    ("starts_at", "days", "ends"),
    [
        (datetime(2026, 3, 28, 8, 0, tzinfo=UTC), 1, "Sun 29 Mar 2026 10:00"),  # one hour is skipped
        (datetime(2026, 10, 24, 7, 0, tzinfo=UTC), 1, "Sun 25 Oct 2026 08:00"),  # one hour comes twice
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), 365, "Tue 2 Mar 2027 09:00"),
    ],
    ids=str,
)
def test_a_period_across_the_change_of_the_clocks_lasts_days_of_24_hours(
    starts_at: datetime, days: int, ends: str
) -> None:
    period = Period.of(days, starts_at)
    assert period.ends_at - period.starts_at == timedelta(hours=24 * days)
    assert when(period.starts_at, BERLIN).endswith("09:00")
    assert when(period.ends_at, BERLIN) == ends


def test_the_hour_that_comes_twice_is_two_instants() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert when(first, BERLIN) == when(second, BERLIN) == "Sun 25 Oct 2026 02:30"
    assert local(first, BERLIN).utcoffset() != local(second, BERLIN).utcoffset()


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (1234, "1,234 days")]
)
def test_things_are_counted_in_words(number: int, said: str) -> None:
    assert count(number, "day") == said


def test_a_plural_may_be_its_own_word() -> None:
    assert [count(n, "policy", "policies") for n in (1, 2)] == ["1 policy", "2 policies"]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=0.4), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=20), "20 min"),
        (timedelta(hours=3, seconds=5), "3 h 5 s"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=7, hours=3, minutes=2), "7 days 3 h"),
        (timedelta(hours=-2), "2 h"),
    ],
    ids=str,
)
def test_a_span_is_told_by_its_two_largest_parts(span: timedelta, said: str) -> None:
    assert duration(span) == said
