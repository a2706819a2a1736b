"""How the server is, over HTTP."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mfadrill.tui.serving.guards import Limits
from mfadrill.tui.serving.metrics import serve_metrics
from mfadrill.tui.serving.who_gets_in import password_line
from ssh_server import Serving, serving, until

Fetch = Callable[[str], tuple[int, str]]


def fetched(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@asynccontextmanager
async def told_by(s: Serving) -> AsyncIterator[str]:
    """The address."""
    server = await serve_metrics(s.front, 0)
    host, port = server.sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.close()


async def test_metrics_tell_who_came_who_was_refused_and_how_each_process_is(tmp_path: Path) -> None:
    import asyncssh

    passwords = tmp_path / "passwords"
    passwords.write_text(password_line("*", "the code"))
    async with serving(tmp_path, Limits(connections_by_address=2), passwords) as s, told_by(s) as address:
        with pytest.raises(asyncssh.PermissionDenied):
            await s.connect(password="a guess")
        await until(lambda: not s.front.connected)
        client = await s.connect("ada", password="the code")
        await client.start_sftp_client()
        await s.connect("bob", password="the code")
        with pytest.raises((OSError, asyncssh.Error)):
            await s.connect("cyd", password="the code")
        await until(lambda: s.front.pulse and s.front.workers.running[0].beat)
        status, text = await asyncio.to_thread(fetched, f"{address}/metrics")
    assert status == 200
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values["mfadrill_connections"] == "2"
    assert values["mfadrill_sessions_total"] == "0"
    assert values['mfadrill_turned_away_total{limit="connections_by_address"}'] == "1"
    assert values['mfadrill_log_ins_refused_total{why="wrong"}'] == "1"
    for metric in ("memory_bytes", "processor_seconds_total", "tasks", "files"):
        for process in ("0", "front"):
            assert float(values[f'mfadrill_worker_{metric}{{worker="{process}"}}']) > 0


async def test_a_server_is_healthy_as_long_as_its_workers_are_heard(tmp_path: Path) -> None:
    async with serving(tmp_path) as s, told_by(s) as address:
        status, text = await asyncio.to_thread(fetched, f"{address}/health")
        assert (status, json.loads(text)) == (200, {"healthy": True, "silent": [], "sessions": 0})
    async with told_by(s) as address:  # the worker has ended
        status, text = await asyncio.to_thread(fetched, f"{address}/health")
        assert (status, json.loads(text)["silent"]) == (503, [0])
        status, _ = await asyncio.to_thread(fetched, f"{address}/")
        assert status == 404
