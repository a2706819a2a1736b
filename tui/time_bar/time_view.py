"""What the time bar shows, computed from the simulation, and the words for what a journey brought."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.core import events as facts
from mfadrill.core.commands import Command, Outcome
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.occurrences import OccurrenceKind
from mfadrill.core.plain import plain
from mfadrill.core.together import Together
from mfadrill.core.words import count, day, duration, local, when
from mfadrill.sim.run import Run
from mfadrill.sim.simulation import MOMENT, Ahead, Digest, Simulation
from mfadrill.sim.timeline import Act, Timeline
from mfadrill.tui.time_bar.event_words import AHEAD_WORDS, EVENT_WORDS, weightiest_first
from mfadrill.tui.time_bar.strip import Marks, by_kind
from mfadrill.tui.time_bar.window import change_in_words, clock_changes


class TimeView(Struct, frozen=True):
    """The clock, what comes next, and where on the timeline the clock stands."""

    now: datetime
    zone: str
    start: datetime
    end: datetime
    marks: Marks
    next: str
    something_ahead: bool
    past: str
    crowd: str = ""

    @property
    def clock(self) -> str:
        return when(self.now, self.zone)


#: The recorded events that the strip shows by their own sign.
RECORDED = {
    facts.PeriodExpired: OccurrenceKind.PERIOD_ENDS.name,
    facts.UserActivated: OccurrenceKind.ACTIVATION.name,
    facts.UserLockedOut: "LOCKED",
}


class Recorded:
    """The marks of what is recorded. What was found in a log is kept, for a log only grows."""

    def __init__(self) -> None:
        self._of: Timeline | None = None
        self._seen = 0
        self._found: dict[str, list[datetime]] = {}

    def marks(self, timeline: Timeline) -> Marks:
        """A mark for each instant and kind in the log, what was there at the start left out."""
        if self._of is not timeline:
            self._begin(timeline)
        end = len(timeline)
        found = self._found
        for event in timeline.events[self._seen : end]:
            instants = found.setdefault(RECORDED.get(type(event), "EVENT"), [])
            if not instants or instants[-1] != event.at:
                instants.append(event.at)
        self._seen = end
        return Marks(tuple(found.items()))

    def _begin(self, timeline: Timeline) -> None:
        """Look at another timeline; what it shares with the one before need not be looked at again."""
        before, seen = self._of, min(self._seen, timeline.shared)
        self._of, self._seen = timeline, timeline.position_at(timeline.start)
        # A fork has the very events of what it was forked from, so the same last one means the same log up to it.
        if before is None or seen <= self._seen or before.events[seen - 1] is not timeline.events[seen - 1]:
            self._found = {}
            return
        until = timeline.events[seen - 1].at
        self._found = {kind: at[: bisect_left(at, until)] for kind, at in self._found.items()}
        self._seen = max(self._seen, bisect_left(timeline.events, until, hi=seen, key=lambda event: event.at))


def time_view(simulation: Simulation, recorded: Recorded | None = None) -> TimeView:
    now, zone = simulation.now, simulation.zone
    ahead, behaviour = simulation.ahead(), simulation.world.behaviour
    behind = (recorded or Recorded()).marks(simulation.timeline)
    coming = by_kind((at, kind.name) for at, kind in simulation.upcoming())
    marks = Marks((*behind.series, *coming.items()))
    latest = max([now, simulation.timeline.until, *marks.last])
    return TimeView(
        now=now,
        zone=zone,
        start=simulation.start,
        end=max(latest + (latest - simulation.start) / 20, simulation.start + timedelta(days=14)),
        marks=marks,
        next=ahead_in_words(simulation, ahead),
        something_ahead=ahead is not None,
        past="acting here starts a new branch" if simulation.in_the_past else "",
        crowd="" if behaviour is None else plain(behaviour.name),
    )


def ahead_in_words(simulation: Simulation, ahead: Ahead | None) -> str:
    """Such as `next: Mon 9 Mar 09:00, 12 periods end`."""
    if ahead is None:
        return "next: nothing will happen by itself"
    zone = simulation.zone
    there = local(ahead.at, zone)
    year = "" if there.year == local(simulation.now, zone).year else f" {there.year}"
    if ahead.recorded:
        timeline = simulation.timeline
        begin = max(simulation.position, timeline.position_at(ahead.at - MOMENT))
        events = timeline.events[begin : timeline.position_at(ahead.at)]
        what = counted(EVENT_WORDS, weightiest_first(_kinds(events)), 3) + " (recorded)"
    else:
        what = counted(AHEAD_WORDS, ahead.kinds, 3)
    return f"next: {day(ahead.at, zone)}{year} {there:%H:%M}, {what}"


def _kinds(events: Iterable[facts.Event]) -> Counter[str]:
    return Counter(type(event).__name__ for event in events)


def counted(words: Mapping[str, tuple[str, str]], kinds: Sequence[tuple[str, int]], most: int) -> str:
    """Such as `12 periods ended, 1 mail sent`, with dots for what is left out."""
    return ", ".join(
        [count(number, *words[kind]) for kind, number in kinds[:most]] + ["…"] * (len(kinds) > most)
    )


def digest_in_words(digest: Digest, zone: str = "UTC") -> str:
    """Such as `7 days later: 12 periods ended, 3 mails sent`; says it where the zone's clocks changed on the way."""
    first, last = sorted((digest.since, digest.until))
    changed = "".join(
        f"; ⇄ {change_in_words(*change, zone)}" for change in clock_changes(first, last, zone)[:1]
    )
    return _journey_in_words(digest) + changed


def _journey_in_words(digest: Digest) -> str:
    span = digest.until - digest.since
    what = counted(EVENT_WORDS, weightiest_first(digest.counts), 4)
    if span > timedelta(0):
        return f"{duration(span)} later: {what or 'nothing happened'}"
    if span < timedelta(0):
        return f"{duration(span)} back" + (f"; ahead again: {what}" if what else "")
    return f"At this instant: {what}" if what else "The clock stands there already."


def run_in_words(run: Run, zone: str) -> str:
    """How the run ended, and what it brought."""
    if not run.why:
        return digest_in_words(run.digest, zone)
    if run.digest.since == run.digest.until:
        return run.why[0].upper() + run.why[1:]
    ended = run.why if run.reached else f"stopped: {run.why}".replace("stopped: stopped", "stopped")
    return f"{ended}; {digest_in_words(run.digest, zone)}"


def done_in_words(outcomes: Iterable[Outcome], forked: str | None) -> str:
    """For an answer that comes when its dialog is gone, such as `Done: period started for 2,000 users.`"""
    kinds = Counter(outcome.kind.value for outcome in outcomes)
    done = ", ".join(f"{kind} for {count(number, 'user')}" for kind, number in kinds.most_common())
    return f"Done: {done}" + (f"; now on the new {forked}." if forked else ".")


def command_in_words(command: Command) -> str:
    """Such as `require MFA`."""
    if isinstance(command, SetBehaviour):
        return "crowd"  # as the application calls it
    name = type(command).__name__
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return words.replace("mfa", "MFA").replace("totp", "TOTP")


def undone_in_words(act: Act, simulation: Simulation) -> str:
    """Such as `Undone: require MFA (Mon 2 Mar 2026 09:00); on branch 2 now, main has it still`."""
    commands = act.command.commands if isinstance(act.command, Together) else (act.command,)
    words = ", ".join(dict.fromkeys(command_in_words(command) for command in commands))
    has_it = [branch.name for branch in simulation.branches.values() if any(a is act for a in branch.acts)]
    still = f", {has_it[-1]} has it still" if has_it else ""
    return f"Undone: {words} ({when(act.at, simulation.zone)}); on {simulation.timeline.name} now{still}"
