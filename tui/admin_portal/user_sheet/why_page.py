"""Why a user is kept out: what led there, and what would have prevented it."""

import asyncio

from textual.app import ComposeResult
from textual.containers import Vertical

from mfadrill.core.users import UserId
from mfadrill.sim.lockout_causes import Causes, causes_in_words, lockout_causes
from mfadrill.tui.admin_portal.user_sheet.activity_view import event_line
from mfadrill.tui.aside import LONG, aside
from mfadrill.tui.dialog import Words
from mfadrill.tui.moment import Moment


class WhyPage(Vertical):
    DEFAULT_CSS = """
    WhyPage { height: auto; }
    WhyPage #prevented { margin: 1 0 0 0; text-style: bold; }
    """

    def __init__(self, user: UserId) -> None:
        super().__init__(id="why")
        self.user = user

    def compose(self) -> ComposeResult:
        yield Words(id="why-title")
        yield Words(id="chain", classes="muted")
        yield Words(id="prevented")

    def show(self, moment: Moment) -> None:
        if moment.position > LONG:
            self.query_one("#why-title", Words).say("Looking through the log…")
            aside(self, "why", self._search, moment)
        else:
            self.workers.cancel_group(self, "why")
            self._show(_causes(moment, self.user), moment)

    async def _search(self, moment: Moment) -> None:
        self._show(await asyncio.to_thread(_causes, moment, self.user), moment)

    def _show(self, causes: Causes, moment: Moment) -> None:
        user = moment.world.users[self.user]
        title = (
            f"Why is {user.name} kept out?" if causes.kept_out else f"Is {user.name} about to be locked out?"
        )
        self.query_one("#why-title", Words).say(title)
        lines = ["  ".join(event_line(event, moment.zone)) for event in causes.chain]
        self.query_one("#chain", Words).say("\n".join(lines) or "No event led here.")
        said = causes_in_words(causes, moment.world, self.user, moment.now)
        self.query_one("#prevented", Words).say("\n".join(said))


def _causes(moment: Moment, user: UserId) -> Causes:
    return lockout_causes(moment.timeline.events, moment.position, moment.world, user, moment.now)
