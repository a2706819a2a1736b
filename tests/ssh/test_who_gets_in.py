"""Who gets in: passwords, the code of a class, keys, and what the commands refuse."""

import io
import socket
from pathlib import Path

import asyncssh
import pytest

from mfadrill.tui import cli
from mfadrill.tui.serving.guards import Limits
from mfadrill.tui.serving.who_gets_in import Doors, UnusableDoor, password_line, read_passwords
from ssh_server import serving


async def test_a_password_opens_one_sandbox_and_the_class_code_those_without(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text(
        f"# a class\n\n{password_line('ada', 'her own')}\n{password_line('*', 'the code')}\n"
    )
    assert "her own" not in passwords.read_text()
    async with serving(tmp_path / "data", passwords=passwords) as s:
        await s.connect("ada", password="her own")
        await s.connect("bob", password="the code")
        for name, wrong in (("ada", "the code"), ("bob", "her own"), ("bob", "")):
            with pytest.raises(asyncssh.PermissionDenied):
                await s.connect(name, password=wrong)
        with pytest.raises(asyncssh.PermissionDenied):
            await s.connect("bob")


async def test_wrong_passwords_of_an_address_are_counted_over_all_connections(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text(password_line("*", "the code"))
    async with serving(tmp_path, Limits(wrong_by_address=1), passwords) as s:
        with pytest.raises(asyncssh.PermissionDenied):
            await s.connect("ada", password="a guess")
        with pytest.raises(asyncssh.PermissionDenied, match="from your address"):
            await s.connect("ada", password="the code")


async def test_a_key_opens_all_sandboxes_or_that_of_its_file(tmp_path: Path) -> None:
    hers, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    keys = tmp_path / "keys"
    keys.mkdir()
    hers.write_public_key(str(keys / "ada"))
    async with serving(tmp_path / "one", keys=keys) as s:
        await s.connect("ada", client_keys=[hers])
        for name, key in (("ada", other), ("bob", hers)):
            with pytest.raises(asyncssh.PermissionDenied):
                await s.connect(name, client_keys=[key])
    async with serving(tmp_path / "two", keys=keys / "ada") as s:
        await s.connect("bob", client_keys=[hers])
        with pytest.raises(asyncssh.PermissionDenied):
            await s.connect("bob", client_keys=[other])


@pytest.mark.parametrize(
    "line",
    ["ada:secret", "ada", "../x:scrypt$16384$8$1$AA==$AA==", "ada:scrypt$3$8$1$AA==$AA==", "ada:scrypt$$$$$"],
)
def test_a_line_that_is_none_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "passwords").write_text(f"{password_line('bob', 'x')}\n{line}\n")
    with pytest.raises(UnusableDoor, match="line 2: This is no line"):
        read_passwords(tmp_path / "passwords")


def test_a_file_without_a_password_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("\n")
    with pytest.raises(UnusableDoor, match="has no password in it"):
        Doors(tmp_path / "passwords")


def test_the_command_makes_a_line_that_can_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    assert cli.main(["serve-password", "ada"]) == 0
    (tmp_path / "passwords").write_text(capsys.readouterr().out)
    assert read_passwords(tmp_path / "passwords")["ada"].fits("correct horse")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert cli.main(["serve-password", "ada"]) == 2


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--host", "0.0.0.0"], "everybody would get in: give --passwords or --keys, or say --let-anyone-in"),
        (["--passwords", "/nowhere"], "/nowhere cannot be read"),
        (["--keys", "/nowhere"], "/nowhere has no keys that can be read"),
        (["--scenario", "nothing-like-it"], "no shipped scenario"),
        (["--web", "--web-proxy"], "Others reach a proxy, and everybody would get in"),
    ],
)
def test_a_server_that_cannot_be_is_told(
    more: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.umask", lambda _: 0)
    assert cli.main(["serve", "--data", str(tmp_path), "--port", "0", *more]) == 2
    assert told in capsys.readouterr().err


async def test_a_port_that_is_taken_is_an_error_of_the_system(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with serving(tmp_path) as s:
            with pytest.raises(OSError, match="in use"):
                await s.front.start({"ssh": ("127.0.0.1", taken.getsockname()[1])})
