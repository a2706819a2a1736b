"""The words for events and for what lies ahead, one and several of each."""

from collections.abc import Mapping

from mfadrill.core import events as facts
from mfadrill.core.occurrences import OccurrenceKind

#: The words for every event, by the name of its class: one, and several of it. What matters most to somebody who rolls
#: MFA out comes first, and what there is most of comes last.
EVENT_WORDS: Mapping[str, tuple[str, str]] = {
    facts.PeriodExpired.__name__: ("period ended", "periods ended"),
    facts.LoginRefused.__name__: ("log-in refused", "log-ins refused"),
    facts.UserLockedOut.__name__: ("account locked", "accounts locked"),
    facts.TotpEnrolled.__name__: ("TOTP enrolled", "TOTP enrolled"),
    facts.PushEnrolled.__name__: ("push device paired", "push devices paired"),
    facts.SecurityKeyRegistered.__name__: ("security key registered", "security keys registered"),
    facts.EnrollmentSkipped.__name__: ("set-up skipped", "set-ups skipped"),
    facts.PasswordRefused.__name__: ("wrong password", "wrong passwords"),
    facts.ChallengeFailed.__name__: ("challenge failed", "challenges failed"),
    facts.BehaviourSet.__name__: ("crowd switched", "crowd switched"),
    facts.UserUnlocked.__name__: ("account unlocked", "accounts unlocked"),
    facts.UserActivated.__name__: ("user activated", "users activated"),
    facts.UserSuspended.__name__: ("user suspended", "users suspended"),
    facts.UserCreated.__name__: ("user created", "users created"),
    facts.RequirementSet.__name__: ("requirement set", "requirements set"),
    facts.PeriodStarted.__name__: ("period started", "periods started"),
    facts.RequirementRemoved.__name__: ("requirement removed", "requirements removed"),
    facts.TotpDeleted.__name__: ("TOTP reset", "TOTP reset"),
    facts.PolicyCreated.__name__: ("policy created", "policies created"),
    facts.PolicyUpdated.__name__: ("policy changed", "policies changed"),
    facts.PolicyDeleted.__name__: ("policy deleted", "policies deleted"),
    facts.OrganizationUpdated.__name__: ("setting changed", "settings changed"),
    facts.PushDeleted.__name__: ("push device removed", "push devices removed"),
    facts.PushPromptSent.__name__: ("push prompt", "push prompts"),
    facts.PhoneLost.__name__: ("phone lost", "phones lost"),
    facts.PhoneReplaced.__name__: ("phone replaced", "phones replaced"),
    facts.SecurityKeyGiven.__name__: ("security key handed out", "security keys handed out"),
    facts.SecurityKeyPlugged.__name__: ("security key plugged", "security keys plugged"),
    facts.SecurityKeyCopied.__name__: ("security key copied", "security keys copied"),
    facts.SecurityKeyTouched.__name__: ("touch of a security key", "touches of security keys"),
    facts.KeyChallengeIssued.__name__: ("WebAuthn challenge", "WebAuthn challenges"),
    facts.PhoneClockSet.__name__: ("phone clock set", "phone clocks set"),
    facts.PasswordSet.__name__: ("password set", "passwords set"),
    facts.ActivationScheduled.__name__: ("activation scheduled", "activations scheduled"),
    facts.GroupCreated.__name__: ("group created", "groups created"),
    facts.GroupRenamed.__name__: ("group renamed", "groups renamed"),
    facts.GroupDeleted.__name__: ("group deleted", "groups deleted"),
    facts.GroupJoined.__name__: ("user added to a group", "users added to groups"),
    facts.GroupLeft.__name__: ("user removed from a group", "users removed from groups"),
    facts.ApplicationAdded.__name__: ("application added", "applications added"),
    facts.OrganizationCreated.__name__: ("organization created", "organizations created"),
    facts.MailSent.__name__: ("mail sent", "mails sent"),
    facts.LoginSucceeded.__name__: ("log-in", "log-ins"),
    facts.ChallengePassed.__name__: ("challenge passed", "challenges passed"),
    facts.TotpEnrollmentStarted.__name__: ("TOTP set-up begun", "TOTP set-ups begun"),
    facts.PhoneScanned.__name__: ("QR code scanned", "QR codes scanned"),
    facts.LoginBegun.__name__: ("password accepted", "passwords accepted"),
    facts.BrowserLeft.__name__: ("session ended", "sessions ended"),
}

_WEIGHT = {name: number for number, name in enumerate(EVENT_WORDS)}


def weightiest_first(kinds: Mapping[str, int]) -> list[tuple[str, int]]:
    """Kinds of events (their class names) with their numbers, in the order in which they are told."""
    return sorted(kinds.items(), key=lambda kind: _WEIGHT[kind[0]])


#: What comes, by the label of its kind.
AHEAD_WORDS: Mapping[str, tuple[str, str]] = {
    OccurrenceKind.PERIOD_ENDS.label: ("period ends", "periods end"),
    OccurrenceKind.REMINDER.label: ("reminder", "reminders"),
    OccurrenceKind.ACTIVATION.label: ("activation", "activations"),
    OccurrenceKind.UNLOCK.label: ("account unlocks", "accounts unlock"),
    OccurrenceKind.PUSH_TIMES_OUT.label: ("push prompt times out", "push prompts time out"),
    "log-in": ("log-in", "log-ins"),
}
