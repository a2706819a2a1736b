"""Reports of replays: for people, as JSON, and as JUnit XML."""

import shlex
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import msgspec

from mfadrill.core.narrative import in_words
from mfadrill.core.plain import plain
from mfadrill.core.words import count, when
from mfadrill.sim.scenario.replay import Failure, Replay


def _shown(text: str) -> str:
    """As it may be printed; XML 1.0 does not even know what is left out."""
    return plain(text, keep="\n\t")


def failure_in_words(failure: Failure, file: str | None = None) -> str:
    """The step, the simulated instant, expected and actual, the latest events, and how to look at that moment."""
    step = failure.step
    lines = [
        f"{step.place}: step {failure.number} ({step.label}) failed",
        f"  at  {failure.instant} {failure.zone}",
    ]
    for mismatch in failure.mismatches:
        subject = f"{mismatch.subject}: " if mismatch.subject else ""
        lines += [
            f"  {subject}{mismatch.what}",
            f"    expected  {mismatch.expected}",
            f"    actual    {mismatch.actual}",
        ]
    for subject, events in failure.latest:
        lines.append(f"  the latest events of {subject}:")
        for event in events:
            told = in_words(event, failure.zone)
            lines.append(f"    {when(event.at, failure.zone)}  {event.actor:<8} {event.name:<26} {told}")
        if not events:
            lines.append("    none")
    if file is not None:
        lines.append(f"  look at it:  {look_command(file, failure.number)}")
    return _shown("\n".join(lines))


def look_command(file: str, number: int) -> str:
    """The command that opens the application at the moment after that step, and says there what it missed."""
    return f"mfadrill tui --replay {shlex.quote(file)} --step {number}"


def summary(replays: Sequence[Replay]) -> str:
    failed = sum(not replay.passed for replay in replays)
    passed = len(replays) - failed
    return f"{count(passed, 'scenario')} passed" + (f", {failed} failed" if failed else "")


def for_people(replay: Replay) -> str:
    """A line for a scenario that passed, and all about one that failed."""
    scenario = replay.scenario
    if replay.failure is None:
        return _shown(f"passed  {scenario.name:<34} {count(replay.steps_done, 'step'):>9}  {scenario.title}")
    first = _shown(f"FAILED  {scenario.name:<34} {scenario.title}")
    return f"{first}\n{failure_in_words(replay.failure, scenario.file)}"


def as_json(replays: Sequence[Replay]) -> bytes:
    """All results in one document."""
    results = [_result(replay) for replay in replays]
    report = {"passed": all(replay.passed for replay in replays), "scenarios": results}
    return msgspec.json.format(msgspec.json.encode(report), indent=2)


def _result(replay: Replay) -> dict[str, Any]:
    scenario, failure = replay.scenario, replay.failure
    found: dict[str, Any] = {
        "name": scenario.name,
        "file": scenario.file,
        "title": scenario.title,
        "passed": replay.passed,
        "steps": len(scenario.steps),
        "steps_done": replay.steps_done,
        "events": replay.events,
    }
    if failure is not None:
        found["failure"] = {
            "step": failure.number,
            "kind": failure.step.label,
            "line": failure.step.place.line,
            "column": failure.step.place.column,
            "at": failure.instant,
            "zone": failure.zone,
            "mismatches": [mismatch._asdict() for mismatch in failure.mismatches],
            "text": failure_in_words(failure, scenario.file),
        }
    return found


def as_junit(replays: Sequence[Replay], seconds: Sequence[float]) -> bytes:
    """JUnit XML, one test case a scenario; `seconds` is how long each took."""
    failed = sum(not replay.passed for replay in replays)
    suite = ElementTree.Element(
        "testsuite",
        name="mfadrill",
        tests=str(len(replays)),
        failures=str(failed),
        errors="0",
        time=f"{sum(seconds):.3f}",
    )
    for replay, took in zip(replays, seconds, strict=True):
        scenario = replay.scenario
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname="mfadrill",
            name=_shown(scenario.name),
            file=_shown(scenario.file),
            time=f"{took:.3f}",
        )
        if replay.failure is not None:
            text = failure_in_words(replay.failure, scenario.file)
            short = ElementTree.SubElement(case, "failure", message=text.splitlines()[0])
            short.text = text
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True) + b"\n"
