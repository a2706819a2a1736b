"""The command palette: actions that can be done now first, users by name, branches; over a dialog, what works there."""

from collections.abc import Iterator
from functools import partial
from typing import Protocol, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from mfadrill.core.plain import plain
from mfadrill.core.users import User, UserId
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.actions.action import Area, Situation
from mfadrill.tui.actions.application import ANYWHERE
from mfadrill.tui.actions.registry import ACTIONS, key_name

#: Users found by what was typed, at the most.
MOST_USERS = 8


class Drill(Protocol):
    """What the palette needs of the application, which imports this module."""

    simulation: Simulation

    @property
    def situation(self) -> Situation: ...
    async def action_do(self, action_id: str) -> None: ...
    def switch_to(self, branch: str) -> None: ...
    async def open_user(self, user: UserId) -> None: ...
    def log_in_as(self, username: str) -> None: ...
    def users_like(self, text: str, most: int) -> list[User]: ...


class DrillCommands(Provider):
    @property
    def _drill(self) -> Drill:
        return cast(Drill, self.app)

    @property
    def _over_a_dialog(self) -> bool:
        return self.screen is not self.app.screen_stack[0]

    def _actions(self) -> Iterator[tuple[str, str, partial]]:
        """Title, help and call of each action; what cannot be done now comes last and says why."""
        situation = self._drill.situation
        disabled: list[tuple[str, str, partial]] = []
        for action in ACTIONS:
            if action.area is Area.LISTS or action.id == "app.palette":
                continue
            if self._over_a_dialog and action.id not in ANYWHERE:
                continue
            keys = ", ".join(key_name(key) for key in action.keys)
            title = f"{action.area}: {action.label}" + (f"  [{keys}]" if keys else "")
            call = partial(self._drill.action_do, action.id)
            why = action.why_not(situation)
            if why:
                disabled.append((title, f"Not now: {why}", call))
            else:
                yield title, action.help, call
        for name in () if self._over_a_dialog else self._drill.simulation.branches:
            if name != self._drill.simulation.timeline.name:
                yield (
                    f"Branch: switch to {name}",
                    "Look at this branch.",
                    partial(self._drill.switch_to, name),
                )
        yield from disabled

    async def discover(self) -> Hits:
        for title, says, call in self._actions():
            yield DiscoveryHit(Text(title), call, title, says)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, says, call in self._actions():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, Text(title), call, title, says)
        for user in () if self._over_a_dialog else self._drill.users_like(query, MOST_USERS):
            name = plain(f"{user.username} ({user.name})")
            sheet = partial(self._drill.open_user, user.id)
            log_in = partial(self._drill.log_in_as, user.username)
            yield Hit(0.9, Text(f"User: open {name}"), sheet, name, "Details and security settings.")
            yield Hit(
                0.8, Text(f"User: log in as {name}"), log_in, name, "Open the log-in in the User Portal."
            )
