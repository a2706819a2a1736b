"""The command line that starts everything. Only the command that opens the application imports Textual."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from typing import TYPE_CHECKING

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.sim.scenario.problems import UnusableScenarios
from mfadrill.tui import classroom_command, replay_command, serve_command, workspace_commands
from mfadrill.tui.exit_status import FAILED, PASSED, UNUSABLE
from mfadrill.tui.running import has_terminal, run

if TYPE_CHECKING:
    from mfadrill.sim.mail_delivery import Server

#: What `mfadrill` opens when nothing is said.
FIRST_SCENARIO = "first-rollout"


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
    parser.set_defaults(run=_tui, scenario=FIRST_SCENARIO, replay=None, step=None, smtp=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    mailing = argparse.ArgumentParser(add_help=False)
    mailing.add_argument(
        "--smtp",
        type=_server,
        metavar="HOST:PORT",
        help="hand each mail that is sent while the application runs to this mail server",
    )

    tui = commands.add_parser(
        "tui", parents=[mailing], help="open the application", description="Open the application."
    )
    world = tui.add_mutually_exclusive_group()
    world.add_argument(
        "--scenario",
        default=FIRST_SCENARIO,
        metavar="NAME",
        help="the world to open: a shipped scenario by name, or a file (%(default)s)",
    )
    world.add_argument(
        "--replay",
        metavar="NAME",
        help="replay a scenario in the application, step by step: forwards, back, and to any step",
    )
    tui.add_argument(
        "--step",
        type=int,
        metavar="N",
        help="open it, or begin to replay it, after its first N steps; without this, before the first",
    )
    tui.set_defaults(run=_tui)

    workspace_commands.add_to(commands, [mailing], FIRST_SCENARIO)
    replay_command.add_to(commands)
    serve_command.add_to(commands, FIRST_SCENARIO)
    classroom_command.add_to(commands)

    scenarios = commands.add_parser("scenarios", help="list the shipped scenarios")
    scenarios.set_defaults(run=_scenarios)

    schema = commands.add_parser("schema", help="print the JSON Schema of scenario files")
    schema.set_defaults(run=_schema)
    return parser


def _tui(arguments: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.load import load
    from mfadrill.sim.scenario.replay import play_to

    name = arguments.scenario if arguments.replay is None else arguments.replay
    scenarios = load([name])
    if len(scenarios) != 1:
        print(f"mfadrill tui: {name} has {len(scenarios)} scenarios; name one.", file=sys.stderr)
        return UNUSABLE
    scenario = scenarios[0]
    steps = arguments.step or 0
    if not 0 <= steps <= len(scenario.steps):
        print(f"mfadrill tui: --step is a number from 0 to {len(scenario.steps)} here.", file=sys.stderr)
        return UNUSABLE
    if not has_terminal():
        return UNUSABLE
    from mfadrill.tui.aside import uncollected

    replayed = None if arguments.replay is None else (scenario, steps)
    with uncollected():
        simulation = play_to(scenario, steps) if replayed is None else scenario.open()
    return run(simulation, scenario.title, arguments.smtp, replay=replayed, beginning=scenario.beginning)


def _server(text: str) -> "Server":
    from mfadrill.sim.mail_delivery import Server

    try:
        return Server.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _scenarios(_: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.load import load, shipped

    for scenario in load(shipped()):
        print(plain(f"{scenario.name:<34} {scenario.title}"))
    return PASSED


def _schema(_: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.schema import schema_text

    sys.stdout.write(schema_text())
    return PASSED


if __name__ == "__main__":
    sys.exit(main())
