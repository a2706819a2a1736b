"""The web door with a real browser."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from e2e.browser import browsing
from mfadrill.tui.serving.who_gets_in import password_line

MFADRILL = str(Path(sys.executable).with_name("mfadrill"))


async def test_a_trainee_logs_in_by_the_form_and_acts_by_keys_and_mouse(tmp_path: Path) -> None:
    (tmp_path / "class").write_text(password_line("*", "the code"))
    command = [MFADRILL, "serve", "--port", "0", "--web", "--web-port", "0"]
    command += ["--passwords", str(tmp_path / "class")]
    command += ["--data", str(tmp_path / "data"), "--log", str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            server.stdout.readline()
            url = server.stdout.readline().split()[0]
            async with browsing(tmp_path) as page:
                await page.command("Page.navigate", url=url)
                await page.sees("Your name is your sandbox")
                await page.fill("name", "Ada")
                await page.fill("password", "the code\r")
                await page.sees("ada.lovelace", "workspace: ada")
                await page.type("r")
                await page.sees("1 period starts")
                await page.type("\r")
                await page.sees("period started: 1 user")
                await page.picture(tmp_path / "acted.png")
                await page.type("\r")
                await page.sees("7 days left")
                await page.control("q")
                await page.sees("Your sandbox is saved, and waits for you.")
                await page.value("document.querySelector('.ended a').click()")
                await page.sees("workspace: ada", "7 days left")
                await page.click("Groups")
                await page.sees("Contractors")
                server.terminate()
                await page.sees("The server stops; your sandbox is saved")
            assert server.wait(20) == 0
            assert {urlsplit(asked).netloc for asked in page.asked_for} == {urlsplit(url).netloc}
            assert not page.complaints
        finally:
            server.kill()
