"""Filming a replay: the real application goes through the scenario, and each of its screens is taken down."""

from textual.pilot import Pilot

from mfadrill.sim.scenario.load import Scenario
from mfadrill.sim.scenario.step_words import mismatch_in_words
from mfadrill.sim.scenario.stepping import Stepping
from mfadrill.tui.app import DrillApp
from mfadrill.tui.picture import Picture
from mfadrill.tui.recording.cast import Cast

#: A screen is shown for so many seconds at least, and at most, and so much longer for each letter about its step.
LEAST, MOST, A_LETTER = 2.5, 9.0, 0.03


async def film(scenario: Scenario, size: tuple[int, int], last: int) -> str:
    """The recording of the first steps, as an asciicast with a chapter for each."""
    app = DrillApp(scenario.open(), title=scenario.title, replay=(scenario, 0))
    cast = Cast(*size, scenario.title)
    async with app.run_test(size=size) as pilot:
        cast.show(await _settled(app, pilot, 0))
        cast.wait(_reading(scenario.about))
        for number, step in enumerate(scenario.steps[:last], 1):
            app.replay_bar.action_step(1)
            picture = await _settled(app, pilot, number)
            cast.mark(f"{number} {step.words}")
            cast.show(picture)
            failure = _stepping(app).failures.get(number)
            missed = () if failure is None else map(mismatch_in_words, failure.mismatches)
            cast.wait(_reading(" ".join([step.words, step.note, *missed])))
        return cast.end(1 if _stepping(app).failures else 0)


async def screen_after(scenario: Scenario, size: tuple[int, int], last: int) -> Picture:
    """The application's screen after so many steps."""
    app = DrillApp(scenario.open(), title=scenario.title, replay=(scenario, last))
    async with app.run_test(size=size) as pilot:
        return await _settled(app, pilot, last)


def _stepping(app: DrillApp) -> Stepping:
    assert app.replay_bar.stepping is not None
    return app.replay_bar.stepping


async def _settled(app: DrillApp, pilot: Pilot[None], number: int) -> Picture:
    """The screen once the step is done, nothing is under way, and two looks see the same."""
    before: Picture | None = None
    while True:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        bar, now = app.replay_bar, Picture.of(app)
        if bar.stepping is not None and bar.stepping.number == number and now == before:
            return now
        before = now


def _reading(text: str) -> float:
    """The seconds that it takes to look at a screen, and to read this about it."""
    return min(MOST, LEAST + A_LETTER * len(text))
