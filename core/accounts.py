"""Accounts: creating users, and their states."""

from collections.abc import Container
from datetime import datetime
from hashlib import blake2b

from msgspec import Struct

from mfadrill.core.authenticator import new_credential, public_key
from mfadrill.core.commands import Command, Decided, Outcome, OutcomeKind, for_each_user
from mfadrill.core.events import (
    ADMIN,
    ActivationScheduled,
    BrowserLeft,
    Event,
    GroupJoined,
    GroupLeft,
    PasswordSet,
    PhoneScanned,
    PushEnrolled,
    SecurityKeyGiven,
    SecurityKeyRegistered,
    TotpEnrolled,
    UserActivated,
    UserCreated,
    UserSuspended,
    UserUnlocked,
)
from mfadrill.core.factors import Factor
from mfadrill.core.keys_in_hand import KeyInHand
from mfadrill.core.organization import Organization
from mfadrill.core.phones import AuthenticatorEntry
from mfadrill.core.plain import is_plain
from mfadrill.core.refusals import DuplicateName, UnknownThing, UnusableValue, WrongState
from mfadrill.core.relying_party import RP_ID
from mfadrill.core.requirement import check_requirable, period_facts, require, whole_days
from mfadrill.core.status import has_enrolled
from mfadrill.core.totp import step_at
from mfadrill.core.users import (
    DEFAULT_DAYS,
    GroupId,
    PushDevice,
    SecurityKey,
    Totp,
    User,
    UserId,
    UserState,
    user_id,
)
from mfadrill.core.world import World

MAX_NAME, MAX_TEXT = 100, 200


class NewUser(Struct, frozen=True, gc=False, kw_only=True):
    """A user to be created. With `require_days`, MFA is required from the start. No password: pending."""

    username: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    department: str = ""
    state: UserState = UserState.ACTIVATED
    groups: frozenset[GroupId] = frozenset()
    password: str | None = None
    require_days: int | None = None


class CreateUsers(Command, frozen=True):
    """Create users, all or none. New users are staged or activated, never suspended."""

    users: tuple[NewUser, ...]

    def decide(self, world: World, now: datetime) -> Decided:
        events: list[Event] = []
        outcomes: list[Outcome] = []
        seen: set[UserId] = set()
        for new in self.users:
            user, days = checked_user(new, world, seen, now)
            seen.add(user.id)
            events.append(UserCreated(now, ADMIN, user))
            kind = OutcomeKind.CREATED
            if days is not None:
                kind, facts = require(user, world.organization, days, now)
                events += facts
            outcomes.append(Outcome(user.id, kind))
        return Decided(events, outcomes)


def is_usable_text(text: str) -> bool:
    """Whether a name, a mail address or a department can be this."""
    return is_plain(text) and len(text) <= MAX_TEXT


def checked_user(
    new: NewUser, world: World, seen: Container[UserId], now: datetime
) -> tuple[User, int | None]:
    """The user as it would be created besides those seen, and the days of its requirement. Raises a Refusal."""
    days = None
    if new.require_days is not None:
        check_requirable(world.organization)
        days = whole_days(new.require_days)
    id_ = user_id(new.username)
    if not id_ or len(id_) > MAX_NAME or not is_plain(new.username) or any(c.isspace() for c in id_):
        raise UnusableValue(
            f"A username has 1 to {MAX_NAME} printable characters and no spaces; {new.username[:40]!r} has not."
        )
    for text in (new.first_name, new.last_name, new.email, new.department):
        if not is_usable_text(text):
            raise UnusableValue(
                f"{new.username}: names, mail and department have at most {MAX_TEXT} printable characters."
            )
    if id_ in seen or id_ in world.users:
        raise DuplicateName(f"The username {new.username!r} is taken; usernames must be unique.")
    if new.state is UserState.SUSPENDED:
        raise WrongState(f"{new.username}: a new user is staged or activated; suspend it afterwards.")
    for group in new.groups:
        if group not in world.groups:
            raise UnknownThing(f"{new.username}: there is no group {group!r}.")
    user = User(
        id=id_,
        username=new.username.strip(),
        first_name=new.first_name,
        last_name=new.last_name,
        email=new.email,
        department=new.department,
        state=new.state,
        groups=new.groups,
        password=new.password or None,
        created_at=now,
    )
    return user, days


class ActivateUsers(Command, frozen=True):
    """Activate staged users, or reactivate suspended ones. Pre-enrollment becomes a period that starts now.

    With `of`, only those in that state; who is in another is refused and told what would do it.
    """

    users: tuple[UserId, ...]
    of: UserState | None = None

    def decide(self, world: World, now: datetime) -> Decided:
        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            if self.of is UserState.STAGED and user.state is UserState.SUSPENDED:
                raise WrongState(
                    f"{user.username} is suspended; only staged users are activated. Reactivate it."
                )
            if self.of is UserState.SUSPENDED and user.state is UserState.STAGED:
                raise WrongState(
                    f"{user.username} is staged; only suspended users are reactivated. Activate it."
                )
            return activate(user, world.organization, now, ADMIN)

        return for_each_user(world, self.users, one)


def activate(
    user: User, organization: Organization, now: datetime, actor: str
) -> tuple[OutcomeKind, list[Event]]:
    """The facts of an activation. Raises WrongState when the user is activated already."""
    if user.state is UserState.ACTIVATED:
        raise WrongState(f"{user.username} is activated already.")
    facts: list[Event] = [UserActivated(now, actor, user.id)]
    waits = user.state is UserState.STAGED and user.required and user.totp is None
    if not waits or Factor.TOTP not in organization.factors:
        return OutcomeKind.ACTIVATED, facts
    facts += period_facts(user, user.days or DEFAULT_DAYS, now, activated=True)
    return OutcomeKind.ACTIVATED_PERIOD_STARTED, facts


class ScheduleActivation(Command, frozen=True):
    """Activate staged users by itself at a later instant."""

    users: tuple[UserId, ...]
    activation_at: datetime

    def decide(self, world: World, now: datetime) -> Decided:
        if self.activation_at <= now:
            raise UnusableValue("The scheduled activation must lie in the future.")

        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            if user.state is not UserState.STAGED:
                raise WrongState(f"{user.username} is {user.state.label.lower()}; only staged users wait.")
            fact = ActivationScheduled(now, ADMIN, user.id, self.activation_at)
            return OutcomeKind.ACTIVATION_SCHEDULED, [fact]

        return for_each_user(world, self.users, one)


class SuspendUsers(Command, frozen=True):
    """Suspend activated users. A running period keeps its end: a user can come back already expired."""

    users: tuple[UserId, ...]

    def decide(self, world: World, now: datetime) -> Decided:
        inside: dict[UserId | None, list[str]] = {}
        for browser, session in sorted(world.browsers.items()):
            if session.inside:
                inside.setdefault(session.user, []).append(browser)

        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            if user.state is not UserState.ACTIVATED:
                raise WrongState(
                    f"{user.username} is {user.state.label.lower()}; only activated users can be suspended."
                )
            facts: list[Event] = [UserSuspended(now, ADMIN, user.id)]
            facts += [BrowserLeft(now, "system", name, user.id) for name in inside.get(user.id, ())]
            return OutcomeKind.SUSPENDED, facts

        return for_each_user(world, self.users, one)


class UnlockUsers(Command, frozen=True):
    """Unlock accounts that bad log-ins have locked. This does not help a user whose period expired."""

    users: tuple[UserId, ...]

    def decide(self, world: World, now: datetime) -> Decided:
        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            if not user.is_locked(now):
                raise WrongState(f"{user.username} is not locked by bad log-ins.")
            return OutcomeKind.UNLOCKED, [UserUnlocked(now, ADMIN, user.id)]

        return for_each_user(world, self.users, one)


class SetPassword(Command, frozen=True):
    """Set or reset a password. TOTP stays as it is."""

    user: UserId
    password: str

    def decide(self, world: World, now: datetime) -> Decided:
        if not self.password:
            raise UnusableValue("A password must not be empty.")
        fact = PasswordSet(now, ADMIN, self.user, self.password)
        return for_each_user(world, (self.user,), lambda _: (OutcomeKind.PASSWORD_SET, [fact]))


class AddToGroup(Command, frozen=True):
    """Add users to a group; who is in it already stays."""

    group: GroupId
    users: tuple[UserId, ...]

    def decide(self, world: World, now: datetime) -> Decided:
        if self.group not in world.groups:
            raise UnknownThing(f"There is no group {self.group!r}.")

        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            if self.group in user.groups:
                return OutcomeKind.UNCHANGED, []
            return OutcomeKind.JOINED, [GroupJoined(now, ADMIN, user.id, self.group)]

        return for_each_user(world, self.users, one)


class RemoveFromGroup(Command, frozen=True):
    """Take users out of a group; who is not in it stays out."""

    group: GroupId
    users: tuple[UserId, ...]

    def decide(self, world: World, now: datetime) -> Decided:
        if self.group not in world.groups:
            raise UnknownThing(f"There is no group {self.group!r}.")

        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            if self.group not in user.groups:
                return OutcomeKind.UNCHANGED, []
            return OutcomeKind.LEFT, [GroupLeft(now, ADMIN, user.id, self.group)]

        return for_each_user(world, self.users, one)


class RecordEnrollment(Command, frozen=True):
    """Record a factor that the user had set up before the story begins.

    `key` is the TOTP secret (base32) that the user's phone then holds, or what a security key's secret is made of.
    """

    user: UserId
    factor: Factor
    device: str
    key: str = ""

    def decide(self, world: World, now: datetime) -> Decided:
        def one(user: User) -> tuple[OutcomeKind, list[Event]]:
            if has_enrolled(self.factor, user):
                raise WrongState(f"{user.username} has {self.factor.label} already.")
            return OutcomeKind.ENROLLED, self._facts(user, world.organization, now)

        return for_each_user(world, (self.user,), one)

    def _facts(self, user: User, organization: Organization, now: datetime) -> list[Event]:
        match self.factor:
            case Factor.TOTP:
                entry = AuthenticatorEntry(organization.name, self.key, now)
                totp = Totp(self.key, now, self.device, step_at(now) - 1)
                return [PhoneScanned(now, user.id, user.id, entry), TotpEnrolled(now, user.id, user.id, totp)]
            case Factor.PUSH:
                return [PushEnrolled(now, user.id, user.id, PushDevice(self.device, now))]
            case Factor.WEBAUTHN:
                secret = blake2b(self.key.encode(), digest_size=32).hexdigest()
                credential = new_credential(secret, RP_ID, 0)
                in_hand = KeyInHand(f"{user.id}-key1", user.id, secret, credentials=(credential,))
                key = SecurityKey(credential, self.device, now, 0, public_key(secret, credential))
                return [
                    SecurityKeyGiven(now, user.id, in_hand),
                    SecurityKeyRegistered(now, user.id, user.id, key),
                ]
            case Factor.DUO:
                raise UnusableValue("Duo needs no set-up: it is on or off for the organization.")
