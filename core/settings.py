"""The organization's settings, its groups and its applications."""

import re
from collections.abc import Container
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import UNSET, UnsetType, structs

from mfadrill.core.commands import Command, Decided
from mfadrill.core.events import (
    ADMIN,
    ApplicationAdded,
    Event,
    GroupCreated,
    GroupDeleted,
    GroupLeft,
    GroupRenamed,
    OrganizationCreated,
    OrganizationUpdated,
)
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, Plan, PortalDefault, webauthn_stands_alone
from mfadrill.core.plain import is_plain
from mfadrill.core.policies import Application, ResourceId, by_name
from mfadrill.core.refusals import (
    DuplicateName,
    InUse,
    UnknownThing,
    UnusableValue,
    WebauthnAlone,
)
from mfadrill.core.users import GroupId
from mfadrill.core.world import Group, World

MINUTES_A_YEAR = 525_600
SECONDS_AN_HOUR = 3600


def slug(name: str, taken: Container[str]) -> str:
    """An id made of a name, different from those that are taken."""
    base = re.sub(r"[^\w]+", "-", name.casefold()).strip("-") or "x"
    found, count = base, 1
    while found in taken:
        count += 1
        found = f"{base}-{count}"
    return found


def checked_name(name: str, kind: str, others: list[str]) -> str:
    """The name without outer spaces. Raises UnusableValue when empty, DuplicateName when taken."""
    stripped = name.strip()
    if not stripped or len(stripped) > 200 or not is_plain(stripped):
        raise UnusableValue(f"A {kind} needs a name of 1 to 200 printable characters.")
    if stripped.casefold() in {other.casefold() for other in others}:
        raise DuplicateName(f"There is a {kind} {stripped!r} already; names must be unique.")
    return stripped


def check_organization(organization: Organization) -> None:
    """Raises WebauthnAlone or UnusableValue where the settings break a rule."""
    if not organization.name.strip() or not is_plain(organization.name):
        raise UnusableValue("The organization needs a name of printable characters.")
    if webauthn_stands_alone(organization.factors):
        raise WebauthnAlone("WebAuthn cannot be the only factor: TOTP or Duo must be enabled with it.")
    if organization.max_login_attempts < 1:
        raise UnusableValue("The account lock-out needs at least 1 log-in attempt.")
    if organization.lockout_minutes is not None and not 1 <= organization.lockout_minutes <= MINUTES_A_YEAR:
        raise UnusableValue("The lock-out lasts from 1 minute to a year, or until an admin unlocks.")
    if not 1 <= organization.push_timeout_seconds <= SECONDS_AN_HOUR:
        raise UnusableValue("A push prompt waits from 1 second to an hour.")
    try:
        ZoneInfo(organization.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnusableValue(
            f"{organization.zone!r} is not a time zone; use a name such as 'Europe/Berlin'."
        ) from None


class CreateOrganization(Command, frozen=True):
    """Found the organization; the first command of every story."""

    organization: Organization

    def decide(self, world: World, now: datetime) -> Decided:
        if world.organization.name:
            raise DuplicateName("There is an organization already.")
        check_organization(self.organization)
        return Decided([OrganizationCreated(now, ADMIN, self.organization)])


class UpdateOrganization(Command, frozen=True, kw_only=True):
    """Change settings; those not given stay. `lockout_minutes=None` locks until an admin unlocks."""

    factors: frozenset[Factor] | UnsetType = UNSET
    portal_default: PortalDefault | UnsetType = UNSET
    plan: Plan | UnsetType = UNSET
    unified_mfa: bool | UnsetType = UNSET
    max_login_attempts: int | UnsetType = UNSET
    lockout_minutes: int | UnsetType | None = UNSET
    push_timeout_seconds: int | UnsetType = UNSET

    def decide(self, world: World, now: datetime) -> Decided:
        old = world.organization
        changes = {
            field: value
            for field in self.__struct_fields__
            if (value := getattr(self, field)) is not UNSET and value != getattr(old, field)
        }
        if not changes:
            return Decided([])
        new = structs.replace(old, **changes)
        check_organization(new)
        if new.plan is not Plan.PREMIUM and old.plan is Plan.PREMIUM:
            conditional = by_name(p for p in world.policies.values() if p.conditions is not None)
            if conditional:
                names = ", ".join(policy.name for policy in conditional)
                raise InUse(f"These policies have conditions, which need the premium plan: {names}.")
        return Decided([OrganizationUpdated(now, ADMIN, new, _in_words(old, new, list(changes)))])


def _in_words(old: Organization, new: Organization, fields: list[str]) -> str:
    parts: list[str] = []
    for field in fields:
        if field == "factors":
            parts += [f"{factor.label} on" for factor in Factor if factor in new.factors - old.factors]
            parts += [f"{factor.label} off" for factor in Factor if factor in old.factors - new.factors]
        elif field == "portal_default":
            parts.append(f"portal default: {new.portal_default.label}")
        else:
            parts.append(f"{field.replace('_', ' ')}: {getattr(new, field)}")
    return ", ".join(parts)


class CreateGroup(Command, frozen=True):
    group: str

    def decide(self, world: World, now: datetime) -> Decided:
        name = checked_name(self.group, "group", [group.name for group in world.groups.values()])
        return Decided([GroupCreated(now, ADMIN, Group(GroupId(slug(name, world.groups)), name))])


class RenameGroup(Command, frozen=True):
    group: GroupId
    name: str

    def decide(self, world: World, now: datetime) -> Decided:
        _existing(world, self.group)
        others = [group.name for group in world.groups.values() if group.id != self.group]
        name = checked_name(self.name, "group", others)
        return Decided([GroupRenamed(now, ADMIN, Group(self.group, name))])


class DeleteGroup(Command, frozen=True):
    """Delete a group that no policy uses."""

    group: GroupId

    def decide(self, world: World, now: datetime) -> Decided:
        group = _existing(world, self.group)
        using = by_name(p for p in world.policies.values() if self.group in p.groups | p.excluded)
        if using:
            names = ", ".join(policy.name for policy in using)
            raise InUse(
                f"The group {group.name!r} is used by these policies: {names}. Take it out of them first."
            )
        facts: list[Event] = [
            GroupLeft(now, ADMIN, user.id, self.group) for user in world.members(self.group)
        ]
        return Decided([*facts, GroupDeleted(now, ADMIN, self.group)])


def _existing(world: World, group: GroupId) -> Group:
    found = world.groups.get(group)
    if found is None:
        raise UnknownThing(f"There is no group {group!r}.")
    return found


class AddApplication(Command, frozen=True):
    """Add a single sign-on application, a resource that policies can guard."""

    application: str

    def decide(self, world: World, now: datetime) -> Decided:
        others = [application.name for application in world.applications.values()]
        name = checked_name(self.application, "application", [*others, "User Portal"])
        id_ = ResourceId(slug(name, {*world.applications, "user-portal"}))
        return Decided([ApplicationAdded(now, ADMIN, Application(id_, name))])
