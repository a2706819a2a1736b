"""The columns of the list of users: which are there, how wide, and where."""

from collections.abc import Set
from enum import StrEnum

from msgspec import Struct

from mfadrill.core.factors import Factor

#: The box to select a user, and the blank after it.
BOX = 2

#: A list gives columns up before the names of people have less room than this.
LEAST_FOR_NAMES = 16


class Column(StrEnum):
    """In the order on screen."""

    USER = "user"
    STATE = "state"
    DEPARTMENT = "department"
    GROUPS = "groups"
    ALERTS = "alerts"
    MFA = "mfa"
    REQUIRED = "required"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Column.USER: "User",
    Column.STATE: "State",
    Column.DEPARTMENT: "Department",
    Column.GROUPS: "Groups",
    Column.ALERTS: "Alerts",
    Column.MFA: "MFA",
    Column.REQUIRED: "Required",
}

HEADINGS = LABELS | {Column.REQUIRED: "Req."}

#: The user has what is left. Without the alerts, the state has room for the sign of a locked account.
WIDTHS = {
    Column.STATE: 11,
    Column.DEPARTMENT: 13,
    Column.GROUPS: 16,
    Column.ALERTS: 19,
    Column.MFA: 19,
    Column.REQUIRED: 5,
}

#: The first is the last to be given up. The user is always there.
IMPORTANCE = (
    Column.MFA,
    Column.STATE,
    Column.REQUIRED,
    Column.DEPARTMENT,
    Column.ALERTS,
    Column.GROUPS,
)

ALL: frozenset[Column] = frozenset(Column)

#: Whose status the MFA column can show; None is the overall status.
FACTORS: tuple[Factor | None, ...] = (Factor.TOTP, Factor.PUSH, Factor.WEBAUTHN, None)


def factor_label(factor: Factor | None) -> str:
    return "overall" if factor is None else factor.label


class Place(Struct, frozen=True):
    """A column on screen, from its left edge; a blank is before it."""

    column: Column
    x: int
    width: int


def places(width: int, shown: Set[Column] = ALL) -> tuple[Place, ...]:
    """Where the columns are in a list of this width; those that do not fit are left out, the least important first."""
    left = width - BOX
    there: dict[Column, int] = {}
    for column in IMPORTANCE:
        if column in shown:
            if left - WIDTHS[column] - 1 < LEAST_FOR_NAMES:
                break
            there[column] = WIDTHS[column]
            left -= WIDTHS[column] + 1
    there[Column.USER] = max(8, left)
    found: list[Place] = []
    x = BOX
    for column in Column:
        if column in there:
            found.append(Place(column, x, there[column]))
            x += there[column] + 1
    return tuple(found)
