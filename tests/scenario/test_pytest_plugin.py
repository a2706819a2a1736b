"""The pytest plugin: scenario files are tests, and Python tests drive a simulation in the same words."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from drill_files import HEAD, story
from mfadrill.sim.scenario.replay import replay
from mfadrill.sim.scenario.report import failure_in_words

pytest_plugins = ["pytester"]

PASSES = HEAD + "steps:\n- require MFA: ada\n- advance: 1 day\n"
FAILS = HEAD + "steps:\n- advance: 1 day\n- expect: {status: {ada: Enrolled}}\n"
UNUSABLE = HEAD + "steps:\n- advance: soon\n- suspend: adda\n"


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with our plugin alone: loading all the others takes five times as long as the tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\naddopts = -p mfadrill.sim.scenario.pytest_plugin -p no:cacheprovider")
    return pytester


def write(folder: pytest.Pytester, name: str, text: str) -> Path:
    path = folder.path / name
    path.write_text(text, encoding="utf-8")
    return path


def run(folder: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """In a process of its own: freezing the wall clock is for the whole process."""
    return folder.runpytest_subprocess(*arguments)


def test_a_scenario_file_is_a_test(folder: pytest.Pytester) -> None:
    write(folder, "good.drill.yaml", PASSES)
    write(folder, "other.yaml", "nothing of ours")
    done = run(folder, "-v")
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["good.drill.yaml::good PASSED*"])


def test_the_shipped_scenarios_are_tests(folder: pytest.Pytester) -> None:
    from mfadrill.sim.scenario.load import shipped

    run(folder, "-c", "tox.ini", *shipped().values()).assert_outcomes(passed=len(shipped()))


def test_a_failure_has_the_text_of_a_replay(folder: pytest.Pytester) -> None:
    path = write(folder, "bad.drill.yaml", FAILS)
    done = run(folder)
    done.assert_outcomes(failed=1)
    replayed = replay(story(FAILS, "")).failure
    assert replayed is not None
    text = failure_in_words(replayed, "story.drill.yaml").replace("story.drill.yaml", str(path))
    assert text in done.stdout.str()
    assert "Traceback" not in done.stdout.str()
    done.stdout.fnmatch_lines(["*bad: A story*", "FAILED bad.drill.yaml::bad - *"])


def test_an_unusable_file_is_a_collection_error_with_all_its_problems(folder: pytest.Pytester) -> None:
    path = write(folder, "ugly.drill.yaml", UNUSABLE)
    done = run(folder)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(
        [
            f"{path}:9:12: 'soon' is not a span of time; write one such as '8 days' or '36 h'.",
            f"{path}:10:12: There is no user 'adda' in this scenario. Did you mean 'ada'?",
        ]
    )


def test_a_broken_scenario_does_not_hide_the_others(folder: pytest.Pytester) -> None:
    write(folder, "a.drill.yaml", UNUSABLE)
    write(folder, "b.drill.yaml", FAILS)
    write(folder, "c.drill.yaml", PASSES)
    write(folder, "d.drill.yaml", UNUSABLE)
    run(folder, "--continue-on-collection-errors").assert_outcomes(passed=1, failed=1, errors=2)
    told = run(folder).stdout.str()
    assert "a.drill.yaml:9:12" in told
    assert "d.drill.yaml:9:12" in told


def test_scenarios_are_chosen_like_tests(folder: pytest.Pytester) -> None:
    write(folder, "good.drill.yaml", PASSES)
    write(folder, "bad.drill.yaml", FAILS)
    run(folder, "-k", "good").assert_outcomes(passed=1, deselected=1)
    run(folder, "bad.drill.yaml").assert_outcomes(failed=1)


def test_time_is_true_again_after_a_run_of_scenarios(folder: pytest.Pytester) -> None:
    write(folder, "test_a_before.py", TELLS_THE_TIME)
    write(folder, "test_b.drill.yaml", PASSES)
    write(folder, "test_c.drill.yaml", FAILS)
    write(folder, "test_d_after.py", TELLS_THE_TIME)
    run(folder).assert_outcomes(passed=3, failed=1)


TELLS_THE_TIME = """
import datetime
import time

def test_true():
    assert datetime.datetime.now().year >= 2024
    assert time.time() > 1.7e9
    assert "Fake" not in datetime.datetime.__name__
"""


def test_time_is_true_again_when_the_run_is_stopped(folder: pytest.Pytester) -> None:
    write(folder, "a.drill.yaml", FAILS)
    write(folder, "b.drill.yaml", PASSES)
    folder.makeconftest(
        "import time\n\ndef pytest_sessionfinish():\n    print('the year is', time.gmtime().tm_year >= 2024)\n"
    )
    done = run(folder, "-x", "-s")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*the year is True*"])


def test_a_run_without_scenarios_does_not_load_the_rest(folder: pytest.Pytester) -> None:
    folder.makepyfile(
        "import sys\n\ndef test_it():\n"
        "    assert not {'yaml', 'freezegun', 'mfadrill.core'} & set(sys.modules), sorted(sys.modules)\n"
    )
    run(folder).assert_outcomes(passed=1)


def test_pytest_finds_the_plugin_by_itself() -> None:
    [found] = entry_points(group="pytest11", name="mfadrill")
    assert found.value == "mfadrill.sim.scenario.pytest_plugin"


def test_scenarios_run_with_xdist_too(folder: pytest.Pytester) -> None:
    for name in "abcd":
        write(folder, f"{name}.drill.yaml", PASSES)
    write(folder, "bad.drill.yaml", FAILS)
    run(folder, "-p", "xdist.plugin", "-n", "2").assert_outcomes(passed=4, failed=1)


# The drill fixture


def test_the_fixture_opens_plays_and_shows_the_simulation(folder: pytest.Pytester) -> None:
    folder.makepyfile('''
        def test_ada(drill):
            simulation = drill.open("lost-phone")
            drill.play("""
                - require MFA: {users: ada.lovelace, days: 2}
                - advance: 1 day
                  expect: {required: {ada.lovelace: yes}}
            """)
            assert drill.simulation is simulation
            assert simulation.world.user("ada.lovelace").required

        def test_the_first_rollout_is_there_unasked(drill):
            drill.play("- require MFA: {users: ada.lovelace, days: 2}")
            assert "Nordwind" in drill.simulation.world.organization.name

        def test_every_test_has_its_own(drill):
            assert not drill.simulation.world.user("ada.lovelace").required
    ''')
    run(folder).assert_outcomes(passed=3)


def test_the_fixture_opens_a_file(folder: pytest.Pytester) -> None:
    write(folder, "mine.drill.yaml", PASSES)
    folder.makepyfile(
        "def test_it(drill):\n    drill.open('mine.drill.yaml')\n    drill.play('- suspend: ada')\n"
    )
    run(folder, "-k", "test_it").assert_outcomes(passed=1, deselected=1)


def test_a_step_that_fails_fails_the_test_with_the_text_of_a_replay(folder: pytest.Pytester) -> None:
    folder.makepyfile('''
        def test_it(drill):
            drill.open("lost-phone")
            drill.play("""
                - advance: 1 day
                - advance: 1 day
                  expect: {status: {ada.lovelace: Expired}}
            """)
    ''')
    done = run(folder)
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "*StepFailed: drill.play:3:3: step 2 (advance) failed",
            "*  at  Wed 4 Mar 2026 09:00 Europe/Berlin",
            "*    expected  Expired",
            "*    actual    Enrolled",
            "*the latest events of ada.lovelace:",
        ]
    )


def test_unusable_steps_are_told_with_their_places(folder: pytest.Pytester) -> None:
    folder.makepyfile(
        "def test_it(drill):\n    drill.play('- suspend: [ada.lovelace, adda]\\n- advance: soon')\n"
    )
    done = run(folder)
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "*drill.play:1:27: There is no user 'adda' in this scenario.*",
            "*drill.play:2:12: 'soon' is not a span*",
        ]
    )
