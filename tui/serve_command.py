"""The commands that serve mfadrill over SSH, and in browsers."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.tui.exit_status import FAILED, PASSED, UNUSABLE

if TYPE_CHECKING:
    import asyncio

    from mfadrill.tui.serving.settings import Settings

#: Hosts that only this machine reaches.
LOOPBACK = ("127.0.0.1", "::1", "localhost")

WEB_PORT = 8080


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", first_scenario: str) -> None:
    serve = commands.add_parser(
        "serve",
        help="serve it over SSH: a sandbox for everybody who logs in",
        description="Serve the application over SSH. The user name of a log-in is the name of its sandbox, which is "
        "kept, and goes on where it was left. Without --passwords and --keys everybody gets in.",
    )
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (%(default)s)")
    serve.add_argument("--port", type=_port, default=2222, help="the port (%(default)s)")
    serve.add_argument(
        "--scenario",
        default=first_scenario,
        metavar="NAME",
        help="the world of new sandboxes: a shipped scenario by name, or a file (%(default)s)",
    )
    serve.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="the folder of the sandboxes and the host key (in your user data)",
    )
    serve.add_argument(
        "--passwords", type=Path, metavar="FILE", help="passwords, in lines that `serve-password` makes"
    )
    serve.add_argument(
        "--keys",
        type=Path,
        metavar="PATH",
        help="an authorized_keys file for all sandboxes, or a folder with one for each, by its name",
    )
    serve.add_argument(
        "--let-anyone-in",
        action="store_true",
        help="without passwords and keys, on an address that others reach",
    )
    serve.add_argument(
        "--sessions", type=_positive, default=100, metavar="N", help="sessions at once (%(default)s)"
    )
    serve.add_argument(
        "--workers",
        type=_positive,
        metavar="N",
        help="processes that run the sessions (one for each processor)",
    )
    serve.add_argument(
        "--per-address",
        type=_positive,
        default=100,
        metavar="N",
        help="connections from one address (%(default)s)",
    )
    serve.add_argument(
        "--idle",
        type=_positive,
        default=60,
        metavar="MINUTES",
        help="nothing typed for so long ends it (%(default)s)",
    )
    serve.add_argument(
        "--total",
        type=_positive,
        default=720,
        metavar="MINUTES",
        help="how long a session lasts (%(default)s)",
    )
    serve.add_argument("--log", type=Path, metavar="FILE", help="the log, in JSON lines (the standard error)")
    serve.add_argument(
        "--metrics",
        type=_port,
        metavar="PORT",
        help="answer /metrics and /health over HTTP, on this machine only",
    )
    serve.add_argument("--web", action="store_true", help="serve the same sandboxes in browsers as well")
    serve.add_argument(
        "--web-host", default=LOOPBACK[0], metavar="HOST", help="the address for browsers (%(default)s)"
    )
    serve.add_argument(
        "--web-port", type=_port, default=WEB_PORT, metavar="PORT", help="the port for browsers (%(default)s)"
    )
    serve.add_argument(
        "--web-proxy",
        action="store_true",
        help="browsers come through a proxy, which says their address in X-Forwarded-For",
    )
    serve.set_defaults(run=_serve)

    password = commands.add_parser(
        "serve-password",
        help="make a line for the file of passwords",
        description="Ask for a password, and print the line for the file that `serve --passwords` reads.",
    )
    password.add_argument("name", metavar="NAME", help="the user name, or * for the code of a class")
    password.set_defaults(run=_password)


def data_folder(given: Path | None) -> Path:
    """The folder of the server."""
    from platformdirs import user_data_path

    return given or user_data_path("mfadrill", appauthor=False) / "served"


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number up to 65535.")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on.")
    return int(text)


def _needs_asyncssh() -> None:
    try:
        import asyncssh  # noqa: F401
    except ImportError:
        raise Refusal("This needs asyncssh: install it with pip install 'mfadrill[ssh]'.") from None


def _needs_aiohttp() -> None:
    try:
        import aiohttp  # noqa: F401
        import textual_serve  # noqa: F401
    except ImportError:
        raise Refusal("--web needs more: install it with pip install 'mfadrill[web]'.") from None


def _password(arguments: argparse.Namespace) -> int:
    _needs_asyncssh()
    from getpass import getpass

    from mfadrill.tui.serving.who_gets_in import password_line

    if sys.stdin.isatty():
        password = getpass("Password: ")
        if getpass("Again: ") != password:
            raise Refusal("These were two different passwords.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise Refusal("An empty password lets everybody in; type another one.")
    print(password_line(arguments.name, password))
    return PASSED


def _serve(arguments: argparse.Namespace) -> int:
    _needs_asyncssh()
    if arguments.web:
        _needs_aiohttp()
    elif arguments.web_proxy or (arguments.web_host, arguments.web_port) != (LOOPBACK[0], WEB_PORT):
        raise Refusal("--web-host, --web-port and --web-proxy are for browsers: say --web as well.")
    import asyncio
    import os

    from mfadrill.sim.scenario.load import load
    from mfadrill.tui.serving.log import write_to
    from mfadrill.tui.serving.who_gets_in import Doors

    # Workers read all of this by themselves; what is wrong with it is told here, once.
    scenarios = load([arguments.scenario])
    if len(scenarios) != 1:
        raise Refusal(f"{arguments.scenario} has {len(scenarios)} scenarios; name one.")
    doors = Doors(arguments.passwords, arguments.keys)
    hosts = [arguments.host]
    if arguments.web:
        hosts += [arguments.web_host, *(["a proxy"] if arguments.web_proxy else [])]
    for host in hosts:
        if doors.are_open and host not in LOOPBACK and not arguments.let_anyone_in:
            raise Refusal(
                f"Others reach {host}, and everybody would get in: give --passwords or --keys, or say "
                "--let-anyone-in if you mean it."
            )
    if arguments.web and doors.by_key and not doors.by_password:
        raise Refusal("Browsers have no SSH keys: give --passwords as well, or leave --web out.")
    # What the server's own environment says of colors is nothing to its clients.
    os.environ.pop("NO_COLOR", None)
    os.umask(0o077)
    try:
        write_to(arguments.log)
        return asyncio.run(_until_stopped(arguments, everybody=doors.are_open))
    except (OSError, ValueError) as error:
        print(plain(f"mfadrill serve: {error}"), file=sys.stderr)
        return UNUSABLE


async def _until_stopped(arguments: argparse.Namespace, everybody: bool) -> int:
    """Serve until a signal comes. Raises OSError, or ValueError for a broken host key."""
    from mfadrill.tui.serving.front import Front
    from mfadrill.tui.serving.metrics import serve_metrics
    from mfadrill.tui.serving.workers import in_processes

    asked = _asked_to_stop()
    settings = _settings(arguments)
    front = Front(settings, arguments.workers or _processors(), in_processes(settings))
    metrics = None if arguments.metrics is None else await serve_metrics(front, arguments.metrics)
    addresses = {"ssh": (arguments.host, arguments.port)}
    if arguments.web:
        addresses["web"] = arguments.web_host, arguments.web_port
    ports = await front.start(addresses)
    print(f"ssh -p {ports['ssh']} NAME@{arguments.host}  (sandboxes are in {settings.data})", flush=True)
    if arguments.web:
        print(f"http://{arguments.web_host}:{ports['web']}/  (in a browser)", flush=True)
    if everybody:
        print("Everybody gets in, under any name: there are no passwords and no keys.", flush=True)
    if metrics is not None:
        host, port = metrics.sockets[0].getsockname()
        print(f"http://{host}:{port}/metrics and /health tell how it is", flush=True)
    await asked.wait()
    return FAILED if await front.stop() else PASSED


def _settings(arguments: argparse.Namespace) -> "Settings":
    from mfadrill.tui.serving.guards import Limits
    from mfadrill.tui.serving.settings import Settings

    return Settings(
        data=data_folder(arguments.data),
        scenario=arguments.scenario,
        passwords=arguments.passwords,
        keys=arguments.keys,
        log=arguments.log,
        web=arguments.web,
        behind_proxy=arguments.web_proxy,
        limits=Limits(
            sessions=arguments.sessions,
            connections_by_address=arguments.per_address,
            idle=arguments.idle * 60,
            total=arguments.total * 60,
        ),
    )


def _processors() -> int:
    """Those that this process may use, which a container may have fewer of than the machine."""
    import os

    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _asked_to_stop() -> "asyncio.Event":
    """Set when SIGTERM or SIGINT comes."""
    import asyncio
    import signal

    asked = asyncio.Event()
    for which in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(which, asked.set)
    return asked
