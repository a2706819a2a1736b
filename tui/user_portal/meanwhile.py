"""What has become of a log-in that nobody at this keyboard moved on: an admin, another browser or the clock did."""

from mfadrill.core.factors import Factor
from mfadrill.core.status import has_enrolled
from mfadrill.core.users import UserState
from mfadrill.tui.user_portal.view import Place, PortalView

INSIDE = (Place.WELCOME, Place.DONE)
SETTING_UP = (Place.TOTP, Place.FACTOR)


def meanwhile(before: PortalView, after: PortalView) -> str:
    """A sentence for who sees the screen change by itself; empty where the new screen says it, as a refusal does."""
    if after.place is Place.REFUSED or before.visit is None:
        return ""
    if after.visit != before.visit:
        return _another_log_in(after)
    if before.place is after.place:
        return _no_longer_offered(before, after)
    if before.place in INSIDE:
        return "" if after.place in INSIDE else "At this instant, the log-in was at this step."
    if before.place in SETTING_UP and after.place in (Place.SET_UP, Place.WELCOME, Place.CHALLENGE):
        return _set_up_ended(before, after)
    match after.place:
        case Place.WELCOME:
            return "Nothing is left to answer: you are in."
        case Place.CHALLENGE if before.place is Place.SET_UP:
            return "A second factor is asked for now. If you did not set it up, somebody else did."
        case Place.SET_UP if before.place is Place.CHALLENGE:
            return "The factor that was asked for is gone. MFA has to be set up anew."
    return ""


def _another_log_in(after: PortalView) -> str:
    person = after.person
    if after.visit is None and person is not None and person.state is UserState.SUSPENDED:
        return f"{person.username} was logged out: the account is suspended."
    if after.visit is None:
        return "At this instant, nobody was logging in here."
    return "At this instant, another log-in was open here."


def _no_longer_offered(before: PortalView, after: PortalView) -> str:
    if before.place not in (Place.CHALLENGE, Place.SET_UP):
        return ""
    lost = [factor.label for factor in before.factors if factor not in after.factors]
    return f"{' and '.join(lost)} can no longer be used here." if lost else ""


def _set_up_ended(before: PortalView, after: PortalView) -> str:
    factor = Factor.TOTP if before.place is Place.TOTP else before.factor
    if factor is None or after.person is None:
        return ""
    if has_enrolled(factor, after.person):
        return (
            f"{factor.label} was set up in another browser first; what is on the screen here does not count."
        )
    if factor not in after.factors:
        return f"{factor.label} can no longer be set up here."
    return "At this instant, the QR code was not on the screen." if factor is Factor.TOTP else ""
