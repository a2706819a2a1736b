"""`mfadrill serve` with two workers: what becomes of sessions when they, or the front, are killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from mfadrill.core.refusals import Refusal
from mfadrill.sim.workspace import Workspace
from mfadrill.tui.serving.directory import TAKEN_OVER
from mfadrill.tui.serving.to_front import STOPPING
from ssh_server import Client, Clients, until

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))
A_WEEK_LATER = "Mon 9 Mar 2026 09:00"


class Server(Clients):
    """A server of two workers, and its log."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        super().__init__()
        assert process.stdout
        first, _, metrics = (process.stdout.readline() for _ in range(3))
        self.process, self._log = process, log
        self.port, self._metrics = int(first.split()[2]), metrics.split()[0].removesuffix("/metrics")

    def health(self) -> dict[str, Any]:
        try:
            with urlopen(f"{self._metrics}/health") as answer:
                return json.load(answer)
        except HTTPError as unwell:
            with unwell:
                return json.load(unwell)

    def metrics(self) -> list[str]:
        with urlopen(f"{self._metrics}/metrics") as answer:
            return answer.read().decode().splitlines()

    def events(self, event: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self._log.read_text().splitlines())
        return [line for line in lines if line["event"] == event]

    def worker_of(self, user: str) -> int:
        """The number of the worker that has the latest session of the user."""
        return [line["worker"] for line in self.events("session") if line["user"] == user][-1]

    def pid_of(self, worker: int) -> int:
        return self.events("listening")[0]["workers"][worker]


@asynccontextmanager
async def two_workers(folder: Path) -> AsyncIterator[Server]:
    files = ["--data", str(folder), "--log", f"{folder}/log"]
    command = [MFADRILL, "serve", "--port", "0", "--workers", "2", "--metrics", "0", *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            server = await asyncio.to_thread(Server, process, folder / "log")
            yield server
            server.abort()
        finally:
            process.kill()


def is_saved(workspace: Path) -> bool:
    """Whether a step was written, and none is under way: the head of SQLite's journal is empty then."""
    journal = workspace.with_name(f"{workspace.name}-journal")
    return journal.exists() and not journal.read_bytes()[:8].strip(b"\0")


async def travels(client: Client) -> None:
    client.type("w")
    await client.sees(A_WEEK_LATER)


async def works(client: Client) -> None:
    client.type("?")
    await client.sees("─ Help ─")


async def test_who_logs_in_again_takes_over_from_the_other_worker_and_goes_on(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as s:
        first = await s.log_in()
        before = s.worker_of("ada")
        await travels(first)
        second = await s.log_in()
        assert await first.ends() == 0
        assert TAKEN_OVER in first.text
        assert s.worker_of("ada") != before
        await second.sees(A_WEEK_LATER)


async def test_a_worker_that_is_killed_takes_its_own_sessions_along_and_they_go_on_in_another(
    tmp_path: Path,
) -> None:
    async with two_workers(tmp_path) as s:
        ada, bob = await s.log_in("ada"), await s.log_in("bob")
        await travels(ada)
        # What is killed may lose the act under way: it is on the screen before it is saved.
        await until(lambda: is_saved(tmp_path / "sandboxes" / "ada" / "ada.mfadrill"))
        killed = s.worker_of("ada")
        assert s.worker_of("bob") != killed
        os.kill(s.pid_of(killed), signal.SIGKILL)
        await ada.ends()
        again = await s.log_in("ada")
        await again.sees(A_WEEK_LATER)
        await works(bob)
        assert s.events("worker ended")[0]["status"] == -signal.SIGKILL
        await until(lambda: s.events("worker started"))


async def test_newcomers_do_not_come_to_a_worker_that_is_kept_busy_and_its_health_is_told(
    tmp_path: Path,
) -> None:
    async with two_workers(tmp_path) as s:
        await s.log_in("ada")
        busy = 1 - s.worker_of("ada")
        os.kill(s.pid_of(busy), signal.SIGSTOP)
        while s.health()["silent"] != [busy]:
            await asyncio.sleep(0.1)
        for name in ("bob", "cyd"):
            await works(await s.log_in(name))
            assert s.worker_of(name) != busy
        os.kill(s.pid_of(busy), signal.SIGCONT)
        while not s.health()["healthy"]:
            await asyncio.sleep(0.1)


async def test_a_connection_that_a_dead_worker_has_not_taken_comes_to_another(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as s:
        await s.log_in("ada")
        other = 1 - s.worker_of("ada")
        os.kill(s.pid_of(other), signal.SIGSTOP)
        bob = asyncio.create_task(s.log_in("bob"))
        while "mfadrill_connections 2" not in s.metrics():
            await asyncio.sleep(0.01)
        os.kill(s.pid_of(other), signal.SIGKILL)
        await works(await bob)


async def test_workers_whose_front_is_killed_save_and_end(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as s:
        clients = [await s.log_in(name) for name in ("ada", "bob")]
        await travels(clients[0])
        s.process.kill()
        for client in clients:
            assert await client.ends() == 0
            assert STOPPING in client.text

        def is_free() -> bool:
            try:
                Workspace.open(tmp_path / "sandboxes" / "ada" / "ada.mfadrill").close()
            except Refusal:
                return False
            return True

        await until(is_free)


async def test_everybody_in_both_workers_is_told_when_the_server_stops(tmp_path: Path) -> None:
    async with two_workers(tmp_path) as s:
        clients = [await s.log_in(name) for name in ("ada", "bob")]
        assert s.worker_of("ada") != s.worker_of("bob")
        s.process.terminate()
        for client in clients:
            assert await client.ends() == 0
            assert STOPPING in client.text
        assert await asyncio.to_thread(s.process.wait, 30) == 0
        assert s.events("stopped")[0]["unsaved"] == 0
