"""The screens and drawers by name. Each is made when it is first needed, so that the application starts at once."""

from collections.abc import Callable
from datetime import datetime

from textual.widget import Widget

from mfadrill.tui.user_portal.challenge import Challenge
from mfadrill.tui.user_portal.done import Done
from mfadrill.tui.user_portal.drawers import Drawer
from mfadrill.tui.user_portal.factor_set_up import FactorSetUp
from mfadrill.tui.user_portal.inbox import InboxDrawer
from mfadrill.tui.user_portal.log_in_form import LogInForm
from mfadrill.tui.user_portal.phone import PhoneDrawer
from mfadrill.tui.user_portal.refused import Refused
from mfadrill.tui.user_portal.set_up_modal import SetUpModal
from mfadrill.tui.user_portal.totp_set_up import TotpSetUp
from mfadrill.tui.user_portal.view import Place
from mfadrill.tui.user_portal.welcome import Welcome
from mfadrill.tui.user_portal.why import Why

DRAWERS: dict[Drawer, type[Why | PhoneDrawer | InboxDrawer]] = {
    Drawer.WHY: Why,
    Drawer.PHONE: PhoneDrawer,
    Drawer.INBOX: InboxDrawer,
}


def new_widget(place: Place | Drawer, browser: str, wall: Callable[[], datetime]) -> Widget:
    """The screen or drawer of this name; screens have it as their id."""
    match place:
        case Place.LOG_IN:
            return LogInForm(browser, id=place)
        case Place.REFUSED:
            return Refused(browser, id=place)
        case Place.CHALLENGE:
            return Challenge(browser, wall, id=place)
        case Place.SET_UP:
            return SetUpModal(browser, id=place)
        case Place.TOTP:
            return TotpSetUp(browser, wall, id=place)
        case Place.FACTOR:
            return FactorSetUp(browser, id=place)
        case Place.DONE:
            return Done(browser, id=place)
        case Place.WELCOME:
            return Welcome(browser, id=place)
        case Drawer.WHY:
            return Why(id=f"{place}-drawer")
        case Drawer.PHONE:
            return PhoneDrawer(browser, id=f"{place}-drawer")
        case Drawer.INBOX:
            return InboxDrawer(browser, id=f"{place}-drawer")
