"""What a worker answers an instructor: who sits here, what is on their screens; a message, a fresh start."""

from contextlib import suppress

from textual.css.query import NoMatches

from mfadrill.core.words import when
from mfadrill.tui.actions.admin import TABS
from mfadrill.tui.app import DrillApp
from mfadrill.tui.classroom.messages import Answer, Done, Look, Request, Restart, Say, Screen, Seen, Trainee
from mfadrill.tui.dialog import Box
from mfadrill.tui.picture import Picture
from mfadrill.tui.serving.sitting import Served, Sitting


def looks_at(app: DrillApp) -> str:
    """What is on the screen, such as `Users`, `Require MFA`, or `replay: A first rollout, Events`."""
    above = app.screen_stack[1:]
    if above:
        boxes = [box.border_title or "" for screen in reversed(above) for box in screen.query(Box)]
        return boxes[0].replace("\\[", "[") if boxes else "a menu"
    panes = app.panes
    shown = TABS[panes.admin.tab][0] if panes.current == "admin" else "User Portal"
    replayed = app.replay_bar.stepping
    return shown if replayed is None else f"replay: {replayed.scenario.title}, {shown}"


def _trainee(sitting: Sitting) -> Trainee:
    app, simulation, shown = sitting.app, None, "coming or going"
    if app is not None:
        simulation = app.simulation
        with suppress(NoMatches):  # it is being put away
            shown = looks_at(app)
    return Trainee(
        sitting.name,
        sitting.address,
        sitting.door,
        shown,
        "" if simulation is None else when(simulation.now, simulation.zone),
        "" if simulation is None else simulation.timeline.name,
        sitting.idle,
        sitting.size,
    )


class InClass:
    """Answers for the sessions of one worker."""

    def __init__(self, served: Served) -> None:
        self._served = served

    async def answer(self, request: Request) -> Answer:
        """Raises UnusableScenarios."""
        match request:
            case Look(screen_of):
                return Seen([_trainee(one) for one in self._served.sessions], self._screen(screen_of))
            case Say(text, to):
                return Done([one.name for one in self._meant(to) if one.say(text)])
            case Restart(scenario, name):
                if scenario:
                    await self._served.sandboxes.begin_with(scenario)
                return Done([one.name for one in self._meant(name) if one.begin_anew()])

    def _meant(self, name: str) -> list[Sitting]:
        return [one for one in self._served.sessions if name in ("", one.name)]

    def _screen(self, name: str) -> Screen | None:
        for one in self._served.sessions:
            if one.name == name and one.app is not None:
                with one.app._context():  # what is drawn now asks whose it is
                    picture = Picture.of(one.app)
                return Screen(name, picture.width, picture.colored)
        return None
