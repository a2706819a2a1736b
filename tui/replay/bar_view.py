"""What the bar of a replay says: where it is, the step in words, what it brought, and what comes next."""

from collections.abc import Sequence

from mfadrill.core.plain import plain
from mfadrill.core.words import count
from mfadrill.sim.scenario.step_words import mismatch_in_words
from mfadrill.sim.scenario.stepping import Stepping
from mfadrill.tui.action_line import Link
from mfadrill.tui.cells import cell_len, fit

#: Actions, their names, and shorter ones for where there is no room.
CONTROLS = (
    ("replay.back", "‹ back", "‹ back"),
    ("replay.step", "step ›", "step ›"),
    ("replay.play", "▶ play", "▶"),
    ("replay.speed", "pace", "pace"),
    ("replay.steps", "steps…", "steps"),
    ("replay.leave", "leave", "leave"),
)

#: So many mismatches of a step are shown at once.
MISMATCHES = 3


def control_links(stepping: Stepping, *, playing: bool, pace: str, width: int) -> list[Link]:
    """Where the replay is, and its buttons."""
    where = f"step {stepping.number} of {len(stepping)}" if stepping.number else count(len(stepping), "step")
    links = [Link("REPLAY", "accent"), Link(f" {where} ", "strong")]
    roomy = width >= 90
    for action, long, short in CONTROLS:
        label = long if roomy else short
        if action == "replay.play" and playing:
            label = "‖ pause" if roomy else "‖"
        if action == "replay.speed":
            label = f"{pace} a step" if roomy else pace
        links += [Link(" "), Link(f" {label} ", "button", f"app.do('{action}')")]
    left = width - sum(cell_len(link.text) for link in links) - 2
    title = plain(stepping.scenario.title)
    if left >= 12:
        links += [Link("  "), Link(title if cell_len(title) <= left else fit(title, left), "muted")]
    return links


def step_links(stepping: Stepping, width: int) -> list[Link]:
    """The latest step in words, and whether it brought what it should."""
    step = stepping.step
    if step is None:
        return [Link(fit(f"The beginning. {plain(stepping.scenario.about)}".strip(), width).rstrip())]
    failed = stepping.number in stepping.failures
    if failed:
        verdict, sign, tone = "not as expected", "✗", "bad"
    elif step.refused is not None:
        verdict, sign, tone = "refused, as expected", "✓", "good"
    elif step.expect:
        verdict, sign, tone = f"as expected: {', '.join(step.expect)}", "✓", "good"
    else:
        verdict, sign, tone = "done", "·", "muted"
    number = f"{sign} {stepping.number} "
    words = plain(step.words)
    room = width - cell_len(number) - 2
    said = fit(verdict, max(0, min(cell_len(verdict), room - min(cell_len(words), room // 2)))).rstrip()
    words = fit(words, min(cell_len(words), room - cell_len(said)))
    return [Link(number, tone), Link(words, "strong"), Link("  "), Link(said, tone)]


def remarks(stepping: Stepping, width: int) -> tuple[str, bool]:
    """What else there is to say below, and whether it is a problem: mismatches, the note, or what comes next."""
    if stepping.acted:
        return "You have acted here: the next step begins again without that. Leave to keep it.", True
    failure = stepping.failures.get(stepping.number)
    if failure is not None:
        lines = [mismatch_in_words(mismatch) for mismatch in failure.mismatches[:MISMATCHES]]
        more = len(failure.mismatches) - MISMATCHES
        return "\n".join([*lines, *([f"… and {more} more"] if more > 0 else ())]), True
    step = stepping.step
    if step is not None and step.note:
        return _two_rows(" ".join(step.note.split()), width), False
    if stepping.number == len(stepping):
        return ended(stepping), False
    return fit(f"next: {plain(stepping.scenario.steps[stepping.number].words)}", width).rstrip(), False


def _two_rows(text: str, width: int) -> str:
    """What fits on two rows, words being wrapped; the list of steps has all of it."""
    return fit(text, 2 * width - 20).rstrip()


def ended(stepping: Stepping) -> str:
    """How the whole scenario went."""
    failed = sorted(stepping.failures)
    if not failed:
        return "The scenario ends here: every step brought what it should."
    return f"The scenario ends here; not as expected: {steps_in_words(failed)}."


def steps_in_words(numbers: Sequence[int]) -> str:
    """Such as `steps 2, 5`."""
    word = "step" if len(numbers) == 1 else "steps"
    shown = ", ".join(map(str, numbers[:5]))
    return f"{word} {shown}" + (" …" if len(numbers) > 5 else "")
