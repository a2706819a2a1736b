"""Keys that arrive together are handled one after the other.

A key goes to the widget that has the focus *when it arrives*, and only later does that widget move the focus. Of
"tab, 5" in one packet, as fast typists and slow lines send it, the 5 would go to the field that tab leaves. Clicks
wait for the keys before them, too.
"""

from collections import deque

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

#: Seconds after which a key counts as handled: most take a hundredth of it, and a widget may be gone for good.
PATIENCE = 0.25


class Handled(Message):
    """Follows a key on its way from widget to widget, and so tells when it has been handled."""


class TypedInOrder(App[None]):
    """Holds a key back until the one before it has been handled."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Event] = deque()
        #: The key that may still be under way, and the widget that it was sent to.
        self._latest: tuple[MessagePump, events.Event] | None = None
        self._awaited: Handled | None = None

    @property
    def is_catching_up(self) -> bool:
        """Whether keys wait for the one before them."""
        return bool(self._typed)

    async def on_event(self, event: events.Event) -> None:
        is_input = isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded
        if is_input and (self._typed or not isinstance(event, events.MouseEvent)):
            self._typed.append(event)
            if self._awaited is None:
                await self._next()
        else:
            await super().on_event(event)
            if self._latest and event is self._latest[1]:
                self.call_later(self._came_up, event)

    def _came_up(self, event: events.Event) -> None:
        """The key has come all the way up to the application, and so has been handled."""
        if self._latest and event is self._latest[1]:
            self._latest = None

    async def _next(self) -> None:
        """Handle the next key, if the one before it can no longer be under way; otherwise wait for that one."""
        if not self.is_running or not self.screen_stack:
            self._typed.clear()  # typed after the end
            return
        event = self._typed[0]
        if self._latest:
            target, before = self._latest
            self._latest = None
            follower = Handled()
            if event.time - before.time < PATIENCE and target.post_message(follower):
                self._awaited = follower
                self.set_timer(PATIENCE, lambda: self._caught_up(follower))
                return
        self._typed.popleft()
        if not isinstance(event, events.MouseEvent):  # a click moves the focus at once
            self._latest = (self.focused or self.screen, event)
        await super().on_event(event)
        if self._typed:
            await self._next()

    def on_handled(self, message: Handled) -> None:
        # Later: what moves the focus puts that off, too.
        self.call_later(self._caught_up, message)

    async def _caught_up(self, follower: Handled) -> None:
        if follower is self._awaited:
            self._awaited = None
            await self._next()
