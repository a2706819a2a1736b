"""The factors and the status a user has for each (domain rules: TOTP MFA status)."""

from collections.abc import Iterable
from enum import StrEnum


class Factor(StrEnum):
    """A second factor. The order is the order in which a person is offered them."""

    TOTP = "TOTP"
    PUSH = "PUSH"
    WEBAUTHN = "WEBAUTHN"
    DUO = "DUO"

    @property
    def label(self) -> str:
        return FACTOR_LABELS[self]


FACTOR_LABELS = {
    Factor.TOTP: "TOTP",
    Factor.PUSH: "Push",
    Factor.WEBAUTHN: "WebAuthn",
    Factor.DUO: "Duo",
}

#: Factors that a user sets up in the portal; Duo needs no set-up there.
SELF_SET_UP = (Factor.TOTP, Factor.PUSH, Factor.WEBAUTHN)


def in_order(factors: Iterable[Factor]) -> tuple[Factor, ...]:
    """The factors in the order in which they are offered, each once."""
    chosen = set(factors)
    return tuple(factor for factor in Factor if factor in chosen)


class FactorStatus(StrEnum):
    """Where a user stands with one factor; the value is the API's word, the label the portal's."""

    ENROLLED = "ENROLLED"
    NOT_ENROLLED = "NOT_ENROLLED"
    PRE_ENROLLMENT = "PRE_ENROLLMENT"
    IN_ENROLLMENT = "IN_ENROLLMENT"
    ENROLLMENT_EXPIRED = "ENROLLMENT_EXPIRED"
    DISABLED = "DISABLED"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    FactorStatus.ENROLLED: "Enrolled",
    FactorStatus.NOT_ENROLLED: "Not enrolled",
    FactorStatus.PRE_ENROLLMENT: "Pre-enrollment",
    FactorStatus.IN_ENROLLMENT: "In enrollment",
    FactorStatus.ENROLLMENT_EXPIRED: "Expired",
    FactorStatus.DISABLED: "Disabled",
}
