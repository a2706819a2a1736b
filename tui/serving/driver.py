"""Textual's driver for a client at the other end of a wire."""

import asyncio
from contextvars import Context
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

from rich.color import ColorSystem
from textual import constants, events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message

from mfadrill.tui.serving.colors import in_colors_of
from mfadrill.tui.serving.guards import clamped
from mfadrill.tui.serving.intake import Intake
from mfadrill.tui.serving.wire import Wire

#: The alternate screen without cursor and line wrap, marked pastes, clicks and drags, keys in the Kitty protocol where
#: the terminal has it, and the question whether it can put a frame on the screen at once. Not the mouse without a
#: button: that would be a packet for each cell it crosses.
BEGIN = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[>25u\x1b[?2026$p"
END = "\x1b[?2026l\x1b[<u\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"

#: Bytes that are handled in one go, and the messages that may wait meanwhile; then the other sessions have their turn.
PIECE, MOST_WAITING = 64, 100

#: Seconds between two looks at a client that is behind, and between two changes of the size of its window.
LOOK, SETTLE = 0.1, 0.05


class WireDriver(Driver):
    """Draws on a client, and hands on what it types. A client that reads slowly is left out frames."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
        wire: Wire,
        colors: ColorSystem,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._wire, self._colors = wire, colors
        self._intake = Intake()
        self._reading: asyncio.Task[None] | None = None
        self._resizing: asyncio.TimerHandle | None = None
        self._catching_up: asyncio.TimerHandle | None = None
        #: Frames that the client was not sent.
        self.left_out = 0

    def write(self, data: str) -> None:
        if self._catching_up is not None or self._wire.is_behind:
            self.left_out += 1
            if self._catching_up is None:
                self._catching_up = self._loop.call_later(LOOK, self._catch_up)
        else:
            self._wire.write(in_colors_of(self._colors, data).encode("utf-8", "replace"))

    def _catch_up(self) -> None:
        """Draw everything anew as soon as the client has taken what it was sent."""
        if self._wire.is_through:
            self._catching_up = None
            if self._app.is_running:
                self._app.call_later(self._app.refresh, layout=True)
        else:
            self._catching_up = self._loop.call_later(LOOK, self._catch_up)

    def start_application_mode(self) -> None:
        self.write(BEGIN)
        # In a context of its own: a message remembers the application that it is made in, and Textual remembers some
        # messages for good.
        self._reading = self._loop.create_task(self._read(), context=Context())

    async def _read(self) -> None:
        app, escape = self._app, constants.ESCAPE_DELAY * 1.1
        while True:
            try:
                data = await asyncio.wait_for(self._wire.read(PIECE), escape)
            except TimeoutError:
                self._hand_on(self._intake.tick())
                data = await self._wire.read(PIECE)
            self._hand_on(self._intake.feed(data))
            await asyncio.sleep(0)
            while app.message_queue_size > MOST_WAITING or getattr(app, "is_catching_up", False):
                await asyncio.sleep(0.005)

    def _hand_on(self, messages: Any) -> None:
        for message in messages:
            if not self._is_outside(message):
                self.process_message(message)

    def _is_outside(self, message: Message) -> bool:
        width, height = self._size or (0, 0)
        # Only the client's window has a size; what claims to be a report of one inside its keys is none.
        return isinstance(message, events.Resize) or (
            isinstance(message, events.MouseEvent) and not (message.x < width and message.y < height)
        )

    def resize(self, width: int, height: int) -> None:
        """Take another size; of many in a row, the last one."""
        self._size = clamped(width, height)
        if self._resizing is None:
            self._resizing = self._loop.call_later(SETTLE, self._resized)

    def _resized(self) -> None:
        self._resizing = None
        size = Size(*(self._size or (80, 24)))
        self.process_message(events.Resize(size, size))

    def disable_input(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        for timer in (self._resizing, self._catching_up):
            if timer is not None:
                timer.cancel()
        self._intake.end()

    def stop_application_mode(self) -> None:
        self.disable_input()
        self._wire.write(END.encode())

    # What would happen on the machine of the server, and not on the client's

    def open_url(self, url: str, new_tab: bool = True) -> None:
        return

    def deliver_binary(
        self,
        binary: BinaryIO | TextIO,
        *,
        delivery_key: str,
        save_path: Path,
        open_method: Literal["browser", "download"] = "download",
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> None:
        binary.close()
