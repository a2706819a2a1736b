"""The messages that go up from the panes to the application."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from textual.message import Message
from textual.widget import Widget

from mfadrill.core.commands import Command
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import UserId
from mfadrill.sim.simulation import Receipt, Simulation

#: Told what a command brought, or why it was refused.
Reply = Callable[[Receipt | Refusal], None]


def is_heard(reply: Reply) -> bool:
    """Whether who asked is still there: a dialog may have been left meanwhile."""
    asker = getattr(reply, "__self__", None)
    return not isinstance(asker, Widget) or asker.is_attached


#: Makes a command of the simulation as it is when the command's turn comes. Raises a Refusal.
Maker = Callable[[Simulation], Command]


class Perform(Message):
    """Give a command to the simulation, or what makes one of it, such as a ceremony with a challenge of its own.

    The application acts, calls `reply` with the receipt or the refusal, and then shows the new world in every
    pane. Without a `reply`, a refusal is shown as a notification.
    """

    def __init__(self, command: Command | Maker, reply: Reply | None = None) -> None:
        super().__init__()
        self.command = command
        self.reply = reply

    def made(self, simulation: Simulation) -> Command:
        """The command, made for this simulation. Raises a Refusal where none can be."""
        return self.command if isinstance(self.command, Command) else self.command(simulation)


class Rework(Message):
    """Let the simulation do this with its branches; `reply` is told what it brought, or the refusal.

    What is `large` is done in a thread, as everything is in a large organization.
    """

    def __init__(
        self, work: Callable[[Simulation], Any], reply: Callable[[Any], None], *, large: bool = False
    ) -> None:
        super().__init__()
        self.work, self.reply, self.large = work, reply, large


class Travel(Message):
    """Move the clock by a span, to an instant, to the next event (`None`), and show the digest."""

    def __init__(self, target: timedelta | datetime | None) -> None:
        super().__init__()
        self.target = target


class OpenUser(Message):
    """Open the sheet of this user."""

    def __init__(self, user: UserId) -> None:
        super().__init__()
        self.user = user


class OpenLogIn(Message):
    """Show the log-in of this user in the User Portal, as the link in a mail does."""

    def __init__(self, username: str) -> None:
        super().__init__()
        self.username = username
