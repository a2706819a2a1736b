"""The actions of the Users tab."""

from mfadrill.core.factors import FactorStatus
from mfadrill.tui.actions.action import Action, Area, Situation


def _needs_users(now: Situation) -> str:
    return "" if now.targets else "There is no user here: select some, or put the cursor on one."


def _needs_selection(now: Situation) -> str:
    return "" if now.selected else "No user is selected."


def _needs_filter(now: Situation) -> str:
    return "" if now.filtered else "No filter is set."


USERS: tuple[Action, ...] = (
    Action(
        id="users.new",
        label="New user…",
        keys=("N",),
        help="Create a user, staged or activated, with the requirement if you like.",
        area=Area.USERS,
        run="new_user",
    ),
    Action(
        id="users.more",
        label="More actions…",
        keys=("m",),
        help="Everything that can be done to the selection, or the user at the cursor, and to how many it applies.",
        area=Area.USERS,
        run="more_actions",
        short="more actions",
        why_not=_needs_users,
    ),
    Action(
        id="users.require",
        label="Require MFA on User Portal…",
        keys=("r",),
        help="Require MFA of the selection, with days to enroll; shows what it will do before it does it.",
        area=Area.USERS,
        run="bulk('require')",
        short="require",
        why_not=_needs_users,
    ),
    Action(
        id="users.remove",
        label="Remove the MFA requirement…",
        keys=(),
        help="No longer require MFA; a period and a lock-out end at once, what is enrolled stays.",
        area=Area.USERS,
        run="bulk('remove')",
        why_not=_needs_users,
    ),
    Action(
        id="users.reset",
        label="Reset TOTP MFA…",
        keys=(),
        help="Delete the TOTP secret and, if MFA is required, start a new enrollment period.",
        area=Area.USERS,
        run="bulk('reset')",
        why_not=_needs_users,
    ),
    Action(
        id="users.activate",
        label="Activate…",
        keys=(),
        help="Activate staged users; a pre-enrollment becomes a period that starts now.",
        area=Area.USERS,
        run="bulk('activate')",
        why_not=_needs_users,
    ),
    Action(
        id="users.suspend",
        label="Suspend…",
        keys=(),
        help="Suspend activated users; a running period keeps its end.",
        area=Area.USERS,
        run="bulk('suspend')",
        why_not=_needs_users,
    ),
    Action(
        id="users.reactivate",
        label="Reactivate…",
        keys=(),
        help="Let suspended users log in again; whose period ended meanwhile is locked out.",
        area=Area.USERS,
        run="bulk('reactivate')",
        why_not=_needs_users,
    ),
    Action(
        id="users.unlock",
        label="Unlock…",
        keys=(),
        help="Unlock accounts that bad log-ins have locked. This does not help a user whose period expired.",
        area=Area.USERS,
        run="bulk('unlock')",
        why_not=_needs_users,
    ),
    Action(
        id="users.join",
        label="Add to a group…",
        keys=(),
        help="Add users to a group, or to a new one.",
        area=Area.USERS,
        run="bulk('join')",
        why_not=_needs_users,
    ),
    Action(
        id="users.leave",
        label="Remove from a group…",
        keys=(),
        help="Take users out of a group.",
        area=Area.USERS,
        run="bulk('leave')",
        why_not=_needs_users,
    ),
    Action(
        id="users.mail",
        label="Resend the mail…",
        keys=(),
        help="Send the mail that MFA is enabled again to users whose period runs; the period stays as it is.",
        area=Area.USERS,
        run="bulk('mail')",
        why_not=_needs_users,
    ),
    Action(
        id="users.log-in",
        label="Log in as this user",
        keys=("l",),
        help="Open the log-in of the user at the cursor in the User Portal.",
        area=Area.USERS,
        run="log_in_as",
        short="log in as",
        why_not=_needs_users,
    ),
    Action(
        id="users.search",
        label="Search",
        keys=("slash",),
        help="Search name, username and mail; every word must be found.",
        area=Area.USERS,
        run="search",
        short="search",
    ),
    Action(
        id="users.all",
        label="Select all that match",
        keys=("A", "shift+space"),
        help="Select every user that the filters show, besides those selected already.",
        area=Area.USERS,
        run="select_all",
        short="all",
    ),
    Action(
        id="users.none",
        label="Clear the selection",
        keys=("X",),
        help="Select nobody.",
        area=Area.USERS,
        run="select_none",
        why_not=_needs_selection,
    ),
    Action(
        id="users.back",
        label="Leave the search or the selection",
        keys=("escape",),
        help="Search for nothing any more; where nothing is searched for, select nobody.",
        area=Area.USERS,
        run="back",
    ),
    *(
        Action(
            id=f"users.extend-{id_}",
            label=f"Select {id_} to the next line",
            keys=keys,
            help=f"Go one line {id_} and select all lines from where this began; the way back gives them up again.",
            area=Area.USERS,
            run=f"extend({lines})",
            why_not=_needs_users,
        )
        for id_, keys, lines in (("up", ("shift+up", "K"), -1), ("down", ("shift+down", "J"), 1))
    ),
    Action(
        id="users.filter",
        label="Add a filter…",
        keys=("f",),
        help="By state, group, department, requirement, MFA status, end of the period or alert. Filters are chips.",
        area=Area.USERS,
        run="add_filter",
        short="filter",
    ),
    Action(
        id="users.saved",
        label="Saved filters…",
        keys=("F",),
        help="Save the filters under a name, apply saved ones, or delete them.",
        area=Area.USERS,
        run="saved_filters",
    ),
    Action(
        id="users.sort",
        label="Sort by…",
        keys=("s",),
        help="Order the list by a column; by the same again, the other way round. So does a click on a heading.",
        area=Area.USERS,
        run="sort",
        short="sort",
    ),
    Action(
        id="users.factor",
        label="MFA status of…",
        keys=("t",),
        help="Whose status the MFA column shows: TOTP, Push, WebAuthn, or overall.",
        area=Area.USERS,
        run="choose_factor",
    ),
    Action(
        id="users.columns",
        label="Columns…",
        keys=("C",),
        help="Show and hide columns. What does not fit is left out, the least important first.",
        area=Area.USERS,
        run="choose_columns",
    ),
    Action(
        id="users.clear",
        label="Clear the filters",
        keys=("c",),
        help="Show every user again.",
        area=Area.USERS,
        run="clear_filters",
        why_not=_needs_filter,
    ),
    Action(
        id="users.file",
        label="File…",
        keys=(),
        help="Import users from a file, or export the list to one.",
        area=Area.USERS,
        run="file",
    ),
    Action(
        id="users.import",
        label="Import users from CSV…",
        keys=("I",),
        help="Read users from a file, see what is wrong in it by line, then import the good rows.",
        area=Area.USERS,
        run="import_users",
    ),
    Action(
        id="users.export",
        label="Export the list…",
        keys=("E",),
        help="Write the users that the filters show to a CSV or JSON file.",
        area=Area.USERS,
        run="export_users",
    ),
    *(
        Action(
            id=f"users.show-{id_}",
            label=f"Show users who are {label}",
            keys=(),
            help=f"Narrow the list to the users whose TOTP status is: {status.label}.",
            area=Area.USERS,
            run=f"show_status('{status.name}')",
        )
        for id_, label, status in (
            ("expired", "expired (locked out)", FactorStatus.ENROLLMENT_EXPIRED),
            ("in-enrollment", "in enrollment", FactorStatus.IN_ENROLLMENT),
            ("not-enrolled", "not enrolled", FactorStatus.NOT_ENROLLED),
            ("enrolled", "enrolled", FactorStatus.ENROLLED),
        )
    ),
)
