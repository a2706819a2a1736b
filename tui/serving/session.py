"""One session: a channel on which a trainee has the sandbox, fetches files, or sees a replay."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import asyncssh
from asyncssh.stream import SSHServerStreamSession

from mfadrill.tui.serving.channel_wire import ChannelWire
from mfadrill.tui.serving.colors import can_be_drawn_on
from mfadrill.tui.serving.log import log
from mfadrill.tui.serving.replays import refusal, scenario_meant
from mfadrill.tui.serving.sftp import OwnFiles
from mfadrill.tui.serving.sitting import Served, Sitting, contained

#: What a client may say of its terminal.
ENVIRONMENT = (b"COLORTERM", b"NO_COLOR")

NEEDS_A_TERMINAL = "mfadrill is drawn on a terminal, and this client has none: try ssh -t."


class Session(asyncssh.SSHServerSession[bytes]):
    """What a client asks for on a channel decides what it becomes."""

    def __init__(self, served: Served, name: str, address: str, lost: Callable[[], None]) -> None:
        """`lost` is called when the channel is closed."""
        self._served, self._name, self._address, self._lost = served, name, address, lost
        self._terminal, self._size = "", (0, 0)
        #: What is asked for, if it is not the sandbox.
        self._does: Callable[[], Awaitable[None]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._files: SSHServerStreamSession[bytes] | None = None
        self._sitting: Sitting | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel, self._wire = chan, ChannelWire(chan)

    # What the client asks for

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object) -> bool:
        self._terminal, self._size = term_type[:60], term_size[:2]
        return True

    def shell_requested(self) -> bool:
        if not can_be_drawn_on(self._terminal):
            self._does = partial(self._refuse, NEEDS_A_TERMINAL)
        return True

    def exec_requested(self, command: str) -> bool:
        name = scenario_meant(command)
        self._does = partial(self._refuse, refusal(command)) if name is None else partial(self._replay, name)
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        if subsystem != "sftp":
            return False
        folder = self._served.sandboxes.files_of(self._name)
        self._files = SSHServerStreamSession(None, lambda _: OwnFiles(self._channel, folder), 3)
        self._files.connection_made(self._channel)
        log("files", user=self._name, address=self._address)
        return True

    def session_started(self) -> None:
        if self._files is not None:
            self._files.session_started()
        elif self._does is not None:
            self._task = asyncio.get_running_loop().create_task(
                contained(self._does, self._wire, user=self._name, address=self._address)
            )
        else:
            self._sitting = Sitting(
                self._served,
                self._wire,
                self._name,
                self._address,
                size=self._size,
                environment=self._environment,
            )

    @property
    def _environment(self) -> dict[str, str]:
        said = self._channel.get_environment_bytes()
        known = {
            key.decode(): said[key][:60].decode("utf-8", "replace") for key in ENVIRONMENT if key in said
        }
        return {"TERM": self._terminal, **known}

    async def _refuse(self, why: str) -> None:
        log("refused", user=self._name, address=self._address, why=why)
        self._wire.fail(why)

    async def _replay(self, name: str) -> None:
        log("replay", user=self._name, address=self._address, scenario=name)
        text, status = await self._served.replays.result(name)
        self._wire.end(text.rstrip("\n").replace("\n", "\r\n" if self._terminal else "\n"), status)

    # What comes from the client

    def data_received(self, data: bytes, datatype: int | None) -> None:
        if self._files is not None:
            self._files.data_received(data, datatype)
        elif self._sitting is not None:
            self._sitting.typed(data)

    def eof_received(self) -> bool:
        if self._files is not None:
            return bool(self._files.eof_received())
        self._leave("Nothing more comes from your client.")
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        self._size = width, height
        if self._sitting is not None:
            self._sitting.resize(width, height)

    def pause_writing(self) -> None:
        if self._files is not None:
            self._files.pause_writing()

    def resume_writing(self) -> None:
        if self._files is not None:
            self._files.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._files is not None:
            self._files.connection_lost(exc)
        self._leave("connection lost")
        self._lost()

    def _leave(self, why: str) -> None:
        if self._sitting is not None:
            self._sitting.leave(why)
