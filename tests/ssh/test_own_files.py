"""Files: a trainee has one folder, with plain names, and nothing else of the server's disk."""

import stat
from pathlib import Path

import asyncssh
import pytest

from mfadrill.core.refusals import Refusal
from mfadrill.tui import files
from mfadrill.tui.files import OneFolder
from ssh_server import serving, until


async def test_what_is_exported_is_fetched_over_sftp_and_nothing_else_is(tmp_path: Path) -> None:
    own = tmp_path / "sandboxes" / "ada" / "files"
    async with serving(tmp_path) as s:
        client, app = await s.log_in(), s.app()
        app.call_later(app.action_do, "users.export")
        await client.sees("Export 48 users")
        client.type("../../host_key\r")
        await client.sees("in your own folder here")
        client.type("\x1b")
        await until(lambda: len(app.screen_stack) == 1)
        app.call_later(app.action_do, "users.export")
        await until(lambda: len(app.screen_stack) == 2)
        client.type("users.csv\r")
        await until(lambda: (own / "users.csv").exists())
        (own / "link").symlink_to(tmp_path / "host_key")
        async with (await s.connect()).start_sftp_client() as sftp:
            assert await sftp.realpath(".") == "/"
            assert await sftp.listdir("/") == await sftp.listdir(".") == ["users.csv"]
            assert (await sftp.glob("*.csv"), await sftp.getsize("users.csv")) == (
                ["users.csv"],
                (own / "users.csv").stat().st_size,
            )
            await sftp.get("users.csv", tmp_path / "fetched.csv")
            assert (tmp_path / "fetched.csv").read_text("utf-8-sig").startswith("Username,FirstName")
            for path in ("link", "../ada.mfadrill", "/../../../host_key", "/etc/passwd", "a/b"):
                with pytest.raises(asyncssh.SFTPError):
                    await sftp.get(path, tmp_path / "never")
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await sftp.put(tmp_path / "fetched.csv", "new.csv")
            for refused in (
                sftp.mkdir("folder"),
                sftp.symlink("/etc/passwd", "passwd"),
                sftp.rename("users.csv", "other.csv"),
                sftp.chmod("users.csv", 0o777),
                sftp.open("users.csv", "a"),
            ):
                with pytest.raises(asyncssh.SFTPError):
                    await refused
            await sftp.remove("users.csv")
            assert await sftp.listdir("/") == []
        assert [path.name for path in own.iterdir()] == ["link"]
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert not (tmp_path / "never").exists()


async def test_a_session_keeps_no_other_workspace_and_says_why(tmp_path: Path) -> None:
    async with serving(tmp_path) as s:
        client = await s.log_in()
        app = s.app()
        app.call_later(app.action_do, "app.keep")
        await client.sees("The server keeps your sandbox")


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".hidden", "a/b", "/etc/passwd", "~root", "a\\b", "a\x00b", "a\n"]
)
def test_a_file_has_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal):
        OneFolder(tmp_path).path(name)
    with pytest.raises(Refusal):
        OneFolder(tmp_path).folder_path(name)


def test_a_folder_that_is_full_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    own = OneFolder(tmp_path)
    own.new_path("users.csv").write_text("0123456789")
    with pytest.raises(Refusal, match="is full"):
        own.new_path("more.csv")
    assert own.path("users.csv").exists()
