"""What lies in a stretch of the timeline, with names: the tooltip of a cell of the strip."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from mfadrill.core.events import Event
from mfadrill.core.users import UserId
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.time_bar.event_words import AHEAD_WORDS, EVENT_WORDS
from mfadrill.tui.time_bar.strip import Marks
from mfadrill.tui.time_bar.window import STILL_24_HOURS, change_in_words, clock_changes

#: So many names are said, and so many events looked at: a cell of a long log may have 100,000.
NAMES, LOOKED_AT = 3, 5000
#: Kinds in one tooltip, at the most.
KINDS = 6


def name_of(world: World, subject: str) -> str:
    """Who or what an id stands for, as people call it."""
    user = world.users.get(UserId(subject))
    return user.name if user is not None else subject


def names_in_words(names: Iterable[str], number: int) -> str:
    """Such as `Ada Lovelace, Alan Turing and 10 more`; `number` is how many there are altogether."""
    said = list(dict.fromkeys(names))[:NAMES]
    more = number - len(said)
    return ", ".join(said) + (f" and {more:,} more" if said and more > 0 else "")


def who(events: Iterable[Event]) -> dict[str, list[str]]:
    """The ids that the events of each kind are about, by the name of its class; each once, in order."""
    found: dict[str, dict[str, None]] = {}
    for event in events:
        found.setdefault(type(event).__name__, {}).update(dict.fromkeys(event.touches[:1]))
    return {kind: list(ids) for kind, ids in found.items()}


def what_lies_between(simulation: Simulation, marks: Marks, since: datetime, until: datetime) -> list[str]:
    """Lines on what is recorded from since on and before until, what will happen by itself, and the clocks' changes."""
    timeline, zone = simulation.timeline, simulation.zone
    just_before = timedelta(microseconds=1)
    low = timeline.position_at(since - just_before) if since > timeline.start else timeline.position_at(since)
    high = max(low, timeline.position_at(until - just_before))
    lines = [
        f"⇄ {change_in_words(*change, zone)}; {STILL_24_HOURS}"
        for change in clock_changes(since - just_before, until - just_before, zone)
    ]
    looked_at = timeline.events[low : min(high, low + LOOKED_AT)]
    numbers: dict[str, int] = {}
    for event in looked_at:
        numbers[type(event).__name__] = numbers.get(type(event).__name__, 0) + 1
    lines += _lines(timeline.head, numbers, who(looked_at), EVENT_WORDS, "")
    if high - low > LOOKED_AT:
        lines.append(f"… {high - low - LOOKED_AT:,} more events")
    lines += _ahead(simulation, marks, since, until)
    return lines if len(lines) <= KINDS else [*lines[:KINDS], "…"]


def _ahead(simulation: Simulation, marks: Marks, since: datetime, until: datetime) -> list[str]:
    after = simulation.timeline.until
    instants = {
        at for _, found in marks.between(max(since, after), until) for at in found[:LOOKED_AT] if at > after
    }
    numbers: dict[str, int] = {}
    subjects: dict[str, list[str]] = {}
    for at in sorted(instants):
        for occurrence in simulation.due_at(at):
            label = occurrence.kind.label
            numbers[label] = numbers.get(label, 0) + 1
            subjects.setdefault(label, []).append(occurrence.subject)
    return _lines(simulation.timeline.head, numbers, subjects, AHEAD_WORDS, "will happen: ")


def _lines(
    world: World,
    numbers: Mapping[str, int],
    ids: Mapping[str, list[str]],
    words: Mapping[str, tuple[str, str]],
    before: str,
) -> list[str]:
    lines: list[str] = []
    for kind, number in sorted(numbers.items(), key=lambda found: -found[1]):
        among = ids.get(kind, [])
        names = names_in_words((name_of(world, one) for one in among[:NAMES]), len(among))
        lines.append(before + count(number, *words[kind]) + (f": {names}" if names else ""))
    return lines
