"""The login decision: what does this user meet at this resource, in this context, now?

The portal, the scenario runner, every "why?" and every what-if ask this one function.
"""

from collections.abc import Iterable
from datetime import datetime

from mfadrill.core.factors import SELF_SET_UP, Factor, in_order
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import (
    USER_PORTAL,
    Context,
    Policy,
    PolicyVerdict,
    ResourceId,
    Verdict,
    policy_verdict,
    unknown_facts,
)
from mfadrill.core.sessions import LoginDecision, LoginOutcome, Modal, Reason, Rule
from mfadrill.core.status import has_enrolled
from mfadrill.core.users import User, UserState
from mfadrill.core.world import World


def login_decision(
    world: World, user: User, resource: ResourceId, context: Context, now: datetime
) -> LoginDecision:
    """What the user meets once the password is right. Total; asks nothing but its arguments."""
    refused = _account_refusal(user, now)
    if refused is not None:
        return refused
    verdict = policy_verdict(world.policies.values(), user, resource, context)
    reasons = [_left_open(policy, context) for policy in verdict.undecided]
    names = tuple(policy.name for policy in verdict.deciding)
    match verdict.verdict:
        case Verdict.DENY:
            message = next((p.effect.message for p in verdict.deciding if p.effect.message), "")
            reasons.append(Reason(Rule.POLICY_DENIES, names))
            return LoginDecision(outcome=LoginOutcome.DENIED, message=message, reasons=tuple(reasons))
        case Verdict.ALLOW:
            reasons.append(Reason(Rule.POLICY_ALLOWS, names))
            return LoginDecision(outcome=LoginOutcome.LET_IN, reasons=tuple(reasons))
        case Verdict.ALLOW_WITH_MFA:
            reasons.append(Reason(Rule.POLICY_REQUIRES_MFA, names))
            return _forced(user, _named(world, verdict), reasons)
        case Verdict.NO_POLICY:
            reasons.append(Reason(Rule.NO_POLICY))
            return _by_default(world, user, resource, now, reasons)


def _account_refusal(user: User, now: datetime) -> LoginDecision | None:
    """Staged, suspended or locked accounts cannot log in whatever the password."""
    if user.state is UserState.STAGED:
        return LoginDecision(outcome=LoginOutcome.NOT_ACTIVATED, reasons=(Reason(Rule.STAGED),))
    if user.state is UserState.SUSPENDED:
        return LoginDecision(outcome=LoginOutcome.NOT_ACTIVATED, reasons=(Reason(Rule.SUSPENDED),))
    if user.lockout is not None and user.lockout.holds(now):
        until = user.lockout.until
        return LoginDecision(
            outcome=LoginOutcome.ACCOUNT_LOCKED, at=until, reasons=(Reason(Rule.ACCOUNT_LOCKED, at=until),)
        )
    return None


def _left_open(policy: Policy, context: Context) -> Reason:
    unknown = () if policy.conditions is None else unknown_facts(policy.conditions, context)
    return Reason(Rule.POLICY_LEFT_OPEN, (policy.name,), unknown=unknown)


def _named(world: World, verdict: PolicyVerdict) -> frozenset[Factor]:
    enabled = world.organization.factors
    return enabled if verdict.factors is None else enabled & verdict.factors


def _by_default(
    world: World, user: User, resource: ResourceId, now: datetime, reasons: list[Reason]
) -> LoginDecision:
    """No policy applies: applications allow; the User Portal does what its default says."""
    if resource != USER_PORTAL:
        return _let_in(reasons, Reason(Rule.APPLICATIONS_ALLOW))
    match world.organization.portal_default:
        case PortalDefault.ALLOW:
            return _let_in(reasons, Reason(Rule.DEFAULT_ALLOWS))
        case PortalDefault.DENY:
            reasons.append(Reason(Rule.DEFAULT_DENIES))
            return LoginDecision(outcome=LoginOutcome.DENIED, reasons=tuple(reasons))
        case PortalDefault.ALLOW_WITH_MFA:
            reasons.append(Reason(Rule.DEFAULT_REQUIRES_MFA))
            return _forced(user, world.organization.factors, reasons)
        case PortalDefault.USER_SETTING:
            if not user.required:
                return _let_in(reasons, Reason(Rule.USER_NOT_REQUIRED))
            reasons.append(Reason(Rule.USER_REQUIRED))
            return _soft(world, user, now, reasons)


def _let_in(reasons: list[Reason], last: Reason) -> LoginDecision:
    return LoginDecision(outcome=LoginOutcome.LET_IN, reasons=(*reasons, last))


def _forced(user: User, usable: frozenset[Factor], reasons: list[Reason]) -> LoginDecision:
    """MFA is required and nothing may be skipped; a running or expired period counts for nothing."""
    if user.period is not None and user.totp is None:
        reasons.append(Reason(Rule.FORCED_IGNORES_PERIOD, at=user.period.ends_at))
    return _all_at_once(user, usable, reasons)


def _all_at_once(user: User, usable: frozenset[Factor], reasons: list[Reason]) -> LoginDecision:
    """Challenge with what is enrolled, or set up what can be set up, or Duo, or denied."""
    enrolled = _enrolled(user, usable)
    duo = usable & {Factor.DUO}
    can_set_up = in_order(usable.intersection(SELF_SET_UP))
    if enrolled:
        reasons.append(Reason(Rule.FACTOR_ENROLLED, _labels(enrolled)))
        return _challenge(enrolled | duo, reasons)
    if can_set_up:
        reasons.append(Reason(Rule.MUST_SET_UP, _labels(can_set_up)))
        return LoginDecision(outcome=LoginOutcome.SET_UP, modal=Modal(can_set_up), reasons=tuple(reasons))
    if duo:
        reasons.append(Reason(Rule.DUO_NEEDS_NO_SET_UP))
        return _challenge(duo, reasons)
    reasons.append(Reason(Rule.NO_USABLE_FACTOR))
    return LoginDecision(outcome=LoginOutcome.DENIED, reasons=tuple(reasons))


def _soft(world: World, user: User, now: datetime, reasons: list[Reason]) -> LoginDecision:
    """The user's own requirement: TOTP is owed, and may be put off while the period runs."""
    enabled = world.organization.factors
    if Factor.TOTP not in enabled:
        reasons.append(Reason(Rule.TOTP_OFF))
        return _all_at_once(user, enabled, reasons)
    answers = _enrolled(user, enabled) | enabled & {Factor.DUO}
    if user.totp is not None:
        reasons.append(Reason(Rule.TOTP_ENROLLED, at=user.totp.enrolled_at))
        return _challenge(answers, reasons)
    if user.period is None:
        reasons.append(Reason(Rule.NO_PERIOD))
        return _all_at_once(user, enabled, reasons)
    ends_at = user.period.ends_at
    if user.period.is_over(now):
        reasons.append(Reason(Rule.PERIOD_OVER, at=ends_at))
        return LoginDecision(outcome=LoginOutcome.LOCKED_OUT, at=ends_at, reasons=tuple(reasons))
    reasons.append(Reason(Rule.PERIOD_RUNNING, at=ends_at))
    open_factors = enabled.intersection(SELF_SET_UP) - _enrolled(user, enabled)
    modal = Modal(in_order(open_factors), ends_at)
    if not answers:
        return LoginDecision(outcome=LoginOutcome.SET_UP, modal=modal, reasons=tuple(reasons))
    reasons.append(Reason(Rule.TOTP_OWED, _labels(answers)))
    return LoginDecision(
        outcome=LoginOutcome.CHALLENGE_THEN_SET_UP,
        challenge=in_order(answers),
        modal=modal,
        reasons=tuple(reasons),
    )


def _enrolled(user: User, among: frozenset[Factor]) -> frozenset[Factor]:
    return frozenset(factor for factor in among if has_enrolled(factor, user))


def _challenge(factors: Iterable[Factor], reasons: list[Reason]) -> LoginDecision:
    return LoginDecision(outcome=LoginOutcome.CHALLENGE, challenge=in_order(factors), reasons=tuple(reasons))


def _labels(factors: Iterable[Factor]) -> tuple[str, ...]:
    return tuple(factor.label for factor in in_order(factors))
