"""Refusals: a command that breaks a rule is answered with one of these, and nothing has changed."""


class Refusal(Exception):  # noqa: N818  (a refusal is an answer, not an error)
    """A rule forbids the command. The text says what is wrong and what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class UnknownThing(Refusal):
    """A user, group, policy, application or browser that does not exist."""


class DuplicateName(Refusal):
    """A name that is taken; case does not count."""


class UnusableValue(Refusal):
    """A value that has no meaning here: an empty name, an address that is none."""


class DaysOutOfRange(Refusal):
    """Days that are not a whole number from 1 to 365."""


class NoFactorEnabled(Refusal):
    """MFA cannot be required while the organization has no factor."""


class WebauthnAlone(Refusal):
    """WebAuthn needs TOTP or Duo with it."""


class PremiumPlanNeeded(Refusal):
    """Conditions need the premium plan."""


class InUse(Refusal):
    """Something cannot go while something else needs it."""


class WrongState(Refusal):
    """The user's state does not allow it."""


class NothingToReset(Refusal):
    """Reset is for users whose TOTP is enrolled, in enrollment or expired."""


class NothingToResend(Refusal):
    """The mail is sent again to activated users whose period runs and who have not enrolled TOTP."""


class NotAtThisStep(Refusal):
    """The log-in in this browser is not at the step that the command belongs to."""


class CannotSkip(Refusal):
    """The Set Up Multi-Factor Authentication modal cannot be skipped."""


class WrongCode(Refusal):
    """The code does not confirm the enrollment."""
