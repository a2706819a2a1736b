"""What the User Portal shows: a pure function of the world, the instant, the browser, and what was picked there."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from mfadrill.core.factors import SELF_SET_UP, Factor, FactorStatus
from mfadrill.core.login import login_decision
from mfadrill.core.phones import ATTACKER
from mfadrill.core.policies import USER_PORTAL, ResourceId
from mfadrill.core.portal import Stage, Step, step_of
from mfadrill.core.sessions import ChallengeFailure, LoginDecision, Reason, Rule, Session
from mfadrill.core.status import days_left, factor_status, has_enrolled, totp_detail
from mfadrill.core.users import User, UserId, user_id
from mfadrill.core.words import (
    CHALLENGE_FAILURES,
    RULE_NAMES,
    context_in_words,
    count,
    headline,
    sentence,
    status_in_full,
    when,
)
from mfadrill.core.world import World
from mfadrill.tui.user_portal.inbox_view import Letter, letters
from mfadrill.tui.user_portal.phone_view import PhoneView, phone_view
from mfadrill.tui.user_portal.qr_matrix import enrollment_uri


class Place(StrEnum):
    """The screens of the portal."""

    LOG_IN = "log-in"
    REFUSED = "refused"
    CHALLENGE = "challenge"
    SET_UP = "set-up"
    TOTP = "totp"
    FACTOR = "factor"
    DONE = "done"
    WELCOME = "welcome"


class Visit(Struct, frozen=True):
    """Tells one log-in in a browser from the next."""

    user: UserId | None
    begun_at: datetime


class Because(Struct, frozen=True):
    """A reason as a sentence, and the rule behind it."""

    sentence: str
    rule: str


class Picked(Struct, frozen=True, kw_only=True):
    """What the person picked that is no fact of the simulation.

    `typed` is the username in the form; `form_over` the log-in that the form was opened over; `left_secret` the
    QR code that was left; `factor` what is being set up; `done` the factor whose success is shown. `mail` is the day
    of the mail that led to the form; `failed` whose password was wrong, which no browser may say.
    """

    typed: str = ""
    mail: str = ""
    failed: tuple[Visit, UserId | None] | None = None
    form_over: Visit | None = None
    left_secret: str | None = None
    factor: Factor | None = None
    done: tuple[Visit, Factor] | None = None


NOTHING_PICKED = Picked()


class PortalView(Struct, frozen=True, kw_only=True):
    """Everything that is on the screen.

    `person` is who is at the keyboard: the user of the log-in, or the one in the form. `factors` are those that
    answer the challenge, or that can be set up. `way_out` says how long set-up can wait, or why it cannot.
    `attempted` is when a refused log-in was begun, and `outdated` that it would not meet the same now. `origin` is
    where the log-in came from; a wrong password is refused wherever it came from. `attacker`
    says that somebody else sits at the keyboard, with the user's password and devices of their own.
    """

    place: Place
    organization: str
    zone: str
    resource: str
    resources: tuple[tuple[ResourceId, str], ...]
    person: User | None = None
    visit: Visit | None = None
    doing: str = ""
    headline: str = ""
    attempted: str = ""
    outdated: bool = False
    mail: str = ""
    origin: str = ""
    reasons: tuple[Because, ...] = ()
    failure: str = ""
    code_used: bool = False
    factors: tuple[Factor, ...] = ()
    factor: Factor | None = None
    skippable: bool = False
    way_out: str = ""
    totp_owed: bool = False
    secret: str = ""
    uri: str = ""
    standing: tuple[str, ...] = ()
    attacker: bool = False
    phone: PhoneView = PhoneView()
    inbox: tuple[Letter, ...] = ()


def portal_view(world: World, now: datetime, browser: str, picked: Picked = NOTHING_PICKED) -> PortalView:
    """The view of this browser."""
    session = world.browsers.get(browser)
    visit = None if session is None else Visit(session.user, session.begun_at)
    attacker = browser == ATTACKER
    if session is None or visit == picked.form_over or session.user is None:
        return _log_in(world, now, session, visit, picked, attacker=attacker)
    user = world.users[session.user]
    step = step_of(world, session, now)
    place = _place(world, user, session, step, visit, picked)
    again = login_decision(world, user, session.resource, session.context, now)
    decision = again if step.decision is None or step.stage is Stage.IN else step.decision
    organization = world.organization
    zone = organization.zone
    secret = session.pending_secret or ""
    owed = any(reason.rule is Rule.PERIOD_RUNNING for reason in decision.reasons)
    return PortalView(
        place=place,
        organization=organization.name,
        zone=zone,
        resource=_resource_name(world, session.resource),
        resources=_resources(world),
        person=user,
        visit=visit,
        doing="in as" if place in (Place.WELCOME, Place.DONE) else "logging in as",
        headline="Welcome." if step.stage is Stage.IN else headline(decision, zone),
        attempted=when(session.begun_at, zone) if place is Place.REFUSED else "",
        outdated=session.refused not in (None, again),
        origin=context_in_words(session.context),
        reasons=_because(decision.reasons, zone),
        failure=CHALLENGE_FAILURES[session.failure] if session.failure is not None else "",
        code_used=session.failure is ChallengeFailure.CODE_USED,
        factors=_factors(world, user, step),
        factor=picked.done[1] if place is Place.DONE and picked.done is not None else picked.factor,
        skippable=step.stage is Stage.SET_UP and decision.modal is not None and decision.modal.skippable,
        way_out=_way_out(step, decision, now, zone),
        totp_owed=owed,
        secret=secret,
        uri=enrollment_uri(secret, user.username, organization.name) if place is Place.TOTP else "",
        standing=_standing(world, user, decision, now) if step.stage is Stage.IN else (),
        attacker=attacker,
        phone=phone_view(world, user, session, now, attacker=attacker),
        # The attacker has the password, not the mailbox.
        inbox=() if attacker else letters(user, organization),
    )


def _log_in(
    world: World,
    now: datetime,
    session: Session | None,
    visit: Visit | None,
    picked: Picked,
    *,
    attacker: bool,
) -> PortalView:
    """The form; a refused password shows in it. Whose phone and inbox are at hand is who is typed."""
    zone = world.organization.zone
    person = world.users.get(user_id(picked.typed))
    refused = session.refused if session is not None and session.user is None else None
    locked = _locked(world, now, picked.failed[1]) if picked.failed and picked.failed[0] == visit else ()
    over = session is not None and session.user is not None and session.refused is None
    return PortalView(
        place=Place.LOG_IN,
        organization=world.organization.name,
        zone=zone,
        resource="",
        resources=_resources(world),
        person=person,
        visit=visit if over else None,
        doing="logging in as",
        headline="" if refused is None else headline(refused, zone),
        mail=picked.mail,
        reasons=() if refused is None else _because((*refused.reasons, *locked), zone),
        attacker=attacker,
        phone=PhoneView(is_attacker=attacker)
        if person is None
        else phone_view(world, person, None, now, attacker=attacker),
        inbox=() if person is None or attacker else letters(person, world.organization),
    )


def _because(reasons: tuple[Reason, ...], zone: str) -> tuple[Because, ...]:
    return tuple(Because(sentence(reason, zone), RULE_NAMES[reason.rule]) for reason in reasons)


def _locked(world: World, now: datetime, failed: UserId | None) -> tuple[Reason, ...]:
    """For the trainer: that bad log-ins have locked the account. The person is not told."""
    user = None if failed is None else world.users.get(failed)
    lockout = None if user is None else user.lockout
    if lockout is None or not lockout.holds(now):
        return ()
    return (Reason(Rule.ACCOUNT_LOCKED, at=lockout.until),)


def _place(
    world: World, user: User, session: Session, step: Step, visit: Visit | None, picked: Picked
) -> Place:
    if step.stage is Stage.REFUSED:
        return Place.REFUSED
    if step.stage is Stage.CHALLENGE:
        return Place.CHALLENGE
    if picked.done is not None and picked.done[0] == visit and has_enrolled(picked.done[1], user):
        return Place.DONE
    factors = _factors(world, user, step)
    if session.pending_secret not in (None, picked.left_secret) and Factor.TOTP in factors:
        return Place.TOTP
    if picked.factor in factors and picked.factor is not Factor.TOTP:
        return Place.FACTOR
    return Place.SET_UP if step.stage is Stage.SET_UP else Place.WELCOME


def _factors(world: World, user: User, step: Step) -> tuple[Factor, ...]:
    """What answers the challenge, what the modal offers, or what may be set up from inside."""
    decision = step.decision
    if step.stage is Stage.CHALLENGE and decision is not None:
        return decision.challenge
    if step.stage is Stage.SET_UP and decision is not None and decision.modal is not None:
        return decision.modal.factors
    if step.stage is Stage.IN:
        enabled = world.organization.factors
        return tuple(f for f in SELF_SET_UP if f in enabled and not has_enrolled(f, user))
    return ()


#: The rules that say why set-up cannot wait.
NO_WAY_OUT = {Rule.POLICY_REQUIRES_MFA, Rule.DEFAULT_REQUIRES_MFA, Rule.TOTP_OFF, Rule.NO_PERIOD}


def _way_out(step: Step, decision: LoginDecision, now: datetime, zone: str) -> str:
    modal = decision.modal
    if modal is None or step.stage is Stage.CHALLENGE:
        return ""
    if modal.ends_at is not None:
        return f"{count(days_left(modal.ends_at, now), 'day')} left, until {when(modal.ends_at, zone)}"
    why = [sentence(reason, zone) for reason in decision.reasons if reason.rule in NO_WAY_OUT]
    return " ".join(["This cannot wait.", *why[-1:]])


def _standing(world: World, user: User, decision: LoginDecision, now: datetime) -> tuple[str, ...]:
    """Where the user who is in stands with each enabled factor, and what another log-in would meet."""
    organization = world.organization
    lines: list[str] = []
    for factor in organization.offered:
        if factor is Factor.TOTP:
            stands = status_in_full(totp_detail(user, organization, now), now, organization.zone)
        elif factor is Factor.DUO:
            stands = "needs no set-up"
        else:
            stands = factor_status(factor, user, organization, now).label
            if stands == FactorStatus.ENROLLED.label and (device := _device(user, factor)):
                stands = f"{stands}, {device}"
        lines.append(f"{factor.label}: {stands}")
    if not lines:
        lines.append("MFA: no factor is enabled for the organization")
    lines.append(f"Next log-in: {decision.outcome.label}")
    return tuple(lines)


def _device(user: User, factor: Factor) -> str:
    if factor is Factor.PUSH and user.push is not None:
        return user.push.device
    return user.security_keys[-1].device if factor is Factor.WEBAUTHN and user.security_keys else ""


def _resources(world: World) -> tuple[tuple[ResourceId, str], ...]:
    applications = sorted(world.applications.values(), key=lambda application: application.name.casefold())
    return ((USER_PORTAL, "User Portal"), *((a.id, a.name) for a in applications))


def _resource_name(world: World, resource: ResourceId) -> str:
    application = world.applications.get(resource)
    return "the User Portal" if application is None else application.name
