"""The commands that open workspaces and list them."""

import argparse
import sys
from pathlib import Path

from mfadrill.core.plain import plain
from mfadrill.tui.exit_status import PASSED, UNUSABLE
from mfadrill.tui.running import has_terminal, run


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    parents: list[argparse.ArgumentParser],
    first_scenario: str,
) -> None:
    """Add the commands to the others; without a word, a new workspace begins with the first scenario."""
    open_ = commands.add_parser(
        "open",
        parents=parents,
        help="open a workspace, which is saved as you go; a new one is made",
        description="Open a workspace where it was left, or make a new one. What happens in it is saved at once.",
    )
    open_.add_argument("workspace", metavar="NAME|PATH", help="its name, or the path of a file")
    open_.add_argument(
        "--scenario",
        metavar="NAME",
        help=f"the world of a new one: a shipped scenario by name, or a file ({first_scenario})",
    )
    open_.add_argument(
        "--rescue",
        metavar="NAME|PATH",
        help="save what can be read of a damaged workspace as this new one, and open nothing",
    )
    open_.set_defaults(run=_open, first_scenario=first_scenario)

    workspaces = commands.add_parser("workspaces", help="list the workspaces that have a name")
    workspaces.set_defaults(run=_workspaces)


def _open(arguments: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.load import load
    from mfadrill.sim.workspace import CannotOpen, Damaged, Workspace
    from mfadrill.sim.workspaces import path_of

    path = path_of(arguments.workspace)
    if arguments.rescue is not None:
        return _rescue(path, path_of(arguments.rescue), arguments.rescue)
    if not has_terminal():
        return UNUSABLE
    if path.exists():
        if arguments.scenario is not None:
            raise CannotOpen(f"{path} exists and goes on where it was left: --scenario is for a new one.")
        from mfadrill.tui.aside import uncollected

        try:
            with uncollected():
                workspace = Workspace.open(path)
        except Damaged as damaged:
            if damaged.rescued is not None:
                damaged.text += f" To save it:\nmfadrill open {arguments.workspace} --rescue NEW-NAME"
            print(plain(damaged.text, keep="\n"), file=sys.stderr)
            return UNUSABLE
    else:
        scenarios = load([arguments.scenario or arguments.first_scenario])
        if len(scenarios) != 1:
            raise CannotOpen(f"{arguments.scenario} has {len(scenarios)} scenarios; name one.")
        (scenario,) = scenarios
        workspace = Workspace.create(path, scenario.open(), scenario.title, scenario.beginning)
    return run(
        workspace.simulation,
        workspace.title,
        arguments.smtp,
        workspace=workspace,
        beginning=workspace.beginning,
    )


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
