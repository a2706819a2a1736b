"""What a log-in meets, with the reasons for it, and the log-ins under way in browsers."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from mfadrill.core.factors import Factor
from mfadrill.core.policies import USER_PORTAL, Context, ResourceId
from mfadrill.core.users import UserId


class Rule(StrEnum):
    """The rules that a log-in decision can rest on. `mfadrill.core.words` names and tells each."""

    WRONG_CREDENTIALS = "WRONG_CREDENTIALS"
    STAGED = "STAGED"
    SUSPENDED = "SUSPENDED"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    POLICY_LEFT_OPEN = "POLICY_LEFT_OPEN"
    POLICY_DENIES = "POLICY_DENIES"
    POLICY_ALLOWS = "POLICY_ALLOWS"
    POLICY_REQUIRES_MFA = "POLICY_REQUIRES_MFA"
    NO_POLICY = "NO_POLICY"
    APPLICATIONS_ALLOW = "APPLICATIONS_ALLOW"
    DEFAULT_ALLOWS = "DEFAULT_ALLOWS"
    DEFAULT_REQUIRES_MFA = "DEFAULT_REQUIRES_MFA"
    DEFAULT_DENIES = "DEFAULT_DENIES"
    USER_REQUIRED = "USER_REQUIRED"
    USER_NOT_REQUIRED = "USER_NOT_REQUIRED"
    FORCED_IGNORES_PERIOD = "FORCED_IGNORES_PERIOD"
    TOTP_OFF = "TOTP_OFF"
    NO_PERIOD = "NO_PERIOD"
    TOTP_ENROLLED = "TOTP_ENROLLED"
    FACTOR_ENROLLED = "FACTOR_ENROLLED"
    DUO_NEEDS_NO_SET_UP = "DUO_NEEDS_NO_SET_UP"
    MUST_SET_UP = "MUST_SET_UP"
    NO_USABLE_FACTOR = "NO_USABLE_FACTOR"
    PERIOD_RUNNING = "PERIOD_RUNNING"
    PERIOD_OVER = "PERIOD_OVER"
    TOTP_OWED = "TOTP_OWED"


class Reason(Struct, frozen=True, gc=False):
    """One step of the way to a decision: the rule, and the names, factors or instant that it spoke of.

    `unknown` are the facts of the log-in that left a policy open.
    """

    rule: Rule
    names: tuple[str, ...] = ()
    at: datetime | None = None
    unknown: tuple[str, ...] = ()


class LoginOutcome(StrEnum):
    """What a person meets after the password."""

    LET_IN = "LET_IN"
    CHALLENGE = "CHALLENGE"
    SET_UP = "SET_UP"
    CHALLENGE_THEN_SET_UP = "CHALLENGE_THEN_SET_UP"
    LOCKED_OUT = "LOCKED_OUT"
    DENIED = "DENIED"
    NOT_ACTIVATED = "NOT_ACTIVATED"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    AUTHENTICATION_FAILED = "AUTHENTICATION_FAILED"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    LoginOutcome.LET_IN: "let in",
    LoginOutcome.CHALLENGE: "challenge",
    LoginOutcome.SET_UP: "set up MFA",
    LoginOutcome.CHALLENGE_THEN_SET_UP: "challenge, then set up MFA",
    LoginOutcome.LOCKED_OUT: "locked out",
    LoginOutcome.DENIED: "denied",
    LoginOutcome.NOT_ACTIVATED: "not activated",
    LoginOutcome.ACCOUNT_LOCKED: "account locked",
    LoginOutcome.AUTHENTICATION_FAILED: "authentication failed",
}


class Modal(Struct, frozen=True, gc=False):
    """The Set Up Multi-Factor Authentication modal: the factors offered, the first one preselected.

    `ends_at` is the end of the period within which it may be skipped; None means that it cannot be.
    """

    factors: tuple[Factor, ...]
    ends_at: datetime | None = None

    @property
    def skippable(self) -> bool:
        return self.ends_at is not None


class LoginDecision(Struct, frozen=True, gc=False, kw_only=True):
    """The outcome, what has to be answered or set up, and the reasons in the order they were found.

    `at` is when the period expired (locked out) or when the account unlocks by itself (account locked).
    """

    outcome: LoginOutcome
    challenge: tuple[Factor, ...] = ()
    modal: Modal | None = None
    message: str = ""
    at: datetime | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def refuses(self) -> bool:
        return self.outcome in REFUSING


REFUSING = frozenset(
    {
        LoginOutcome.LOCKED_OUT,
        LoginOutcome.DENIED,
        LoginOutcome.NOT_ACTIVATED,
        LoginOutcome.ACCOUNT_LOCKED,
        LoginOutcome.AUTHENTICATION_FAILED,
    }
)

AUTHENTICATION_FAILED = LoginDecision(
    outcome=LoginOutcome.AUTHENTICATION_FAILED, reasons=(Reason(Rule.WRONG_CREDENTIALS),)
)


class ChallengeFailure(StrEnum):
    """Why the answer to a challenge was not accepted. Each one counts as a bad attempt."""

    NO_CODE = "NO_CODE"
    WRONG_CODE = "WRONG_CODE"
    CODE_USED = "CODE_USED"
    PUSH_DENIED = "PUSH_DENIED"
    PUSH_TIMED_OUT = "PUSH_TIMED_OUT"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    COUNTER_DID_NOT_GROW = "COUNTER_DID_NOT_GROW"
    NOT_VERIFIED = "NOT_VERIFIED"
    DUO_DENIED = "DUO_DENIED"


class PushPrompt(Struct, frozen=True, gc=False):
    """A push prompt that waits on the user's phone until `expires_at`."""

    sent_at: datetime
    expires_at: datetime


class Session(Struct, frozen=True, gc=False, kw_only=True):
    """The log-in in one browser, from the password to the portal or to a refusal.

    `refused` ends it; `inside` means in; otherwise it is under way, at a step that is derived
    (`mfadrill.core.portal.step_of`). `proved` is the factor that answered the challenge or was just set up.
    A secret that is shown and not yet confirmed belongs to the session and is gone with it. `key_challenge`
    (base64url) is what a security key has to sign; it is used once.
    """

    user: UserId | None
    resource: ResourceId = USER_PORTAL
    context: Context = Context()
    begun_at: datetime
    proved: Factor | None = None
    modal_done: bool = False
    pending_secret: str | None = None
    push_prompt: PushPrompt | None = None
    key_challenge: str | None = None
    failure: ChallengeFailure | None = None
    inside: bool = False
    refused: LoginDecision | None = None

    @property
    def is_under_way(self) -> bool:
        return self.user is not None and not self.inside and self.refused is None
