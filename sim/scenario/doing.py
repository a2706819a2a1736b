"""What each kind of step does to a simulation. Refusals of the core are raised as they come."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import structs

from mfadrill.core.accounts import (
    ActivateUsers,
    AddToGroup,
    CreateUsers,
    RemoveFromGroup,
    ScheduleActivation,
    SetPassword,
)
from mfadrill.core.challenges import (
    AnswerDuo,
    AnswerPush,
    AnswerTotp,
    SendPush,
    prompts_on,
)
from mfadrill.core.commands import Command, Outcome
from mfadrill.core.conditional_access import CreatePolicy, DeletePolicy, SwitchPolicy, UpdatePolicy
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.factors import Factor
from mfadrill.core.handling_keys import CopySecurityKey, PlugSecurityKey
from mfadrill.core.handling_phones import LosePhone, ReplacePhone, ScanQrCode, SetPhoneClock
from mfadrill.core.phones import ATTACKER, Phone
from mfadrill.core.policies import USER_PORTAL, Policy
from mfadrill.core.portal import LogIn
from mfadrill.core.refusals import NotAtThisStep
from mfadrill.core.relying_party import ORIGIN, PHISHING_ORIGIN
from mfadrill.core.requirement import RequireMfa, ResetTotp
from mfadrill.core.setting_up import ConfirmTotp, PairPush
from mfadrill.core.settings import DeleteGroup, RenameGroup, UpdateOrganization
from mfadrill.core.users import DEFAULT_DAYS, UserId, user_id
from mfadrill.sim.ceremonies import keys_of, new_key, show_qr_code, touch_key
from mfadrill.sim.instants import parse_instant
from mfadrill.sim.scenario.founding import (
    after_creation,
    behaviour,
    context,
    new_policy,
    new_user,
    organization_settings,
    policy_fields,
    record_enrollment,
)
from mfadrill.sim.scenario.shapes import TOTP_SECRET
from mfadrill.sim.simulation import Receipt, Simulation

Outcomes = Sequence[Outcome]
Run = Callable[[Simulation, Any], Outcomes]


def _ids(names: Sequence[str]) -> tuple[UserId, ...]:
    return tuple(user_id(name) for name in names)


def act(simulation: Simulation, *commands: Command) -> Outcomes:
    """Give the commands one by one; their outcomes together."""
    found: list[Outcome] = []
    for command in commands:
        found += simulation.act(command).outcomes
    return found


class Trial(Simulation):
    """A simulation of one's own that remembers what commands it was given."""

    def __init__(self, start: datetime, seed: int = 1) -> None:
        super().__init__(start, seed)
        self.given: list[Command] = []

    def act(self, command: Command) -> Receipt:
        self.given.append(command)
        return super().act(command)


# What an admin does


def on_users(command: Callable[[tuple[UserId, ...]], Command]) -> Run:
    """A command on users that needs nothing else."""
    return lambda simulation, args: act(simulation, command(_ids(args["users"])))


def on_name(command: Callable[[str], Command]) -> Run:
    """A command on a name alone."""
    return lambda simulation, name: act(simulation, command(name))


def in_browser(command: Callable[[str], Command]) -> Run:
    """A command on a browser alone."""
    return lambda simulation, args: act(simulation, command(browser_of(args)))


def require(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, RequireMfa(_ids(args["users"]), args.get("days", DEFAULT_DAYS)))


def reset(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, ResetTotp(_ids(args["users"]), args.get("days", DEFAULT_DAYS)))


def activate(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, ActivateUsers(_ids(args["users"]), args.get("of")))


def schedule(simulation: Simulation, args: Any) -> Outcomes:
    at = parse_instant(args["at"], simulation.zone)
    return act(simulation, ScheduleActivation(_ids(args["users"]), at))


def create_users(simulation: Simulation, args: Any) -> Outcomes:
    created = tuple(new_user(name, person, simulation.world) for name, person in args.items())
    outcomes = list(act(simulation, CreateUsers(created)))
    for name, person in args.items():
        act(simulation, *after_creation(name, person, simulation.seed))
    return outcomes


def record(simulation: Simulation, args: Any) -> Outcomes:
    made = record_enrollment(user_id(args["user"]), args["factor"], simulation.seed)
    key = args.get("key", made.key)
    if made.factor is Factor.TOTP:
        key = TOTP_SECRET.parse(key)
    return act(simulation, structs.replace(made, device=args.get("device", made.device), key=key))


def set_behaviour(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, SetBehaviour(behaviour(args)))


def set_password(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, SetPassword(user_id(args["user"]), args["password"]))


def join(simulation: Simulation, args: Any) -> Outcomes:
    group = simulation.world.group_named(args["group"]).id
    return act(simulation, AddToGroup(group, _ids(args["users"])))


def leave(simulation: Simulation, args: Any) -> Outcomes:
    group = simulation.world.group_named(args["group"]).id
    return act(simulation, RemoveFromGroup(group, _ids(args["users"])))


def rename_group(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, RenameGroup(simulation.world.group_named(args["group"]).id, args["to"]))


def update_organization(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, UpdateOrganization(**organization_settings(args)))


def delete_group(simulation: Simulation, name: str) -> Outcomes:
    return act(simulation, DeleteGroup(simulation.world.group_named(name).id))


def create_policy(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, CreatePolicy(new_policy(args, simulation.world)))


def delete_policy(simulation: Simulation, name: str) -> Outcomes:
    return act(simulation, DeletePolicy(simulation.world.policy_named(name).id))


def update_policy(simulation: Simulation, args: Any) -> Outcomes:
    world = simulation.world
    old = world.policy_named(args["policy"])
    new = Policy(id=old.id, name=args.get("name", old.name), **policy_fields(args, world))
    return act(simulation, UpdatePolicy(new))


def switch_policy(simulation: Simulation, args: Any) -> Outcomes:
    policy = simulation.world.policy_named(args["policy"]).id
    return act(simulation, SwitchPolicy(policy, args["status"]))


# What a user does


def browser_of(args: Any) -> str:
    """Everybody has a browser of their own, named like the user, unless the step names another one."""
    if "browser" not in args and args.get("by") == Seat.ATTACKER:
        return ATTACKER
    for key in ("browser", "user", "username"):
        if key in args:
            return user_id(args[key])
    raise NotAtThisStep("Say who it is, or in which browser.")


class Seat(StrEnum):
    """Who sits at the keyboard."""

    USER = "user"
    ATTACKER = "attacker"


def holder_of(args: Any) -> str:
    """Whose phone and security keys are at hand: empty for the user's own."""
    return ATTACKER if args.get("by") == Seat.ATTACKER else ""


def scan(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, ScanQrCode(browser_of(args), holder_of(args)))


def lose_phone(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, LosePhone(user_id(args["user"])))


def new_phone(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, ReplacePhone(user_id(args["user"])))


def hand_of(simulation: Simulation, name: str) -> str:
    """Whose devices are meant: a user's, or the attacker's. Raises UnknownThing."""
    return ATTACKER if name.casefold() == Seat.ATTACKER else simulation.world.user(name).id


def key_of(simulation: Simulation, args: Any) -> str:
    """The key that the step names, or else the user's first."""
    if "key" in args:
        return args["key"]
    keys = keys_of(simulation.world, hand_of(simulation, args["user"]))
    if not keys:
        raise NotAtThisStep(f"{args['user']} has no security key.")
    return keys[0].serial


def give_key(simulation: Simulation, args: Any) -> Outcomes:
    made = new_key(simulation, hand_of(simulation, args["user"]))
    return act(
        simulation,
        structs.replace(made, serial=args.get("serial", made.serial), secret=args.get("secret", made.secret)),
    )


def plug_key(*, plugged_in: bool) -> Run:
    return lambda simulation, args: act(simulation, PlugSecurityKey(key_of(simulation, args), plugged_in))


def copy_key(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, CopySecurityKey(key_of(simulation, args)))


def answer_push(simulation: Simulation, args: Any) -> Outcomes:
    """Answer the newest prompt on the user's phone, whoever caused it."""
    prompts = prompts_on(simulation.world, user_id(args["user"]), simulation.now)
    if not prompts:
        raise NotAtThisStep(f"No push prompt waits on {args['user']}'s phone.")
    return act(simulation, AnswerPush(prompts[-1][0], args.get("approve", True)))


def log_in(simulation: Simulation, args: Any) -> Outcomes:
    world = simulation.world
    username: str = args.get("user") or args["username"]
    known = world.users.get(user_id(username))
    password = args.get("password", known.password if known is not None else "") or ""
    resource = world.resource_named(args["to"]) if "to" in args else USER_PORTAL
    return act(
        simulation,
        LogIn(browser_of(args), username, password, resource, context(args.get("from", {}))),
    )


def show_qr(simulation: Simulation, args: Any) -> Outcomes:
    made = show_qr_code(simulation, browser_of(args))
    return act(simulation, structs.replace(made, secret=args.get("secret", made.secret)))


def code_on_phone(simulation: Simulation, args: Any, secret: str | None) -> str:
    """The code in the step, or else the one that the user's phone shows for the secret."""
    if "code" in args:
        return args["code"]
    phone = simulation.world.phones.get(holder_of(args) or user_id(args["user"]), Phone())
    whose = "The attacker's" if holder_of(args) else f"{args['user']}'s"
    if phone.lost:
        raise NotAtThisStep(f"{whose} phone is lost, and the codes with it.")
    for entry in phone.entries:
        if entry.secret == secret:
            return phone.code(entry, simulation.now)
    raise NotAtThisStep(f"{whose} phone has no code for this: the QR code was not scanned.")


def enter_code(simulation: Simulation, args: Any) -> Outcomes:
    session = simulation.world.browsers.get(browser_of(args))
    secret = None if session is None else session.pending_secret
    return act(simulation, ConfirmTotp(browser_of(args), code_on_phone(simulation, args, secret)))


def touch(simulation: Simulation, args: Any) -> Command:
    """The ceremony with a security key that a step asks for. Raises NotAtThisStep where no key can answer."""
    return touch_key(
        simulation,
        browser_of(args),
        holder=holder_of(args),
        serial=args.get("key", ""),
        origin=PHISHING_ORIGIN if args.get("phishing") else ORIGIN,
        counter=args.get("counter"),
        challenge=args.get("challenge", ""),
    )


def set_up(simulation: Simulation, args: Any) -> Outcomes:
    browser = browser_of(args)
    match args.get("factor", Factor.TOTP):
        case Factor.WEBAUTHN:
            return act(simulation, touch(simulation, args))
        case Factor.PUSH:
            return act(simulation, PairPush(browser, args.get("device", "phone"), holder_of(args)))
        case Factor.DUO:
            raise NotAtThisStep("Duo needs no set-up.")
        case _:
            act(simulation, show_qr_code(simulation, browser))
            act(simulation, ScanQrCode(browser, holder_of(args)))
            return enter_code(simulation, args)


def answer(simulation: Simulation, args: Any) -> Outcomes:
    browser = browser_of(args)
    user = simulation.world.user(args["user"])
    approve = args.get("approve", True)
    match args.get("with", Factor.TOTP):
        case Factor.TOTP:
            secret = user.totp.secret if user.totp is not None else None
            return act(simulation, AnswerTotp(browser, code_on_phone(simulation, args, secret)))
        case Factor.PUSH:
            session = simulation.world.browsers.get(browser)
            if session is None or session.push_prompt is None:
                act(simulation, SendPush(browser))
            return act(simulation, AnswerPush(browser, approve))
        case Factor.DUO:
            return act(simulation, AnswerDuo(browser, approve))
        case _:
            return act(simulation, touch(simulation, args))


def phone_clock(simulation: Simulation, args: Any) -> Outcomes:
    return act(simulation, SetPhoneClock(user_id(args["user"]), int(args["ahead"].total_seconds())))


# What the clock does


def advance(simulation: Simulation, span: Any) -> Outcomes:
    simulation.advance(span)
    return ()


def go_back(simulation: Simulation, span: Any) -> Outcomes:
    simulation.advance(-span)
    return ()


def travel_to(simulation: Simulation, instant: str) -> Outcomes:
    simulation.travel_to(parse_instant(instant, simulation.zone))
    return ()


def next_event(simulation: Simulation, _: Any) -> Outcomes:
    simulation.next_event()
    return ()


def undo(simulation: Simulation, _: Any) -> Outcomes:
    simulation.undo()
    return ()
