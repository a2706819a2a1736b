"""The state: everything that is true at one instant, on persistent maps, so that a version costs what changed."""

from collections.abc import Iterable
from typing import Protocol, Self, TypeVar

import immutables
from msgspec import Struct, structs

from mfadrill.core.behaviour import Behaviour
from mfadrill.core.keys_in_hand import KeyInHand
from mfadrill.core.organization import Organization
from mfadrill.core.phones import Phone
from mfadrill.core.policies import USER_PORTAL, Application, Policy, PolicyId, ResourceId
from mfadrill.core.refusals import UnknownThing
from mfadrill.core.sessions import Session
from mfadrill.core.users import GroupId, User, UserId, user_id


class Group(Struct, frozen=True, gc=False):
    """A static group; its members carry its id."""

    id: GroupId
    name: str


class World(Struct, frozen=True):
    """The directory, the log-ins under way in browsers, and the phones and security keys in people's hands.

    Phones are found by their holder, a user's id or the attacker; keys by their serial. With a behaviour, users log in
    on their own.
    """

    organization: Organization = Organization(name="")
    users: immutables.Map[UserId, User] = immutables.Map()
    groups: immutables.Map[GroupId, Group] = immutables.Map()
    policies: immutables.Map[PolicyId, Policy] = immutables.Map()
    applications: immutables.Map[ResourceId, Application] = immutables.Map()
    browsers: immutables.Map[str, Session] = immutables.Map()
    phones: immutables.Map[str, Phone] = immutables.Map()
    keys: immutables.Map[str, KeyInHand] = immutables.Map()
    behaviour: Behaviour | None = None

    def user(self, username: str) -> User:
        """The user with this name. Raises UnknownThing."""
        found = self.users.get(user_id(username))
        if found is None:
            raise UnknownThing(f"There is no user {username!r}.")
        return found

    def group_named(self, name: str) -> Group:
        """The group with this name, whatever its case. Raises UnknownThing."""
        return _named("group", name, self.groups.values())

    def policy_named(self, name: str) -> Policy:
        """The policy with this name, whatever its case. Raises UnknownThing."""
        return _named("policy", name, self.policies.values())

    def resource_named(self, name: str) -> ResourceId:
        """The User Portal, or the application with this name, whatever its case. Raises UnknownThing."""
        if name.casefold() == "user portal":
            return USER_PORTAL
        return _named("application", name, self.applications.values()).id

    def members(self, group: GroupId) -> list[User]:
        """The users in the group, by username."""
        found = [user for user in self.users.values() if group in user.groups]
        return sorted(found, key=lambda user: user.id)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_T = TypeVar("_T", bound=_Named)


def _named(kind: str, name: str, among: Iterable[_T]) -> _T:
    folded = name.casefold()
    for one in among:
        if one.name.casefold() == folded:
            return one
    raise UnknownThing(f"There is no {kind} {name!r}.")


class Draft:
    """A world that events are being applied to; one transaction for a batch of them."""

    __slots__ = (
        "applications",
        "behaviour",
        "browsers",
        "groups",
        "keys",
        "organization",
        "phones",
        "policies",
        "users",
    )

    def __init__(self, world: World) -> None:
        self.organization = world.organization
        self.users = world.users.mutate()
        self.groups = world.groups.mutate()
        self.policies = world.policies.mutate()
        self.applications = world.applications.mutate()
        self.browsers = world.browsers.mutate()
        self.phones = world.phones.mutate()
        self.keys = world.keys.mutate()
        self.behaviour = world.behaviour

    def finish(self) -> World:
        """The world as it is now. The draft must not be used after this."""
        return World(
            self.organization,
            self.users.finish(),
            self.groups.finish(),
            self.policies.finish(),
            self.applications.finish(),
            self.browsers.finish(),
            self.phones.finish(),
            self.keys.finish(),
            self.behaviour,
        )

    def change_user(self, user: UserId, **changes: object) -> Self:
        self.users[user] = structs.replace(self.users[user], **changes)
        return self

    def change_phone(self, holder: str, **changes: object) -> Self:
        self.phones[holder] = structs.replace(self.phones.get(holder, Phone()), **changes)
        return self

    def change_key(self, serial: str, **changes: object) -> Self:
        self.keys[serial] = structs.replace(self.keys[serial], **changes)
        return self

    def change_session(self, browser: str, **changes: object) -> Self:
        self.browsers[browser] = structs.replace(self.browsers[browser], **changes)
        return self
