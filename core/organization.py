"""The organization and its MFA settings."""

from enum import StrEnum

from msgspec import Struct

from mfadrill.core.factors import Factor, in_order


class Plan(StrEnum):
    """What the organization has bought; conditions in policies need the premium plan."""

    STANDARD = "STANDARD"
    PREMIUM = "PREMIUM"


class PortalDefault(StrEnum):
    """What holds at the User Portal when no policy applies ("global policy")."""

    USER_SETTING = "USER_SETTING"
    ALLOW = "ALLOW"
    ALLOW_WITH_MFA = "ALLOW_WITH_MFA"
    DENY = "DENY"

    @property
    def label(self) -> str:
        return PORTAL_DEFAULT_LABELS[self]


PORTAL_DEFAULT_LABELS = {
    PortalDefault.USER_SETTING: "Require MFA based on user setting",
    PortalDefault.ALLOW: "Allow",
    PortalDefault.ALLOW_WITH_MFA: "Allow and require MFA",
    PortalDefault.DENY: "Deny",
}


class Organization(Struct, frozen=True, gc=False, kw_only=True):
    """Name, zone (an IANA name), plan, enabled factors, portal default and lock-out settings.

    `lockout_minutes` is how long bad log-ins lock an account; None locks it until an admin unlocks it.
    """

    name: str
    zone: str = "UTC"
    plan: Plan = Plan.STANDARD
    factors: frozenset[Factor] = frozenset({Factor.TOTP})
    portal_default: PortalDefault = PortalDefault.USER_SETTING
    unified_mfa: bool = False
    max_login_attempts: int = 5
    lockout_minutes: int | None = 30
    push_timeout_seconds: int = 60

    @property
    def offered(self) -> tuple[Factor, ...]:
        """The enabled factors, in the order in which they are offered."""
        return in_order(self.factors)


def webauthn_stands_alone(factors: frozenset[Factor]) -> bool:
    """Whether the set breaks the rule that WebAuthn needs TOTP or Duo with it; Push does not satisfy it."""
    return Factor.WEBAUTHN in factors and not factors & {Factor.TOTP, Factor.DUO}
