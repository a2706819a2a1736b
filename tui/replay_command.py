"""The command that replays scenarios. Only --cast and --screen import Textual."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from mfadrill.core.plain import plain
from mfadrill.core.words import count
from mfadrill.tui.exit_status import FAILED, PASSED, UNUSABLE

if TYPE_CHECKING:
    from mfadrill.sim.scenario.load import Scenario
    from mfadrill.sim.scenario.replay import Replay
    from mfadrill.sim.simulation import Simulation


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the others."""
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
        "--until",
        type=int,
        metavar="N",
        help="only the first N steps of a scenario",
    )
    replay.add_argument(
        "--cast",
        type=Path,
        metavar="FILE",
        help="record the application in the replay of one scenario as an asciicast, with a chapter for each step",
    )
    replay.add_argument(
        "--screen",
        type=Path,
        metavar="FILE",
        help="write the application's screen after the replay of one scenario: FILE.svg or FILE.txt",
    )
    replay.add_argument(
        "--size",
        type=_size,
        default=(120, 40),
        metavar="COLUMNSxROWS",
        help="the size of --cast and --screen (120x40)",
    )
    replay.add_argument(
        "--check-clock",
        action="store_true",
        help="replay each a second time in 1999, to prove that the log does not depend on the wall clock",
    )
    replay.set_defaults(run=_replay)


def _size(text: str) -> tuple[int, int]:
    width, by, height = text.partition("x")
    if not (by and width.isdecimal() and height.isdecimal() and len(text) <= 9):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; give one such as 120x40")
    size = int(width), int(height)
    if not (80 <= size[0] <= 500 and 24 <= size[1] <= 200):
        raise argparse.ArgumentTypeError("from 80x24 to 500x200, please")
    return size


def _replay(arguments: argparse.Namespace) -> int:
    from mfadrill.sim.scenario.load import load, shipped
    from mfadrill.sim.scenario.replay import heeds_the_wall_clock, replay
    from mfadrill.sim.scenario.report import as_json, as_junit, for_people, summary
    from mfadrill.sim.scenario.wall_clock import frozen

    names = [*arguments.scenarios, *(shipped() if arguments.shipped else ())]
    if not names:
        print("mfadrill replay: name scenario files, or --shipped.", file=sys.stderr)
        return UNUSABLE
    scenarios = whole = load(names)
    if wrong := _wrong_about_pictures(arguments, scenarios):
        print(f"mfadrill replay: {wrong}", file=sys.stderr)
        return UNUSABLE
    if arguments.until is not None:
        scenarios = [one._replace(steps=one.steps[: arguments.until]) for one in scenarios]
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
    if not _write_pictures(arguments, whole[0], replays[0]):
        return UNUSABLE
    for name in heedful:
        print(f"{name}: the log depends on the wall clock", file=sys.stderr)
    return PASSED if all(done.passed for done in replays) and not heedful else FAILED


def _wrong_about_pictures(arguments: argparse.Namespace, scenarios: "Sequence[Scenario]") -> str:
    """Why --until, --cast and --screen cannot be done; empty, if they can."""
    wants_picture = arguments.cast is not None or arguments.screen is not None
    if len(scenarios) != 1 and (wants_picture or arguments.until is not None):
        return f"--cast, --screen and --until are for one scenario; these are {len(scenarios)}."
    if arguments.until is not None and not 0 <= arguments.until <= len(scenarios[0].steps):
        return f"--until is a number from 0 to {len(scenarios[0].steps)} here."
    if arguments.screen is not None and arguments.screen.suffix.lower() not in (".svg", ".txt"):
        return "--screen writes FILE.svg or FILE.txt; the name says which."
    return ""


def _write_pictures(arguments: argparse.Namespace, scenario: "Scenario", done: "Replay") -> bool:
    """Record the application up to where the replay got, or draw its screen there. False if that cannot be."""
    if arguments.cast is None and arguments.screen is None:
        return True
    from asyncio import run

    from mfadrill.tui.recording.film import film, screen_after

    size = arguments.size
    last = done.steps_done if done.failure is None else done.failure.number
    file = arguments.cast
    try:
        if file is not None:
            file.write_text(run(film(scenario, size, last)), encoding="utf-8")
            print(plain(f"{file}: a recording of {count(last, 'step')}."), file=sys.stderr)
        file = arguments.screen
        if file is not None:
            picture = run(screen_after(scenario, size, last))
            file.write_text(picture.written(file.suffix, scenario.title), encoding="utf-8")
            print(plain(f"{file}: the screen after {count(last, 'step')}."), file=sys.stderr)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        print(plain(f"{file}: Cannot be written: {why}."), file=sys.stderr)
        return False
    return True


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
