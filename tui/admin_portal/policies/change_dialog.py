"""The dialog that says what deleting or switching a policy does before it does it."""

import asyncio

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.refusals import Refusal
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.policies.policy_change import Effects, PolicyChange, effects_in_words
from mfadrill.tui.aside import MANY, aside
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment


class ChangeDialog(Dialog[None]):
    """Acts by itself. Cancel has the focus: the key that asked does not confirm as well."""

    HELP = (
        "What the change would do to everybody's next log-in, before anything is changed. It can be undone "
        "afterwards, too."
    )
    KEYS = (("tab", "next"), ("enter", "press"), ("esc", "leaves all as it is"))
    DEFAULT_CSS = """
    ChangeDialog #box { width: 68; }
    ChangeDialog #effects { margin: 1 0 0 0; height: auto; }
    ChangeDialog #effects.problem { color: $warning; }
    ChangeDialog #said { height: auto; }
    ChangeDialog .buttons { margin: 1 0 0 0; }
    """

    def __init__(self, change: PolicyChange, moment: Moment) -> None:
        super().__init__()
        self.change, self.moment = change, moment

    def compose(self) -> ComposeResult:
        with Box(f"{self.change.title}?", "esc leaves all as it is"):
            yield Words("Looking at everybody's next log-in…", id="effects")
            yield Words(id="said")
            with Horizontal(classes="buttons"):
                yield RowButton(self.change.verb, id="do")
                yield RowButton("cancel", id="cancel", primary=True)

    def on_mount(self) -> None:
        self.query_one("#said").display = False
        self.query_one("#cancel").focus()
        self._look()

    def show(self, moment: Moment) -> None:
        """The world changed below: the numbers follow, and a policy that is gone closes the dialog."""
        same = moment.world is self.moment.world and moment.now == self.moment.now
        self.moment = moment
        policy = moment.world.policies.get(self.change.policy.id)
        if same or not self.is_mounted:
            return
        if policy is None:
            self.leave(None)
        else:
            self.change = PolicyChange(policy, self.change.on)
            self._look()

    def _look(self) -> None:
        """Count whom it changes; until that is known, nothing can be confirmed."""
        self.workers.cancel_group(self, "effects")
        if len(self.moment.world.users) <= MANY:
            self._show_effects(self.change.effects(self.moment.world, self.moment.now))
        else:
            self.query_one("#do", Button).disabled = True
            aside(self, "effects", self._look_aside, self.change, self.moment)

    async def _look_aside(self, change: PolicyChange, moment: Moment) -> None:
        self._show_effects(await asyncio.to_thread(change.effects, moment.world, moment.now))

    def _show_effects(self, effects: Effects) -> None:
        words = effects_in_words(self.change, effects, self.moment.world)
        self.query_one("#effects", Words).say(words, problem=bool(effects.shut_out))
        self.query_one("#do", Button).disabled = False

    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        self.post_message(Perform(self.change.command, self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            said = self.query_one("#said", Words)
            said.display = True
            said.say(answer.text, problem=True)
        else:
            self.leave(None)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
