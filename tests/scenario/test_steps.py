"""Steps and expectations: every kind is used, and every expectation fails when it should."""

import pytest

from drill_files import HEAD, played, story
from mfadrill.core.users import MailKind, UserId
from mfadrill.sim.scenario.expectations import EXPECTATIONS
from mfadrill.sim.scenario.load import load, shipped
from mfadrill.sim.scenario.replay import play_to, replay
from mfadrill.sim.scenario.steps import STEPS

#: What no shipped scenario has. Each story begins with the tests' own HEAD.
STORIES = {
    "groups": """
        steps:
          - create group: Freight
          - add to group: {group: freight, users: [ada, alan]}
            expect: {outcome: {ada: added to group}}
          - rename group: {group: Freight, to: Cargo}
          - remove from group: {group: Cargo, users: ada}
            expect: {outcome: {ada: removed from group}}
          - remove from group: {group: Cargo, users: ada}
            expect: {outcome: {ada: unchanged}}
          - delete group: Cargo
          - delete group: Cargo
            refused: There is no group
    """,
    "a crowd": """
        behaviour: {preset: eager, log-ins a week: 25, away: 0}
        steps:
          - advance: 1 d
            expect: {happened: [user_login_begun, user_logout]}
          - behaviour: nobody
            expect: {happened: [crowd_set]}
          - behaviour: nobody
            expect: {now: 2026-03-03 09:00}
    """,
    "a name that is free again": """
        steps:
          - create group: Freight
          - rename group: {group: Freight, to: Cargo}
          - create group: Freight
          - delete group: Freight
          - create group: Freight
    """,
    "at once": """
        steps:
          - at once:
              - require MFA: {users: ada, days: 2}
              - create group: Freight
              - add to group: {group: Freight, users: ada}
            expect: {outcome: {ada: period started}, happened: [user_update, group_create, association_change]}
          - at once: [{suspend: ada}, {activate: [ada, alan]}, {unlock: alan}]
            refused: not locked
          - undo:
            expect: {required: {ada: no}}
    """,
    "somebody had set up a factor": """
        steps:
          - record enrollment: {user: ada, factor: TOTP, key: JBSWY3DPEHPK3PXP}
            expect: {enrolled: {ada: [TOTP]}, mails sent: 0}
          - record enrollment: {user: alan, factor: TOTP, key: not base32}
            refused: is not a TOTP secret
    """,
    "one browser": """
        browser: portal
        steps:
          - log in: ada
            expect: {sees: {portal: inside, ada: nothing}}
          - log in: {user: ada, browser: kiosk}
            expect: {sees: {kiosk: inside}}
          - log out:
            expect: {sees: {portal: nothing}}
    """,
    "whose browser": """
        steps:
          - log out:
            refused: Say who it is
    """,
    "applications": """
        steps:
          - add application: Payroll
          - add application: payroll
            refused: already
          - log in: {user: ada, to: Payroll}
            expect: {sees: {ada: inside}}
    """,
    "another branch": """
        steps:
          - require MFA: {users: ada, days: 2}
          - travel to: 2026-03-05 09:00
            expect: {status: {ada: Expired}, now: 2026-03-05 09:00, count: {Expired: 1, Not enrolled: 1}}
          - go back: 3 days
          - undo:
          - schedule activation: {users: alan, at: 2026-03-03 09:00}
          - next event:
            expect: {now: 2026-03-03 09:00, alerts: {alan: []}, status: {ada: Not enrolled}}
    """,
    "nothing to go to": """
        steps:
          - next event:
            refused: Nothing will happen by itself
          - undo:
            refused: nothing to undo
    """,
    "a policy by the country": """
        policies:
          - {name: Norway only, action: deny, conditions: {not: {country in: [NO]}}, message: Not from there.}
        steps:
          - expect:
              meets: {ada: {outcome: denied, from: {country: se}, says: Not from there.}}
          - expect:
              meets: {ada: {outcome: let in, from: {country: no}, because: [USER_NOT_REQUIRED]}}
          - log in: {user: ada, from: {country: SE}}
            expect: {sees: {ada: {screen: refused, because: [POLICY_DENIES]}}}
    """,
    "push": """
        steps:
          - log in: ada
          - set up: {user: ada, factor: Push}
            expect: {push status: {ada: Enrolled}, overall status: {ada: Enrolled}, enrolled: {ada: [Push]}}
          - require MFA: {users: ada, days: 1}
          - log in: ada
          - send push: ada
          - answer challenge: {user: ada, with: Push, approve: no}
            expect: {sees: {ada: {screen: challenge, failure: push denied}}}
          - answer challenge: {user: ada, with: Push}
            expect: {sees: {ada: {screen: set up MFA, skippable: yes}}}
          - log out: ada
            expect: {sees: {ada: nothing}}
    """,
}

PREMIUM = HEAD.replace(
    "{name: Nordwind, zone: Europe/Berlin}",
    "{name: Nordwind, zone: Europe/Berlin, plan: premium, factors: [TOTP, Push]}",
)


@pytest.mark.parametrize("body", STORIES.values(), ids=STORIES)
def test_a_story_goes_as_it_says(body: str) -> None:
    done = replay(story(body, PREMIUM))
    assert done.failure is None


def used() -> tuple[set[str], set[str]]:
    scenarios = [*load(shipped()), *(story(body, PREMIUM) for body in STORIES.values())]
    steps = [step for scenario in scenarios for step in scenario.steps]
    return {step.kind for step in steps if step.kind}, {name for step in steps for name in step.expect}


def test_every_kind_of_step_is_replayed_somewhere() -> None:
    kinds, _ = used()
    assert set(STEPS) - kinds == set()


def test_every_kind_of_expectation_is_replayed_somewhere() -> None:
    _, expectations = used()
    assert set(EXPECTATIONS) - expectations == set()


#: An expectation that is wrong after MFA was required of Ada for seven days, and what it expected and got.
WRONG = {
    "status": ("{ada: Expired}", ("ada", "TOTP status", "Expired", "In enrollment")),
    "push status": ("{ada: Enrolled}", ("ada", "Push status", "Enrolled", "Disabled")),
    "WebAuthn status": ("{ada: Enrolled}", ("ada", "WebAuthn status", "Enrolled", "Disabled")),
    "overall status": ("{ada: Enrolled}", ("ada", "overall status", "Enrolled", "In enrollment")),
    "count": ("{In enrollment: 2}", ("", "users in enrollment", "2", "1")),
    "required": ("{ada: no}", ("ada", "required", "no", "yes")),
    "MFA active": ("{ada: yes}", ("ada", "MFA active", "yes", "no")),
    "days left": ("{ada: 6}", ("ada", "days left", "6", "7")),
    "enrolled": ("{ada: [TOTP, Push]}", ("ada", "enrolled", "TOTP, Push", "none")),
    "alerts": ("{alan: []}", ("alan", "alerts", "none", "staged")),
    "mails": ("{ada: [REMINDER]}", ("ada", "mails", "REMINDER", "MFA_ENABLED")),
    "mails sent": ("0", ("", "mails sent", "0", "1")),
    "phone": ("{ada: {lost: yes}}", ("ada", "phone: lost", "yes", "no")),
    "security keys": ("{ada: {blue: {counter: 1}}}", ("ada", "security keys", "blue", "none")),
    "outcome": ("{alan: period started}", ("alan", "outcome", "period started", "nothing")),
    "meets": ("{ada: let in}", ("ada", "a log-in meets", "let in", "set up MFA")),
    "sees": ("{ada: inside}", ("ada", "sees", "inside", "nothing")),
    "happened": ("[user_create]", ("", "happened", "user_create", "user_update, user_update, mail_sent")),
    "now": ("2026-03-02 09:01", ("", "now", "2026-03-02 09:01", "Mon 2 Mar 2026 09:00")),
}  # fmt: skip


def test_the_table_has_every_kind_of_expectation() -> None:
    assert list(WRONG) == list(EXPECTATIONS)


@pytest.mark.parametrize("kind", WRONG)
def test_an_expectation_fails_when_it_is_not_so(kind: str) -> None:
    value, mismatch = WRONG[kind]
    failure = played(f"steps:\n- require MFA: ada\n  expect: {{{kind}: {value}}}\n").failure
    assert failure is not None
    assert [tuple(found) for found in failure.mismatches] == [mismatch]


@pytest.mark.parametrize(
    ("key", "right", "wrong"),
    [
        ("subject", "mfa now enabled on your Nordwind Account", "Reminder"),
        ("from", "it@nordwind.example", "it@elsewhere.example"),
        ("to", "Ada Lovelace", "Alan"),
        ("says", "You have 7 days. Set it up before", "8 days"),
        ("sent", "2026-03-02 09:00", "2026-03-02 09:01"),
    ],
)
def test_each_part_of_a_mail_is_compared(key: str, right: str, wrong: str) -> None:
    step = "steps:\n- require MFA: ada\n  expect: {{mails sent: 1, mails: {{ada: [{{kind: MFA_ENABLED, {}: {}}}]}}}}\n"
    assert played(step.format(key, right)).passed
    failure = played(step.format(key, wrong)).failure
    assert failure is not None
    [mismatch] = failure.mismatches
    assert (mismatch.subject, mismatch.what, mismatch.expected) == ("ada", f"mail 1: {key}", wrong)


@pytest.mark.parametrize(
    ("expected", "what", "actual"),
    [
        ("{outcome: set up MFA, with: [TOTP]}", "with", "none"),
        ("{outcome: set up MFA, offers: [Push]}", "offers", "TOTP"),
        ("{outcome: set up MFA, skippable: no}", "skippable", "yes"),
        ("{outcome: set up MFA, says: Go away}", "says", "Set Up Multi-Factor Authentication"),
        (
            "{outcome: set up MFA, because: [NO_POLICY, PERIOD_OVER]}",
            "because",
            "NO_POLICY, USER_REQUIRED, PERIOD_RUNNING",
        ),
    ],
)
def test_each_part_of_what_a_log_in_meets_is_compared(expected: str, what: str, actual: str) -> None:
    failure = played(f"steps:\n- require MFA: ada\n  expect: {{meets: {{ada: {expected}}}}}\n").failure
    assert failure is not None
    [mismatch] = failure.mismatches
    assert mismatch.what == f"a log-in meets: {what}"
    assert actual in mismatch.actual


def test_only_what_is_said_is_compared() -> None:
    assert played("steps:\n- require MFA: ada\n  expect: {meets: {ada: set up MFA}}\n").passed


def test_a_failure_that_a_browser_does_not_show() -> None:
    done = played("steps:\n- log in: ada\n  expect: {sees: {ada: {screen: inside, failure: wrong code}}}\n")
    assert done.failure is not None
    assert done.failure.mismatches == (("ada", "sees: failure", "WRONG_CODE", "nothing"),)


def test_the_events_of_a_step_may_have_others_between_them() -> None:
    assert played("steps:\n- require MFA: ada\n  expect: {happened: [user_update, mail_sent]}\n").passed


def test_only_the_events_of_the_step_count() -> None:
    done = played("steps:\n- require MFA: ada\n- suspend: ada\n  expect: {happened: [mail_sent]}\n")
    assert done.failure is not None
    assert done.failure.mismatches[0].actual == "user_suspended"


def test_on_another_branch_only_the_events_of_the_step_count() -> None:
    body = """
        steps:
          - require MFA: {users: ada, days: 1}
          - advance: 3 days
          - go back: 3 days
          - suspend: ada
            expect: {happened: [user_suspended]}
          - go back: 0 s
            expect: {happened: user_suspended}
    """
    failure = played(body).failure
    assert failure is not None
    assert (failure.number, failure.mismatches[0].actual) == (5, "none")


@pytest.mark.parametrize(
    ("step", "mismatch"),
    [
        ("unlock: ada", ("", "the step is possible", "yes", "refused: ada is not locked by bad log-ins.")),
        (
            "unlock: ada\n  refused: no such thing",
            ("", "refused", "no such thing", "ada is not locked by bad log-ins."),
        ),
        ("suspend: ada\n  refused: because", ("", "refused", "because", "it was not refused")),
    ],
    ids=["refused", "refused otherwise", "not refused"],
)
def test_a_refusal_must_be_as_expected(step: str, mismatch: tuple[str, ...]) -> None:
    failure = played(f"steps:\n- {step}\n").failure
    assert failure is not None
    assert failure.mismatches == (mismatch,)


def test_a_user_who_was_not_created_cannot_be_looked_at() -> None:
    failure = played(
        "steps:\n- expect: {status: {zoe: Enrolled}}\n- create users: {zoe: Zoe}\n",
    ).failure
    assert failure is not None
    assert failure.mismatches == (("", "status", "something to look at", "There is no user 'zoe'."),)


def test_all_that_differs_in_a_step_is_told() -> None:
    failure = played(
        "steps:\n- require MFA: ada\n  expect: {status: {ada: Expired, alan: Enrolled}, required: {ada: no}}\n"
    ).failure
    assert failure is not None
    assert [(m.subject, m.what) for m in failure.mismatches] == [
        ("ada", "TOTP status"),
        ("alan", "TOTP status"),
        ("ada", "required"),
    ]


def test_a_replay_stops_at_the_first_step_that_fails() -> None:
    done = played(
        "steps:\n- advance: 1 d\n- suspend: ada\n  expect: {required: {ada: yes}}\n- activate: ada\n- undo:\n"
    )
    assert done.failure is not None
    assert (done.steps_done, done.failure.number, done.passed) == (1, 2, False)
    assert b"UserSuspended" in done.log
    assert b"UserActivated" not in done.log


def test_a_scenario_can_be_replayed_again_and_again() -> None:
    [scenario] = load(["go-back-and-try-otherwise"])
    assert replay(scenario).log == replay(scenario).log != b""
    assert scenario.open().now == scenario.start


def test_playing_to_a_step_leaves_the_simulation_after_it() -> None:
    scenario = story("steps:\n- require MFA: {users: ada, days: 2}\n- advance: 1 d\n- advance: 5 d\n")
    simulation = play_to(scenario, 2)
    mails = [mail.kind for mail in simulation.world.users[UserId("ada")].inbox]
    assert mails == [MailKind.MFA_ENABLED, MailKind.REMINDER]
    assert play_to(scenario, 0).now == scenario.start


def test_playing_to_a_step_passes_over_what_fails() -> None:
    scenario = story("steps:\n- unlock: ada\n- advance: 1 d\n")
    assert play_to(scenario, 2).now > scenario.start


def test_what_is_recorded_after_the_cursor_has_not_happened() -> None:
    done = played("""
        steps:
          - require MFA: {users: ada, days: 7}
          - advance: 8 days
          - go back: 8 days
          - advance: 1 day
            expect: {happened: [user_mfa_exclusion_expired]}
    """)
    assert done.failure is not None
    assert done.failure.number == 4


def test_what_a_screen_does_not_have_cannot_be_expected_of_it() -> None:
    done = played("""
        steps:
          - log in: ada
            expect: {sees: {ada: {screen: inside, says: anything, because: [DEFAULT_DENIES]}}}
    """)
    assert done.failure is not None
    assert [mismatch.what for mismatch in done.failure.mismatches] == ["sees: says", "sees: because"]


def test_the_case_of_a_browser_does_not_matter() -> None:
    assert played("""
        steps:
          - log in: {user: ada, browser: OTHER}
            expect: {sees: {other: inside}}
    """).passed


def test_a_suspended_person_who_is_required_gets_no_mail() -> None:
    head = HEAD + "  grace: {state: suspended, require MFA: 7}\n"
    assert played("steps:\n  - expect: {mails: {grace: []}, status: {grace: In enrollment}}", head).passed


def test_made_up_people_are_in_the_groups_of_their_departments_by_name() -> None:
    head = HEAD.replace("groups: [Staff]", 'groups: ["Sales!"]') + "population: 60\n"
    world = story("steps: []", head).open().world
    sales = world.group_named("Sales").id
    assert {user.department for user in world.members(sales)} == {"Sales"}
    assert world.members(world.group_named("Sales!").id) == []


def test_who_is_refused_among_several_must_have_been_expected() -> None:
    body = "steps:\n  - activate: [ada, alan]\n"
    done = played(body)
    assert done.failure is not None
    assert [(m.subject, m.what) for m in done.failure.mismatches] == [("ada", "the step is possible")]
    assert played(body + "    expect: {outcome: {ada: refused, alan: activated}}").passed
    assert played(body + "    refused: activated already").passed
