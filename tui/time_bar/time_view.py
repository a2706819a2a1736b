"""What the time bar shows, computed from the simulation, and the words for what a journey brought."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from msgspec import Struct

from mfadrill.core import events as facts
from mfadrill.core.commands import Command, Outcome
from mfadrill.core.occurrences import OccurrenceKind
from mfadrill.core.plain import plain
from mfadrill.core.together import Together
from mfadrill.core.words import count, day, duration, local, when
from mfadrill.sim.simulation import MOMENT, Ahead, Digest, Simulation
from mfadrill.sim.timeline import Act, Timeline
from mfadrill.tui.time_bar.strip import Mark

#: The words for every event, by the name of its class: one, and several of it.
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
    facts.ChallengePassed.__name__: ("challenge passed", "challenges passed"),
    facts.LoginBegun.__name__: ("password accepted", "passwords accepted"),
    facts.BrowserLeft.__name__: ("log-out", "log-outs"),
    facts.TotpEnrollmentStarted.__name__: ("TOTP set-up begun", "TOTP set-ups begun"),
    facts.PushEnrolled.__name__: ("push device paired", "push devices paired"),
    facts.PushDeleted.__name__: ("push device removed", "push devices removed"),
    facts.PushPromptSent.__name__: ("push prompt", "push prompts"),
    facts.SecurityKeyRegistered.__name__: ("security key registered", "security keys registered"),
    facts.PhoneScanned.__name__: ("QR code scanned", "QR codes scanned"),
    facts.PhoneLost.__name__: ("phone lost", "phones lost"),
    facts.PhoneReplaced.__name__: ("phone replaced", "phones replaced"),
    facts.SecurityKeyGiven.__name__: ("security key handed out", "security keys handed out"),
    facts.SecurityKeyPlugged.__name__: ("security key plugged", "security keys plugged"),
    facts.SecurityKeyCopied.__name__: ("security key copied", "security keys copied"),
    facts.SecurityKeyTouched.__name__: ("touch of a security key", "touches of security keys"),
    facts.KeyChallengeIssued.__name__: ("WebAuthn challenge", "WebAuthn challenges"),
    facts.PhoneClockSet.__name__: ("phone clock set", "phone clocks set"),
    facts.PasswordSet.__name__: ("password set", "passwords set"),
    facts.ActivationScheduled.__name__: ("activation scheduled", "activations scheduled"),
    facts.GroupCreated.__name__: ("group created", "groups created"),
    facts.GroupRenamed.__name__: ("group renamed", "groups renamed"),
    facts.GroupDeleted.__name__: ("group deleted", "groups deleted"),
    facts.GroupJoined.__name__: ("user added to a group", "users added to groups"),
    facts.GroupLeft.__name__: ("user removed from a group", "users removed from groups"),
    facts.ApplicationAdded.__name__: ("application added", "applications added"),
    facts.BehaviourSet.__name__: ("crowd switched", "crowd switched"),
    facts.OrganizationCreated.__name__: ("organization created", "organizations created"),
}

#: What comes, by the label of its kind.
AHEAD_WORDS: Mapping[str, tuple[str, str]] = {
    OccurrenceKind.PERIOD_ENDS.label: ("period ends", "periods end"),
    OccurrenceKind.REMINDER.label: ("reminder", "reminders"),
    OccurrenceKind.ACTIVATION.label: ("activation", "activations"),
    OccurrenceKind.UNLOCK.label: ("account unlocks", "accounts unlock"),
    "log-in": ("log-in", "log-ins"),
    OccurrenceKind.PUSH_TIMES_OUT.label: ("push prompt times out", "push prompts time out"),
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
        self._kept: tuple[Timeline | None, int, dict[tuple[datetime, str], Mark]] = (None, 0, {})

    def marks(self, timeline: Timeline) -> tuple[Mark, ...]:
        """A mark for each instant and kind in the log, what was there at the start left out."""
        of, seen, found = self._kept
        if of is not timeline:
            seen, found = timeline.position_at(timeline.start), {}
        end = len(timeline)
        for event in islice(timeline.events, seen, end):
            kind = RECORDED.get(type(event), "EVENT")
            if (event.at, kind) not in found:
                found[event.at, kind] = Mark(event.at, kind)
        self._kept = timeline, end, found
        return tuple(found.values())


def time_view(simulation: Simulation, recorded: Recorded | None = None) -> TimeView:
    now, zone = simulation.now, simulation.zone
    ahead = simulation.ahead()
    behind = (recorded or Recorded()).marks(simulation.timeline)
    marks = (*behind, *(Mark(at, kind.name) for at, kind in simulation.upcoming()))
    behaviour = simulation.world.behaviour
    latest = max([now, simulation.timeline.until, *(mark.at for mark in marks)])
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
        what = counted(EVENT_WORDS, _kinds(events).most_common(), 3) + " (recorded)"
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


def digest_in_words(digest: Digest) -> str:
    """Such as `7 days later: 12 periods ended, 3 mails sent`."""
    span = digest.until - digest.since
    what = counted(EVENT_WORDS, digest.counts.most_common(), 4)
    if span > timedelta(0):
        return f"{duration(span)} later: {what or 'nothing happened'}"
    if span < timedelta(0):
        return f"{duration(span)} back" + (f"; ahead again: {what}" if what else "")
    return f"At this instant: {what}" if what else "The clock stands there already."


def done_in_words(outcomes: Iterable[Outcome], forked: str | None) -> str:
    """For an answer that comes when its dialog is gone, such as `Done: period started for 2,000 users.`"""
    kinds = Counter(outcome.kind.value for outcome in outcomes)
    done = ", ".join(f"{kind} for {count(number, 'user')}" for kind, number in kinds.most_common())
    return f"Done: {done}" + (f"; now on the new {forked}." if forked else ".")


def _command_in_words(command: Command) -> str:
    """Such as `require MFA`."""
    name = type(command).__name__
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return words.replace("mfa", "MFA").replace("totp", "TOTP")


def undone_in_words(act: Act, simulation: Simulation) -> str:
    """Such as `Undone: require MFA (Mon 2 Mar 2026 09:00); on branch 2 now, main has it still`."""
    commands = act.command.commands if isinstance(act.command, Together) else (act.command,)
    words = ", ".join(dict.fromkeys(_command_in_words(command) for command in commands))
    has_it = [branch.name for branch in simulation.branches.values() if any(a is act for a in branch.acts)]
    still = f", {has_it[-1]} has it still" if has_it else ""
    return f"Undone: {words} ({when(act.at, simulation.zone)}); on {simulation.timeline.name} now{still}"
