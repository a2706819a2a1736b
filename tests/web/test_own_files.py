"""Files: a trainee's own ones can be fetched and removed in the browser, and nobody else's."""

from pathlib import Path

from ssh_server import until
from web_server import web_serving


async def test_what_is_exported_is_fetched_on_the_page_of_files_and_nothing_else_is(tmp_path: Path) -> None:
    own = tmp_path / "sandboxes" / "ada" / "files"
    async with web_serving(tmp_path) as w:
        ada, bob = w.browser(), w.browser()
        screen = await ada.log_in("ada", (120, 40))
        await bob.submit(name="bob")
        assert "None yet." in await ada.text("/files")
        w.ssh.app().call_later(w.ssh.app().action_do, "users.export")
        await screen.sees("the link Your files fetches it")
        await screen.type("ü = 1.csv\r")
        await until(lambda: (own / "ü = 1.csv").exists())
        (own / "link").symlink_to(tmp_path / "host_key")
        page = await ada.text("/files")
        assert "/files/%C3%BC%20%3D%201.csv" in page
        assert ">link<" not in page
        async with ada.session.get("/files/%C3%BC%20%3D%201.csv") as answer:
            assert (await answer.text("utf-8-sig")).startswith("Username,FirstName")
            assert (
                answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%BC%20%3D%201.csv"
            )
            assert answer.headers["Content-Type"] == "application/octet-stream"
        for path in ("/files/link", "/files/..%2fada.mfadrill", "/files/%2fetc%2fpasswd"):
            async with ada.session.get(path, allow_redirects=False) as answer:
                assert answer.status == 404
        for method in (bob.session.get, bob.session.post):
            async with method("/files/%C3%BC%20%3D%201.csv") as answer:
                assert answer.status == 404
        _, page = await ada.submit("/files/%C3%BC%20%3D%201.csv")
        assert "None yet." in page
        assert [path.name for path in own.iterdir()] == ["link"]
