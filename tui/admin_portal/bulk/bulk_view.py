"""The actions on many users: what each will do before it is done, and what it did."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import overload

from msgspec import Struct

from mfadrill.core.commands import Outcome, OutcomeKind
from mfadrill.core.events import MailSent, PeriodStarted
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import whole_days
from mfadrill.core.users import DEFAULT_DAYS, GroupId, User, UserId
from mfadrill.core.words import count
from mfadrill.core.world import World
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.bulk.bulk_actions import BULK_ACTIONS, BulkAction
from mfadrill.tui.admin_portal.bulk.period_end import clocks_change, end_line, period_line, weekend_line

__all__ = ["BULK_ACTIONS", "BulkAction", "clocks_change", "end_line", "period_line", "weekend_line"]

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
    OutcomeKind.JOINED: ("is added", "are added"),
    OutcomeKind.LEFT: ("is taken out", "are taken out"),
    OutcomeKind.MAIL_RESENT: ("mail is sent again", "mails are sent again"),
    OutcomeKind.REFUSED: ("refused", "refused"),
}

#: What an outcome means where it is not that of all, for one user and for several.
OF_SOME: Mapping[OutcomeKind, tuple[str, str]] = {
    OutcomeKind.ALREADY_ENROLLED: (
        "is already enrolled, and gets no period",
        "are already enrolled, and get no period",
    ),
    OutcomeKind.PRE_ENROLLMENT: (
        "is staged: the period starts on activation",
        "are staged: their periods start on activation",
    ),
    OutcomeKind.PERIOD_REPLACED: (
        "is in a period already: another one starts now, and is mailed",
        "are in a period already: another one starts now, and is mailed",
    ),
    OutcomeKind.NOT_REQUIRED: ("is not required anyway", "are not required anyway"),
}


#: So many reasons of refusals are told.
NAMED_REASONS = 3


class Preview(Struct, frozen=True):
    """What the command would do: how many of each outcome, or why it is refused.

    `ends` are the instants at which periods would end, each of them once, `replaced` those at which the periods
    that they replace would have ended, and `reasons` say why users are refused.
    """

    counts: tuple[tuple[OutcomeKind, int], ...] = ()
    refusal: str = ""
    ends: tuple[datetime, ...] = ()
    replaced: tuple[datetime, ...] = ()
    first_refused: str = ""
    reasons: tuple[tuple[str, int], ...] = ()
    unchanged: str = ""

    @property
    def ends_at(self) -> datetime | None:
        """When periods would end; the first end, if there are several."""
        return self.ends[0] if self.ends else None

    @property
    def users(self) -> int:
        return sum(number for _, number in self.counts)

    @property
    def applies(self) -> int:
        """How many users it would do anything to."""
        idle = (OutcomeKind.REFUSED, OutcomeKind.UNCHANGED, OutcomeKind.NOT_REQUIRED)
        return sum(number for kind, number in self.counts if kind not in idle)

    def in_words(self) -> str:
        """Such as `2 periods start · 1 already enrolled`."""
        return self.refusal or " · ".join(self._will(kind, number) for kind, number in self.counts)

    def _will(self, kind: OutcomeKind, number: int) -> str:
        if kind is OutcomeKind.UNCHANGED and self.unchanged:
            return f"{number:,} {self.unchanged}"
        return will(kind, number)

    def notes(self, among: str) -> list[str]:
        """What is not so for all of them, such as `3 of 12 selected are already enrolled, and get no period.`"""
        if self.users < 2 or len(self.counts) < 2:
            return []
        return [
            f"{number:,} of {self.users:,} {among} {OF_SOME[kind][number > 1]}."
            for kind, number in self.counts
            if kind in OF_SOME
        ]

    def refused(self, among: str) -> list[str]:
        """Who is refused, and why: one by name, several by their reasons."""
        number = dict(self.counts).get(OutcomeKind.REFUSED, 0)
        if number < 2:
            return [f"Refused: {self.first_refused}"] if number else []
        if len(self.reasons) == 1:
            return [f"{number:,} of {self.users:,} {among} are refused: {self.reasons[0][0]}"]
        lines = [f"{number:,} of {self.users:,} {among} are refused:"]
        lines += [f"  {times:,}: {reason}" for reason, times in self.reasons[:NAMED_REASONS]]
        left = sum(times for _, times in self.reasons[NAMED_REASONS:])
        return [*lines, f"  {left:,}: other reasons"] if left else lines


def will(kind: OutcomeKind, number: int) -> str:
    one, several = WILL.get(kind, (kind.value, kind.value))
    return f"{number:,} {one if number == 1 else several}"


def preview(
    action: BulkAction,
    users: tuple[UserId, ...],
    days_text: str,
    world: World,
    now: datetime,
    group: GroupId | None = None,
) -> Preview:
    """What the action would do to the users. Changes nothing."""
    try:
        days = whole_days(days_text) if action.has_days else 0
        decided = action.command(users, days, group).decide(world, now)
    except Refusal as refusal:
        return Preview(refusal=refusal.text)
    counts = Counter(outcome.kind for outcome in decided.outcomes)
    ends = {event.period.ends_at for event in decided.events if isinstance(event, PeriodStarted)}
    replaced = {
        period.ends_at
        for outcome in decided.outcomes
        if outcome.kind is OutcomeKind.PERIOD_REPLACED and (period := world.users[outcome.user].period)
    }
    return Preview(
        counts=tuple((kind, counts[kind]) for kind in OutcomeKind if kind in counts),
        ends=tuple(sorted(ends)),
        replaced=tuple(sorted(replaced)),
        first_refused=next((o.why for o in decided.outcomes if o.kind is OutcomeKind.REFUSED), ""),
        reasons=tuple(_reasons(decided.outcomes, world).most_common()),
        unchanged=action.unchanged,
    )


def _reasons(outcomes: list[Outcome], world: World) -> Counter[str]:
    """Why users are refused, without their names, so that those alike are counted together."""
    refused = (outcome for outcome in outcomes if outcome.kind is OutcomeKind.REFUSED)
    return Counter(o.why.removeprefix(world.users[o.user].username).lstrip(": ") for o in refused)


#: The longest refusal that a menu has room for.
SHORT = 60


def remark(action: BulkAction, users: tuple[UserId, ...], world: World, now: datetime) -> str:
    """What the menu says beside the action: what it would do, or to how many of the users."""
    if action.has_group:
        grouped = sum(bool(world.users[user].groups) for user in users)
        return (
            f"{count(len(world.groups), 'group')} to choose from"
            if action.creates
            else f"{grouped:,} of {len(users):,} in a group"
        )
    found = preview(action, users, str(DEFAULT_DAYS), world, now)
    if found.refusal:
        return found.refusal if len(found.refusal) <= SHORT else "applies to nobody here"
    refused = dict(found.counts).get(OutcomeKind.REFUSED, 0)
    if not refused:
        return found.in_words()
    return f"applies to {found.applies:,} of {found.users:,}" if found.applies else "applies to nobody here"


def for_whom(users: tuple[UserId, ...], world: World) -> str:
    """The user's name, or how many users there are."""
    if len(users) == 1:
        user = world.users[users[0]]
        return user.username if user.name == user.username else f"{user.username} ({user.name})"
    return count(len(users), "user")


def result_note(receipt: Receipt) -> str:
    """What the result sheet says below the outcomes."""
    mailed = sum(isinstance(event, MailSent) for event in receipt.events)
    notes = [f"{count(mailed, 'mail')} sent."] if mailed else []
    if receipt.forked:
        notes.append(f"This was in the past, so it happened on a new branch: {receipt.forked}.")
    if not receipt.events:
        notes.append("Nothing was changed.")
    return " ".join(notes)


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


class ResultLines(Sequence[ResultLine]):
    """The outcomes, those alike together, with the names; a line is made when it is looked at."""

    def __init__(self, outcomes: Sequence[Outcome], users: Mapping[UserId, User]) -> None:
        by_kind: dict[OutcomeKind, list[Outcome]] = {}
        for outcome in outcomes:
            by_kind.setdefault(outcome.kind, []).append(outcome)
        self._users = users
        self._alike = [(kind, by_kind[kind]) for kind in OutcomeKind if kind in by_kind]
        #: The line of each heading, and the number of all lines at the end.
        self._starts = list(accumulate((len(alike) + 1 for _, alike in self._alike), initial=0))

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, index: int) -> ResultLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[ResultLine]: ...
    def __getitem__(self, index: int | slice) -> ResultLine | list[ResultLine]:
        if isinstance(index, slice):
            return [self._line(n) for n in range(*index.indices(len(self)))]
        return self._line(range(len(self))[index])

    def _line(self, index: int) -> ResultLine:
        section = bisect_right(self._starts, index) - 1
        kind, alike = self._alike[section]
        below = index - self._starts[section]
        if below == 0:
            mark = "✗" if kind is OutcomeKind.REFUSED else "✓"
            return ResultLine(
                f"{mark} {kind.value}: {count(len(alike), 'user')}", RESULT_TONES.get(kind, "good")
            )
        outcome = alike[below - 1]
        return ResultLine(f"    {outcome.why or _named(self._users[outcome.user])}")


def _named(user: User) -> str:
    name = user.name
    return user.username if name == user.username else f"{user.username}  {name}"
