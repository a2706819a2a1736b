"""Recording: what was done on a branch, as a scenario that replays to the same log.

Whatever was done is told as steps, each at its instant; what happens by itself comes by itself, because the scenario
has the same seed. The recording is replayed before it is handed out, and compared event by event with what was done.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct

from mfadrill.core.challenges import Answer
from mfadrill.core.commands import Command, Outcome, OutcomeKind
from mfadrill.core.events import Event, MailSent
from mfadrill.core.handling_keys import TouchSecurityKey
from mfadrill.core.phones import ATTACKER
from mfadrill.core.portal import LogIn, step_of
from mfadrill.core.refusals import Refusal
from mfadrill.core.setting_up import SetUp
from mfadrill.core.status import totp_status
from mfadrill.core.together import Together
from mfadrill.core.users import UserId, user_id
from mfadrill.core.words import when
from mfadrill.core.world import World
from mfadrill.sim.scenario.beginning import beginning_of, factor_labels
from mfadrill.sim.scenario.doing import browser_of
from mfadrill.sim.scenario.expectations import Sight, sight_of
from mfadrill.sim.scenario.load import MAX_BYTES, SUFFIX, Scenario, read
from mfadrill.sim.scenario.problems import UnusableScenarios
from mfadrill.sim.scenario.replay import take
from mfadrill.sim.scenario.shapes import Record
from mfadrill.sim.scenario.steps import STEPS
from mfadrill.sim.scenario.steps_of import CannotRecord, steps_of
from mfadrill.sim.scenario.yaml_text import Bare, comment, entry, instant_text, item, span_text
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.timeline import Timeline

#: How many users a step expects something of by name; of more, it expects how many there are.
SHOWN = 3

#: Before a step that takes so long there is an empty line.
A_CHAPTER = timedelta(days=1)

Parts = dict[str, Any]


class Recording(Struct, frozen=True):
    """The text of a scenario file, and how many steps it has."""

    text: str
    steps: int


def record(
    branch: Timeline, title: str, *, source: str = "", beginning: str = "", expect: bool = True
) -> Recording:
    """The branch from its start to its end. Raises CannotRecord, which says what cannot be told.

    `source` is the title of the scenario that the branch comes from, and `beginning` how that begins, as it was
    written.
    Without `expect` the steps expect nothing of what was seen.
    """
    head = [*entry("title", title.strip() or "A recording", 0)]
    if source.strip():
        head += entry("about", f"Recorded in {source.strip()}.", 0)
    scenario, head = _begun(branch, head, beginning)
    shared = scenario.browser
    if not shared and (shared := _shared_browser(branch)):
        head += comment("As in the application, all of them use one browser.", 0)
        head += entry("browser", shared, 0)
    told = _Told(scenario.open(), shared, expect=expect)
    for act in branch.acts:
        told.wait(act.at)
        told.tell(act.command)
    told.wait(branch.until)
    told.end()
    text = "\n".join([*head, "", "steps:" if told.steps else "steps: []", *told.lines]) + "\n"
    _check(text, branch)
    return Recording(text, told.steps)


def _begun(branch: Timeline, head: list[str], beginning: str) -> tuple[Scenario, list[str]]:
    """The scenario without its steps, and its lines: with the beginning word by word, if the branch comes from it."""
    founding = branch.events[: branch.founded]
    if beginning:
        lines = [*head, beginning.rstrip("\n")]
        scenario = _read(lines)
        if list(scenario.founding) == founding:
            return scenario, lines
    founded = Simulation.standing_at(branch, branch.founded, branch.start)
    lines = [*head, *(line for key, value in beginning_of(founded).items() for line in entry(key, value, 0))]
    scenario = _read(lines)
    _check_beginning(scenario.open().world, founded.world)
    return scenario, lines


def _read(lines: Iterable[str]) -> Scenario:
    try:
        return read("\n".join(lines) + "\n", f"recording{SUFFIX}")
    except UnusableScenarios as unusable:
        raise CannotRecord(f"A scenario cannot say this: {unusable.problems[0].text}") from None


def _check_beginning(written: World, founded: World) -> None:
    """The world of the file must be the one that the branch began with, its users in the same order."""
    different = [user.username for id_, user in founded.users.items() if written.users.get(id_) != user] or [
        user.username
        for id_, user in founded.users.items()
        if written.phones.get(id_) != founded.phones.get(id_)
    ]
    if different:
        raise CannotRecord(
            f"A scenario cannot begin with what these users are like: {', '.join(different[:5])}."
        )
    if written != founded or list(written.users) != list(founded.users):
        raise CannotRecord("A scenario cannot begin with an organization like this one.")


def _shared_browser(branch: Timeline) -> str:
    """The browser that people log in in more often than in browsers of their own, if there is one."""
    browsers = Counter(
        "" if command.browser == user_id(command.username) else command.browser
        for act in branch.acts
        if isinstance(command := act.command, LogIn) and command.browser != ATTACKER
    )
    return max(browsers, key=lambda browser: browsers[browser], default="")


class _Told:
    """The steps so far, and the simulation in which they were taken."""

    def __init__(self, again: Simulation, shared: str, *, expect: bool) -> None:
        self.lines: list[str] = []
        self.steps = 0
        self._again, self._shared, self._expect = again, shared, expect
        #: What the latest step expects.
        self._latest: Parts = {}
        #: Whom something was done to, or who did something.
        self._people: dict[UserId, None] = {}

    def _add(self, parts: Parts, remark: str = "") -> None:
        self.lines += item(parts, remark)
        self.steps += 1
        self._latest = parts.get("expect", {})

    def wait(self, until: datetime) -> None:
        """Let time pass up to an instant."""
        again = self._again
        span = until - again.now
        if not span:
            return
        before = again.world
        events = again.travel_to(until).events
        whole = not until.microsecond and not span.microseconds
        step: Parts = {"travel to": Bare(instant_text(until, again.zone))}
        if whole and (span < timedelta(days=2) or not span % timedelta(days=1)):
            step = {"advance": Bare(span_text(span))}
        expected = self._changed(before, until - span, events) if self._expect else {}
        if span >= A_CHAPTER and self.lines:
            self.lines.append("")
        self._add(step | _expecting(expected), when(until, again.zone))

    def tell(self, command: Command) -> None:
        """Do what the command says, as steps."""
        again = self._again
        made = [in_browser(step, self._shared) for step in steps_of(again, command)]
        before, position = again.world, again.position
        try:
            outcomes = again.act(command).outcomes
        except Refusal as refusal:
            raise CannotRecord(f"{when(again.now, again.zone)}: {refusal.text}") from None
        events = again.timeline.events[position:]
        self._people |= dict.fromkeys(_users(events, again.world))
        # Who is refused among others must be expected, or else the replay fails.
        expected = _refused(outcomes, again.world)
        if self._expect:
            expected |= self._changed(before, again.now, events) | self._seen(_browser(command))
        for step in made[:-1]:
            self._add(step)
        self._add(made[-1] | _expecting(expected))

    def end(self) -> None:
        """What has become of the people of the story."""
        if not self._expect or not self._people:
            return
        world, now = self._again.world, self._again.now
        expected: Parts = {}
        if len(self._people) > SHOWN:
            expected["count"] = _count(self._again)
        else:
            people = [world.users[user] for user in self._people]
            expected["status"] = {u.username: totp_status(u, world.organization, now).label for u in people}
            if mails := {u.username: [_words(mail.kind) for mail in u.inbox] for u in people if u.inbox}:
                expected["mails"] = mails
        if not expected.items() <= self._latest.items():
            self.lines += ["", *comment("How it ends", 2)]
            self._add(_expecting(expected))

    def _changed(self, before: World, since: datetime, events: Sequence[Event]) -> Parts:
        """Whose TOTP status has changed, and how many mails were sent."""
        world, now = self._again.world, self._again.now
        statuses: Parts = {}
        for id_ in _users(events, world):
            user, old = world.users[id_], before.users.get(id_)
            status = totp_status(user, world.organization, now)
            if old is None or status is not totp_status(old, before.organization, since):
                statuses[user.username] = status.label
        found: Parts = {}
        if len(statuses) > SHOWN:
            found["count"] = _count(self._again)
        elif statuses:
            found["status"] = statuses
        if mails := sum(isinstance(event, MailSent) for event in events):
            found["mails sent"] = mails
        return found

    def _seen(self, browser: str) -> Parts:
        """What a log-in has met."""
        session = self._again.world.browsers.get(browser)
        if session is None or (session.user is None and session.refused is None):
            return {}
        sight = sight_of(self._again, browser)
        decision = step_of(self._again.world, session, self._again.now).decision
        found: Parts = {"screen": sight.value}
        if decision is not None:
            if sight is Sight.CHALLENGE:
                found["with"] = [factor.label for factor in decision.challenge]
            if sight is Sight.SET_UP and decision.modal is not None:
                found |= {"offers": factor_labels(frozenset(decision.modal.factors))}
                found |= {"skippable": decision.modal.skippable}
            if sight is Sight.REFUSED:
                # The last reason is the one that settled it.
                found["because"] = [_words(decision.reasons[-1].rule)]
        if session.failure is not None and sight is Sight.CHALLENGE:
            found["failure"] = _words(session.failure)
        return {"sees": {browser: found if len(found) > 1 else found["screen"]}}


def _words(name: StrEnum) -> str:
    """`WRONG_CODE` as scenarios have it: `wrong code`."""
    return name.value.replace("_", " ").lower().replace("mfa", "MFA").replace("totp", "TOTP")


def _expecting(expected: Parts) -> Parts:
    return {"expect": expected} if expected else {}


def _users(events: Iterable[Event], world: World) -> list[UserId]:
    """The users that the events touch, in their order."""
    touched = dict.fromkeys(UserId(one) for event in events for one in event.touches)
    return [one for one in touched if one in world.users]


def _refused(outcomes: Iterable[Outcome], world: World) -> Parts:
    refused = [outcome for outcome in outcomes if outcome.kind is OutcomeKind.REFUSED]
    named = {world.users[one.user].username: one.kind.value for one in refused[:SHOWN]}
    return {"outcome": named} if named else {}


def _count(simulation: Simulation) -> dict[str, int]:
    """How many users have each TOTP status."""
    world, now = simulation.world, simulation.now
    counted = Counter(totp_status(user, world.organization, now) for user in world.users.values())
    return {status.label: counted[status] for status in type(next(iter(counted))) if counted[status]}


def _browser(command: Command) -> str:
    """The browser that somebody looks at afterwards, if somebody does."""
    if isinstance(command, Together):
        return next((c.browser for c in command.commands if isinstance(c, TouchSecurityKey)), "")
    return command.browser if isinstance(command, LogIn | Answer | SetUp) else ""


def in_browser(step: Parts, shared: str) -> Parts:
    """A step that names the browser where it is neither the shared one nor, without that, the user's own."""
    ((kind, args),) = step.items()
    shape = STEPS[kind].shape
    if not shared or not isinstance(shape, Record) or "browser" not in shape.fields:
        return step
    full: Parts = dict(args) if isinstance(args, dict) else {"user": args}  # pyright: ignore[reportUnknownArgumentType]
    if "by" in full and "browser" not in full:
        return step
    browser = browser_of(full)
    if browser == shared and "by" not in full:
        full.pop("browser", None)
    else:
        full["browser"] = browser
    return {kind: full["user"] if list(full) == ["user"] else full}


def _check(text: str, branch: Timeline) -> None:
    """Replay the text; its log must be the one that it was made of. Raises CannotRecord."""
    if (size := len(text.encode())) > MAX_BYTES:
        raise CannotRecord(
            f"The file would have {size / 1e6:.1f} MB; a scenario has at most {MAX_BYTES / 1e6:.0f} MB."
        )
    zone = branch.head.organization.zone
    scenario = _read([text])
    replayed = scenario.open()
    for number, step in enumerate(scenario.steps, 1):
        failure = take(step, number, replayed)
        if failure is not None:
            wrong = failure.mismatches[0]
            raise CannotRecord(
                f"A scenario cannot say this: “{step.label}” at {failure.instant}; {wrong.what} would be "
                f"{wrong.actual}, not {wrong.expected}."
            )
    mine = branch.events[branch.founded :]
    theirs = replayed.timeline.events[replayed.timeline.founded :]
    if mine != theirs:
        first = next(_different(mine, theirs))
        raise CannotRecord(
            f"A scenario cannot say what was done at {when(first.at, zone)}: replayed, “{first.name}” is another event."
        )


def _different(mine: Sequence[Event], theirs: Sequence[Event]) -> Iterator[Event]:
    """The events of one of them that the other one does not have in the same place."""
    shorter = min(len(mine), len(theirs))
    yield from (one for one, other in zip(mine, theirs, strict=False) if one != other)
    yield from (*mine[shorter:], *theirs[shorter:])
