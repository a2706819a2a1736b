"""The words for what the core decides: the same in admin pane, portal, mail, command line and file.

Instants are shown in the organization's zone, which is the only place where zones come in.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mfadrill.core.factors import FactorStatus
from mfadrill.core.policies import Context
from mfadrill.core.sessions import ChallengeFailure, LoginDecision, LoginOutcome, Reason, Rule
from mfadrill.core.status import StatusDetail, days_left

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(instant: datetime, zone: str) -> datetime:
    """The instant on the clocks of the zone."""
    return instant.astimezone(_zone(zone))


def when(instant: datetime, zone: str) -> str:
    """Such as `Mon 2 Mar 2026 09:00`."""
    there = local(instant, zone)
    return f"{day(instant, zone)} {there.year} {there:%H:%M}"


def day(instant: datetime, zone: str) -> str:
    """Such as `Mon 2 Mar`."""
    there = local(instant, zone)
    return f"{DAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]}"


def count(number: int, thing: str, things: str | None = None) -> str:
    """Such as `1 day`, `7 days`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def duration(span: timedelta) -> str:
    """The two largest parts, such as `7 days 3 h` or `20 min`."""
    seconds = int(abs(span).total_seconds())
    whole_days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [
        count(whole_days, "day") if whole_days else "",
        f"{hours} h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{seconds} s" if seconds else "",
    ]
    return " ".join([part for part in parts if part][:2]) or "0 s"


SENTENCES = {
    Rule.WRONG_CREDENTIALS: "Username or password is wrong; which of them is not said.",
    Rule.STAGED: "The user is staged: nobody logs in before being activated.",
    Rule.SUSPENDED: "The user is suspended.",
    Rule.ACCOUNT_LOCKED: "Too many bad log-ins locked the account{until}. This is not an expired period.",
    Rule.POLICY_LEFT_OPEN: "The policy {names} does not apply: its conditions need what is unknown ({unknown}).",
    Rule.POLICY_DENIES: "The policy {names} denies; deny beats every other policy.",
    Rule.POLICY_ALLOWS: "The policy {names} allows without MFA; a policy overrides the user's requirement.",
    Rule.POLICY_REQUIRES_MFA: "The policy {names} allows and requires MFA; it cannot be skipped.",
    Rule.NO_POLICY: "No conditional access policy applies.",
    Rule.APPLICATIONS_ALLOW: "Applications allow by default; the user's requirement guards only the User Portal.",
    Rule.DEFAULT_ALLOWS: "The portal default allows everybody; the user's requirement is not asked.",
    Rule.DEFAULT_REQUIRES_MFA: "The portal default allows and requires MFA; it cannot be skipped.",
    Rule.DEFAULT_DENIES: "The portal default denies.",
    Rule.USER_REQUIRED: "The portal default goes by the user's setting, and MFA is required of this user.",
    Rule.USER_NOT_REQUIRED: "The portal default goes by the user's setting, and MFA is not required of this user.",
    Rule.FORCED_IGNORES_PERIOD: "The user's enrollment period (end: {at}) does not count where MFA is forced.",
    Rule.TOTP_OFF: "TOTP is off for the organization, so there is no period to enroll within.",
    Rule.NO_PERIOD: "TOTP was off when the enrollment period would have started, so there is none to wait for.",
    Rule.TOTP_ENROLLED: "TOTP is enrolled since {at}.",
    Rule.FACTOR_ENROLLED: "The user has enrolled {names}.",
    Rule.DUO_NEEDS_NO_SET_UP: "Only Duo is usable, and it needs no set-up here.",
    Rule.MUST_SET_UP: "The user has no usable factor yet and must set one up: {names}.",
    Rule.NO_USABLE_FACTOR: "No usable factor is left: none that is enabled is accepted here.",
    Rule.PERIOD_RUNNING: "TOTP is not enrolled; the enrollment period runs until {at}, and set-up can wait until then.",
    Rule.PERIOD_OVER: "The enrollment period ended {at} and TOTP was not enrolled.",
    Rule.TOTP_OWED: "{names} can answer the challenge, but TOTP is still owed.",
}


def sentence(reason: Reason, zone: str) -> str:
    """The reason as a sentence."""
    at = when(reason.at, zone) if reason.at is not None else ""
    until = f" until {at}" if at else " until an admin unlocks it"
    unknown = ", ".join(reason.unknown) or "a fact of the log-in"
    return SENTENCES[reason.rule].format(names=", ".join(reason.names), at=at, until=until, unknown=unknown)


#: Each rule in short, for who knows the field and wants to look it up.
RULE_NAMES = {
    Rule.WRONG_CREDENTIALS: "credentials come first",
    Rule.STAGED: "staged users cannot log in",
    Rule.SUSPENDED: "suspended users cannot log in",
    Rule.ACCOUNT_LOCKED: "bad log-ins lock the account",
    Rule.POLICY_LEFT_OPEN: "unknown leaves a condition open",
    Rule.POLICY_DENIES: "deny beats allow + MFA",
    Rule.POLICY_ALLOWS: "a policy beats the portal default",
    Rule.POLICY_REQUIRES_MFA: "allow + MFA beats allow",
    Rule.NO_POLICY: "without a policy the default decides",
    Rule.APPLICATIONS_ALLOW: "application default: allow",
    Rule.DEFAULT_ALLOWS: "portal default: allow",
    Rule.DEFAULT_REQUIRES_MFA: "portal default: allow + MFA",
    Rule.DEFAULT_DENIES: "portal default: deny",
    Rule.USER_REQUIRED: "user setting: MFA required",
    Rule.USER_NOT_REQUIRED: "user setting: MFA not required",
    Rule.FORCED_IGNORES_PERIOD: "forced MFA ignores the period",
    Rule.TOTP_OFF: "no period without TOTP",
    Rule.NO_PERIOD: "without a period nothing waits",
    Rule.TOTP_ENROLLED: "TOTP enrolled: challenge",
    Rule.FACTOR_ENROLLED: "factor enrolled: challenge",
    Rule.DUO_NEEDS_NO_SET_UP: "Duo alone: challenge",
    Rule.MUST_SET_UP: "no factor yet: forced set-up",
    Rule.NO_USABLE_FACTOR: "no usable factor: denied",
    Rule.PERIOD_RUNNING: "within the period: soft set-up",
    Rule.PERIOD_OVER: "period over without TOTP: locked out",
    Rule.TOTP_OWED: "challenge first, then what is owed",
}


def context_in_words(context: Context) -> str:
    """Where a log-in comes from, such as `DE, managed, windows, 10.0.0.5`."""
    managed = {None: None, True: "managed", False: "not managed"}[context.device_managed]
    known = [fact for fact in (context.country, managed, context.os, context.ip) if fact]
    return ", ".join(known) or "anywhere: nothing is known"


def headline(decision: LoginDecision, zone: str) -> str:
    """What the portal says to the person."""
    match decision.outcome:
        case LoginOutcome.LET_IN:
            return "Welcome."
        case LoginOutcome.CHALLENGE | LoginOutcome.CHALLENGE_THEN_SET_UP:
            return "Confirm that it is you."
        case LoginOutcome.SET_UP:
            return "Set Up Multi-Factor Authentication"
        case LoginOutcome.LOCKED_OUT:
            ended = when(decision.at, zone) if decision.at is not None else "earlier"
            return f"You are locked out: the time to set up MFA ended {ended}. Ask your administrator."
        case LoginOutcome.DENIED:
            return decision.message or "Access denied. Ask your administrator."
        case LoginOutcome.NOT_ACTIVATED:
            suspended = any(reason.rule is Rule.SUSPENDED for reason in decision.reasons)
            return (
                f"Your account is {'suspended' if suspended else 'not active yet'}. Ask your administrator."
            )
        case LoginOutcome.ACCOUNT_LOCKED:
            until = f"until {when(decision.at, zone)}" if decision.at is not None else "until it is unlocked"
            return f"Your account is locked {until}: too many bad log-ins."
        case LoginOutcome.AUTHENTICATION_FAILED:
            return "Authentication failed."


CHALLENGE_FAILURES = {
    ChallengeFailure.NO_CODE: "That is no code: enter the six digits that the app shows now.",
    ChallengeFailure.WRONG_CODE: "That code is not right.",
    ChallengeFailure.CODE_USED: "That code has been used already; wait for the next one.",
    ChallengeFailure.PUSH_DENIED: "The push prompt was denied.",
    ChallengeFailure.PUSH_TIMED_OUT: "The push prompt timed out.",
    ChallengeFailure.UNKNOWN_KEY: "That security key is not registered here.",
    ChallengeFailure.COUNTER_DID_NOT_GROW: "That security key's counter did not grow; it may be a copy.",
    ChallengeFailure.NOT_VERIFIED: "The security key's answer does not hold: it was made for another page.",
    ChallengeFailure.DUO_DENIED: "The Duo prompt was denied.",
}


def status_in_full(detail: StatusDetail, now: datetime, zone: str) -> str:
    """A status with its details, as hovering over it shows."""
    label = detail.status.label
    match detail.status:
        case FactorStatus.ENROLLED if detail.enrolled_at is not None:
            return f"{label} since {when(detail.enrolled_at, zone)}, {detail.device}"
        case FactorStatus.IN_ENROLLMENT if detail.starts_at is not None and detail.ends_at is not None:
            left = count(days_left(detail.ends_at, now), "day")
            return f"{label}: {when(detail.starts_at, zone)} to {when(detail.ends_at, zone)}, {left} left"
        case FactorStatus.ENROLLMENT_EXPIRED if detail.ends_at is not None:
            return f"{label} since {when(detail.ends_at, zone)}: locked out; reset TOTP MFA to reopen"
        case FactorStatus.PRE_ENROLLMENT:
            return f"{label}: {count(detail.days or 0, 'day')}, starting on activation"
        case FactorStatus.DISABLED:
            return f"{label}: TOTP is off for the organization"
        case _:
            return f"{label}; MFA is {'required' if detail.required else 'not required'}"
