"""A class logs in: the time to the first full screen, the processor time while everybody reads, memory of a session.

The server is a process of its own, the clients are in this one, and all of it stays on this machine. The peer is the
same session alone. Run: python benchmarks/ssh.py [SESSIONS]
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import asyncssh
from measure import line

SESSIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 50
ARRIVE, IDLE = 10.0, 10.0
MFADRILL = str(Path(sys.executable).with_name("mfadrill"))

#: What the last line of the first full screen says.
LAST = b"palette"


class Client(asyncssh.SSHClientSession[bytes]):
    def __init__(self) -> None:
        self.got = bytearray()
        self.drawn = asyncio.Event()

    def data_received(self, data: bytes, datatype: int | None) -> None:  # noqa: ARG002
        self.got += data
        if LAST in self.got:
            self.drawn.set()


async def arrive(port: int, name: str, after: float) -> float:
    """Seconds from the first packet of a client to its first full screen."""
    await asyncio.sleep(after)
    began, client = time.perf_counter(), Client()
    connection = await asyncssh.connect("127.0.0.1", port, username=name, known_hosts=None, config=None)
    await connection.create_session(
        lambda: client, term_type="xterm-256color", term_size=(120, 40), encoding=None
    )
    await asyncio.wait_for(client.drawn.wait(), 120)
    kept.append(connection)
    return time.perf_counter() - began


#: Who logged in stays.
kept: list[asyncssh.SSHClientConnection] = []


def processor_seconds(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    (found,) = (
        text for text in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if text.startswith("Rss:")
    )
    return int(found.split()[1]) / 1024


async def measured(server: "subprocess.Popen[str]", port: int) -> None:
    alone = [await arrive(port, "warm", 0), await arrive(port, "first", 0)][1]
    before = megabytes(server.pid)
    seconds = await asyncio.gather(
        *(arrive(port, f"user{number}", number * ARRIVE / SESSIONS) for number in range(SESSIONS))
    )
    each = (megabytes(server.pid) - before) / SESSIONS
    await asyncio.sleep(2)
    used = processor_seconds(server.pid)
    await asyncio.sleep(IDLE)
    idle = (processor_seconds(server.pid) - used) / IDLE
    slowest = max(seconds)
    what = f"{SESSIONS} sessions in {ARRIVE:.0f} s: "
    line(what + "first screen, median", f"{median(seconds):.2f} s", "", f"alone {alone:.2f} s")
    line(
        what + "first screen, 95 %",
        f"{quantiles(seconds, n=20)[-1]:.2f} s",
        "< 2 s",
        f"slowest {slowest:.2f} s",
    )
    line("processor while nobody types", f"{idle:.1%}", "5 % of one core")
    line("memory of a session", f"{each:.1f} MB", "< 10 MB", f"server with two {before:.0f} MB")


def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        command = [MFADRILL, "serve", "--port", "0", "--data", data, "--log", f"{data}/log"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout
                asyncio.run(measured(server, int(server.stdout.readline().split()[2])))
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
