"""The command line that starts everything. Only the command that opens the application imports Textual."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.sim.scenario.problems import UnusableScenarios

if TYPE_CHECKING:
    from mfadrill.sim.mail_delivery import Server
    from mfadrill.sim.simulation import Simulation
    from mfadrill.sim.workspace import Workspace

#: What `mfadrill` opens when nothing is said.
FIRST_SCENARIO = "first-rollout"

PASSED, FAILED, UNUSABLE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status says how it went."""
    arguments = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title may have what a terminal cannot show
    try:
        status = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except (UnusableScenarios, Refusal) as unusable:
        print(plain(str(unusable), keep="\n"), file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        # Nobody reads on; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mfadrill",
        description="A flight simulator for MFA rollouts. Without a command it opens the application.",
    )
    parser.add_argument("--version", action="version", version=f"mfadrill {version('mfadrill')}")
    parser.set_defaults(run=_tui, scenario=FIRST_SCENARIO, step=None, smtp=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    tui = commands.add_parser("tui", help="open the application", description="Open the application.")
    tui.add_argument(
        "--scenario",
        default=FIRST_SCENARIO,
        metavar="NAME",
        help="the world to open: a shipped scenario by name, or a file (%(default)s)",
    )
    tui.add_argument(
        "--step",
        type=int,
        metavar="N",
        help="open it after its first N steps; without this, before the first",
    )
    tui.add_argument(
        "--smtp",
        type=_server,
        metavar="HOST:PORT",
        help="hand each mail that is sent while the application runs to this mail server",
    )
    tui.set_defaults(run=_tui)

    open_ = commands.add_parser(
        "open",
        help="open a workspace, which is saved as you go; a new one is made",
        description="Open a workspace where it was left, or make a new one. What happens in it is saved at once.",
    )
    open_.add_argument("workspace", metavar="NAME|PATH", help="its name, or the path of a file")
    open_.add_argument(
        "--scenario",
        metavar="NAME",
        help=f"the world of a new one: a shipped scenario by name, or a file ({FIRST_SCENARIO})",
    )
    open_.add_argument(
        "--rescue",
        metavar="NAME|PATH",
        help="save what can be read of a damaged workspace as this new one, and open nothing",
    )
    open_.add_argument(
        "--smtp",
        type=_server,
        metavar="HOST:PORT",
        help="hand each mail that is sent while the application runs to this mail server",
    )
    open_.set_defaults(run=_open)

    workspaces = commands.add_parser("workspaces", help="list the workspaces that have a name")
    workspaces.set_defaults(run=_workspaces)

    replay = commands.add_parser(
        "replay",
        help="replay scenarios and check what they expect",
        description="Replay scenarios. Exit status: 0 passed, 1 failed, 2 unusable input.",
    )
    replay.add_argument(
        "scenarios", nargs="*", metavar="FILE", help="files, folders, or names of shipped ones"
    )
    replay.add_argument("--shipped", action="store_true", help="all shipped scenarios")
    replay.add_argument("--json", action="store_true", help="print the results as JSON")
    replay.add_argument("--junit-xml", type=Path, metavar="FILE", help="write the results as JUnit XML")
    replay.add_argument(
        "--mails",
        type=Path,
        metavar="DIR",
        help="write every mail that was sent into this folder as .eml; of several scenarios, into a folder each",
    )
    replay.add_argument(
        "--check-clock",
        action="store_true",
        help="replay each a second time in 1999, to prove that the log does not depend on the wall clock",
    )
    replay.set_defaults(run=_replay)

    scenarios = commands.add_parser("scenarios", help="list the shipped scenarios")
    scenarios.set_defaults(run=_scenarios)

    schema = commands.add_parser("schema", help="print the JSON Schema of scenario files")
    schema.set_defaults(run=_schema)
    return parser


def _tui(arguments: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.load import load
    from mfadrill.sim.scenario.replay import play_to

    scenarios = load([arguments.scenario])
    if len(scenarios) != 1:
        print(
            f"mfadrill tui: {arguments.scenario} has {len(scenarios)} scenarios; name one.", file=sys.stderr
        )
        return UNUSABLE
    scenario = scenarios[0]
    steps = arguments.step or 0
    if not 0 <= steps <= len(scenario.steps):
        print(f"mfadrill tui: --step is a number from 0 to {len(scenario.steps)} here.", file=sys.stderr)
        return UNUSABLE
    if not _has_terminal():
        return UNUSABLE
    from mfadrill.tui.aside import uncollected

    with uncollected():
        simulation = play_to(scenario, steps)
    return _run(simulation, scenario.title, arguments.smtp, beginning=scenario.beginning)


def _has_terminal() -> bool:
    """Whether the application can be shown; if not, it is said."""
    if sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty():
        return True
    print("mfadrill: the application needs a terminal; `mfadrill replay` does not.", file=sys.stderr)
    return False


def _run(
    simulation: "Simulation",
    title: str,
    smtp: "Server | None",
    workspace: "Workspace | None" = None,
    beginning: str = "",
) -> int:
    from platformdirs import user_config_path

    from mfadrill.core.words import count
    from mfadrill.tui.app import DrillApp

    saved_filters = user_config_path("mfadrill", appauthor=False) / "filters.json"
    app = DrillApp(
        simulation,
        title=title,
        saved_filters=saved_filters,
        smtp=smtp,
        workspace=workspace,
        beginning=beginning,
    )
    app.run()
    if app.outgoing is not None and (left := len(app.outgoing.delivery.waiting)):
        print(f"{count(left, 'mail')} could not be delivered to {smtp}.", file=sys.stderr)
    if app.autosave is not None and (unsaved := app.autosave.close()):
        print(plain(f"{unsaved} What happened since then is lost."), file=sys.stderr)
        return FAILED
    return PASSED


def _open(arguments: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.load import load
    from mfadrill.sim.workspace import CannotOpen, Damaged, Workspace
    from mfadrill.sim.workspaces import path_of

    path = path_of(arguments.workspace)
    if arguments.rescue is not None:
        return _rescue(path, path_of(arguments.rescue), arguments.rescue)
    if not _has_terminal():
        return UNUSABLE
    if path.exists():
        if arguments.scenario is not None:
            raise CannotOpen(f"{path} exists and goes on where it was left: --scenario is for a new one.")
        try:
            workspace = Workspace.open(path)
        except Damaged as damaged:
            if damaged.rescued is not None:
                damaged.text += f" To save it:\nmfadrill open {arguments.workspace} --rescue NEW-NAME"
            print(plain(damaged.text, keep="\n"), file=sys.stderr)
            return UNUSABLE
    else:
        scenarios = load([arguments.scenario or FIRST_SCENARIO])
        if len(scenarios) != 1:
            raise CannotOpen(f"{arguments.scenario} has {len(scenarios)} scenarios; name one.")
        (scenario,) = scenarios
        workspace = Workspace.create(path, scenario.open(), scenario.title, scenario.beginning)
    return _run(workspace.simulation, workspace.title, arguments.smtp, workspace, workspace.beginning)


def _rescue(path: Path, new: Path, name: str) -> int:
    from mfadrill.sim.workspace import Damaged, Workspace

    try:
        Workspace.open(path).close()
    except Damaged as damaged:
        print(plain(damaged.text), file=sys.stderr)
        if damaged.rescued is None:
            return UNUSABLE
        Workspace.create(new, damaged.rescued, damaged.title, damaged.beginning).close()
        print(plain(f"Saved as {new}; `mfadrill open {name}` opens it."), file=sys.stderr)
        return PASSED
    print(plain(f"{path} is not damaged; there is nothing to rescue."), file=sys.stderr)
    return UNUSABLE


def _workspaces(_: argparse.Namespace) -> int:
    from mfadrill.sim.workspaces import folder, listed

    for name, told in (found := listed()):
        print(plain(f"{name:<24} {told}"))
    if not found:
        print(plain(f"There are none in {folder()}; `mfadrill open NAME` makes one."), file=sys.stderr)
    return PASSED


def _server(text: str) -> "Server":
    from mfadrill.sim.mail_delivery import Server

    try:
        return Server.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _replay(arguments: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.load import load, shipped
    from mfadrill.sim.scenario.replay import heeds_the_wall_clock, replay
    from mfadrill.sim.scenario.report import as_json, as_junit, for_people, summary
    from mfadrill.sim.scenario.wall_clock import frozen

    names = [*arguments.scenarios, *(shipped() if arguments.shipped else ())]
    if not names:
        print("mfadrill replay: name scenario files, or --shipped.", file=sys.stderr)
        return UNUSABLE
    scenarios = load(names)
    replays, seconds = [], []
    with frozen() as wall:
        for scenario in scenarios:
            simulation = scenario.open()
            began = perf_counter()
            replays.append(replay(scenario, wall, simulation))
            seconds.append(perf_counter() - began)
            if not arguments.json:
                print(for_people(replays[-1]))
            if arguments.mails is not None and not _write_mails(
                arguments.mails, simulation, scenario.name if len(scenarios) > 1 else ""
            ):
                return UNUSABLE
    heedful = [
        done.scenario.name
        for done in (replays if arguments.check_clock else ())
        if heeds_the_wall_clock(done.scenario, done)
    ]
    if arguments.json:
        sys.stdout.write(as_json(replays).decode() + "\n")
    else:
        print(summary(replays))
    if arguments.junit_xml is not None:
        try:
            arguments.junit_xml.write_bytes(as_junit(replays, seconds))
        except OSError as error:
            print(f"{arguments.junit_xml}: Cannot be written: {error.strerror}.", file=sys.stderr)
            return UNUSABLE
    for name in heedful:
        print(f"{name}: the log depends on the wall clock", file=sys.stderr)
    return PASSED if all(done.passed for done in replays) and not heedful else FAILED


def _scenarios(_: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.load import load, shipped

    for scenario in load(shipped()):
        print(plain(f"{scenario.name:<34} {scenario.title}"))
    return PASSED


def _write_mails(folder: Path, simulation: "Simulation", name: str) -> bool:
    """Write the simulation's mails into the folder, or into one of this name in it. False if that cannot be."""
    from mfadrill.sim.mail_export import safe_name, sent_in, write_mails

    try:
        folder.mkdir(exist_ok=True)
        if name:
            folder /= f"mails-{safe_name(name)}"
            folder.mkdir(exist_ok=True)
        written = write_mails(folder, sent_in(simulation))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        print(plain(f"{folder}: Mails cannot be written: {why}."), file=sys.stderr)
        return False
    print(plain(written.in_words(str(folder))), file=sys.stderr)
    return True


def _schema(_: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.schema import schema_text

    sys.stdout.write(schema_text())
    return PASSED


if __name__ == "__main__":
    sys.exit(main())
