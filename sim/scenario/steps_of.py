"""The steps that say in a scenario what a command says in the simulation: the way back of `doing`."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from msgspec import UNSET

from mfadrill.core.accounts import (
    ActivateUsers,
    AddToGroup,
    CreateUsers,
    RecordEnrollment,
    RemoveFromGroup,
    ScheduleActivation,
    SetPassword,
    SuspendUsers,
    UnlockUsers,
)
from mfadrill.core.challenges import (
    AnswerDuo,
    AnswerPush,
    AnswerSecurityKey,
    AnswerTotp,
    SendPush,
    prompts_on,
)
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy, DeletePolicy, SwitchPolicy, UpdatePolicy
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.factors import Factor
from mfadrill.core.handling_keys import (
    BeginKeyCeremony,
    CopySecurityKey,
    GiveSecurityKey,
    PlugSecurityKey,
    TouchSecurityKey,
)
from mfadrill.core.handling_phones import LosePhone, ReplacePhone, ScanQrCode, SetPhoneClock
from mfadrill.core.mailing import ResendMail
from mfadrill.core.phones import ATTACKER
from mfadrill.core.policies import USER_PORTAL
from mfadrill.core.portal import LeaveBrowser, LogIn, Stage, step_of
from mfadrill.core.refusals import Refusal
from mfadrill.core.relying_party import ORIGIN
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import (
    ConfirmTotp,
    PairPush,
    RegisterSecurityKey,
    SkipEnrollment,
    StartTotpEnrollment,
)
from mfadrill.core.settings import (
    AddApplication,
    CreateGroup,
    CreateOrganization,
    DeleteGroup,
    RenameGroup,
    UpdateOrganization,
)
from mfadrill.core.together import Together
from mfadrill.core.users import DEFAULT_DAYS, UserId, UserState, user_id
from mfadrill.core.world import World
from mfadrill.sim.ceremonies import new_key, show_qr_code
from mfadrill.sim.scenario.beginning import (
    behaviour_parts,
    context_parts,
    new_person,
    policy_parts,
    setting_parts,
    signed_span,
)
from mfadrill.sim.scenario.doing import Trial, code_on_phone
from mfadrill.sim.scenario.doing import touch as touch_of_step
from mfadrill.sim.scenario.founding import record_enrollment
from mfadrill.sim.scenario.yaml_text import Bare, instant_text
from mfadrill.sim.simulation import Simulation

Parts = dict[str, Any]


class CannotRecord(Refusal):
    """Something was done that no step of a scenario can say."""


#: Commands that have no step of their own, and why.
WITHOUT_A_STEP: dict[type[Command], str] = {
    CreateOrganization: "the organization stands at the beginning of the file",
    BeginKeyCeremony: "it is a part of answering with a security key, or of setting one up",
    TouchSecurityKey: "it is a part of answering with a security key, or of setting one up",
    AnswerSecurityKey: "it comes of touching a security key",
    RegisterSecurityKey: "it comes of touching a security key",
}


def steps_of(simulation: Simulation, command: Command) -> list[Parts]:
    """The steps for a command that is about to be given here. Raises CannotRecord."""
    if isinstance(command, Together):
        if any(isinstance(c, TouchSecurityKey) for c in command.commands):
            return _ceremony(simulation, command)
        return [_at_once(simulation, command)]
    for found in (_by_admin, _in_portal, _with_devices):
        step = found(simulation, command)
        if step is not None:
            return [step]
    why = WITHOUT_A_STEP[type(command)]
    raise CannotRecord(f"No step of a scenario says “{_in_words(command)}” alone: {why}.")


def _in_words(command: Command) -> str:
    """The name of the command as words: `begin key ceremony`."""
    name = type(command).__name__
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def _at_once(simulation: Simulation, command: Together) -> Parts:
    trial = Trial.standing_at(simulation.timeline, simulation.position, simulation.now)
    made: list[Parts] = []
    for one in command.commands:
        made += steps_of(trial, one)
        trial.act(one)
    return made[0] if len(made) == 1 else {"at once": made}


def _short(key: str, parts: Parts) -> Any:
    """What stands for the parts: the value alone, where there is no other."""
    return parts[key] if list(parts) == [key] else parts


# What an admin does


def _names(ids: Iterable[UserId], world: World) -> str | list[str]:
    names = [world.users[id_].username for id_ in ids]
    return names[0] if len(names) == 1 else names


#: Commands on users that need nothing else.
ON_USERS: dict[type[Command], str] = {
    RemoveRequirement: "remove requirement",
    ResendMail: "resend mail",
    SuspendUsers: "suspend",
    UnlockUsers: "unlock",
}


def _by_admin(simulation: Simulation, command: Command) -> Parts | None:
    world = simulation.world
    match command:
        case RequireMfa(users, days) | ResetTotp(users, days):
            kind = "require MFA" if isinstance(command, RequireMfa) else "reset TOTP"
            parts: Parts = {"users": _names(users, world)}
            if days != DEFAULT_DAYS:
                parts["days"] = days
            return {kind: _short("users", parts)}
        case RemoveRequirement(users) | ResendMail(users) | SuspendUsers(users) | UnlockUsers(users):
            return {ON_USERS[type(command)]: _names(users, world)}
        case ActivateUsers(users, of):
            parts = {"users": _names(users, world)}
            if of is not None and {world.users[id_].state for id_ in users} - {of, UserState.ACTIVATED}:
                parts["of"] = of.value.lower()
            return {"activate": _short("users", parts)}
        case ScheduleActivation(users, at):
            instant = Bare(instant_text(at, simulation.zone))
            return {"schedule activation": {"users": _names(users, world), "at": instant}}
        case CreateUsers(users):
            return {"create users": {user.username: new_person(user, world) for user in users}}
        case RecordEnrollment(user, factor, device, key):
            made = record_enrollment(user, factor, simulation.seed)
            parts = {"user": world.users[user].username, "factor": factor.label}
            parts |= {} if device == made.device else {"device": device}
            return {"record enrollment": parts | ({} if key == made.key else {"key": key})}
        case SetBehaviour(behaviour):
            return {"behaviour": behaviour_parts(behaviour)}
        case SetPassword(user, password):
            return {"set password": {"user": world.users[user].username, "password": password}}
        case _:
            return _on_settings(world, command)


def _on_settings(world: World, command: Command) -> Parts | None:
    match command:
        case CreateGroup(name):
            return {"create group": name}
        case RenameGroup(group, name):
            return {"rename group": {"group": world.groups[group].name, "to": name}}
        case DeleteGroup(group):
            return {"delete group": world.groups[group].name}
        case AddToGroup(group, users) | RemoveFromGroup(group, users):
            kind = "add to group" if isinstance(command, AddToGroup) else "remove from group"
            return {kind: {"group": world.groups[group].name, "users": _names(users, world)}}
        case AddApplication(name):
            return {"add application": name}
        case UpdateOrganization():
            given = {field: getattr(command, field) for field in command.__struct_fields__}
            return {"update organization": setting_parts({k: v for k, v in given.items() if v is not UNSET})}
        case CreatePolicy(policy):
            return {"create policy": policy_parts(policy, world)}
        case UpdatePolicy(policy):
            parts = policy_parts(policy, world)
            old = world.policies[policy.id].name
            if parts["name"] == old:
                del parts["name"]
            return {"update policy": {"policy": old, **parts}}
        case SwitchPolicy(policy, on):
            return {"switch policy": {"policy": world.policies[policy].name, "status": on}}
        case DeletePolicy(policy):
            return {"delete policy": world.policies[policy].name}
        case _:
            return None


# What a user does


def _at(world: World, browser: str, holder: str | None = None) -> Parts:
    """Who sits in this browser, with whose devices; None where devices do not matter."""
    session = world.browsers.get(browser)
    user = session.user if session is not None else None
    if user is None and browser in world.users:
        user = UserId(browser)
    name = "" if user is None else world.users[user].username
    return {"user": name} | _seat(user or "", browser, holder)


def _seat(user: str, browser: str, holder: str | None) -> Parts:
    attacks = holder == ATTACKER if holder is not None else browser == ATTACKER
    parts: Parts = {"by": "attacker"} if attacks else {}
    if browser != (ATTACKER if attacks else user):
        parts["browser"] = browser
    return parts


def _in_portal(simulation: Simulation, command: Command) -> Parts | None:
    world = simulation.world
    match command:
        case LogIn():
            return {"log in": _short("user", _log_in(world, command))}
        case AnswerTotp(browser, code):
            session = world.browsers[browser]
            user = None if session.user is None else world.users[session.user]
            secret = user.totp.secret if user is not None and user.totp is not None else None
            return {"answer challenge": _short("user", _with_code(simulation, browser, code, secret))}
        case SendPush(browser):
            return {"send push": _short("user", _at(world, browser))}
        case AnswerPush(browser, approve):
            return _answer_push(simulation, browser, approve)
        case AnswerDuo(browser, approve):
            parts = _at(world, browser)
            who = {"user": parts.pop("user"), "with": Factor.DUO.label}
            return {"answer challenge": who | ({} if approve else {"approve": False}) | parts}
        case StartTotpEnrollment(browser, secret):
            parts = _at(world, browser)
            parts |= {} if command == show_qr_code(simulation, browser) else {"secret": secret}
            return {"show QR code": _short("user", parts)}
        case ConfirmTotp(browser, code):
            secret = world.browsers[browser].pending_secret
            return {"enter code": _short("user", _with_code(simulation, browser, code, secret))}
        case SkipEnrollment(browser):
            return {"set up later": _short("user", _at(world, browser))}
        case LeaveBrowser(browser):
            parts = _at(world, browser)
            if world.browsers[browser].user is None and parts.get("browser"):
                del parts["user"]  # nobody's name was known there
            return {"log out": _short("user", parts)}
        case _:
            return None


def _log_in(world: World, command: LogIn) -> Parts:
    known = world.users.get(user_id(command.username))
    # An unknown name is typed as it is; the log keeps it.
    exact = known is not None and known.username == command.username
    parts: Parts = {"user" if exact else "username": command.username}
    # Nobody has the right password where there is none.
    if known is None or command.password != known.password:
        parts["password"] = command.password
    if command.resource != USER_PORTAL:
        parts["to"] = world.applications[command.resource].name
    if origin := context_parts(command.context):
        parts["from"] = origin
    return parts | _seat(user_id(command.username), command.browser, None)


def _with_code(simulation: Simulation, browser: str, code: str, secret: str | None) -> Parts:
    """The code is left out where it is the one that the phone shows."""
    parts = _at(simulation.world, browser)
    try:
        shown = code_on_phone(simulation, parts, secret)
    except Refusal:
        shown = None
    if code == shown:
        return parts
    return {"user": parts.pop("user"), "code": code} | parts


def _answer_push(simulation: Simulation, browser: str, approve: bool) -> Parts:
    """Answered on the phone, if the prompt is the newest one there, else in the browser."""
    world = simulation.world
    session = world.browsers[browser]
    parts = _at(world, browser)
    said: Parts = {} if approve else {"approve": False}
    if session.push_prompt is None:
        # The log-in has come to be refused; any answer brings that out, and the step would send a prompt first.
        return {"send push": _short("user", parts)}
    prompts = prompts_on(world, session.user or "", simulation.now)
    if prompts and prompts[-1][0] == browser:
        return {"answer push": _short("user", {"user": parts["user"]} | said)}
    who = {"user": parts.pop("user"), "with": Factor.PUSH.label}
    return {"answer challenge": who | said | parts}


# Phones and security keys


def _with_devices(simulation: Simulation, command: Command) -> Parts | None:
    world = simulation.world
    match command:
        case ScanQrCode(browser, holder):
            return {"scan QR code": _short("user", _at(world, browser, holder))}
        case PairPush(browser, device, holder):
            parts = _at(world, browser, holder)
            who: Parts = {"user": parts.pop("user"), "factor": Factor.PUSH.label}
            return {"set up": who | ({} if device == "phone" else {"device": device}) | parts}
        case SetPhoneClock(user, seconds):
            ahead = Bare(signed_span(timedelta(seconds=seconds)))
            return {"phone clock": {"user": world.users[user].username, "ahead": ahead}}
        case LosePhone(user) | ReplacePhone(user):
            kind = "lose phone" if isinstance(command, LosePhone) else "new phone"
            return {kind: world.users[user].username}
        case GiveSecurityKey(holder):
            made, parts = new_key(simulation, holder), {"user": _holder(world, holder)}
            parts |= {} if made.serial == command.serial else {"serial": command.serial}
            parts |= {} if made.secret == command.secret else {"secret": command.secret}
            return {"give security key": _short("user", parts)}
        case PlugSecurityKey(serial, plugged_in):
            kind = "plug in security key" if plugged_in else "unplug security key"
            return {kind: {"user": _holder(world, world.keys[serial].holder), "key": serial}}
        case CopySecurityKey(serial):
            return {"copy security key": {"user": _holder(world, world.keys[serial].holder), "key": serial}}
        case _:
            return None


def _holder(world: World, holder: str) -> str:
    """Who has the key, as the steps name them."""
    if holder == ATTACKER:
        return "attacker"
    return world.users[UserId(holder)].username


def _ceremony(simulation: Simulation, command: Together) -> list[Parts]:
    """A ceremony with a security key; the key and the challenge are said only where others would be taken."""
    touch = next(c for c in command.commands if isinstance(c, TouchSecurityKey))
    begin = next((c for c in command.commands if isinstance(c, BeginKeyCeremony)), None)
    given = next((c for c in command.commands if isinstance(c, GiveSecurityKey)), None)
    world = simulation.world
    owner = given.holder if given is not None else world.keys[touch.serial].holder
    parts = _at(world, touch.browser, ATTACKER if owner == ATTACKER else "")
    who: Parts = {"user": parts.pop("user")}
    answers = step_of(world, world.browsers[touch.browser], simulation.now).stage is Stage.CHALLENGE
    kind = "answer challenge" if answers else "set up"
    who["with" if answers else "factor"] = Factor.WEBAUTHN.label
    if touch.counter is not None:
        who["counter"] = touch.counter
    if touch.origin != ORIGIN:
        who["phishing"] = True
    challenge = "" if begin is None else begin.challenge
    for said in ({}, {"key": touch.serial}, {"key": touch.serial, "challenge": challenge}):
        if _makes(simulation, who | said | parts, command):
            return [{kind: who | said | parts}]
    if given is None:
        raise CannotRecord("No step of a scenario says this use of a security key.")
    # The key that was handed out for it is another one than a step would hand out.
    trial = simulation.copy()
    handed = steps_of(trial, given)
    trial.act(given)
    return handed + _ceremony(trial, Together(tuple(c for c in command.commands if c is not given)))


def _makes(simulation: Simulation, args: Parts, command: Command) -> bool:
    """Whether a step with this would do just that."""
    try:
        return touch_of_step(simulation, args) == command
    except Refusal:
        return False
