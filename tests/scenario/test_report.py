"""Reports: a failure says the step, the instant, what was expected and what was, and how to look at it."""

import json
import shlex
from xml.etree import ElementTree

import pytest

from drill_files import HEAD, played, story
from mfadrill.sim.scenario.load import read
from mfadrill.sim.scenario.replay import Replay, replay
from mfadrill.sim.scenario.report import (
    as_json,
    as_junit,
    failure_in_words,
    for_people,
    look_command,
    summary,
)

FAILING = """\
steps:
  - require MFA: {users: ada, days: 2}
  - advance: 36 h
    expect: {status: {ada: Expired}, now: "2026-03-03 09:00"}
"""

FAILING_TEXT = """\
story.drill.yaml:10:5: step 2 (advance) failed
  at  Tue 3 Mar 2026 21:00 Europe/Berlin
  ada: TOTP status
    expected  Expired
    actual    In enrollment
  now
    expected  2026-03-03 09:00
    actual    Tue 3 Mar 2026 21:00
  the latest events of ada:
    Mon 2 Mar 2026 09:00  admin    user_create                created, activated
    Mon 2 Mar 2026 09:00  admin    user_update                MFA required, 2 days
    Mon 2 Mar 2026 09:00  admin    user_update                enrollment period starts, ends Wed 4 Mar 2026 09:00
    Mon 2 Mar 2026 09:00  system   mail_sent                  mail: MFA now enabled
    Tue 3 Mar 2026 09:00  system   mail_sent                  mail: reminder
  look at it:  mfadrill tui --replay story.drill.yaml --step 2"""


def failing(name: str = "story.drill.yaml") -> Replay:
    return replay(read(HEAD + FAILING, name))


def text_of(done: Replay) -> str:
    assert done.failure is not None
    return failure_in_words(done.failure, done.scenario.file)


def test_a_failure_is_told_in_full() -> None:
    assert text_of(failing()) == FAILING_TEXT


def test_only_the_latest_events_are_shown() -> None:
    steps = "".join(f"- require MFA: {{users: ada, days: {days}}}\n" for days in range(1, 9))
    text = text_of(played(f"steps:\n{steps}- expect: {{required: {{ada: no}}}}\n"))
    assert text.count("\n    Mon 2 Mar") == 5
    assert "MFA required, 8 days" in text
    assert "MFA required, 6 days" not in text


def test_who_has_done_nothing_has_no_events() -> None:
    scenario = story("steps:\n- go back: 0 s\n  expect: {sees: {stranger: inside}}\n")
    assert "  the latest events of stranger:\n    none\n" in text_of(replay(scenario))


def test_without_a_subject_the_events_are_of_whom_the_step_is_about() -> None:
    text = text_of(played("steps:\n- unlock: [ada, alan]\n"))
    assert "the latest events of ada:" in text
    assert "the latest events of alan:" in text
    assert "the step is possible" in text


def test_the_command_to_look_survives_a_shell() -> None:
    command = look_command("it's a file; rm -rf.drill.yaml", 3)
    assert shlex.split(command)[3] == "it's a file; rm -rf.drill.yaml"


def test_a_scenario_that_passed_is_one_line() -> None:
    line = for_people(played("steps:\n- advance: 1 d\n"))
    assert line.split() == ["passed", "story", "1", "step", "A", "story"]
    assert "\n" not in line


def test_a_scenario_that_failed_is_told_in_full() -> None:
    first, *rest = for_people(failing()).splitlines()
    assert first.split() == ["FAILED", "story", "A", "story"]
    assert "\n".join(rest) == text_of(failing())


@pytest.mark.parametrize(
    ("replays", "text"),
    [
        ([], "0 scenarios passed"),
        (["passed"], "1 scenario passed"),
        (["passed", "failed"], "1 scenario passed, 1 failed"),
    ],
    ids=["none", "one", "two"],
)
def test_the_summary_counts(replays: list[str], text: str) -> None:
    made = [failing() if name == "failed" else played("steps: []") for name in replays]
    assert summary(made) == text


def test_json_has_all_about_a_failure() -> None:
    report = json.loads(as_json([played("steps:\n- advance: 1 d\n"), failing()]))
    assert report["passed"] is False
    fine, failed = report["scenarios"]
    assert fine == {
        "name": "story",
        "file": "story.drill.yaml",
        "title": "A story",
        "passed": True,
        "steps": 1,
        "steps_done": 1,
        "events": fine["events"],
    }
    failure = failed["failure"]
    assert (failed["passed"], failed["steps_done"]) == (False, 1)
    assert failure == {
        "step": 2,
        "kind": "advance",
        "line": 10,
        "column": 5,
        "at": "Tue 3 Mar 2026 21:00",
        "zone": "Europe/Berlin",
        "mismatches": [
            {"subject": "ada", "what": "TOTP status", "expected": "Expired", "actual": "In enrollment"},
            {"subject": "", "what": "now", "expected": "2026-03-03 09:00", "actual": "Tue 3 Mar 2026 21:00"},
        ],
        "text": text_of(failing()),
    }


def test_junit_has_a_case_for_each_scenario() -> None:
    suites = ElementTree.fromstring(as_junit([played("steps: []"), failing()], [0.25, 0.5]))
    [suite] = suites
    assert (suites.tag, suite.tag) == ("testsuites", "testsuite")
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "time")} == {
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "time": "0.750",
    }
    fine, failed = suite
    assert (fine.get("name"), list(fine)) == ("story", [])
    [failure] = failed
    assert failure.text == text_of(failing())
    assert failure.get("message") == text_of(failing()).splitlines()[0]


@pytest.mark.parametrize(
    "hostile", ["\x1b[31m", "\x00", "\x08", "\ufffe", "\ud800", "]]>", "<&\">'"], ids=repr
)
def test_junit_is_well_formed_whatever_the_names(hostile: str) -> None:
    done = failing(f"{hostile}.drill.yaml")
    assert done.failure is not None
    [[case]] = ElementTree.fromstring(as_junit([done], [0.0]))
    assert case.find("failure") is not None


@pytest.mark.parametrize("hostile", ["\x1b[31m", "\x9b31m", "\r", "\u202e", "\x07"], ids=repr)
def test_names_do_not_steer_the_terminal(hostile: str) -> None:
    told = for_people(failing(f"{hostile}.drill.yaml"))
    assert hostile[0] not in told
    assert "\ufffd" in told


def test_names_in_any_script_are_shown_as_they_are() -> None:
    title = "Łódź\u3000山田\u00a0Ζωή"
    done = played("steps: []", HEAD.replace("A story", title))
    assert for_people(done).endswith(title)
