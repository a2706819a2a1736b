"""Recording: what was done in a simulation, as a scenario that replays to the same log.

The recording is replayed before it is handed out, and compared with what it was made of, event by event. Where the
simulation did not come from a scenario file, its beginning is written anew: what people had set up before the story
began has the same kind there, and secrets of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from mfadrill.core.commands import Command, Outcome, OutcomeKind
from mfadrill.core.events import Event
from mfadrill.core.handling_keys import TouchSecurityKey
from mfadrill.core.refusals import Refusal
from mfadrill.core.status import totp_status
from mfadrill.core.together import Together
from mfadrill.core.words import when
from mfadrill.sim.log import encode_log
from mfadrill.sim.scenario.beginning import beginning_of
from mfadrill.sim.scenario.doing import browser_of
from mfadrill.sim.scenario.expectations import Sight, sight_of
from mfadrill.sim.scenario.load import SUFFIX, Scenario, read
from mfadrill.sim.scenario.problems import UnusableScenarios
from mfadrill.sim.scenario.replay import take
from mfadrill.sim.scenario.steps_of import CannotRecord, steps_of
from mfadrill.sim.scenario.yaml_text import Bare, entry, instant_text, item, span_text
from mfadrill.sim.simulation import Simulation

#: How many users' statuses a step expects; with more, nobody reads them.
SHOWN = 3

Parts = dict[str, Any]


class Recording(Struct, frozen=True):
    """The text of a scenario file, and how many steps it has."""

    text: str
    steps: int


def record(simulation: Simulation, title: str, opened: Scenario | None = None) -> Recording:
    """The branch that the simulation is on, from its start to its end. Raises CannotRecord.

    `opened` is the scenario that the simulation was opened from: its beginning is kept word by word.
    """
    founding = simulation.timeline.events[: simulation.founded]
    from_file = opened is not None and opened.beginning and list(opened.founding) == founding
    again = Simulation(simulation.start, simulation.seed)
    again.begin(founding)
    lines = [*entry("title", title.strip() or "A recording", 0)]
    if opened is not None and from_file:
        lines += [*entry("about", f"Recorded in {opened.title}.", 0), opened.beginning.rstrip("\n")]
    else:
        for key, value in beginning_of(again).items():
            lines += entry(key, value, 0)
    steps: list[Parts] = []
    for act in simulation.timeline.acts:
        steps += _waited(again, act.at)
        for command in _parts(act.command):
            made = steps_of(again, command)
            try:
                receipt = again.act(command)
            except Refusal as refusal:
                raise CannotRecord(f"{when(act.at, again.zone)}: {refusal.text}") from None
            expected = _expected(again, made, receipt.outcomes)
            steps += [*made[:-1], made[-1] | ({"expect": expected} if expected else {})]
    steps += _waited(again, simulation.timeline.until)
    lines += ["steps:" if steps else "steps: []", *(line for step in steps for line in item(step))]
    text = "\n".join(lines) + "\n"
    _check(text, simulation, exactly=bool(from_file))
    return Recording(text, len(steps))


def _parts(command: Command) -> tuple[Command, ...]:
    """What an admin saved at once, one by one; a ceremony with a security key is one thing."""
    if isinstance(command, Together) and not any(isinstance(c, TouchSecurityKey) for c in command.commands):
        return command.commands
    return (command,)


def _waited(again: Simulation, at: datetime) -> list[Parts]:
    """The step from one instant to the next, which is taken as well."""
    span = at - again.now
    if not span:
        return []
    again.travel_to(at)
    whole = not at.microsecond and not span.microseconds
    if whole and (span < timedelta(days=2) or not span % timedelta(days=1)):
        return [{"advance": Bare(span_text(span))}]
    return [{"travel to": Bare(instant_text(at, again.zone))}]


def _expected(after: Simulation, made: Sequence[Parts], outcomes: Sequence[Outcome]) -> Parts:
    """What was seen after the step, as far as it says something and stays readable."""
    world, now = after.world, after.now
    found: Parts = {}
    refused = [outcome for outcome in outcomes if outcome.kind is OutcomeKind.REFUSED]
    if refused:
        found["outcome"] = {world.users[one.user].username: one.kind for one in refused[:SHOWN]}
    touched = [world.users[one.user] for one in outcomes if one.user in world.users]
    if 0 < len(touched) <= SHOWN:
        statuses = {user.username: totp_status(user, world.organization, now) for user in touched}
        found["status"] = {name: status.label for name, status in statuses.items()}
    ((kind, args),) = made[-1].items()
    if kind in IN_A_BROWSER:
        browser = browser_of({"user": args} if isinstance(args, str) else args)
        sight = sight_of(after, browser)
        session = world.browsers.get(browser)
        failure = None if session is None else session.failure
        seen = str(sight.value)
        if sight is Sight.CHALLENGE and failure is not None:
            found["sees"] = {browser: {"screen": seen, "failure": failure.value}}
        else:
            found["sees"] = {browser: seen}
    return found


#: Steps after which somebody looks at a browser.
IN_A_BROWSER = frozenset(
    {"log in", "answer challenge", "set up", "show QR code", "enter code", "set up later", "log out"}
)


def _check(text: str, simulation: Simulation, *, exactly: bool) -> None:
    """Replay the text; its log must be the one that it was made of. Raises CannotRecord."""
    try:
        scenario = read(text, f"recording{SUFFIX}")
    except UnusableScenarios as unusable:
        raise CannotRecord(f"A scenario cannot say this: {unusable.problems[0].text}") from None
    replayed = scenario.open()
    for number, step in enumerate(scenario.steps, 1):
        failure = take(step, number, replayed)
        if failure is not None:
            wrong = failure.mismatches[0]
            raise CannotRecord(
                f"A scenario cannot say this: “{step.label}” at {failure.instant}; {wrong.what} would be "
                f"{wrong.actual}, not {wrong.expected}."
            )
    mine = _marks(simulation.timeline.events[simulation.founded :], exactly=exactly)
    theirs = _marks(replayed.timeline.events[replayed.founded :], exactly=exactly)
    if mine != theirs:
        different = next(
            (a for a, b in zip(mine, [*theirs, *mine[len(theirs) :]], strict=False) if a != b), mine[-1:]
        )
        at = when(different[0], simulation.zone) if isinstance(different, tuple) else "the end"
        raise CannotRecord(f"A scenario cannot say what was done at {at}: replayed, it has other events.")


def _marks(events: Sequence[Event], *, exactly: bool) -> list[tuple[datetime, str, bytes]]:
    """What is compared: the events of an instant in any order, because a file does one by one what was saved as one.

    With a beginning that was written anew, secrets and the challenges for keys are others, and only kinds of events
    and whom they touch can be the same.
    """
    return sorted(
        (
            event.at,
            event.name,
            encode_log([event]) if exactly else repr(sorted(event.touches)).encode(),
        )
        for event in events
    )
