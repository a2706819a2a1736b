"""How the server is, over HTTP on this machine: `/metrics` for Prometheus, `/health` for whoever restarts it."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

from msgspec.json import encode

from mfadrill.tui.serving.front import Front

HOST = "127.0.0.1"

#: Seconds that a worker may be silent, and that a request may take.
SILENCE, REQUEST = 5.0, 5.0

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class _Metric(NamedTuple):
    """One metric, with a value for each set of labels."""

    name: str
    kind: str
    tells: str
    values: Mapping[str, float]

    def __str__(self) -> str:
        name = f"mfadrill_{self.name}"
        lines = (f"{name}{labels} {value:.12g}" for labels, value in self.values.items())
        return "\n".join((f"# HELP {name} {self.tells}", f"# TYPE {name} {self.kind}", *lines, ""))


def _metrics(front: Front) -> Iterator[_Metric]:
    """Labels have no characters that need escapes."""
    told = front.directory
    yield _Metric("sessions", "gauge", "Sandboxes in use.", {"": len(told)})
    yield _Metric("sessions_total", "counter", "Sessions that began.", {"": told.given})
    yield _Metric("connections", "gauge", "Connections, logged in or not.", {"": front.connected})
    away = {f'{{limit="{limit}"}}': float(times) for limit, times in front.turned_away.items()}
    yield _Metric("turned_away_total", "counter", "Turned away, by the limit that was reached.", away)
    refused = {f'{{why="{why}"}}': float(times) for why, times in front.refused.items()}
    yield _Metric("log_ins_refused_total", "counter", "Passwords that were refused.", refused)
    yield _Metric(
        "workers_ended_total", "counter", "Workers that ended by themselves.", {"": front.workers.ended}
    )
    yield _Metric("uptime_seconds", "gauge", "Since the server began.", {"": monotonic() - front.began})
    yield from _of_processes(front)


def _of_processes(front: Front) -> Iterator[_Metric]:
    workers = {f'{{worker="{number}"}}': worker for number, worker in sorted(front.workers.running.items())}
    beats = {label: worker.beat for label, worker in workers.items() if worker.beat is not None}
    pulses = {label: beat.pulse for label, beat in beats.items()}
    if front.pulse is not None:
        pulses['{worker="front"}'] = front.pulse
    told = front.directory
    for name, kind, tells, values in (
        (
            "worker_silence_seconds",
            "gauge",
            "Since a worker was heard.",
            {w: o.silence for w, o in workers.items()},
        ),
        ("worker_uptime_seconds", "gauge", "Since a worker began.", {w: o.age for w, o in workers.items()}),
        (
            "worker_connections",
            "gauge",
            "Its connections.",
            {w: len(o.connections) for w, o in workers.items()},
        ),
        ("worker_sessions", "gauge", "Its sandboxes.", {w: told.of(o.number) for w, o in workers.items()}),
        ("worker_failures_total", "counter", "Incidents in it.", {w: b.failures for w, b in beats.items()}),
        ("worker_lag_seconds", "gauge", "How late its event loop is.", {w: p.lag for w, p in pulses.items()}),
        (
            "worker_processor_seconds_total",
            "counter",
            "It used.",
            {w: p.processor for w, p in pulses.items()},
        ),
        ("worker_memory_bytes", "gauge", "It has in memory.", {w: p.memory for w, p in pulses.items()}),
        ("worker_tasks", "gauge", "Its asyncio tasks.", {w: p.tasks for w, p in pulses.items()}),
        ("worker_files", "gauge", "Its open descriptors.", {w: p.files for w, p in pulses.items()}),
    ):
        yield _Metric(name, kind, tells, values)


def _silent(front: Front) -> list[int]:
    """The workers that do not answer, or are not there."""
    running = front.workers.running
    return [
        number
        for number in range(front.workers.number)
        if number not in running or not running[number].is_ready or running[number].silence > SILENCE
    ]


def _answer(front: Front, method: bytes, path: bytes) -> tuple[str, str, bytes]:
    """Status, content type and content."""
    if method == b"GET" and path == b"/metrics":
        return "200 OK", _TEXT, "".join(map(str, _metrics(front))).encode()
    if method == b"GET" and path == b"/health":
        silent = _silent(front)
        told = encode({"healthy": not silent, "silent": silent, "sessions": len(front.directory)})
        return "503 Service Unavailable" if silent else "200 OK", "application/json", told + b"\n"
    return "404 Not Found", _TEXT, b"There are /metrics and /health.\n"


async def serve_metrics(front: Front, port: int) -> asyncio.Server:
    """Answer on this port. Raises OSError."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(
            OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            async with asyncio.timeout(REQUEST):
                method, path, _ = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)
                status, kind, body = _answer(front, method, path)
                head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, HOST, port, limit=8192)
