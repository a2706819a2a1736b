"""The command with which an instructor looks after a class."""

import argparse
import sys
from pathlib import Path

from mfadrill.core.plain import plain
from mfadrill.tui.exit_status import FAILED, PASSED, UNUSABLE
from mfadrill.tui.running import has_terminal


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    classroom = commands.add_parser(
        "classroom",
        help="look after a class that `serve` serves",
        description="See who is there and what is on their screens; send messages, give all the same scenario, reset a "
        "sandbox. Run it on the machine of the server, as the user who runs that.",
    )
    classroom.add_argument(
        "--data", type=Path, metavar="DIR", help="the folder that the server was given (in your user data)"
    )
    classroom.set_defaults(run=_classroom)


def _classroom(arguments: argparse.Namespace) -> int:
    if not has_terminal():
        return UNUSABLE
    import asyncio

    from mfadrill.tui.classroom.app import ClassroomApp
    from mfadrill.tui.classroom.line import Line
    from mfadrill.tui.serve_command import data_folder

    async def look_after() -> str | None:
        line = await Line.to(data_folder(arguments.data))
        return await ClassroomApp(line).run_async()

    gone = asyncio.run(look_after())
    if gone:
        print(plain(gone), file=sys.stderr)
        return FAILED
    return PASSED
