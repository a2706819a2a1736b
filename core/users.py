"""Users: their state, their requirement with its enrollment period, and what they have enrolled."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from msgspec import Struct

UserId = NewType("UserId", str)
GroupId = NewType("GroupId", str)

MIN_DAYS, MAX_DAYS, DEFAULT_DAYS = 1, 365, 7


def user_id(username: str) -> UserId:
    """The id of the user with this name. Usernames differ by more than their case."""
    return UserId(username.strip().casefold())


class UserState(StrEnum):
    STAGED = "STAGED"
    ACTIVATED = "ACTIVATED"
    SUSPENDED = "SUSPENDED"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Period(Struct, frozen=True, gc=False):
    """A soft TOTP enrollment period, `[starts_at, ends_at)`, in UTC: expired exactly at `ends_at`."""

    starts_at: datetime
    ends_at: datetime
    days: int

    @classmethod
    def of(cls, days: int, starts_at: datetime) -> "Period":
        """A period of `days` × 24 h, whatever the zone's clocks do meanwhile."""
        return cls(starts_at, starts_at + timedelta(days=days), days)

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends_at

    @property
    def reminder_at(self) -> datetime | None:
        """The instant of the reminder, 24 h before the end; a period of one day has none."""
        return self.ends_at - timedelta(hours=24) if self.days > 1 else None


class Totp(Struct, frozen=True, gc=False):
    """A confirmed TOTP secret (base32). `last_step` is the newest time step whose code was accepted."""

    secret: str
    enrolled_at: datetime
    device: str
    last_step: int


class PushDevice(Struct, frozen=True, gc=False):
    """The phone that push prompts go to: the `number`th of its holder, who is the user where none is named."""

    device: str
    enrolled_at: datetime
    holder: str = ""
    number: int = 0


class SecurityKey(Struct, frozen=True, gc=False):
    """A registered WebAuthn credential; `sign_count` is the newest signature counter seen.

    `public_key` (COSE, base64url) is what its answers are verified with.
    """

    credential: str
    device: str
    enrolled_at: datetime
    sign_count: int = 0
    public_key: str = ""


class Lockout(Struct, frozen=True, gc=False):
    """Locked because of bad log-ins; `until` is None when only an admin can unlock."""

    since: datetime
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        return self.until is None or now < self.until


class MailKind(StrEnum):
    MFA_ENABLED = "MFA_ENABLED"
    REMINDER = "REMINDER"


class Mail(Struct, frozen=True, gc=False):
    """A mail as a fact; `mfadrill.sim.mail` makes the message of it."""

    kind: MailKind
    sent_at: datetime
    days: int
    ends_at: datetime


class User(Struct, frozen=True, gc=False, kw_only=True):
    """One user. `days` are the days asked for with the requirement; pre-enrollment keeps them for the activation."""

    id: UserId
    username: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    department: str = ""
    state: UserState = UserState.ACTIVATED
    groups: frozenset[GroupId] = frozenset()
    password: str | None = None
    created_at: datetime | None = None
    activation_at: datetime | None = None
    required: bool = False
    days: int | None = None
    period: Period | None = None
    totp: Totp | None = None
    push: PushDevice | None = None
    security_keys: tuple[SecurityKey, ...] = ()
    bad_attempts: int = 0
    lockout: Lockout | None = None
    inbox: tuple[Mail, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username

    def is_locked(self, now: datetime) -> bool:
        """Whether bad log-ins lock the account now (`account_locked`, not an expired period)."""
        return self.lockout is not None and self.lockout.holds(now)
