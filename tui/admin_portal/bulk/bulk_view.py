"""The actions on many users: what each will do before it is done, and what it did."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from mfadrill.core.accounts import ActivateUsers, SuspendUsers, UnlockUsers
from mfadrill.core.commands import Command, Outcome, OutcomeKind
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp, whole_days
from mfadrill.core.users import Period, User, UserId
from mfadrill.core.words import count, day, local, when
from mfadrill.core.world import World


class BulkAction(Struct, frozen=True):
    """One entry of *more actions*."""

    id: str
    title: str
    verb: str
    says: str
    command: Callable[[tuple[UserId, ...], int], Command]
    has_days: bool = False


BULK_ACTIONS = {
    action.id: action
    for action in (
        BulkAction(
            "require",
            "Require MFA on User Portal",
            "require",
            "Users who have not enrolled in TOTP get this many days to do so; until then they can skip it.",
            lambda users, days: RequireMfa(users, days),
            has_days=True,
        ),
        BulkAction(
            "remove",
            "Remove the MFA requirement",
            "remove",
            "A period and a lock-out end at once. TOTP that is enrolled stays enrolled.",
            lambda users, _: RemoveRequirement(users),
        ),
        BulkAction(
            "reset",
            "Reset TOTP MFA",
            "reset",
            "The TOTP secret is deleted. Where MFA is required, a new period of this many days starts.",
            lambda users, days: ResetTotp(users, days),
            has_days=True,
        ),
        BulkAction(
            "activate",
            "Activate",
            "activate",
            "The users can log in. A pre-enrollment becomes a period that starts now.",
            lambda users, _: ActivateUsers(users),
        ),
        BulkAction(
            "suspend",
            "Suspend",
            "suspend",
            "The users cannot log in. A running period keeps its end.",
            lambda users, _: SuspendUsers(users),
        ),
        BulkAction(
            "unlock",
            "Unlock",
            "unlock",
            "Accounts that bad log-ins have locked open again. An expired period stays expired.",
            lambda users, _: UnlockUsers(users),
        ),
    )
}

NO_PERIOD = "required without a period (TOTP is off)"

#: What will happen, for one user and for several.
WILL: Mapping[OutcomeKind, tuple[str, str]] = {
    OutcomeKind.PERIOD_STARTED: ("period starts", "periods start"),
    OutcomeKind.PERIOD_REPLACED: ("period is replaced", "periods are replaced"),
    OutcomeKind.PRE_ENROLLMENT: ("pre-enrollment", "pre-enrollments"),
    OutcomeKind.ALREADY_ENROLLED: ("already enrolled", "already enrolled"),
    OutcomeKind.NO_PERIOD: (NO_PERIOD, NO_PERIOD),
    OutcomeKind.REQUIREMENT_REMOVED: ("requirement is removed", "requirements are removed"),
    OutcomeKind.NOT_REQUIRED: ("not required anyway", "not required anyway"),
    OutcomeKind.TOTP_RESET: ("TOTP is reset", "TOTP are reset"),
    OutcomeKind.TOTP_RESET_PERIOD_STARTED: ("is reset, period starts", "are reset, periods start"),
    OutcomeKind.ACTIVATED: ("is activated", "are activated"),
    OutcomeKind.ACTIVATED_PERIOD_STARTED: ("is activated, period starts", "are activated, periods start"),
    OutcomeKind.SUSPENDED: ("is suspended", "are suspended"),
    OutcomeKind.UNLOCKED: ("is unlocked", "are unlocked"),
    OutcomeKind.REFUSED: ("refused", "refused"),
}

#: The outcomes that start a period.
PERIOD_STARTS = {
    OutcomeKind.PERIOD_STARTED,
    OutcomeKind.PERIOD_REPLACED,
    OutcomeKind.TOTP_RESET_PERIOD_STARTED,
}


class Preview(Struct, frozen=True):
    """What the command would do: how many of each outcome, or why it is refused."""

    counts: tuple[tuple[OutcomeKind, int], ...] = ()
    refusal: str = ""
    ends_at: datetime | None = None
    first_refused: str = ""

    def in_words(self) -> str:
        """Such as `2 periods start · 1 already enrolled`."""
        return self.refusal or " · ".join(will(kind, number) for kind, number in self.counts)


def will(kind: OutcomeKind, number: int) -> str:
    one, several = WILL.get(kind, (kind.value, kind.value))
    return f"{number:,} {one if number == 1 else several}"


def preview(
    action: BulkAction, users: tuple[UserId, ...], days_text: str, world: World, now: datetime
) -> Preview:
    """What the action would do to the users. Changes nothing."""
    try:
        days = whole_days(days_text) if action.has_days else 0
        decided = action.command(users, days).decide(world, now)
    except Refusal as refusal:
        return Preview(refusal=refusal.text)
    counts = Counter(outcome.kind for outcome in decided.outcomes)
    starts = any(kind in PERIOD_STARTS for kind in counts)
    return Preview(
        counts=tuple((kind, counts[kind]) for kind in OutcomeKind if kind in counts),
        ends_at=Period.of(days, now).ends_at if starts else None,
        first_refused=next((o.why for o in decided.outcomes if o.kind is OutcomeKind.REFUSED), ""),
    )


def for_whom(users: tuple[UserId, ...], world: World) -> str:
    """The user's name, or how many users there are."""
    if len(users) == 1:
        user = world.users[users[0]]
        return user.username if user.name == user.username else f"{user.username} ({user.name})"
    return count(len(users), "user")


class ResultLine(Struct, frozen=True):
    """A line of the result sheet: a heading by outcome, or a name below it."""

    text: str
    tone: str = ""


RESULT_TONES = {
    OutcomeKind.PERIOD_STARTED: "warn",
    OutcomeKind.PERIOD_REPLACED: "warn",
    OutcomeKind.TOTP_RESET_PERIOD_STARTED: "warn",
    OutcomeKind.PRE_ENROLLMENT: "accent",
    OutcomeKind.REFUSED: "bad",
}


def result_lines(outcomes: list[Outcome], users: Mapping[UserId, User]) -> list[ResultLine]:
    """The outcomes, those alike together, with the names."""
    by_kind: dict[OutcomeKind, list[Outcome]] = {}
    for outcome in outcomes:
        by_kind.setdefault(outcome.kind, []).append(outcome)
    found: list[ResultLine] = []
    for kind in OutcomeKind:
        alike = by_kind.get(kind)
        if alike is None:
            continue
        mark = "✗" if kind is OutcomeKind.REFUSED else "✓"
        heading = f"{mark} {kind.value}: {count(len(alike), 'user')}"
        found.append(ResultLine(heading, RESULT_TONES.get(kind, "good")))
        found += [ResultLine(f"    {outcome.why or _named(users[outcome.user])}") for outcome in alike]
    return found


def _named(user: User) -> str:
    name = user.name
    return user.username if name == user.username else f"{user.username}  {name}"


def period_line(ends_at: datetime, now: datetime, zone: str) -> str:
    """When the period ends, and why at another time of day if it does."""
    line = f"The period ends {when(ends_at, zone)} {zone}."
    changed = clocks_change(now, ends_at, zone)
    if changed is None:
        return line
    return f"{line}\nNot at {local(now, zone):%H:%M}: the clocks change on {changed}, and a day is 24 hours."


def clocks_change(now: datetime, ends_at: datetime, zone: str) -> str | None:
    """The day on which the clocks of the zone change last, if that makes the end come at another time of day."""
    offset = local(ends_at, zone).utcoffset()
    if local(now, zone).utcoffset() == offset:
        return None
    before = ends_at
    while local(before, zone).utcoffset() == offset:
        before -= timedelta(hours=1)
    return day(before, zone)
