"""Events in words, as the event log shows them."""

from datetime import timedelta

from mfadrill.core.events import (
    ActivationScheduled,
    ApplicationAdded,
    BehaviourSet,
    BrowserLeft,
    ChallengeFailed,
    ChallengePassed,
    EnrollmentSkipped,
    Event,
    GroupCreated,
    GroupDeleted,
    GroupJoined,
    GroupLeft,
    GroupRenamed,
    KeyChallengeIssued,
    LoginBegun,
    LoginRefused,
    LoginSucceeded,
    MailSent,
    OrganizationCreated,
    OrganizationUpdated,
    PasswordRefused,
    PasswordSet,
    PeriodExpired,
    PeriodStarted,
    PhoneClockSet,
    PhoneLost,
    PhoneReplaced,
    PhoneScanned,
    PolicyCreated,
    PolicyDeleted,
    PolicyUpdated,
    PushDeleted,
    PushEnrolled,
    PushPromptSent,
    RequirementRemoved,
    RequirementSet,
    SecurityKeyCopied,
    SecurityKeyGiven,
    SecurityKeyPlugged,
    SecurityKeyRegistered,
    SecurityKeyTouched,
    TotpDeleted,
    TotpEnrolled,
    TotpEnrollmentStarted,
    UserActivated,
    UserCreated,
    UserLockedOut,
    UserSuspended,
    UserUnlocked,
)
from mfadrill.core.words import CHALLENGE_FAILURES, count, duration, when


def in_words(event: Event, zone: str) -> str:
    """What happened, without when and by whom."""
    match event:
        case OrganizationCreated(organization=organization):
            return f"organization {organization.name} created"
        case OrganizationUpdated(change=change):
            return f"settings changed: {change}"
        case GroupCreated(group=group):
            return f"group {group.name} created"
        case GroupRenamed(group=group):
            return f"group renamed to {group.name}"
        case GroupDeleted(group=group):
            return f"group {group} deleted"
        case GroupJoined(group=group):
            return f"added to group {group}"
        case GroupLeft(group=group):
            return f"removed from group {group}"
        case ApplicationAdded(application=application):
            return f"application {application.name} added"
        case BehaviourSet(behaviour=behaviour):
            return "crowd switched off" if behaviour is None else f"crowd switched on: {behaviour.name}"
        case PolicyCreated(policy=policy):
            return f"policy {policy.name} created: {policy.effect.label}"
        case PolicyUpdated(policy=policy):
            return f"policy {policy.name} {'ON' if policy.on else 'OFF'}: {policy.effect.label}"
        case PolicyDeleted(policy=policy):
            return f"policy {policy} deleted"
        case UserCreated(user=user):
            return f"created, {user.state.label.lower()}"
        case UserActivated():
            return "activated"
        case UserSuspended():
            return "suspended"
        case ActivationScheduled(activation_at=activation_at):
            return f"activation scheduled for {when(activation_at, zone)}"
        case PasswordSet():
            return "password set"
        case RequirementSet(days=days):
            return f"MFA required, {count(days, 'day')}"
        case RequirementRemoved():
            return "MFA no longer required"
        case PeriodStarted(period=period):
            return f"enrollment period starts, ends {when(period.ends_at, zone)}"
        case PeriodExpired():
            return "enrollment period expired"
        case MailSent(mail=mail):
            return "mail: reminder" if mail.kind == "REMINDER" else "mail: MFA now enabled"
        case _:
            return _in_the_portal(event, zone)


def _in_the_portal(event: Event, zone: str) -> str:
    match event:
        case TotpEnrollmentStarted():
            return "TOTP set-up begun, QR code shown"
        case TotpEnrolled(totp=totp):
            return f"TOTP enrolled, {totp.device}"
        case TotpDeleted():
            return "TOTP reset, secret deleted"
        case PushEnrolled(push=push):
            return f"Push paired, {push.device}"
        case PushDeleted():
            return "Push device removed"
        case SecurityKeyRegistered(key=key):
            return f"WebAuthn registered, {key.device}"
        case EnrollmentSkipped():
            return "MFA set-up put off"
        case LoginBegun(resource=resource):
            return f"password accepted, {resource}"
        case PasswordRefused(username=username):
            return f"log-in failed: wrong credentials for {username}"
        case ChallengeFailed(failure=failure):
            return f"log-in failed: {CHALLENGE_FAILURES[failure]}"
        case ChallengePassed(factor=factor):
            return f"challenge passed with {factor.label}"
        case LoginRefused(decision=decision):
            return f"log-in refused: {decision.outcome.label}"
        case LoginSucceeded():
            return "logged in"
        case BrowserLeft():
            return "logged out"
        case UserLockedOut(lockout=lockout):
            until = "an admin unlocks" if lockout.until is None else when(lockout.until, zone)
            return f"account locked until {until}"
        case UserUnlocked():
            return "account unlocked"
        case PushPromptSent():
            return "push prompt sent"
        case PhoneScanned():
            return "QR code scanned"
        case PhoneLost():
            return "phone lost"
        case PhoneReplaced():
            return "new phone, with nothing in it"
        case SecurityKeyGiven(key=key):
            return f"has a new security key, {key.serial}"
        case SecurityKeyPlugged(serial=serial, plugged_in=plugged_in):
            return f"security key {serial} {'plugged in' if plugged_in else 'unplugged'}"
        case SecurityKeyCopied(serial=serial, copy=copy):
            return f"security key {serial} copied: {copy.serial}"
        case SecurityKeyTouched(serial=serial, counter=counter):
            return f"security key {serial} touched, counter {counter}"
        case KeyChallengeIssued():
            return "security key asked for"
        case PhoneClockSet(offset_seconds=offset):
            side = "ahead" if offset >= 0 else "behind"
            return f"phone clock {duration(timedelta(seconds=offset))} {side}"
        case _:
            return event.name
