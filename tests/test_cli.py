"""The command line: what it prints, its exit status, and that it never answers with a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drill_files import HEAD
from mfadrill.sim.scenario.load import load, shipped
from mfadrill.sim.scenario.schema import schema_text
from mfadrill.sim.workspace import Workspace
from mfadrill.sim.workspaces import path_of
from mfadrill.tui import cli

PASSES = HEAD + "steps:\n- require MFA: ada\n- advance: 1 day\n"
FAILS = HEAD + "steps:\n- advance: 1 day\n- expect: {status: {ada: Enrolled}}\n"
UNUSABLE = HEAD + "steps:\n- advance: soon\n- suspend: adda\n"


class Done(NamedTuple):
    status: int
    out: str
    err: str


class Cli:
    """The command line in this process, in a folder of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys = capsys
        self.folder = folder

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def __call__(self, *arguments: str) -> Done:
        self.capsys.readouterr()
        try:
            status = cli.main(arguments)
        except SystemExit as stop:
            status = int(stop.code or 0)
        out, err = self.capsys.readouterr()
        return Done(status, out, err)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    made = Cli(capsys, tmp_path)
    for name, text in (("good", PASSES), ("bad", FAILS), ("ugly", UNUSABLE)):
        made.write(f"{name}.drill.yaml", text)
    return made


def outside(arguments: Sequence[str], cwd: Path, **environment: str) -> Done:
    """The command line in a process of its own, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "mfadrill.tui.cli", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


# Replay


def test_a_scenario_that_passes(run: Cli) -> None:
    done = run("replay", "good.drill.yaml")
    assert (done.status, done.err) == (0, "")
    line, summary = done.out.splitlines()
    assert line.split() == ["passed", "good", "2", "steps", "A", "story"]
    assert summary == "1 scenario passed"


def test_a_scenario_that_fails(run: Cli) -> None:
    done = run("replay", "good.drill.yaml", "bad.drill.yaml")
    assert (done.status, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[1].startswith("FAILED  bad ")
    assert lines[2] == "bad.drill.yaml:10:3: step 2 (expect) failed"
    assert "  look at it:  mfadrill tui --replay bad.drill.yaml --step 2" in lines
    assert lines[-1] == "1 scenario passed, 1 failed"


def test_unusable_files_are_told_in_full_before_anything_runs(run: Cli) -> None:
    done = run("replay", "good.drill.yaml", "ugly.drill.yaml", "none.drill.yaml")
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines() == [
        "none.drill.yaml: Cannot be read: No such file or directory.",
        "ugly.drill.yaml:9:12: 'soon' is not a span of time; write one such as '8 days' or '36 h'.",
        "ugly.drill.yaml:10:12: There is no user 'adda' in this scenario. Did you mean 'ada'?",
    ]


def test_very_many_problems_are_counted(run: Cli) -> None:
    run.write("many.drill.yaml", HEAD + "steps:\n" + "- advance: soon\n" * 30)
    done = run("replay", "many.drill.yaml")
    assert done.status == 2
    assert len(done.err.splitlines()) == 21
    assert done.err.endswith("many.drill.yaml: … and 10 more\n")


def test_nothing_to_replay(run: Cli) -> None:
    assert run("replay") == Done(2, "", "mfadrill replay: name scenario files, or --shipped.\n")


def test_a_folder_is_replayed(run: Cli) -> None:
    (run.folder / "sub").mkdir()
    run.write("sub/a.drill.yaml", PASSES)
    run.write("sub/b.drill.yaml", PASSES)
    done = run("replay", "sub")
    assert done.status == 0
    assert done.out.splitlines()[-1] == "2 scenarios passed"


def test_all_shipped_scenarios_pass_and_do_not_heed_the_wall_clock(run: Cli) -> None:
    done = run("replay", "--shipped", "--check-clock")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1] == f"{len(shipped())} scenarios passed"


def test_a_shipped_scenario_by_its_name(run: Cli) -> None:
    assert run("replay", "lost-phone").status == 0


def test_a_name_that_is_nearly_right(run: Cli) -> None:
    done = run("replay", "lost-fone")
    assert done.status == 2
    assert "Did you mean 'lost-phone'?" in done.err


def test_who_heeds_the_wall_clock_is_told(run: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from mfadrill.sim.scenario import replay

    encode = replay.encode_log
    monkeypatch.setattr(replay, "encode_log", lambda events: encode(events) + str(time.time()).encode())
    done = run("replay", "--check-clock", "good.drill.yaml")
    assert (done.status, done.err) == (1, "good: the log depends on the wall clock\n")


def test_json_is_all_that_is_printed(run: Cli) -> None:
    done = run("replay", "--json", "good.drill.yaml", "bad.drill.yaml")
    assert (done.status, done.err) == (1, "")
    report = json.loads(done.out)
    assert [(one["name"], one["passed"], "failure" in one) for one in report["scenarios"]] == [
        ("good", True, False),
        ("bad", False, True),
    ]
    assert set(report) == {"passed", "scenarios"}
    good = report["scenarios"][0]
    assert set(good) == {"name", "file", "title", "passed", "steps", "steps_done", "events"}


def test_junit_xml_is_written(run: Cli) -> None:
    done = run("replay", "--junit-xml", "out.xml", "good.drill.yaml", "bad.drill.yaml")
    assert done.status == 1
    [suite] = ElementTree.parse(run.folder / "out.xml").getroot()
    assert [(case.get("name"), len(case)) for case in suite] == [("good", 0), ("bad", 1)]


def test_the_mails_of_a_replay_are_written_as_files(run: Cli) -> None:
    done = run("replay", "good.drill.yaml", "--mails", "out")
    assert (done.status, done.err) == (0, "1 mail saved in out\n")
    (path,) = (run.folder / "out").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"] == "MFA Now Enabled on your Nordwind Account"
    assert run("replay", "good.drill.yaml", "--mails", "out").err.startswith(
        "0 mails saved in out; 1 was there"
    )
    assert run("replay", "good.drill.yaml", "bad.drill.yaml", "--mails", "out").status == 1
    assert [path.name for path in (run.folder / "out" / "mails-good").iterdir()] == [path.name]


def test_a_mail_server_is_named_with_its_port(run: Cli) -> None:
    done = run("tui", "--smtp", "localhost")
    assert done.status == 2
    assert "'localhost' is no mail server; write it as HOST:PORT, such as localhost:1025" in done.err


def test_mails_that_cannot_be_written_are_told(run: Cli) -> None:
    done = run("replay", "good.drill.yaml", "--mails", "no/where")
    assert done.status == 2
    assert "no/where: Mails cannot be written: No such file or directory." in done.err.replace("\\", "/")
    assert run("replay", "good.drill.yaml", "--mails", "good.drill.yaml").status == 2


def test_the_times_in_junit_xml_are_those_of_the_wall_and_not_of_the_story(run: Cli) -> None:
    assert run("replay", "--junit-xml", "out.xml", "extension-midway").status == 0
    [suite] = ElementTree.parse(run.folder / "out.xml").getroot()
    assert 0 <= float(suite.get("time", "-1")) < 3600


def test_junit_xml_is_well_formed_even_with_control_characters(run: Cli) -> None:
    name = run.write("\x1b[31m\x01.drill.yaml", FAILS)
    assert run("replay", "--junit-xml", "out.xml", name).status == 1
    [[case]] = ElementTree.parse(run.folder / "out.xml").getroot()
    [failure] = case
    assert failure.text is not None
    assert "\x1b" not in failure.text


@pytest.mark.parametrize("path", [".", "none/out.xml", "good.drill.yaml/out.xml"])
def test_a_junit_file_that_cannot_be_written(run: Cli, path: str) -> None:
    done = run("replay", "--junit-xml", path, "good.drill.yaml")
    assert done.status == 2
    assert done.err.startswith(f"{path}: Cannot be written: ")
    assert done.err.count("\n") == 1


# The others


def test_the_version(run: Cli) -> None:
    assert run("--version") == Done(0, f"mfadrill {version('mfadrill')}\n", "")


def test_the_shipped_scenarios_are_listed_with_their_titles(run: Cli) -> None:
    done = run("scenarios")
    assert done.status == 0
    assert [line.split()[0] for line in done.out.splitlines()] == list(shipped())
    assert "A first rollout at Nordwind Freight" in done.out


def test_the_schema_is_printed(run: Cli) -> None:
    assert run("schema") == Done(0, schema_text(), "")


@pytest.mark.parametrize(
    "arguments",
    [[], ["tui"], ["tui", "--scenario", "lost-phone", "--step", "2"], ["tui", "--replay", "lost-phone"]],
    ids=str,
)
def test_the_application_without_a_terminal_says_so(arguments: list[str], tmp_path: Path) -> None:
    done = outside(arguments, tmp_path)
    assert done == Done(2, "", "mfadrill: the application needs a terminal; `mfadrill replay` does not.\n")


@pytest.mark.parametrize("step", ["12", "-1", "999999999999999999999"])
def test_a_step_that_is_not_there(run: Cli, step: str) -> None:
    done = run("tui", "--scenario", "lost-phone", "--step", step)
    assert done == Done(2, "", "mfadrill tui: --step is a number from 0 to 11 here.\n")


def test_a_step_that_is_no_number(run: Cli) -> None:
    done = run("tui", "--step", "two")
    assert done.status == 2
    assert "invalid int value: 'two'" in done.err


def test_one_scenario_is_opened_and_not_a_folder_of_them(run: Cli) -> None:
    (run.folder / "sub").mkdir()
    run.write("sub/a.drill.yaml", PASSES)
    run.write("sub/b.drill.yaml", PASSES)
    done = run("tui", "--scenario", "sub")
    assert done == Done(2, "", "mfadrill tui: sub has 2 scenarios; name one.\n")


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["replay", "--frobnicate"], ["schema", "x"]], ids=" ".join
)
def test_an_unknown_command_or_option_shows_the_usage(run: Cli, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.status == 2
    assert done.err.startswith("usage: mfadrill")


@pytest.mark.parametrize("arguments", [["schema"], ["scenarios"], ["replay", "--shipped"]], ids=" ".join)
def test_a_reader_who_leaves_gets_no_traceback(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.Popen(
        [sys.executable, "-m", "mfadrill.tui.cli", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert done.stdout is not None
    done.stdout.close()
    _, err = done.communicate(timeout=60)
    assert (done.returncode, err) == (1, b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-8"])
def test_a_title_that_the_terminal_cannot_show_is_no_error(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.drill.yaml"
    path.write_text(PASSES.replace("A story", "Łódź → 山田"), encoding="utf-8")
    done = outside(["replay", str(path)], tmp_path, PYTHONIOENCODING=encoding)
    assert (done.status, done.err) == (0, "")


def test_a_file_name_that_is_no_text_is_no_error(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.drill.yaml"
    Path(os.fsdecode(path)).write_text(FAILS, encoding="utf-8")
    for option in ([], ["--json"], ["--junit-xml", "out.xml"]):
        done = outside(["replay", os.fsdecode(path), *option], tmp_path, LC_ALL="C.UTF-8")
        assert (done.status, done.err) == (1, "")
    assert outside(["replay", "\udcff"], tmp_path, LC_ALL="C.UTF-8").status == 2


ARGUMENTS = st.lists(
    st.sampled_from(
        [
            *(
                "replay",
                "scenarios",
                "schema",
                "tui",
                "--json",
                "--shipped",
                "--junit-xml",
                "out.xml",
                "--step",
                "1",
            ),
            *(
                "--scenario",
                "lost-phone",
                "lost-fone",
                "good.drill.yaml",
                "bad.drill.yaml",
                "ugly.drill.yaml",
                ".",
                "",
            ),
            *(
                "/dev/null",
                "--",
                "-1",
                "--version",
                "--help",
                "no/such",
                "x" * 5000,
                "a\0b",
                "é",
                "--check-clock",
            ),
        ]
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ARGUMENTS)
def test_no_arguments_give_a_traceback(run: Cli, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.status in (0, 1, 2)
    assert done.status == 0 or done.out or done.err
    assert "Traceback" not in done.err


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: (PASSES + text).encode()))
def test_no_file_gives_a_traceback(run: Cli, content: bytes) -> None:
    (run.folder / "any.drill.yaml").write_bytes(content)
    done = run("replay", "any.drill.yaml")
    assert done.status in (0, 1, 2)
    assert bool(done.err) is (done.status == 2)


# Workspaces


def test_workspaces_are_listed_with_what_is_to_be_said_of_them(
    run: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(run.folder))
    none = run("workspaces")
    assert (none.status, none.out) == (0, "")
    assert "`mfadrill open NAME` makes one" in none.err
    made = Workspace.create(path_of("autumn"), load(["good.drill.yaml"])[0].open(), "A story")
    path_of("broken").write_bytes(b"Dear diary")
    lines = run("workspaces").out.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [
        ["autumn", "is open in another mfadrill."],
        ["broken", "is no workspace, or so damaged that nothing can be read in it."],
    ]
    made.close()
    assert "A story · 1 branch · left at Mon 2 Mar 2026 09:00" in run("workspaces").out


def test_what_can_be_read_of_a_damaged_workspace_is_saved_as_another(run: Cli) -> None:
    made = Workspace.create(run.folder / "a.mfadrill", load(["good.drill.yaml"])[0].open())
    made.simulation.advance(timedelta(days=3))
    made.save()
    made.close()
    whole = (run.folder / "a.mfadrill").read_bytes()
    assert run("open", "./a.mfadrill", "--rescue", "b.mfadrill").err.endswith("nothing to rescue.\n")
    (run.folder / "a.mfadrill").write_bytes(whole.replace(b"2026-03-05T", b"2026-03-06T"))
    done = run("open", "./a.mfadrill", "--rescue", "b.mfadrill")
    assert (done.status, done.out) == (0, "")
    assert "a.mfadrill is damaged: entry" in done.err
    assert "`mfadrill open b.mfadrill` opens it" in done.err
    rescued = Workspace.open(run.folder / "b.mfadrill")
    assert rescued.simulation.now == rescued.simulation.start
    rescued.close()


@pytest.mark.parametrize("name", ["", " a", "-a", "a\x1b", "a" * 101])
def test_a_name_that_is_none_is_told(run: Cli, name: str) -> None:
    done = run("open", "--", name)
    assert done.status == 2
    assert "is no name for a workspace" in done.err


def test_a_scenario_with_mistakes_is_not_replayed_in_the_application(run: Cli) -> None:
    done = run("tui", "--replay", "ugly.drill.yaml")
    assert (done.status, done.out) == (2, "")
    assert [line.split(": ")[0] for line in done.err.splitlines()] == [
        "ugly.drill.yaml:9:12",
        "ugly.drill.yaml:10:12",
    ]
    assert run("tui", "--replay", "lost-phone", "--scenario", "lost-phone").status == 2
