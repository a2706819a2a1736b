"""The actions of the User Portal."""

from mfadrill.tui.actions.action import Action, Area, Situation


def _needs_mail(now: Situation) -> str:
    return "" if now.mails else "There is no mail: pick a user who has some in the User Portal first."


USER_PORTAL: tuple[Action, ...] = (
    Action(
        id="portal.seat",
        label="Attacker's seat, or the user's",
        keys=(),
        help="Let an attacker with the user's password sit down, with devices of their own; or the user again.",
        area=Area.USER_PORTAL,
        run="change_seat",
    ),
    Action(
        id="portal.save-mails",
        label="Save mails as .eml…",
        keys=(),
        help="Write mails of the user who is in the User Portal into files that mail programs open.",
        area=Area.USER_PORTAL,
        run="save_mails",
        why_not=_needs_mail,
    ),
)
