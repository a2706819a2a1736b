"""What the devices in somebody's hand show: the phone with its apps, and the security keys."""

from datetime import datetime

from msgspec import Struct

from mfadrill.core.challenges import is_at_hand, prompts_on
from mfadrill.core.keys_in_hand import KeyInHand
from mfadrill.core.phones import ATTACKER, Phone
from mfadrill.core.sessions import Session
from mfadrill.core.totp import seconds_left
from mfadrill.core.users import User
from mfadrill.core.words import DAYS, day, local
from mfadrill.core.world import World


class Entry(Struct, frozen=True):
    """One entry of the authenticator app; `use` says which secret it holds: enrolled, on screen, or old."""

    label: str
    code: str
    use: str
    scanned: str

    @property
    def grouped(self) -> str:
        return f"{self.code[:3]} {self.code[3:]}"


class Prompt(Struct, frozen=True):
    """A push prompt that waits on the phone; `caused_here` says whether the log-in on screen sent it."""

    browser: str
    username: str
    left: int
    caused_here: bool


class Key(Struct, frozen=True):
    """A security key in hand; `about` says what it is good for."""

    serial: str
    counter: int
    plugged_in: bool
    about: str


class PhoneView(Struct, frozen=True, kw_only=True):
    """The entries, newest first; `left` is how long their codes still show.

    `prompt_left` is the push prompt of the log-in on screen, `answers_prompt` whether this phone is the one that
    prompts go to, and `prompted` whose phone that is.
    """

    owner: str = ""
    is_attacker: bool = False
    lost: bool = False
    clock: str = ""
    offset_seconds: int = 0
    entries: tuple[Entry, ...] = ()
    left: int = 0
    can_scan: bool = False
    prompt_left: int | None = None
    answers_prompt: bool = False
    prompted: str = ""
    prompts: tuple[Prompt, ...] = ()
    keys: tuple[Key, ...] = ()

    @property
    def wanted(self) -> Entry | None:
        """The entry that the portal asks for: that of the QR code on the screen, else the enrolled one."""
        return next((e for e in self.entries if e.use == "on screen"), None) or next(
            (e for e in self.entries if e.use == "enrolled"), None
        )


def phone_view(
    world: World, user: User, session: Session | None, now: datetime, *, attacker: bool = False
) -> PhoneView:
    """The devices of the user, or of the attacker who has the user's password."""
    holder = ATTACKER if attacker else user.id
    phone = world.phones.get(holder, Phone())
    pending = None if session is None else session.pending_secret
    enrolled = None if user.totp is None else user.totp.secret
    zone = world.organization.zone
    mine = user.push is not None and (user.push.holder or user.id) == holder

    def use(secret: str) -> str:
        return "on screen" if secret == pending else "enrolled" if secret == enrolled else "old"

    there = local(phone.clock(now), zone)
    entries = () if phone.lost else tuple(reversed(phone.entries))
    return PhoneView(
        owner="the attacker" if attacker else user.username,
        is_attacker=attacker,
        lost=phone.lost,
        clock=f"{DAYS[there.weekday()]} {there:%H:%M:%S}",
        offset_seconds=phone.offset_seconds,
        entries=tuple(
            Entry(e.label, phone.code(e, now), use(e.secret), day(e.added_at, zone)) for e in entries
        ),
        left=seconds_left(phone.clock(now)),
        can_scan=pending is not None and not phone.lost and all(e.secret != pending for e in phone.entries),
        prompt_left=prompt_seconds(session, now),
        answers_prompt=mine and is_at_hand(user, world),
        prompted=_prompted(user, world),
        prompts=_prompts(world, holder, session, now),
        keys=tuple(
            Key(key.serial, key.counter, key.plugged_in, _about(key, user))
            for key in sorted(world.keys.values(), key=lambda key: key.serial)
            if key.holder == holder
        ),
    )


def _prompted(user: User, world: World) -> str:
    """Whose phone the user's push prompts go to, in words."""
    if user.push is None:
        return "no phone"
    whose = "the attacker's phone" if user.push.holder == ATTACKER else f"{user.username}'s phone"
    return whose if is_at_hand(user, world) else f"{whose}, which is lost or replaced"


def _prompts(world: World, holder: str, here: Session | None, now: datetime) -> tuple[Prompt, ...]:
    """What waits on the phone of this holder, oldest first."""
    return tuple(
        Prompt(
            browser, world.users[session.user].username, prompt_seconds(session, now) or 0, session is here
        )
        for browser, session, _ in prompts_on(world, holder, now)
        if session.user is not None
    )


def _about(key: KeyInHand, user: User) -> str:
    known = next((k for k in user.security_keys if k.credential in key.credentials), None)
    if known is None:
        return "no credential of this account"
    if key.counter < known.sign_count:
        return f"registered here; the portal has seen {known.sign_count}, so it looks like a copy"
    return "registered here"


def prompt_seconds(session: Session | None, now: datetime) -> int | None:
    """How long the push prompt of this log-in still waits; None without one."""
    if session is None or session.push_prompt is None or now >= session.push_prompt.expires_at:
        return None
    return int((session.push_prompt.expires_at - now).total_seconds())
