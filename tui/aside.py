"""Work beside the interface, and from which size on it is worth it."""

import gc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def uncollected() -> Iterator[None]:
    """Make much that stays, such as a world of 100,000 users, without a search for garbage in it, now or later.

    Such a search stops every thread, the interface with them, for most of a second. What is left out is freed all the
    same as soon as nothing refers to it; only cycles in it are not.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
