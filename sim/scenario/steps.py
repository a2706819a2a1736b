"""The steps of a scenario: each kind with its shape, what it is about, and what does it.

A step is one of these keys with its value, and beside it whatever it is expected to bring.
"""

from typing import Any, NamedTuple

from mfadrill.core.accounts import SuspendUsers, UnlockUsers
from mfadrill.core.challenges import SendPush
from mfadrill.core.mailing import ResendMail
from mfadrill.core.portal import LeaveBrowser
from mfadrill.core.requirement import RemoveRequirement
from mfadrill.core.setting_up import SkipEnrollment
from mfadrill.core.settings import AddApplication, CreateGroup
from mfadrill.core.together import Together
from mfadrill.core.users import DEFAULT_DAYS, UserState
from mfadrill.sim.scenario import doing
from mfadrill.sim.scenario.document import (
    BEHAVIOUR,
    CONTEXT,
    FACTOR,
    PEOPLE,
    POLICY,
    POLICY_FIELDS,
    SETTINGS,
    USERS,
)
from mfadrill.sim.scenario.shapes import (
    CHALLENGE,
    DAYS,
    KEY_SECRET,
    SPAN,
    TOTP_SECRET,
    Choice,
    Declared,
    Field,
    Instant,
    Many,
    Number,
    Record,
    Ref,
    Shape,
    Text,
    YesNo,
)
from mfadrill.sim.simulation import Simulation


class StepKind(NamedTuple):
    """`run` does the step and answers with the outcome for each user, if it is a command on users."""

    shape: Shape
    about: str
    run: doing.Run


_users = Field(USERS, "Whom.", required=True)
_user = Field(Ref("user"), "Who.", required=True)
_days = Field(DAYS, f"How many days; {DEFAULT_DAYS}, if nothing is said.")
_in_browser = Field(
    Text("a browser", 200), "In which browser; the scenario's, or everybody's own, if nothing is said."
)
_code = Field(
    Text("a code", 20_000, exact=True), "The code; what the user's phone shows, if nothing is said."
)
_JUST_USERS = Record({"users": _users}, short="users")
_by = Field(
    Choice.of(doing.Seat),
    "Who does it: the user, if nothing is said, or the attacker with the user's password, in a browser and with "
    "devices of the attacker's own.",
)
_key = Field(Text("a serial", 120), "The security key's serial; the one that fits, if nothing is said.")
_JUST_USER = Record({"user": _user, "by": _by, "browser": _in_browser}, short="user")
_WHOSE = Record({"user": Field(Ref("user"), "Whose.", required=True)}, short="user")
_HAND = Record({"user": Field(Text("a user, or attacker", 200), "Whose.", required=True)}, short="user")
_A_KEY = Record(
    {"user": Field(Text("a user, or attacker", 200), "Whose.", required=True), "key": _key}, short="user"
)
_counter = Field(Number(0, 2**31), "The security key's counter; one more, if nothing is said.")
_challenge = Field(CHALLENGE, "What the portal asks the security key to sign; made up, if nothing is said.")
_group = Field(Ref("group"), "The group.", required=True)
_policy = Field(Ref("policy"), "The policy.", required=True)
_to_rename = Field(Ref("policy", frees=True), "The policy.", required=True)


#: What an admin does.
ADMIN_STEPS: dict[str, StepKind] = {
    "require MFA": StepKind(
        Record({"users": _users, "days": _days}, short="users"),
        "more actions → Require MFA on User Portal, or the same on a user's details.",
        doing.require,
    ),
    "remove requirement": StepKind(
        _JUST_USERS, "No longer require MFA of users.", doing.on_users(RemoveRequirement)
    ),
    "reset TOTP": StepKind(
        Record({"users": _users, "days": _days}, short="users"),
        "Reset TOTP MFA: the secret goes, and a new period starts where MFA is required.",
        doing.reset,
    ),
    "resend mail": StepKind(
        _JUST_USERS, "Send the mail that MFA is enabled again; the period stays.", doing.on_users(ResendMail)
    ),
    "activate": StepKind(
        Record(
            {
                "users": _users,
                "of": Field(
                    Choice.of(UserState),
                    "Only those in this state: more actions refuses the others. Any, if nothing is said.",
                ),
            },
            short="users",
        ),
        "Activate staged or suspended users.",
        doing.activate,
    ),
    "suspend": StepKind(_JUST_USERS, "Suspend activated users.", doing.on_users(SuspendUsers)),
    "unlock": StepKind(_JUST_USERS, "Unlock accounts that bad log-ins locked.", doing.on_users(UnlockUsers)),
    "schedule activation": StepKind(
        Record({"users": _users, "at": Field(Instant(), "When.", required=True)}),
        "Activate staged users by itself, later.",
        doing.schedule,
    ),
    "create users": StepKind(PEOPLE, "Create users.", doing.create_users),
    "set password": StepKind(
        Record(
            {
                "user": _user,
                "password": Field(Text("a password", 20_000, exact=True), "The password.", required=True),
            }
        ),
        "Set or reset a password; TOTP stays as it is.",
        doing.set_password,
    ),
    "create group": StepKind(Declared("group"), "Create a group.", doing.on_name(CreateGroup)),
    "rename group": StepKind(
        Record(
            {
                "group": Field(Ref("group", frees=True), "The group.", required=True),
                "to": Field(Declared("group"), "Its new name.", required=True),
            }
        ),
        "Rename a group.",
        doing.rename_group,
    ),
    "delete group": StepKind(
        Ref("group", frees=True),
        "Delete a group that no policy uses.",
        doing.delete_group,
    ),
    "add to group": StepKind(Record({"group": _group, "users": _users}), "Add users to a group.", doing.join),
    "remove from group": StepKind(
        Record({"group": _group, "users": _users}), "Take users out of a group.", doing.leave
    ),
    "update organization": StepKind(
        Record(SETTINGS), "Change the organization's MFA settings.", doing.update_organization
    ),
    "add application": StepKind(
        Declared("application"),
        "Add a single sign-on application.",
        doing.on_name(AddApplication),
    ),
    "create policy": StepKind(
        POLICY,
        "Create a conditional access policy.",
        doing.create_policy,
    ),
    "update policy": StepKind(
        Record(
            {
                "policy": _to_rename,
                "name": Field(Declared("policy"), "Its new name."),
                **POLICY_FIELDS,
            }
        ),
        "Replace a conditional access policy; what is not said is as in a new one.",
        doing.update_policy,
    ),
    "switch policy": StepKind(
        Record({"policy": _policy, "status": Field(YesNo(), "ON or OFF.", required=True)}),
        "Switch a policy ON or OFF.",
        doing.switch_policy,
    ),
    "delete policy": StepKind(
        Ref("policy", frees=True),
        "Delete a policy.",
        doing.delete_policy,
    ),
    "record enrollment": StepKind(
        Record(
            {
                "user": _user,
                "factor": Field(FACTOR, "The factor.", required=True),
                "device": Field(Text("a device", 200), "What the device is called."),
                "key": Field(
                    Text("a secret", 200), "The TOTP secret, or what the security key is derived from."
                ),
            }
        ),
        "What somebody has set up before the story: it is so, and nobody logged in for it.",
        doing.record,
    ),
    "behaviour": StepKind(
        BEHAVIOUR, "Let users log in on their own from now on, or nobody any more.", doing.set_behaviour
    ),
}

_one_of_these = {name: Field(kind.shape, kind.about) for name, kind in ADMIN_STEPS.items()}


def _at_once(simulation: Simulation, args: Any) -> doing.Outcomes:
    """All of it as one act: what the steps would do one after the other, or nothing."""
    trial = doing.Trial.standing_at(simulation.timeline, simulation.position, simulation.now)
    for parts in args:
        ((name, value),) = parts.items()
        ADMIN_STEPS[name].run(trial, value)
    return doing.act(simulation, Together(tuple(trial.given)))


STEPS: dict[str, StepKind] = ADMIN_STEPS | {
    "at once": StepKind(
        Many(Record(_one_of_these, exactly_one=tuple(_one_of_these))),
        "Several of an admin's steps as one, as when a user's details are saved: all of them, or none.",
        _at_once,
    ),
    "log in": StepKind(
        Record(
            {
                "user": Field(Ref("user"), "Who."),
                "username": Field(
                    Text("a username", 20_000, exact=True), "Instead of a user: a name that need not exist."
                ),
                "password": Field(
                    Text("a password", 20_000, exact=True), "The right one, if nothing is said."
                ),
                "to": Field(Ref("application"), "The User Portal, if nothing is said."),
                "from": Field(CONTEXT, "Where the log-in comes from."),
                "by": _by,
                "browser": _in_browser,
            },
            short="user",
            exactly_one=("user", "username"),
        ),
        "Log in with username and password.",
        doing.log_in,
    ),
    "answer challenge": StepKind(
        Record(
            {
                "user": _user,
                "with": Field(FACTOR, "The factor; TOTP, if nothing is said."),
                "code": _code,
                "counter": _counter,
                "challenge": _challenge,
                "approve": Field(YesNo(), "Approve (if nothing is said) or deny a push or Duo prompt."),
                "key": _key,
                "phishing": Field(YesNo(), "Whether the security key is touched on a phishing page."),
                "by": _by,
                "browser": _in_browser,
            },
            short="user",
        ),
        "Answer the challenge of a log-in.",
        doing.answer,
    ),
    "send push": StepKind(
        _JUST_USER,
        "Send a push prompt, and leave it unanswered.",
        doing.in_browser(SendPush),
    ),
    "set up": StepKind(
        Record(
            {
                "user": _user,
                "factor": Field(FACTOR, "The factor; TOTP, if nothing is said."),
                "code": _code,
                "key": _key,
                "counter": _counter,
                "challenge": _challenge,
                "device": Field(
                    Text("a device", 200), "What the push device is called; phone, if nothing is said."
                ),
                "by": _by,
                "browser": _in_browser,
            },
            short="user",
        ),
        "Set up a factor from beginning to end; for TOTP: show the QR code, scan it, enter the code.",
        doing.set_up,
    ),
    "show QR code": StepKind(
        Record(
            {
                "user": _user,
                "secret": Field(TOTP_SECRET, "The TOTP secret, in base32; made up, if nothing is said."),
                "by": _by,
                "browser": _in_browser,
            },
            short="user",
        ),
        "Begin to set up TOTP.",
        doing.show_qr,
    ),
    "scan QR code": StepKind(
        _JUST_USER,
        "Scan the QR code with the user's phone, or the attacker's.",
        doing.scan,
    ),
    "enter code": StepKind(
        Record({"user": _user, "code": _code, "by": _by, "browser": _in_browser}, short="user"),
        "Confirm the set-up of TOTP with a code.",
        doing.enter_code,
    ),
    "set up later": StepKind(_JUST_USER, "Skip the modal.", doing.in_browser(SkipEnrollment)),
    "log out": StepKind(
        Record(
            {
                "user": Field(Ref("user"), "Who; needed where everybody has a browser of their own."),
                "by": _by,
                "browser": _in_browser,
            },
            short="user",
        ),
        "Log out, or leave halfway.",
        doing.in_browser(LeaveBrowser),
    ),
    "lose phone": StepKind(_WHOSE, "The user's phone is gone, with its codes and prompts.", doing.lose_phone),
    "new phone": StepKind(_WHOSE, "A new phone, with nothing in it.", doing.new_phone),
    "answer push": StepKind(
        Record(
            {"user": _user, "approve": Field(YesNo(), "Approve (if nothing is said) or deny.")}, short="user"
        ),
        "Answer the newest push prompt on the user's phone, whoever caused it.",
        doing.answer_push,
    ),
    "give security key": StepKind(
        Record(
            {
                "user": Field(Text("a user, or attacker", 200), "Whom.", required=True),
                "serial": Field(Text("a serial", 120), "Its serial; the next one, if nothing is said."),
                "secret": Field(KEY_SECRET, "Its secret, in hex; made up, if nothing is said."),
            },
            short="user",
        ),
        "Hand the user another security key.",
        doing.give_key,
    ),
    "plug in security key": StepKind(_A_KEY, "Plug the security key in.", doing.plug_key(plugged_in=True)),
    "unplug security key": StepKind(
        _A_KEY, "Unplug the security key: it answers nothing.", doing.plug_key(plugged_in=False)
    ),
    "copy security key": StepKind(
        _A_KEY, "Let the attacker have a copy of the security key, as it stands now.", doing.copy_key
    ),
    "phone clock": StepKind(
        Record(
            {"user": _user, "ahead": Field(SPAN, "How far it is ahead; behind with a minus.", required=True)}
        ),
        "Set how far the clock of a user's phone is off.",
        doing.phone_clock,
    ),
    "advance": StepKind(SPAN, "Let time pass; what happens by itself happens.", doing.advance),
    "go back": StepKind(SPAN, "Turn the clock back; acting there begins another branch.", doing.go_back),
    "travel to": StepKind(Instant(), "Set the clock to an instant.", doing.travel_to),
    "next event": StepKind(Record({}), "Go to what happens next.", doing.next_event),
    "undo": StepKind(Record({}), "Step back to before the latest act.", doing.undo),
}
