"""What the time bar shows, computed from the simulation, and the words for what a journey brought."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.core import events as facts
from mfadrill.core.occurrences import OccurrenceKind
from mfadrill.core.words import count, day, duration, local, when
from mfadrill.sim.simulation import Ahead, Digest, Simulation
from mfadrill.tui.time_bar.strip import Mark

#: The words for an event, one and several of it.
EVENT_WORDS: Mapping[str, tuple[str, str]] = {
    facts.PeriodExpired.__name__: ("period ended", "periods ended"),
    facts.MailSent.__name__: ("mail sent", "mails sent"),
    facts.UserUnlocked.__name__: ("account unlocked", "accounts unlocked"),
    facts.UserLockedOut.__name__: ("account locked", "accounts locked"),
    facts.UserActivated.__name__: ("user activated", "users activated"),
    facts.UserSuspended.__name__: ("user suspended", "users suspended"),
    facts.UserCreated.__name__: ("user created", "users created"),
    facts.PeriodStarted.__name__: ("period started", "periods started"),
    facts.RequirementSet.__name__: ("requirement set", "requirements set"),
    facts.RequirementRemoved.__name__: ("requirement removed", "requirements removed"),
    facts.TotpEnrolled.__name__: ("TOTP enrolled", "TOTP enrolled"),
    facts.TotpDeleted.__name__: ("TOTP reset", "TOTP reset"),
    facts.PolicyCreated.__name__: ("policy created", "policies created"),
    facts.PolicyUpdated.__name__: ("policy changed", "policies changed"),
    facts.PolicyDeleted.__name__: ("policy deleted", "policies deleted"),
    facts.OrganizationUpdated.__name__: ("setting changed", "settings changed"),
    facts.LoginSucceeded.__name__: ("log-in", "log-ins"),
    facts.LoginRefused.__name__: ("log-in refused", "log-ins refused"),
    facts.PasswordRefused.__name__: ("wrong password", "wrong passwords"),
    facts.EnrollmentSkipped.__name__: ("set-up skipped", "set-ups skipped"),
    facts.ChallengeFailed.__name__: ("challenge failed", "challenges failed"),
}

#: What comes, by the label of its kind.
AHEAD_WORDS: Mapping[str, tuple[str, str]] = {
    OccurrenceKind.PERIOD_ENDS.label: ("period ends", "periods end"),
    OccurrenceKind.REMINDER.label: ("reminder", "reminders"),
    OccurrenceKind.ACTIVATION.label: ("activation", "activations"),
    OccurrenceKind.UNLOCK.label: ("account unlocks", "accounts unlock"),
    OccurrenceKind.PUSH_TIMES_OUT.label: ("push prompt times out", "push prompts time out"),
}


#: What is recorded ahead, by its name in the log; where several facts share one, the name itself will do.
RECORDED_WORDS: Mapping[str, tuple[str, str]] = {
    event.name: EVENT_WORDS[event.__name__]
    for event in (
        facts.PeriodExpired,
        facts.MailSent,
        facts.UserUnlocked,
        facts.UserLockedOut,
        facts.UserActivated,
        facts.UserSuspended,
        facts.TotpEnrolled,
        facts.TotpDeleted,
        facts.PolicyUpdated,
        facts.OrganizationUpdated,
    )
}


class TimeView(Struct, frozen=True):
    """The clock, what comes next, and where on the timeline the clock stands."""

    now: datetime
    zone: str
    start: datetime
    end: datetime
    marks: tuple[Mark, ...]
    next: str
    something_ahead: bool
    past: str
    branch: str

    @property
    def clock(self) -> str:
        return when(self.now, self.zone)


def time_view(simulation: Simulation) -> TimeView:
    now, zone = simulation.now, simulation.zone
    ahead = simulation.ahead()
    marks = (*_recorded(simulation), *(Mark(at, kind.name) for at, kind in simulation.upcoming()))
    latest = max([now, simulation.timeline.until, *(mark.at for mark in marks)])
    return TimeView(
        now=now,
        zone=zone,
        start=simulation.start,
        end=max(latest + (latest - simulation.start) / 20, simulation.start + timedelta(days=14)),
        marks=marks,
        next=ahead_in_words(ahead, now, zone),
        something_ahead=ahead is not None,
        past="acting here starts a new branch" if simulation.in_the_past else "",
        branch=simulation.timeline.name,
    )


#: The recorded events that the strip shows by their own sign.
RECORDED = {
    facts.PeriodExpired: OccurrenceKind.PERIOD_ENDS.name,
    facts.UserActivated: OccurrenceKind.ACTIVATION.name,
    facts.UserLockedOut: "LOCKED",
}


def _recorded(simulation: Simulation) -> list[Mark]:
    """A mark for each instant and kind in the log, what was there at the start left out."""
    timeline = simulation.timeline
    found: dict[tuple[datetime, str], None] = {}
    for event in timeline.events[timeline.position_at(simulation.start) :]:
        found[event.at, RECORDED.get(type(event), "EVENT")] = None
    return [Mark(at, kind) for at, kind in found]


def ahead_in_words(ahead: Ahead | None, now: datetime, zone: str) -> str:
    """Such as `next: Mon 9 Mar 09:00, 12 periods end`."""
    if ahead is None:
        return "next: nothing will happen by itself"
    there = local(ahead.at, zone)
    year = "" if there.year == local(now, zone).year else f" {there.year}"
    kinds = ahead.kinds
    words = RECORDED_WORDS if ahead.recorded else AHEAD_WORDS
    what = ", ".join(_counted(words, kind, number) for kind, number in kinds[:3])
    if len(kinds) > 3:
        what += ", …"
    recorded = " (recorded)" if ahead.recorded else ""
    return f"next: {day(ahead.at, zone)}{year} {there:%H:%M}, {what}{recorded}"


def _counted(words: Mapping[str, tuple[str, str]], kind: str, number: int) -> str:
    if kind in words:
        one, several = words[kind]
        return count(number, one, several)
    return f"{number:,} {kind}"


def digest_in_words(digest: Digest) -> str:
    """Such as `7 days later: 12 periods ended, 3 mails sent`."""
    span = digest.until - digest.since
    if not span:
        return "The clock stands there already."
    counts: Counter[str] = digest.counts
    told = [
        _counted(EVENT_WORDS, kind, number) for kind, number in counts.most_common() if kind in EVENT_WORDS
    ]
    what = ", ".join(told[:4]) + (", …" if len(told) > 4 else "")
    if span > timedelta(0):
        return f"{duration(span)} later: {what or 'nothing happened'}"
    return f"{duration(span)} back" + (f"; ahead again: {what}" if what else "")


def undone_in_words(command: object, zone: str, at: datetime) -> str:
    """Such as `Undone: require mfa (Mon 2 Mar 2026 09:00). It stays recorded ahead.`"""
    name = type(command).__name__
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return f"Undone: {words.replace('mfa', 'MFA').replace('totp', 'TOTP')} ({when(at, zone)})."
