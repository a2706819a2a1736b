"""Events: the facts that the log is made of. Each knows how it changes the world, and that never fails.

`name` is the vendor's name in its event log where it has one; several facts may share it.
"""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct, structs

from mfadrill.core.behaviour import Behaviour
from mfadrill.core.factors import Factor
from mfadrill.core.keys_in_hand import KeyInHand
from mfadrill.core.organization import Organization
from mfadrill.core.phones import AuthenticatorEntry, Phone
from mfadrill.core.policies import Application, Context, Policy, PolicyId, ResourceId
from mfadrill.core.sessions import (
    AUTHENTICATION_FAILED,
    ChallengeFailure,
    LoginDecision,
    PushPrompt,
    Session,
)
from mfadrill.core.users import (
    GroupId,
    Lockout,
    Mail,
    Period,
    PushDevice,
    SecurityKey,
    Totp,
    User,
    UserId,
    UserState,
)
from mfadrill.core.world import Draft, Group

ADMIN = "admin"
SYSTEM = "system"


class Event(Struct, frozen=True, gc=False, tag=True):
    """A fact: when it happened and who did it (`admin`, `system`, or a user's id)."""

    name: ClassVar[str]

    at: datetime
    actor: str

    def apply(self, draft: Draft) -> None:
        raise NotImplementedError

    @property
    def touches(self) -> tuple[str, ...]:
        """The ids of the user, group, policy or application that the event is about."""
        ids = (getattr(self, field, None) for field in ("user", "group", "policy", "application"))
        return tuple(found if isinstance(found, str) else found.id for found in ids if found is not None)


# The organization, its groups, applications and policies


class OrganizationCreated(Event, frozen=True):
    name: ClassVar[str] = "organization_create"
    organization: Organization

    def apply(self, draft: Draft) -> None:
        draft.organization = self.organization


class OrganizationUpdated(Event, frozen=True):
    """The settings after the change, and the change in words."""

    name: ClassVar[str] = "admin_update"
    organization: Organization
    change: str

    def apply(self, draft: Draft) -> None:
        draft.organization = self.organization


class GroupCreated(Event, frozen=True):
    name: ClassVar[str] = "group_create"
    group: Group

    def apply(self, draft: Draft) -> None:
        draft.groups[self.group.id] = self.group


class GroupRenamed(Event, frozen=True):
    name: ClassVar[str] = "group_update"
    group: Group

    def apply(self, draft: Draft) -> None:
        draft.groups[self.group.id] = self.group


class GroupDeleted(Event, frozen=True):
    """The group is gone; its members were taken out of it by events of their own."""

    name: ClassVar[str] = "group_delete"
    group: GroupId

    def apply(self, draft: Draft) -> None:
        del draft.groups[self.group]


class GroupJoined(Event, frozen=True):
    name: ClassVar[str] = "association_change"
    user: UserId
    group: GroupId

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, groups=draft.users[self.user].groups | {self.group})


class GroupLeft(Event, frozen=True):
    name: ClassVar[str] = "association_change"
    user: UserId
    group: GroupId

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, groups=draft.users[self.user].groups - {self.group})


class ApplicationAdded(Event, frozen=True):
    name: ClassVar[str] = "application_create"
    application: Application

    def apply(self, draft: Draft) -> None:
        draft.applications[self.application.id] = self.application


class PolicyCreated(Event, frozen=True, gc=True):
    name: ClassVar[str] = "authnpolicy_create"
    policy: Policy

    def apply(self, draft: Draft) -> None:
        draft.policies[self.policy.id] = self.policy


class PolicyUpdated(Event, frozen=True, gc=True):
    name: ClassVar[str] = "authpolicy_update"
    policy: Policy

    def apply(self, draft: Draft) -> None:
        draft.policies[self.policy.id] = self.policy


class PolicyDeleted(Event, frozen=True):
    name: ClassVar[str] = "authnpolicy_delete"
    policy: PolicyId

    def apply(self, draft: Draft) -> None:
        del draft.policies[self.policy]


class BehaviourSet(Event, frozen=True, gc=True):
    """From now on users log in on their own, as this says; None ends it."""

    name: ClassVar[str] = "crowd_set"
    behaviour: Behaviour | None

    def apply(self, draft: Draft) -> None:
        draft.behaviour = self.behaviour


# Users and their requirement


class UserCreated(Event, frozen=True):
    name: ClassVar[str] = "user_create"
    user: User

    def apply(self, draft: Draft) -> None:
        draft.users[self.user.id] = self.user


class UserActivated(Event, frozen=True):
    """Activated for the first time, or reactivated after a suspension."""

    name: ClassVar[str] = "user_activated"
    user: UserId

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, state=UserState.ACTIVATED, activation_at=None)


class UserSuspended(Event, frozen=True):
    """Suspended; where the user was inside the portal, that session ends by a fact of its own."""

    name: ClassVar[str] = "user_suspended"
    user: UserId

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, state=UserState.SUSPENDED)


class ActivationScheduled(Event, frozen=True):
    name: ClassVar[str] = "user_update"
    user: UserId
    activation_at: datetime

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, activation_at=self.activation_at)


class PasswordSet(Event, frozen=True):
    name: ClassVar[str] = "user_update"
    user: UserId
    password: str

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, password=self.password)


class RequirementSet(Event, frozen=True):
    """MFA is required of the user. A period, if there is one, is a fact of its own that follows."""

    name: ClassVar[str] = "user_update"
    user: UserId
    days: int

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, required=True, days=self.days, period=None)


class RequirementRemoved(Event, frozen=True):
    """The requirement is gone, and with it the period and the lock-out; what is enrolled stays."""

    name: ClassVar[str] = "user_update"
    user: UserId

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, required=False, days=None, period=None)


class PeriodStarted(Event, frozen=True):
    """The user is excluded from MFA until the period's end."""

    name: ClassVar[str] = "user_update"
    user: UserId
    period: Period

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, days=self.period.days, period=self.period)


class PeriodExpired(Event, frozen=True):
    """The period is over. It was over at `at` whether or not this was noted: the status follows from the time."""

    name: ClassVar[str] = "user_mfa_exclusion_expired"
    user: UserId

    def apply(self, draft: Draft) -> None:
        pass


class MailSent(Event, frozen=True):
    name: ClassVar[str] = "mail_sent"
    user: UserId
    mail: Mail

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, inbox=(*draft.users[self.user].inbox, self.mail))


# Enrollment


class TotpEnrollmentStarted(Event, frozen=True):
    """The QR code is shown. Nothing is enrolled until a code confirms the secret."""

    name: ClassVar[str] = "totp_start_enrollment"
    user: UserId
    browser: str
    secret: str

    def apply(self, draft: Draft) -> None:
        draft.change_session(self.browser, pending_secret=self.secret)


class TotpEnrolled(Event, frozen=True):
    """The secret is confirmed; the period has done its work."""

    name: ClassVar[str] = "totp_finish_enrollment"
    user: UserId
    totp: Totp
    browser: str | None = None

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, totp=self.totp, period=None)
        if self.browser is not None:
            draft.change_session(self.browser, proved=Factor.TOTP, modal_done=True, pending_secret=None)


class TotpDeleted(Event, frozen=True):
    name: ClassVar[str] = "totp_delete_enrollment"
    user: UserId

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, totp=None)


class PushEnrolled(Event, frozen=True):
    """A phone is paired for push; there is one a user, and a new one replaces the old."""

    name: ClassVar[str] = "push_enrollment"
    user: UserId
    push: PushDevice
    browser: str | None = None

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, push=self.push)
        if self.browser is not None:
            draft.change_session(self.browser, proved=Factor.PUSH, modal_done=True, pending_secret=None)


class PushDeleted(Event, frozen=True):
    name: ClassVar[str] = "push_delete_enrollment"
    user: UserId

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, push=None)


class SecurityKeyRegistered(Event, frozen=True):
    name: ClassVar[str] = "webauthn_registration"
    user: UserId
    key: SecurityKey
    browser: str | None = None

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, security_keys=(*draft.users[self.user].security_keys, self.key))
        if self.browser is not None:
            draft.change_session(
                self.browser,
                proved=Factor.WEBAUTHN,
                modal_done=True,
                pending_secret=None,
                key_challenge=None,
            )


class EnrollmentSkipped(Event, frozen=True):
    """Set Up Later: in for this time."""

    name: ClassVar[str] = "totp_enrollment_skipped"
    user: UserId
    browser: str

    def apply(self, draft: Draft) -> None:
        draft.change_session(self.browser, modal_done=True, pending_secret=None)


# Logging in


class LoginBegun(Event, frozen=True):
    """The password was right; what follows is the login decision's."""

    name: ClassVar[str] = "user_login_begun"
    user: UserId
    browser: str
    resource: ResourceId
    context: Context

    def apply(self, draft: Draft) -> None:
        draft.browsers[self.browser] = Session(
            user=self.user, resource=self.resource, context=self.context, begun_at=self.at
        )


class PasswordRefused(Event, frozen=True):
    """Unknown user or wrong password; the person cannot tell which. Counts against a user that exists."""

    name: ClassVar[str] = "user_login_attempt"
    browser: str
    username: str
    user: UserId | None

    def apply(self, draft: Draft) -> None:
        if self.user is not None:
            draft.change_user(self.user, bad_attempts=draft.users[self.user].bad_attempts + 1)
        draft.browsers[self.browser] = Session(user=None, begun_at=self.at, refused=AUTHENTICATION_FAILED)


class ChallengeFailed(Event, frozen=True):
    name: ClassVar[str] = "user_login_attempt"
    user: UserId
    browser: str
    factor: Factor
    failure: ChallengeFailure

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, bad_attempts=draft.users[self.user].bad_attempts + 1)
        draft.change_session(self.browser, failure=self.failure, push_prompt=None, key_challenge=None)


class PushPromptSent(Event, frozen=True):
    name: ClassVar[str] = "push_prompt_sent"
    user: UserId
    browser: str
    prompt: PushPrompt

    def apply(self, draft: Draft) -> None:
        draft.change_session(self.browser, push_prompt=self.prompt, failure=None)


class ChallengePassed(Event, frozen=True):
    """`count` is the accepted time step of a TOTP code, or the signature counter of a security key."""

    name: ClassVar[str] = "user_mfa_challenge_passed"
    user: UserId
    browser: str
    factor: Factor
    count: int | None = None
    credential: str | None = None

    def apply(self, draft: Draft) -> None:
        draft.change_session(
            self.browser, proved=self.factor, push_prompt=None, key_challenge=None, failure=None
        )
        user = draft.users[self.user]
        if self.count is None:
            return
        if self.factor is Factor.TOTP and user.totp is not None:
            draft.change_user(self.user, totp=structs.replace(user.totp, last_step=self.count))
        elif self.factor is Factor.WEBAUTHN:
            keys = tuple(
                structs.replace(key, sign_count=self.count) if key.credential == self.credential else key
                for key in user.security_keys
            )
            draft.change_user(self.user, security_keys=keys)


class LoginRefused(Event, frozen=True):
    """Refused after a right password: locked out, denied, not activated, account locked."""

    name: ClassVar[str] = "user_login_attempt"
    user: UserId
    browser: str
    decision: LoginDecision

    def apply(self, draft: Draft) -> None:
        draft.change_session(self.browser, refused=self.decision, pending_secret=None, push_prompt=None)


class LoginSucceeded(Event, frozen=True):
    name: ClassVar[str] = "user_login_attempt"
    user: UserId
    browser: str

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, bad_attempts=0)
        draft.change_session(self.browser, inside=True, failure=None, pending_secret=None, push_prompt=None)


class BrowserLeft(Event, frozen=True):
    """Logged out, or left halfway: an enrollment under way is not one."""

    name: ClassVar[str] = "user_logout"
    browser: str
    user: UserId | None

    def apply(self, draft: Draft) -> None:
        draft.browsers.pop(self.browser, None)


class UserLockedOut(Event, frozen=True):
    """Too many bad log-ins: `account_locked`, which is not an expired period."""

    name: ClassVar[str] = "user_lockout"
    user: UserId
    lockout: Lockout

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, lockout=self.lockout)


class UserUnlocked(Event, frozen=True):
    name: ClassVar[str] = "user_unlocked"
    user: UserId

    def apply(self, draft: Draft) -> None:
        draft.change_user(self.user, lockout=None, bad_attempts=0)


# Phones and security keys, in the hands of users and of the attacker


class PhoneScanned(Event, frozen=True):
    """The authenticator app took the secret of the user's account off a QR code; empty `holder`: the user's phone."""

    name: ClassVar[str] = "phone_scanned"
    user: UserId
    entry: AuthenticatorEntry
    holder: str = ""

    def apply(self, draft: Draft) -> None:
        holder = self.holder or self.user
        phone = draft.phones.get(holder, Phone())
        draft.phones[holder] = structs.replace(phone, entries=(*phone.entries, self.entry))


class PhoneClockSet(Event, frozen=True):
    name: ClassVar[str] = "phone_clock_set"
    user: UserId
    offset_seconds: int

    def apply(self, draft: Draft) -> None:
        draft.change_phone(self.user, offset_seconds=self.offset_seconds)


class PhoneLost(Event, frozen=True):
    name: ClassVar[str] = "phone_lost"
    user: UserId

    def apply(self, draft: Draft) -> None:
        draft.change_phone(self.user, lost=True)


class PhoneReplaced(Event, frozen=True):
    """A new phone, with nothing in it."""

    name: ClassVar[str] = "phone_replaced"
    user: UserId

    def apply(self, draft: Draft) -> None:
        draft.phones[self.user] = Phone(number=draft.phones.get(self.user, Phone()).number + 1)


class _OfHolder:
    """What somebody does with a key in hand touches the one who holds it, a user or the attacker."""

    __slots__ = ()
    actor: str

    @property
    def touches(self) -> tuple[str, ...]:
        return (self.actor,)


class SecurityKeyGiven(_OfHolder, Event, frozen=True):
    name: ClassVar[str] = "security_key_given"
    key: KeyInHand

    def apply(self, draft: Draft) -> None:
        draft.keys[self.key.serial] = self.key


class SecurityKeyPlugged(_OfHolder, Event, frozen=True):
    """Plugged in, or unplugged."""

    name: ClassVar[str] = "security_key_plugged"
    serial: str
    plugged_in: bool

    def apply(self, draft: Draft) -> None:
        draft.change_key(self.serial, plugged_in=self.plugged_in)


class SecurityKeyCopied(_OfHolder, Event, frozen=True):
    """`copy` has the same credentials as the key of this serial."""

    name: ClassVar[str] = "security_key_copied"
    serial: str
    copy: KeyInHand

    def apply(self, draft: Draft) -> None:
        draft.keys[self.copy.serial] = self.copy


class SecurityKeyTouched(_OfHolder, Event, frozen=True):
    """The key has counted up, and made a credential where one is named."""

    name: ClassVar[str] = "security_key_touched"
    serial: str
    counter: int
    credential: str | None = None

    def apply(self, draft: Draft) -> None:
        key = draft.keys[self.serial]
        made = () if self.credential is None else (self.credential,)
        draft.change_key(self.serial, counter=self.counter, credentials=(*key.credentials, *made))


class KeyChallengeIssued(Event, frozen=True):
    """The portal asks for a security key: this challenge (base64url) has to be signed."""

    name: ClassVar[str] = "webauthn_challenge"
    user: UserId
    browser: str
    challenge: str

    def apply(self, draft: Draft) -> None:
        draft.change_session(self.browser, key_challenge=self.challenge)
