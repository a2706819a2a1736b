"""Work beside the interface, and from which size on it is worth it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual.widget import Widget

#: In an organization of more users, what looks at all of them happens in a thread.
MANY = 2000
#: In a log of more events, what looks at all of them does.
LONG = 20_000


def aside(widget: Widget, group: str, work: Callable[..., Awaitable[None]], *arguments: Any) -> None:
    """Let the widget do this in a worker of its own, in place of what the group is at.

    The work is handed over as it is and not begun: a coroutine that is replaced before it starts would be left over.
    And the worker is described by its group, because Textual would write out the arguments: the whole world, in words.
    """
    widget.run_worker(partial(work, *arguments), exclusive=True, group=group, description=group)
