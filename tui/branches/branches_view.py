"""The words of the Branches screen: the tree, what a branch does otherwise, and two branches side by side."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mfadrill.core.commands import Command
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.together import Together
from mfadrill.core.words import DAYS, MONTHS, count, day, when
from mfadrill.sim.branches import Place, parting
from mfadrill.sim.comparison import Comparison, Course, not_among
from mfadrill.sim.rewriting import Miss, Rewritten, days_of
from mfadrill.sim.timeline import Act, Timeline
from mfadrill.tui.cells import Piece, Tone, fit
from mfadrill.tui.time_bar.time_view import command_in_words

#: Users named whom an act is refused for.
NAMED = 5

#: Acts named below the tree; the comparison names all of them.
ACTS_SHOWN = 2


def command_with_whom(command: Command) -> str:
    """Such as `require MFA: 3 users, 7 days`. Passwords, codes and secrets are no part of it."""
    if isinstance(command, Together):
        return " + ".join(dict.fromkeys(command_with_whom(one) for one in command.commands))
    users = getattr(command, "users", ())
    whom = ""
    if users:
        first = getattr(users[0], "username", users[0])
        whom = str(first) if len(users) == 1 else count(len(users), "user")
    for field in ("user", "username", "name", "policy", "browser", "holder"):
        found = getattr(command, field, None)
        whom = whom or str(getattr(found, "name", found) or "")
    if isinstance(command, SetBehaviour):
        whom = "nobody" if command.behaviour is None else command.behaviour.name
    days = days_of(command)
    rest = ", ".join(part for part in (whom, "" if days is None else count(days, "day")) if part)
    return command_in_words(command) + (f": {rest}" if rest else "")


def act_in_words(act: Act, zone: str) -> str:
    """Such as `Mon 2 Mar 2026 09:00  require MFA: 3 users, 7 days`."""
    return f"{when(act.at, zone)}  {command_with_whom(act.command)}"


# The tree


def tree_line(place: Place, zone: str, width: int, *, current: bool, marked: bool) -> list[Piece]:
    """The box of the mark, the branch in the tree, where it parted, and how many acts it has."""
    branch, last = place.branch, place.last
    limbs = "".join("  " if is_last else "│ " for is_last in last[:-1])
    limbs += ("└ " if last[-1] else "├ ") if last else ""
    name = f"{limbs}{branch.name}"
    parent = branch.parent
    fork = "" if parent is None else f"from {parent.name}, {when(branch.forked_at, zone)}"
    acts = f"{count(len(branch.acts), 'act')}"
    room = max(14, (width - 22) * 2 // 5)
    return [
        ("☑ " if marked else "☐ ", "accent" if marked else "muted"),
        ("● " if current else "  ", "good"),
        (fit(name, room) + " ", "strong" if current else ""),
        (fit(fork, max(0, width - room - 17)) + " ", "muted"),
        (f"{acts:>10}", ""),
    ]


def told_of(branch: Timeline, zone: str, current: Timeline) -> str:
    """Where a branch comes from, and what it does otherwise than that."""
    here = " You are here." if branch is current else ""
    until = f"{branch.name} runs until {when(branch.until, zone)}.{here}"
    parent = branch.parent
    if parent is None:
        return f"{until} All other branches come from it."
    position, _ = parting(parent, branch)
    theirs = [act for act in parent.acts if act.position >= position]
    mine = [act for act in branch.acts if act.position >= position]
    lines = [until]
    for word, acts in (("without", not_among(theirs, mine)), ("with", not_among(mine, theirs))):
        found = list(acts)
        lines += [f"{word:<8}{act_in_words(act, zone)}" for act in found[:ACTS_SHOWN]]
        if len(found) > ACTS_SHOWN:
            lines[-1] += f", and {len(found) - ACTS_SHOWN:,} more"
    return "\n".join(lines if len(lines) > 1 else [*lines, f"It does all that {parent.name} does."])


def rewritten_in_words(told: Rewritten, zone: str) -> list[str]:
    """How many later acts were done again, and each that was not as it was."""
    lines = [f"{count(told.again, 'later act')} done again as before, on {told.branch}."]
    if not told.missed:
        return [*lines, "Every one of them applies as it did."]
    lines.append(f"{count(len(told.missed), 'later act')} no longer as before:")
    for missed in told.missed:
        if missed.miss is Miss.REFUSED:
            why = f"refused: {missed.why}"
        elif missed.miss is Miss.NO_EFFECT:
            why = "changes nothing any more"
        else:
            more = len(missed.users) - NAMED
            names = ", ".join(missed.users[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
            why = f"refused for {count(len(missed.users), 'user')}: {missed.why} ({names})"
        lines += [f"  {act_in_words(missed.act, zone)}", f"    {why}"]
    return lines


# Two side by side


class ComparisonLine(Struct, frozen=True):
    """A line of the comparison; `names` are whom it counts, if it can be opened."""

    label: str
    one: str = ""
    other: str = ""
    tone: Tone = ""
    names: tuple[str, ...] = ()


def comparison_lines(found: Comparison, over_time: Course) -> list[ComparisonLine]:
    """The numbers of both, who stands otherwise, what was done otherwise, and both over time."""
    return [*_numbers(found), *_differences(found), *_acts(found), *_over_time(found, over_time)]


def _heading(text: str) -> ComparisonLine:
    return ComparisonLine(text, tone="accent")


def _numbers(found: Comparison) -> Iterator[ComparisonLine]:
    rows = (
        ("enrolled", [side.counts.enrolled for side in found.sides]),
        ("in enrollment", [side.counts.in_enrollment for side in found.sides]),
        ("enrollment expired", [side.counts.expired for side in found.sides]),
        ("locked out at the next log-in", [side.locked_out for side in found.sides]),
        ("mails sent since they parted", [side.mails for side in found.sides]),
        ("log-ins refused: locked out", [side.refused for side in found.sides]),
        ("periods expired", [side.expired for side in found.sides]),
    )
    for label, (one, other) in rows:
        more = "" if one == other else f" ({_more(other - one)})"
        yield ComparisonLine(label, f"{one:,}", f"{other:,}{more}", "strong" if more else "")


def _more(difference: int) -> str:
    return f"{difference:,} more" if difference > 0 else f"{-difference:,} fewer"


def _differences(found: Comparison) -> Iterator[ComparisonLine]:
    yield _heading("Who stands otherwise (enter: all the names)")
    for difference in found.differences:
        for side, users in zip(found.sides, (difference.one, difference.other), strict=True):
            if users:
                label = f"{difference.trait}, only on {side.name}: {len(users):,}  {_few(users)}"
                yield ComparisonLine(label, names=users)
    if not found.differences:
        yield ComparisonLine("Everybody stands alike on both.", tone="muted")


def _few(users: Sequence[str]) -> str:
    return ", ".join(users[:4]) + (", …" if len(users) > 4 else "")


def _acts(found: Comparison) -> Iterator[ComparisonLine]:
    for side in found.sides:
        if side.acts:
            yield _heading(f"Acts only on {side.name}")
        for act in side.acts:
            yield ComparisonLine(act_in_words(act, found.zone))
    if not found.one.acts and not found.other.acts:
        yield _heading("Acts that differ")
        yield ComparisonLine("The same was done on both.", tone="muted")


def _over_time(found: Comparison, over_time: Course) -> Iterator[ComparisonLine]:
    yield _heading("Over time: enrolled / in enrollment / expired")
    for instant, one, other in zip(over_time.instants, over_time.one, over_time.other, strict=True):
        texts = [f"{c.enrolled:,} / {c.in_enrollment:,} / {c.expired:,}" for c in (one, other)]
        tone = "" if one == other else "strong"
        yield ComparisonLine(day(instant, found.zone), texts[0], texts[1], tone)
    if found.days:
        yield _heading("Lock-outs by day: log-ins refused / periods expired")
    for one_day in found.days:
        date = f"{DAYS[one_day.day.weekday()]} {one_day.day.day} {MONTHS[one_day.day.month - 1]}"
        texts = [f"{r:,} / {e:,}" for r, e in zip(one_day.refused, one_day.expired, strict=True)]
        yield ComparisonLine(date, texts[0], texts[1], "" if texts[0] == texts[1] else "strong")


def comparison_line(line: ComparisonLine, width: int) -> list[Piece]:
    """The label, and a column for each branch where there are numbers."""
    if not line.one:
        return [(fit(("  " if line.tone != "accent" else "") + line.label, width), line.tone)]
    room = column(width)
    left = fit("  " + line.label, width - 2 * room - 2)
    return [(left, ""), (f" {line.one:>{room}}", line.tone), (f" {line.other:>{room}}", line.tone)]


def comparison_heading(names: tuple[str, str], width: int) -> list[Piece]:
    """The names of the branches over their columns."""
    room = column(width)
    left = " " * (width - 2 * room - 2)
    return [(left, ""), *((" " + " " * max(0, room - len(n)) + fit(n, min(room, len(n))), "") for n in names)]


def column(width: int) -> int:
    """The cells of the column of one branch."""
    return max(16, (width - 34) // 2 - 1)


def instant_in_words(found: Comparison) -> str:
    """Which instant is compared, and what of it lies after the end of a branch."""
    zone = found.zone
    said = f"At {when(found.at, zone)}; they parted {when(found.parted_at, zone)}."
    early = [side.name for side in found.sides if side.runs_until < found.at]
    if early:
        said += f" Past its end, {' and '.join(early)} is as it will be if you do nothing."
    return said
