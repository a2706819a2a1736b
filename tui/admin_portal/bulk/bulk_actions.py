"""The entries of *more actions*: what each is called, says and asks for."""

from collections.abc import Callable

from msgspec import Struct

from mfadrill.core.accounts import ActivateUsers, AddToGroup, RemoveFromGroup, SuspendUsers, UnlockUsers
from mfadrill.core.commands import Command
from mfadrill.core.mailing import ResendMail
from mfadrill.core.refusals import UnknownThing
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.users import GroupId, UserId, UserState


class BulkAction(Struct, frozen=True):
    """One entry of *more actions*.

    `command` makes the command of users, days and group, as far as the action has them. One that `creates` may be
    given the name of a group that does not exist yet. `unchanged` says of whom there is nothing to change.
    """

    id: str
    title: str
    verb: str
    says: str
    command: Callable[[tuple[UserId, ...], int, GroupId | None], Command]
    has_days: bool = False
    has_group: bool = False
    creates: bool = False
    unchanged: str = ""


BULK_ACTIONS = {
    action.id: action
    for action in (
        BulkAction(
            "require",
            "Require MFA on User Portal",
            "require",
            "Users who have not enrolled in TOTP get this many days from now to do so; until then they can skip it.",
            lambda users, days, _: RequireMfa(users, days),
            has_days=True,
        ),
        BulkAction(
            "remove",
            "Remove the MFA requirement",
            "remove",
            "A period and a lock-out end at once. TOTP that is enrolled stays enrolled.",
            lambda users, *_: RemoveRequirement(users),
        ),
        BulkAction(
            "reset",
            "Reset TOTP MFA",
            "reset",
            "The TOTP secret is deleted. Where MFA is required, a new period of this many days starts.",
            lambda users, days, _: ResetTotp(users, days),
            has_days=True,
        ),
        BulkAction(
            "activate",
            "Activate",
            "activate",
            "For staged users: they can log in from now on. A pre-enrollment becomes a period that starts now.",
            lambda users, *_: ActivateUsers(users, of=UserState.STAGED),
        ),
        BulkAction(
            "suspend",
            "Suspend",
            "suspend",
            "The users cannot log in. A running period keeps its end.",
            lambda users, *_: SuspendUsers(users),
        ),
        BulkAction(
            "reactivate",
            "Reactivate",
            "reactivate",
            "For suspended users: they can log in again. A period went on meanwhile, and may be over.",
            lambda users, *_: ActivateUsers(users, of=UserState.SUSPENDED),
        ),
        BulkAction(
            "unlock",
            "Unlock",
            "unlock",
            "Accounts that bad log-ins have locked open again. An expired period stays expired.",
            lambda users, *_: UnlockUsers(users),
        ),
        BulkAction(
            "join",
            "Add to a group",
            "add",
            "Policies that target or exclude the group then count for them.",
            lambda users, _, group: AddToGroup(_chosen(group), users),
            has_group=True,
            creates=True,
            unchanged="in it already",
        ),
        BulkAction(
            "leave",
            "Remove from a group",
            "remove",
            "Policies that target or exclude the group no longer count for them.",
            lambda users, _, group: RemoveFromGroup(_chosen(group), users),
            has_group=True,
            unchanged="not in it",
        ),
        BulkAction(
            "mail",
            "Resend the mail",
            "send",
            "The mail that MFA is enabled, with the link, once more. The period stays as it is.",
            lambda users, *_: ResendMail(users),
        ),
    )
}


def _chosen(group: GroupId | None) -> GroupId:
    if group is None:
        raise UnknownThing("Choose a group.")
    return group
