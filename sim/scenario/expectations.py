"""What a scenario can expect: each kind with its shape and how the actual value is had."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mfadrill.core.challenges import prompts_on
from mfadrill.core.commands import Outcome, OutcomeKind
from mfadrill.core.events import Event, MailSent
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization
from mfadrill.core.phones import ATTACKER, Phone
from mfadrill.core.policies import USER_PORTAL, Context
from mfadrill.core.portal import Stage, step_of
from mfadrill.core.sessions import ChallengeFailure, LoginDecision, LoginOutcome, Rule
from mfadrill.core.status import (
    Alert,
    alerts,
    days_left,
    factor_status,
    has_enrolled,
    is_mfa_active,
    overall_status,
    totp_status,
)
from mfadrill.core.users import Mail, MailKind, User, user_id
from mfadrill.core.words import headline, when
from mfadrill.sim.ceremonies import keys_of
from mfadrill.sim.instants import parse_instant
from mfadrill.sim.mail import heading, paragraphs
from mfadrill.sim.scenario.document import CONTEXT, FACTOR
from mfadrill.sim.scenario.founding import context
from mfadrill.sim.scenario.shapes import (
    Choice,
    Field,
    Instant,
    Many,
    Number,
    Record,
    Ref,
    Shape,
    Table,
    Text,
    YesNo,
)
from mfadrill.sim.simulation import Simulation


class Mismatch(NamedTuple):
    """`subject` is the user that it is about, or empty."""

    subject: str
    what: str
    expected: str
    actual: str


class Moment(NamedTuple):
    """What can be looked at: the simulation after a step, and what the step brought."""

    simulation: Simulation
    events: Sequence[Event]
    outcomes: Sequence[Outcome]


class ExpectationKind(NamedTuple):
    shape: Shape
    about: str
    check: Callable[[Moment, Any], Iterator[Mismatch]]


def said(value: Any) -> str:
    """A value as the file would have it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case StrEnum():
            return str(getattr(value, "label", value.value))
        case list() | tuple():
            return ", ".join(said(one) for one in value) or "none"  # pyright: ignore[reportUnknownVariableType]
        case _:
            return str(value)


def _for_users(what: str, value: Shape, actual: Callable[[Moment, User], Any], about: str) -> ExpectationKind:
    """One value for each user."""

    def check(moment: Moment, expected: Mapping[str, Any]) -> Iterator[Mismatch]:
        for username, wanted in expected.items():
            found = actual(moment, moment.simulation.world.user(username))
            if found != wanted:
                yield Mismatch(username, what, said(wanted), said(found))

    return ExpectationKind(Table(Ref("user"), value), about, check)


def _status(moment: Moment, user: User) -> FactorStatus:
    return totp_status(user, moment.simulation.world.organization, moment.simulation.now)


def _status_of(factor: Factor) -> Callable[[Moment, User], FactorStatus]:
    def actual(moment: Moment, user: User) -> FactorStatus:
        return factor_status(factor, user, moment.simulation.world.organization, moment.simulation.now)

    return actual


def _overall(moment: Moment, user: User) -> FactorStatus:
    return overall_status(user, moment.simulation.world.organization, moment.simulation.now)


def _days_left(moment: Moment, user: User) -> int:
    return 0 if user.period is None else days_left(user.period.ends_at, moment.simulation.now)


def _active(moment: Moment, user: User) -> bool:
    return is_mfa_active(user, moment.simulation.world.organization, moment.simulation.now)


def _alerts(moment: Moment, user: User) -> list[Alert]:
    return list(alerts(user, moment.simulation.world.organization, moment.simulation.now))


def _enrolled(_: Moment, user: User) -> list[Factor]:
    return [factor for factor in Factor if has_enrolled(factor, user)]


def _outcome(moment: Moment, user: User) -> OutcomeKind | None:
    return next((outcome.kind for outcome in moment.outcomes if outcome.user == user.id), None)


def _meets(moment: Moment, expected: Mapping[str, Mapping[str, Any]]) -> Iterator[Mismatch]:
    """What a log-in would meet now; only what is said is compared."""
    simulation = moment.simulation
    world = simulation.world
    for username, wanted in expected.items():
        resource = world.resource_named(wanted["to"]) if "to" in wanted else USER_PORTAL
        where = context(wanted["from"]) if "from" in wanted else Context()
        decision = login_decision(world, world.user(username), resource, where, simulation.now)
        yield from _decision_differs(username, wanted, decision, simulation)


def _decision_differs(
    username: str, wanted: Mapping[str, Any], decision: LoginDecision, simulation: Simulation
) -> Iterator[Mismatch]:
    modal = decision.modal
    actual: dict[str, Any] = {
        "outcome": decision.outcome,
        "with": list(decision.challenge),
        "offers": [] if modal is None else list(modal.factors),
        "skippable": modal is not None and modal.skippable,
        "says": headline(decision, simulation.zone),
    }
    for key, found in actual.items():
        if key == "says" and key in wanted and wanted[key].casefold() in found.casefold():
            continue
        if key in wanted and wanted[key] != found:
            what = "a log-in meets" if key == "outcome" else f"a log-in meets: {key}"
            yield Mismatch(username, what, said(wanted[key]), said(found))
    rules = [reason.rule for reason in decision.reasons]
    missing = [rule for rule in wanted.get("because", ()) if rule not in rules]
    if missing:
        yield Mismatch(username, "a log-in meets: because", said(wanted["because"]), said(rules))


class Sight(StrEnum):
    """What a browser shows."""

    NOTHING = "nothing"
    CHALLENGE = "challenge"
    SET_UP = "set up MFA"
    QR_CODE = "QR code"
    INSIDE = "inside"
    REFUSED = "refused"


def sight_of(simulation: Simulation, browser: str) -> Sight:
    """What the browser of that name shows."""
    session = simulation.world.browsers.get(user_id(browser))
    if session is None:
        return Sight.NOTHING
    stage = step_of(simulation.world, session, simulation.now).stage
    if session.pending_secret is not None and stage is not Stage.REFUSED:
        return Sight.QR_CODE
    return {
        Stage.CHALLENGE: Sight.CHALLENGE,
        Stage.SET_UP: Sight.SET_UP,
        Stage.IN: Sight.INSIDE,
        Stage.REFUSED: Sight.REFUSED,
    }[stage]


def _sees(moment: Moment, expected: Mapping[str, Mapping[str, Any]]) -> Iterator[Mismatch]:
    """What the browser of that name shows; everybody's own has the user's name."""
    simulation = moment.simulation
    for name, wanted in expected.items():
        session = simulation.world.browsers.get(user_id(name))
        decision, failure = None, None
        sight = sight_of(simulation, name)
        if session is not None:
            decision = step_of(simulation.world, session, simulation.now).decision
            failure = session.failure
        if sight is not wanted["screen"]:
            yield Mismatch(name, "sees", said(wanted["screen"]), said(sight))
        if "failure" in wanted and wanted["failure"] is not failure:
            yield Mismatch(name, "sees: failure", said(wanted["failure"]), said(failure))
        rest = {key: value for key, value in wanted.items() if key in DECISION}
        if decision is not None:
            yield from _decision_differs(name, rest, decision, simulation)
        else:
            for key, value in rest.items():
                yield Mismatch(name, f"sees: {key}", said(value), f"nothing to compare: {said(sight)}")


def _mails(moment: Moment, expected: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Mismatch]:
    """As many mails as are listed, of these kinds; of each, only what is said is compared."""
    organization = moment.simulation.world.organization
    for username, wanted in expected.items():
        user = moment.simulation.world.user(username)
        kinds = [mail["kind"] for mail in wanted]
        found = [mail.kind for mail in user.inbox]
        if kinds != found:
            yield Mismatch(username, "mails", said(kinds), said(found))
            continue
        for number, (one, mail) in enumerate(zip(wanted, user.inbox, strict=True), 1):
            yield from _mail_differs(f"mail {number}", one, mail, user, organization)


def _mail_differs(
    which: str, wanted: Mapping[str, Any], mail: Mail, user: User, organization: Organization
) -> Iterator[Mismatch]:
    head = heading(mail, user, organization)
    texts = {
        "subject": str(head["Subject"]),
        "from": str(head["From"]),
        "to": str(head["To"]),
        "says": " ".join(" ".join(paragraphs(mail, user, organization)).split()),
    }
    for key, found in texts.items():
        if key in wanted and wanted[key].casefold() not in found.casefold():
            yield Mismatch(user.username, f"{which}: {key}", wanted[key], found)
    if "sent" in wanted and parse_instant(wanted["sent"], organization.zone) != mail.sent_at:
        yield Mismatch(user.username, f"{which}: sent", wanted["sent"], when(mail.sent_at, organization.zone))


def _mails_sent(moment: Moment, expected: int) -> Iterator[Mismatch]:
    found = sum(isinstance(event, MailSent) for event in moment.events)
    if found != expected:
        yield Mismatch("", "mails sent", str(expected), str(found))


def _holder(moment: Moment, name: str) -> str:
    """Whose devices: a user's, or the attacker's."""
    return ATTACKER if name.casefold() == "attacker" else moment.simulation.world.user(name).id


def _phone(moment: Moment, expected: Mapping[str, Mapping[str, Any]]) -> Iterator[Mismatch]:
    """What a phone is like; only what is said is compared."""
    simulation = moment.simulation
    world = simulation.world
    for name, wanted in expected.items():
        holder = _holder(moment, name)
        phone = world.phones.get(holder, Phone())
        prompts = prompts_on(world, holder, simulation.now)
        actual = {"lost": phone.lost, "entries": len(phone.entries), "prompts": len(prompts)}
        for key, value in wanted.items():
            if actual[key] != value:
                yield Mismatch(name, f"phone: {key}", said(value), said(actual[key]))


def _keys(moment: Moment, expected: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[Mismatch]:
    """The security keys in a hand; only what is said is compared."""
    for name, wanted in expected.items():
        held = {key.serial: key for key in keys_of(moment.simulation.world, _holder(moment, name))}
        if set(held) != set(wanted):
            yield Mismatch(name, "security keys", said(sorted(wanted)), said(sorted(held)))
            continue
        for serial, about in wanted.items():
            actual = {"counter": held[serial].counter, "plugged in": held[serial].plugged_in}
            for key, value in about.items():
                if actual[key] != value:
                    yield Mismatch(name, f"{serial}: {key}", said(value), said(actual[key]))


def _happened(moment: Moment, expected: Sequence[str]) -> Iterator[Mismatch]:
    """The names are among those of the step's events, in this order."""
    names = [event.name for event in moment.events]
    rest = iter(names)
    if not all(name in rest for name in expected):
        yield Mismatch("", "happened", said(expected), said(names))


def _now(moment: Moment, expected: str) -> Iterator[Mismatch]:
    zone = moment.simulation.zone
    if parse_instant(expected, zone) != moment.simulation.now:
        yield Mismatch("", "now", expected, when(moment.simulation.now, zone))


def _count(moment: Moment, expected: Mapping[FactorStatus, int]) -> Iterator[Mismatch]:
    simulation = moment.simulation
    world, now = simulation.world, simulation.now
    statuses = [totp_status(user, world.organization, now) for user in world.users.values()]
    for status, wanted in expected.items():
        if statuses.count(status) != wanted:
            yield Mismatch("", f"users {status.label.lower()}", str(wanted), str(statuses.count(status)))


def _event_names() -> list[str]:
    return sorted({kind.name for kind in Event.__subclasses__()})


STATUS = Choice.of(FactorStatus)

DECISION = {
    "with": Field(Many(FACTOR, least=0), "The factors that answer the challenge, in their order."),
    "offers": Field(Many(FACTOR, least=0), "The factors that the modal offers, in their order."),
    "skippable": Field(YesNo(), "Whether the modal can be skipped."),
    "says": Field(Text("text"), "Part of what the person reads."),
    "because": Field(Many(Choice.of(Rule)), "Rules among the reasons."),
}

MEETS = Record(
    {
        "outcome": Field(Choice.of(LoginOutcome), "What it is.", required=True),
        **DECISION,
        "to": Field(Ref("application"), "The User Portal, if nothing is said."),
        "from": Field(CONTEXT, "Where the log-in comes from."),
    },
    short="outcome",
)

SEES = Record(
    {
        "screen": Field(Choice.of(Sight), "What is on the screen.", required=True),
        "failure": Field(Choice.of(ChallengeFailure), "Why the latest answer was not accepted."),
        **DECISION,
    },
    short="screen",
)

_HOLDER = Text("a user, or attacker", 200)

PHONE = Record(
    {
        "lost": Field(YesNo(), "Whether it is lost."),
        "entries": Field(Number(0, 1000), "How many accounts are in its authenticator app."),
        "prompts": Field(Number(0, 1000), "How many push prompts wait on it."),
    }
)

KEY = Record(
    {
        "counter": Field(Number(0, 2**32), "How far it has counted."),
        "plugged in": Field(YesNo(), "Whether it is plugged in."),
    }
)

MAIL = Record(
    {
        "kind": Field(Choice.of(MailKind), "What it is about.", required=True),
        "subject": Field(Text("text", 300), "Part of the subject."),
        "from": Field(Text("text", 300), "Part of the sender's name and address."),
        "to": Field(Text("text", 300), "Part of the receiver's name and address."),
        "sent": Field(Instant(), "When it was sent."),
        "says": Field(Text("text"), "Part of what the person reads; line ends are spaces."),
    },
    short="kind",
)

EXPECTATIONS: dict[str, ExpectationKind] = {
    "status": _for_users("TOTP status", STATUS, _status, "The TOTP status of users."),
    "push status": _for_users("Push status", STATUS, _status_of(Factor.PUSH), "The Push status of users."),
    "WebAuthn status": _for_users(
        "WebAuthn status", STATUS, _status_of(Factor.WEBAUTHN), "The WebAuthn status of users."
    ),
    "overall status": _for_users("overall status", STATUS, _overall, "The overall status of users."),
    "count": ExpectationKind(Table(STATUS, Number(0, 10**9)), "How many users have a TOTP status.", _count),
    "required": _for_users("required", YesNo(), lambda _, user: user.required, "Whether MFA is required."),
    "MFA active": _for_users("MFA active", YesNo(), _active, "The vendor's filter: any factor enrolled."),
    "days left": _for_users("days left", Number(0, 366), _days_left, "The days left of users' periods."),
    "enrolled": _for_users(
        "enrolled", Many(FACTOR, least=0), _enrolled, "The factors that users have set up."
    ),
    "alerts": _for_users("alerts", Many(Choice.of(Alert), least=0), _alerts, "What is flagged on users."),
    "mails": ExpectationKind(
        Table(Ref("user"), Many(MAIL, least=0)), "The mails in users' inboxes, oldest first.", _mails
    ),
    "mails sent": ExpectationKind(
        Number(0, 10**9), "How many mails the step sent, to everybody together.", _mails_sent
    ),
    "phone": ExpectationKind(
        Table(_HOLDER, PHONE), "What the phones of users, or of the attacker, are like.", _phone
    ),
    "security keys": ExpectationKind(
        Table(_HOLDER, Table(Text("a serial", 120), KEY)),
        "The security keys in the hands of users, or of the attacker, by serial.",
        _keys,
    ),
    "outcome": _for_users("outcome", Choice.of(OutcomeKind), _outcome, "What the step did to users."),
    "meets": ExpectationKind(
        Table(Ref("user"), MEETS), "What a log-in of users would meet now, after the right password.", _meets
    ),
    "sees": ExpectationKind(
        Table(Text("a browser", 200), SEES), "What browsers show; everybody's own has the user's name.", _sees
    ),
    "happened": ExpectationKind(
        Many(Choice({name: name for name in _event_names()})),
        "Events of the step, in this order; others may lie between.",
        _happened,
    ),
    "now": ExpectationKind(Instant(), "What the clock says.", _now),
}
