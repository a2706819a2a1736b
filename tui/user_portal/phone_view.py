"""What the phone in the user's hand shows."""

from datetime import datetime

from msgspec import Struct

from mfadrill.core.phones import Phone
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


class PhoneView(Struct, frozen=True, kw_only=True):
    """The entries, newest first; `left` is how long their codes still show, `prompt_left` the push prompt."""

    owner: str = ""
    clock: str = ""
    offset_seconds: int = 0
    entries: tuple[Entry, ...] = ()
    left: int = 0
    can_scan: bool = False
    prompt_left: int | None = None

    @property
    def wanted(self) -> Entry | None:
        """The entry that the portal asks for: that of the QR code on the screen, else the enrolled one."""
        return next((e for e in self.entries if e.use == "on screen"), None) or next(
            (e for e in self.entries if e.use == "enrolled"), None
        )


def phone_view(world: World, user: User, session: Session | None, now: datetime) -> PhoneView:
    """The phone of the user; a prompt and a QR code are those of this log-in."""
    phone = world.phones.get(user.id, Phone())
    pending = None if session is None else session.pending_secret
    enrolled = None if user.totp is None else user.totp.secret
    zone = world.organization.zone

    def use(secret: str) -> str:
        return "on screen" if secret == pending else "enrolled" if secret == enrolled else "old"

    there = local(phone.clock(now), zone)
    return PhoneView(
        owner=user.username,
        clock=f"{DAYS[there.weekday()]} {there:%H:%M:%S}",
        offset_seconds=phone.offset_seconds,
        entries=tuple(
            Entry(e.label, phone.code(e, now), use(e.secret), day(e.added_at, zone))
            for e in reversed(phone.entries)
        ),
        left=seconds_left(phone.clock(now)),
        can_scan=pending is not None and all(e.secret != pending for e in phone.entries),
        prompt_left=prompt_seconds(session, now),
    )


def prompt_seconds(session: Session | None, now: datetime) -> int | None:
    """How long the push prompt of this log-in still waits; None without one."""
    if session is None or session.push_prompt is None or now >= session.push_prompt.expires_at:
        return None
    return int((session.push_prompt.expires_at - now).total_seconds())
