"""What the Events tab shows: the log up to the clock, newest first."""

from collections.abc import Sequence

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
from mfadrill.core.users import UserId
from mfadrill.core.words import MONTHS, local, when
from mfadrill.core.world import World

#: Fields that are told otherwise, or kept secret.
HIDDEN = {"user", "group", "policy", "application", "secret", "password", "credential"}

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
    """The first `length` events of a log that only grows, or those of them whose places match."""

    events: Sequence[Event]
    length: int
    zone: str
    matching: Sequence[int] | None = None

    @property
    def count(self) -> int:
        return self.length if self.matching is None else len(self.matching)

    def newest(self, index: int) -> Event:
        if self.matching is not None:
            return self.events[self.matching[-1 - index]]
        return self.events[self.length - 1 - index]


def who_of(event: Event) -> str:
    """Whether the admin, the system or a user did it."""
    return event.actor if event.actor in (ADMIN, SYSTEM) else "user"


def narrowed(log: EventLog, filters: EventFilters) -> EventLog:
    """The log with only what the filters let through; the cheap ones look first."""
    if filters == EventFilters():
        return structs.replace(log, matching=None)
    words = filters.text.casefold().split()
    found: list[int] = []
    for place in range(log.length):
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
            told = (
                f"{in_words(event, log.zone)} {event.name} {' '.join(event.touches)} {event.actor}".casefold()
            )
            if not all(word in told for word in words):
                continue
        found.append(place)
    return structs.replace(log, matching=found)


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
        if field not in ("at", "actor") and isinstance(value, str | int) and field not in HIDDEN:
            found.append((field.replace("_", " "), str(value)))
    return found


class EventRow(Struct, frozen=True):
    """One event in short: when, by whom, what happened, and to whom or what."""

    at: str
    actor: str
    what: str
    subject: str
    bad: bool


def event_row(event: Event, zone: str) -> EventRow:
    there = local(event.at, zone)
    return EventRow(
        f"{there.day:>2} {MONTHS[there.month - 1]} {there:%H:%M}",
        who_of(event),
        in_words(event, zone),
        ", ".join(event.touches),
        isinstance(event, BAD),
    )


def event_in_full(event: Event, zone: str) -> str:
    """All of an event: when, its name in the vendor's log, and below it by whom what happened to whom."""
    subject = ", ".join(event.touches)
    what = f"{subject}: {in_words(event, zone)}" if subject else in_words(event, zone)
    return f"{when(event.at, zone)} · {event.name}\nby {event.actor} · {what}"
