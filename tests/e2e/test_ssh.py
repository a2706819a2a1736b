"""The server with the OpenSSH client in a real terminal, which is killed in the middle."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from e2e.terminal import Terminal, need

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))


def test_a_trainee_whose_client_is_killed_logs_in_again_and_goes_on(tmp_path: Path) -> None:
    command = [
        MFADRILL,
        "serve",
        "--port",
        "0",
        "--data",
        str(tmp_path / "data"),
        "--log",
        str(tmp_path / "log"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            port = server.stdout.readline().split()[2]
            options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -F none"
            ssh = f"{need('ssh', 'openssh-client')} -p {port} {options} ada@127.0.0.1"
            pid = shlex.quote(str(tmp_path / "pid"))
            with Terminal("sh -c " + shlex.quote(f"echo $$ > {pid}; exec {ssh}"), 80, 24) as terminal:
                terminal.wait_for("ada.lovelace", "workspace: ada")
                terminal.press("r")
                terminal.wait_for("1 period starts")
                terminal.press("Enter")
                terminal.wait_for("period started: 1 user")
                terminal.press("Escape")
                terminal.wait_for("7 days left", gone="period started: 1 user")
                terminal.resize(120, 40)
                terminal.wait_for("USER PORTAL", "7 days left")
                terminal.press("w")
                terminal.wait_for("✗ expired 9 Mar", "Mon 9 Mar 2026 09:00")
                terminal.press("/")
                terminal.paste("grace")
                terminal.wait_for("grace.hopper", "1 of 48")
                os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
            with Terminal(ssh, 120, 40) as terminal:
                terminal.wait_for("workspace: ada", "Mon 9 Mar 2026 09:00", "1 of 48")
                terminal.click("Groups")
                terminal.wait_for("Contractors")
                server.send_signal(signal.SIGTERM)
                terminal.wait_for("The server stops; your sandbox is saved", "exit status 0")
            assert server.wait(20) == 0
        finally:
            server.kill()
    events = [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()]
    assert events[0] == "listening"
    assert events.count("session") == events.count("session ended") == 2
    assert events[-1] == "stopped"
