"""Rewriting the past: a branch without one act, or with another in its place; all later acts are done again."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from msgspec import Struct, structs

from mfadrill.core.commands import Command, Outcome, OutcomeKind
from mfadrill.core.decide import decide
from mfadrill.core.refusals import Refusal, UnknownThing, UnusableValue
from mfadrill.core.requirement import RequireMfa, ResetTotp, whole_days
from mfadrill.core.together import Together
from mfadrill.core.users import UserId
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.timeline import Act, Timeline

#: The commands that have days.
_WITH_DAYS = (RequireMfa, ResetTotp)


class Miss(StrEnum):
    """How an act that is done again falls short of what it did before."""

    REFUSED = "refused"
    REFUSED_FOR_SOME = "refused for some"
    NO_EFFECT = "no effect"


class Missed(Struct, frozen=True):
    """An act that no longer does what it did: `why` is the refusal, `users` are those newly refused."""

    act: Act
    miss: Miss
    why: str = ""
    users: tuple[UserId, ...] = ()


class Rewritten(Struct, frozen=True):
    """The new branch, how many later acts were done again as they were, and those that were not."""

    branch: str
    again: int
    missed: tuple[Missed, ...]


def days_of(command: Command) -> int | None:
    """The days to enroll that the command gives; None for one that gives none."""
    commands = command.commands if isinstance(command, Together) else (command,)
    return next((one.days for one in commands if isinstance(one, _WITH_DAYS)), None)


def with_days(command: Command, days: object) -> Command:
    """The command with other days. Raises DaysOutOfRange, and UnusableValue for a command that gives none."""
    number = whole_days(days)
    if days_of(command) is None:
        raise UnusableValue("This act gives no days to enroll.")
    if isinstance(command, Together):
        edited = (with_days(c, number) if days_of(c) is not None else c for c in command.commands)
        return Together(tuple(edited))
    return structs.replace(command, days=number)


def rewrite(
    simulation: Simulation, branch: str, number: int, edit: Callable[[Command], Command] | None = None
) -> Rewritten:
    """Tell a branch again without its act of this number (0 is the first), or with what `edit` makes of it.

    What happened by itself happens as it then must, and every later act is done again at its instant, by the
    same command: the same passwords, secrets and codes. The old branch stays. The simulation looks at the new one.
    Raises UnknownThing, and the refusal of the edited act; nothing has changed then.
    """
    source = simulation.branches.get(branch)
    if source is None:
        raise UnknownThing(f"There is no branch {branch!r}.")
    if not 0 <= number < len(source.acts):
        raise UnknownThing(f"{branch!r} has {len(source.acts)} acts; there is none of number {number + 1}.")
    act, *later = source.acts[number:]
    twin = Simulation.standing_at(source, act.position, act.at)
    if edit is not None:
        command = edit(act.command)
        if command == act.command:
            raise UnusableValue("That is what the act does already; nothing would change.")
        twin.act(command)
    missed = tuple(_done_again(twin, source, later))
    if source.until > twin.timeline.until:
        twin.travel_to(source.until)
    twin.timeline.parent = source
    simulation.take_in(twin.timeline)
    return Rewritten(simulation.timeline.name, len(later) - len(missed), missed)


def _done_again(twin: Simulation, source: Timeline, acts: Iterable[Act]) -> Iterable[Missed]:
    for act in acts:
        twin.travel_to(act.at)
        try:
            receipt = twin.act(act.command)
        except Refusal as refusal:
            yield Missed(act, Miss.REFUSED, refusal.text)
            continue
        refused = _refusals(receipt.outcomes)
        if refused:
            world = source.world_at(act.position)
            before = _refusals(decide(world, act.command, act.at).outcomes)
            refused = {user: why for user, why in refused.items() if user not in before}
        if refused:
            yield Missed(act, Miss.REFUSED_FOR_SOME, next(iter(refused.values())), tuple(refused))
        elif not receipt.events:
            yield Missed(act, Miss.NO_EFFECT)


def _refusals(outcomes: Iterable[Outcome]) -> dict[UserId, str]:
    return {outcome.user: outcome.why for outcome in outcomes if outcome.kind is OutcomeKind.REFUSED}
