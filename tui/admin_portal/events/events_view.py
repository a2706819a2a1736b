"""What the Events tab shows: the log up to the clock, newest first."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from msgspec import Struct, structs

from mfadrill.core.events import (
    ADMIN,
    SYSTEM,
    ChallengeFailed,
    Event,
    LoginRefused,
    PasswordRefused,
    PeriodExpired,
    UserLockedOut,
)
from mfadrill.core.narrative import in_words
from mfadrill.core.policies import Condition, Effect
from mfadrill.core.users import UserId
from mfadrill.core.words import MONTHS, local, when
from mfadrill.core.world import World
from mfadrill.tui.admin_portal.policies.policies_view import condition_in_words

#: Fields that are told otherwise.
HIDDEN = {"user", "group", "policy", "application"}

#: Fields that are never told; what is only bookkeeping is left out with them.
SECRET = {"secret", "password", "credential", "last_step", "sign_count", "nonce"}

#: The events that an admin looks for when somebody cannot log in.
BAD = (ChallengeFailed, LoginRefused, PasswordRefused, PeriodExpired, UserLockedOut)


class EventFilters(Struct, frozen=True):
    """What the log is narrowed to; `actor` is `admin`, `user` or `system`, `touching` the id of a user or thing."""

    text: str = ""
    kind: str = ""
    actor: str = ""
    touching: str = ""
    bad: bool = False


class EventLog(Struct, frozen=True):
    """The first `length` events of a log that only grows, or those of them whose places match, newest first."""

    events: Sequence[Event]
    length: int
    zone: str
    matching: Sequence[int] | None = None
    world: World | None = None

    @property
    def count(self) -> int:
        return self.length if self.matching is None else len(self.matching)

    def newest(self, index: int) -> Event:
        if self.matching is not None:
            return self.events[self.matching[index]]
        return self.events[self.length - 1 - index]


def who_of(event: Event) -> str:
    """Whether the admin, the system or a user did it."""
    return event.actor if event.actor in (ADMIN, SYSTEM) else "user"


def narrowed(log: EventLog, filters: EventFilters) -> EventLog:
    """The log with only what the filters let through."""
    if filters == EventFilters():
        return structs.replace(log, matching=None)
    return structs.replace(log, matching=matching(log, filters, range(log.length - 1, -1, -1)))


def matching(log: EventLog, filters: EventFilters, places: range) -> list[int]:
    """Which of these places the filters let through, in the same order; the cheap filters look first."""
    words = filters.text.casefold().split()
    found: list[int] = []
    for place in places:
        event = log.events[place]
        if filters.kind and event.name != filters.kind:
            continue
        if filters.bad and not isinstance(event, BAD):
            continue
        if filters.actor and who_of(event) != filters.actor:
            continue
        if filters.touching and filters.touching not in event.touches:
            continue
        if words:
            touched = event.touches
            told = (
                f"{in_words(event, log.zone)} {event.name} {' '.join(touched)} {event.actor} "
                f"{' '.join(short_name(id_, log.world) for id_ in touched)}".casefold()
            )
            if not all(word in told for word in words):
                continue
        found.append(place)
    return found


def name_of(id_: str, world: World) -> str:
    """The name of the user, group, policy or application with this id, as far as it still exists."""
    user = world.users.get(UserId(id_))
    if user is not None:
        return user.username if user.name == user.username else f"{user.username} ({user.name})"
    for things in (world.groups, world.policies, world.applications):
        thing = things.get(id_)  # pyright: ignore[reportArgumentType]
        if thing is not None:
            return thing.name
    return id_


def short_name(id_: str, world: World | None) -> str:
    """The username, or the name of the group, policy or application; the id of what does not exist any more."""
    if world is None:
        return id_
    user = world.users.get(UserId(id_))
    return name_of(id_, world) if user is None else user.username


def subject_of(event: Event, world: World | None) -> str:
    """To whom or to what it happened, by name."""
    return ", ".join(short_name(id_, world) for id_ in event.touches)


def _told(name: str, value: object, world: World) -> list[tuple[str, str]]:
    """A value in words: what is made of several parts has a line for each."""
    zone = world.organization.zone
    if isinstance(value, Condition):
        return [(name, condition_in_words(value))]
    match value:
        case Effect():
            return [(name, value.label), *([("message", value.message)] if value.message else [])]
        case Struct():
            parts = ((part, getattr(value, part)) for part in value.__struct_fields__)
            return [
                told
                for part, inner in parts
                if part not in SECRET and part != "id" and inner not in (None, "", frozenset(), ())
                for told in _told(part.replace("_", " "), inner, world)
            ]
        case bool():
            words = "yes" if value else "no"
        case datetime():
            words = when(value, zone)
        case Enum():
            words = str(getattr(value, "label", value.value))
        case frozenset() | tuple():
            words = ", ".join(sorted(_one(item, world) for item in value))
        case str():
            words = short_name(value, world)
        case _:
            words = str(value)
    return [(name, words)]


def _one(value: object, world: World) -> str:
    return ", ".join(words for _, words in _told("", value, world))


def event_fields(event: Event, world: World) -> list[tuple[str, str]]:
    """All of an event: names and values. Secrets are not told."""
    zone = world.organization.zone
    found = [
        ("what", in_words(event, zone)),
        ("event", event.name),
        ("when", f"{when(event.at, zone)}:{local(event.at, zone):%S} {zone}"),
        ("in UTC", f"{event.at:%Y-%m-%dT%H:%M:%SZ}"),
        ("by", event.actor if who_of(event) != "user" else name_of(event.actor, world)),
    ]
    found += [("touches", f"{name_of(id_, world)}  id {id_}") for id_ in event.touches]
    for field in event.__struct_fields__:
        value = getattr(event, field)
        hidden = field in SECRET or (field in HIDDEN and isinstance(value, str))
        if field in ("at", "actor") or hidden or value is None:
            continue
        found += _told(field.replace("_", " "), value, world)
    return found


class EventRow(Struct, frozen=True):
    """One event in short: when, by whom, what happened, and to whom or what."""

    at: str
    actor: str
    what: str
    subject: str
    bad: bool


def event_row(event: Event, zone: str, world: World | None = None) -> EventRow:
    there = local(event.at, zone)
    return EventRow(
        f"{there.day:>2} {MONTHS[there.month - 1]} {there:%H:%M}",
        who_of(event),
        in_words(event, zone),
        subject_of(event, world),
        isinstance(event, BAD),
    )


def event_in_full(event: Event, zone: str, world: World | None = None) -> str:
    """All of an event: when, its name in the vendor's log, and below it by whom what happened to whom."""
    subject = subject_of(event, world)
    what = f"{subject}: {in_words(event, zone)}" if subject else in_words(event, zone)
    return f"{when(event.at, zone)} · {event.name}\nby {short_name(event.actor, world)} · {what}"
