"""The classroom: who is there and what they look at; a message, another scenario, a fresh start."""

import asyncio

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from mfadrill.core.plain import is_plain, plain
from mfadrill.core.refusals import Refusal, UnusableValue
from mfadrill.core.words import count
from mfadrill.sim.scenario.load import Scenario, shipped
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.ask_dialog import AskDialog
from mfadrill.tui.classroom.line import Line
from mfadrill.tui.classroom.messages import Restart, Say, Seen, Trainee
from mfadrill.tui.classroom.trainee_list import TraineeList
from mfadrill.tui.classroom.watch_screen import WatchScreen
from mfadrill.tui.confirm_dialog import ConfirmDialog
from mfadrill.tui.dialog import Dialog, DialogHelp
from mfadrill.tui.replay.choose_screen import ChooseScreen
from mfadrill.tui.theme import DARK, LIGHT, THEMES

#: Seconds between two looks.
LOOK = 1.0
LOOK_AT_SCREEN = 0.4

MESSAGE_CELLS = 500

HELP = """\
Who is there, what each looks at, and the instant in their simulation.

enter  look at the screen of the one under the cursor; nothing that you type gets there
m      message to that one, which stays for a minute
a      message to everybody
g      give everybody a scenario: all begin anew with its world, and so does who comes later
x      begin the sandbox of that one anew

What a sandbox was before it began anew is kept in put-aside, in its folder in --data."""

#: Key, what it does, and the action.
KEYS = (
    ("enter", "watch", "app.watch"),
    ("m", "message", "app.say"),
    ("a", "message all", "app.say_to_all"),
    ("g", "scenario to all", "app.give"),
    ("x", "reset", "app.reset"),
    ("ctrl+q", "quit", "app.quit"),
    ("ctrl+t", "theme", "app.other_theme"),
)


def check_message(text: str) -> None:
    """Raises UnusableValue."""
    if not text.strip() or len(text) > MESSAGE_CELLS or not is_plain(text):
        raise UnusableValue(f"A message has 1 to {MESSAGE_CELLS} printable characters.")


class ClassroomApp(App[str]):
    """Answers with why it ended, if the server did."""

    TITLE = "mfadrill classroom"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: $background; }
    #heading, #keys { background: $panel; }
    #said { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    """
    BINDINGS = [
        Binding("question_mark,f1", "help", "Help", show=False),
        *(
            Binding(key, action.removeprefix("app."), does, show=False)
            for key, does, action in KEYS
            if key != "enter"
        ),
    ]

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self._scenario = ""
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield ActionLine(id="heading")
        yield TraineeList()
        yield Static(id="said", markup=False)
        yield ActionLine(id="keys")

    def on_mount(self) -> None:
        main = self.screen_stack[0]
        main.query_one("#keys", ActionLine).show_links(
            [
                link
                for key, does, action in KEYS
                for link in (Link(f" {key}", "key", action), Link(f" {does} ", "muted", action))
            ]
        )
        self._list.focus()
        self.run_worker(self._keep_looking(), description="looking")

    @property
    def _list(self) -> TraineeList:
        return self.screen_stack[0].query_one(TraineeList)

    async def _keep_looking(self) -> None:
        while True:
            watching = self._watching
            try:
                seen = await self._line.look(watching.trainee if watching else "")
            except Refusal as refusal:
                self.exit(refusal.text)
                return
            self._show(seen)
            await asyncio.sleep(LOOK_AT_SCREEN if self._watching else LOOK)

    @property
    def _watching(self) -> WatchScreen | None:
        return next((screen for screen in self.screen_stack if isinstance(screen, WatchScreen)), None)

    def _show(self, seen: Seen) -> None:
        self._scenario = seen.scenario
        self._list.show(sorted(seen.trainees, key=lambda trainee: trainee.name))
        self.screen_stack[0].query_one("#heading", ActionLine).show_links(
            [
                Link(" mfadrill classroom", "accent"),
                Link(" ─ ", "muted"),
                Link(f"{count(len(seen.trainees), 'trainee')}"),
                Link(" ─ ", "muted"),
                Link(f"new sandboxes: {plain(seen.scenario)}"),
            ]
        )
        if (watching := self._watching) is not None and watching.is_mounted:
            watching.show(seen)

    def _say(self, text: str) -> None:
        self.screen_stack[0].query_one("#said", Static).update(plain(text))
        if self._watching is not None:
            self.notify(plain(text), markup=False)

    async def _do(self, request: Say | Restart, done: str) -> None:
        try:
            names = await self._line.do(request)
        except Refusal as refusal:
            self.notify(plain(refusal.text), severity="warning", markup=False, timeout=10)
            return
        self._say(f"{done} {', '.join(names)}." if names else "Nobody was there.")

    @property
    def _meant(self) -> Trainee | None:
        """The trainee that is watched, or under the cursor; if there is none, that is said."""
        if (one := self._list.trainee) is None:
            self.notify("Nobody is there yet.", severity="warning")
        return one

    # Actions

    def action_help(self) -> None:
        if not isinstance(self.screen, Dialog):
            self.push_screen(DialogHelp(HELP))

    @on(TraineeList.Opened)
    def action_watch(self) -> None:
        if (one := self._meant) is not None and self._watching is None:
            self.push_screen(WatchScreen(one.name))

    def action_say(self) -> None:
        watching = self._watching
        one = watching.trainee if watching else self._meant and self._meant.name
        if one:
            self._ask_for_message(f"Message to {one}", one)

    def action_say_to_all(self) -> None:
        self._ask_for_message("Message to everybody", "")

    def _ask_for_message(self, title: str, to: str) -> None:
        def typed(text: str | None) -> None:
            if text is not None:
                self.run_worker(self._do(Say(text, to), "Said to"), description="saying")

        self.push_screen(AskDialog(title, "Text", "", "send", check_message), typed)

    def action_give(self) -> None:
        def chosen(scenario: Scenario | None) -> None:
            if scenario is not None:
                name = scenario.name if scenario.name in shipped() else scenario.file
                self._ask(
                    f"Give everybody “{plain(scenario.title)}”",
                    [
                        "Whoever is there begins anew in the middle of what they do, with its world before its steps.",
                        "Their sandboxes as they are now are put aside. New sandboxes begin with it, too.",
                    ],
                    "give",
                    Restart(name),
                )

        self.push_screen(ChooseScreen("Give everybody a scenario", "choose"), chosen)

    def action_reset(self) -> None:
        if (one := self._meant) is not None:
            self._ask(
                f"Reset the sandbox of {one.name}",
                [
                    f"It begins anew with {plain(self._scenario)}, in the middle of what {one.name} does.",
                    "The sandbox as it is now is put aside.",
                ],
                "reset",
                Restart(name=one.name),
            )

    def _ask(self, title: str, lines: list[str], verb: str, request: Restart) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._do(request, "Begun anew for"), description="restarting")
            else:
                self._say("Nothing was done.")

        self.push_screen(ConfirmDialog(title, lines, verb), answered)

    def action_other_theme(self) -> None:
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name
