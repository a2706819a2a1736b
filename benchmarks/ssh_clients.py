"""A server of its own process for the benchmarks, and clients with terminals."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

import asyncssh

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))

#: What the last line of the first full screen says.
LAST = b"palette"


class Client(asyncssh.SSHClientSession[bytes]):
    """A session, with the seconds that it took until its first full screen."""

    connection: asyncssh.SSHClientConnection

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._got = bytearray()
        self.drawn = asyncio.Event()
        self.ended = asyncio.Event()
        #: Set by whatever it is sent.
        self.painted = asyncio.Event()
        self.seconds = 0.0

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        self.channel = chan

    def data_received(self, data: bytes, datatype: int | None) -> None:  # noqa: ARG002
        self.painted.set()
        if not self.drawn.is_set():
            self._got += data
            if LAST in self._got:
                self.seconds = time.perf_counter() - self._began
                self.drawn.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.ended.set()

    def type(self, keys: bytes) -> None:
        self.painted.clear()
        self.channel.write(keys)


class Served:
    """The server."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        assert process.stdout
        first, _, metrics = (process.stdout.readline() for _ in range(3))
        self.port, self._metrics = int(first.split()[2]), metrics.split()[0]
        self.front = process.pid
        self._log = folder / "log"
        self.workers: list[int] = next(
            line["workers"] for line in self._logged() if line["event"] == "listening"
        )

    def _logged(self) -> list[dict[str, Any]]:
        return list(map(json.loads, self._log.read_text().splitlines()))

    @property
    def tracebacks(self) -> list[str]:
        return [line["traceback"] for line in self._logged() if line["level"] == "error"]

    def metrics(self) -> dict[str, float]:
        with urlopen(self._metrics) as answer:
            lines = answer.read().decode().splitlines()
        return {
            name: float(value)
            for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        }

    async def log_in(self, name: str, after: float = 0) -> Client:
        """A client with its first full screen."""
        await asyncio.sleep(after)
        client = Client()
        connection = await asyncssh.connect(
            "127.0.0.1",
            self.port,
            username=name,
            known_hosts=None,
            config=None,
            agent_path=None,
            client_keys=None,
        )
        client.connection = connection
        await connection.create_session(
            lambda: client, term_type="xterm-256color", term_size=(120, 40), encoding=None
        )
        await asyncio.wait_for(client.drawn.wait(), 120)
        return client

    @property
    def processor(self) -> float:
        """Seconds that all of its processes have used."""
        return sum(processor_seconds(pid) for pid in (self.front, *self.workers))

    @property
    def memory(self) -> float:
        """Megabytes that its workers have; what they share counts in parts."""
        return sum(map(megabytes, self.workers))


@contextmanager
def serving(*more: str) -> Iterator[Served]:
    with TemporaryDirectory() as folder:
        files = ["--data", folder, "--log", f"{folder}/log"]
        room = ["--sessions", "500", "--per-address", "500"]
        command = [MFADRILL, "serve", "--port", "0", "--metrics", "0", *room, *files, *more]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield Served(process, Path(folder))
            finally:
                process.terminate()


def processor_seconds(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    """Its proportional set size."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
