"""Users into files: CSV in the columns of the import template, and JSON in the names of the vendor's API."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from mfadrill.core.factors import Factor
from mfadrill.core.status import factor_status, overall_status, totp_status
from mfadrill.core.users import User, UserState
from mfadrill.core.world import World
from mfadrill.sim.user_csv import FIELDS, guarded
from mfadrill.sim.whole_file import refuse_if_there, write_whole

#: What an import reads again, and after the groups what is told besides.
COLUMNS = tuple(FIELDS[f] for f in FIELDS if f not in ("password", "group"))
TOLD = ("totpStatus", "exclusionUntil")


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _group_names(user: User, world: World) -> list[str]:
    return sorted(world.groups[group].name for group in user.groups if group in world.groups)


def as_csv(users: Sequence[User], world: World, now: datetime) -> str:
    """A header and a line for each user, in their order. No passwords."""
    most = max([1, *(len(user.groups) for user in users)])
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *(f"Group{n}" for n in range(1, most + 1)), *TOLD])
    for user in users:
        names = _group_names(user, world)
        cells = (
            user.username,
            user.first_name,
            user.last_name,
            user.email,
            user.department,
            user.state.value,
            str(user.required),
            str(user.days or "") if user.required else "",
            *names,
            *[""] * (most - len(names)),
            totp_status(user, world.organization, now).value,
            _instant(user.period.ends_at if user.period else None) or "",
        )
        writer.writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def as_json(users: Sequence[User], world: World, now: datetime) -> str:
    """A list of users as the API answers them; names are as they are."""
    content = msgspec.json.encode([_as_in_the_api(user, world, now) for user in users])
    return msgspec.json.format(content, indent=2).decode() + "\n"


def _as_in_the_api(user: User, world: World, now: datetime) -> dict[str, Any]:
    organization = world.organization
    excluded = user.period is not None and not user.period.is_over(now)
    return {
        "id": user.id,
        "username": user.username,
        "firstname": user.first_name,
        "lastname": user.last_name,
        "email": user.email,
        "department": user.department,
        "state": user.state.value,
        "suspended": user.state is UserState.SUSPENDED,
        "account_locked": user.is_locked(now),
        "groups": _group_names(user, world),
        "enable_user_portal_multifactor": user.required,
        "totp_enabled": user.totp is not None,
        "mfa": {
            "configured": user.totp is not None,
            "exclusion": excluded,
            "exclusionUntil": _instant(user.period.ends_at if user.period else None),
            "exclusionDays": user.days,
        },
        "mfaEnrollment": {
            "overallStatus": overall_status(user, organization, now).value,
            "totpStatus": totp_status(user, organization, now).value,
            "webAuthnStatus": factor_status(Factor.WEBAUTHN, user, organization, now).value,
            "pushStatus": factor_status(Factor.PUSH, user, organization, now).value,
        },
    }


def write_users(path: Path, users: Sequence[User], world: World, now: datetime, *, replace: bool) -> None:
    """Write the users, as JSON if the path ends so, whole or not at all. Raises OSError or ValueError.

    FileExistsError says that there is such a file; with `replace`, its place is taken.
    """
    refuse_if_there(path, replace=replace)
    is_json = path.suffix.lower() == ".json"
    text = as_json(users, world, now) if is_json else "\ufeff" + as_csv(users, world, now)
    write_whole(path, text, replace=replace)
