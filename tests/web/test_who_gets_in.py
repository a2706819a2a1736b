"""Who gets in by a browser: the form, its cookie, and pages of somebody else's."""

from pathlib import Path

import aiohttp
import pytest

from mfadrill.tui import cli
from mfadrill.tui.serving.guards import Limits
from mfadrill.tui.serving.web.passes import Passes
from mfadrill.tui.serving.who_gets_in import password_line
from web_server import web_serving


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    file = tmp_path / "passwords"
    file.write_text(f"{password_line('ada', 'her own')}\n{password_line('*', 'the code')}\n")
    return file


async def test_a_password_opens_one_sandbox_and_the_class_code_those_without(
    tmp_path: Path, passwords: Path
) -> None:
    async with web_serving(tmp_path / "data", passwords=passwords) as w:
        browser = w.browser()
        assert 'type="password"' in await browser.text()
        for name, wrong in (("ada", "the code"), ("bob", "her own"), ("bob", "")):
            status, page = await browser.submit(name=name, password=wrong)
            assert (status, "nor the code of the class" in page) == (403, True)
        assert not browser.session.cookie_jar
        await browser.submit(name="ADA", password="her own")
        assert "mfadrill – ada" in await browser.text()
        await (await browser.connect()).sees("ada.lovelace")
        await browser.submit("/leave")
        assert 'type="password"' in await browser.text()


async def test_without_passwords_a_name_is_enough_and_has_to_be_plain(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        browser = w.browser()
        assert 'type="password"' not in await browser.text()
        status, page = await browser.submit(name='"><script>alert(1)</script>')
        assert (status, "32 plain letters" in page, "<script>" in page) == (403, True, False)
        for kind in ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=none"):
            async with browser.session.post("/", data=b"name=\xff", headers={"Content-Type": kind}) as answer:
                assert answer.status == 400
        await browser.submit(name="bob")
        assert "mfadrill – bob" in await browser.text()


async def test_wrong_passwords_of_an_address_count_as_over_ssh(tmp_path: Path, passwords: Path) -> None:
    async with web_serving(tmp_path / "data", Limits(wrong_by_address=1), passwords) as w:
        browser = w.browser()
        await browser.submit(name="bob", password="a guess")
        status, page = await browser.submit(name="bob", password="the code")
        assert (status, "Too many wrong passwords came from your address" in page) == (403, True)
        forged = {"X-Forwarded-For": "192.0.2.7"}
        assert (await browser.submit(name="bob", password="the code", headers=forged))[0] == 403


async def test_a_proxy_is_believed_the_last_address_if_there_is_one(tmp_path: Path, passwords: Path) -> None:
    async with web_serving(tmp_path / "data", Limits(wrong_by_address=1), passwords, behind_proxy=True) as w:
        browser = w.browser()
        guesser = {"X-Forwarded-For": "192.0.2.8, 192.0.2.7"}
        other = {"X-Forwarded-For": "192.0.2.7, 192.0.2.8", "X-Forwarded-Proto": "https"}
        await browser.submit(name="bob", password="a guess", headers=guesser)
        assert (await browser.submit(name="bob", password="the code", headers=guesser))[0] == 403
        form = {"name": "bob", "password": "the code"}
        async with browser.session.post("/", data=form, headers=other, allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.cookies["mfadrill"]["secure"]


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        async with w.browser().session.post("/", data={"name": "ada"}, allow_redirects=False) as answer:
            cookie = answer.cookies["mfadrill"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")


async def test_a_page_of_another_site_gets_nothing_with_the_cookie(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        browser = w.browser()
        await browser.submit(name="ada")
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://["}, {}):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await browser.connect(headers=headers)
            assert refused.value.status == 403
        status, _ = await browser.submit("/leave", headers={"Origin": "http://evil.example"})
        assert status == 403
        assert not w.ssh.server.served.sessions


async def test_a_name_that_was_made_to_lead_to_this_machine_is_refused(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        for host, status in (("evil.example", 403), ("localhost:8080", 200), ("[::1]", 200)):
            async with w.browser().session.get("/", headers={"Host": host}) as answer:
                assert answer.status == status


async def test_without_a_true_cookie_there_is_no_sandbox(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        stranger, forger = w.browser(), w.browser()
        forger.session.cookie_jar.update_cookies({"mfadrill": Passes(b"guessed", 60).issue("ada")})
        for browser in (stranger, forger):
            screen = await browser.connect()
            assert (await screen.ends()).startswith("You are not logged in any more.")
            assert "Your name is your sandbox" in await browser.text("/files")


def test_a_pass_is_its_names_alone_and_for_a_while() -> None:
    now = 1000.0
    passes = Passes(b"secret", 60, lambda: now)
    ada = passes.issue("a.d.a")
    until, signature, name = ada.split(".", 2)
    assert (passes.name_on(ada), name) == ("a.d.a", "a.d.a")
    for forged in (
        f"{until}.{signature}.bob",
        f"9{until}.{signature}.{name}",
        f"{until}..{name}",
        "",
        "1.é.é",
        "٣.x.y",
    ):
        assert passes.name_on(forged) is None
    now = 1061
    assert passes.name_on(ada) is None


async def test_pages_say_to_browsers_that_they_need_no_other_host(tmp_path: Path) -> None:
    async with web_serving(tmp_path) as w:
        browser = w.browser()
        await browser.submit(name="ada")
        for path in ("/", "/files", "/static/textual.js", "/nowhere", "/static/..%2fdoor.py"):
            async with browser.session.get(path) as answer:
                assert answer.status == (404 if path in ("/nowhere", "/static/..%2fdoor.py") else 200)
                assert answer.headers["Content-Security-Policy"].startswith(
                    "default-src 'none'; script-src 'self'"
                )
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert path not in ("/", "/files") or answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--web", "--web-host", "0.0.0.0"], "Others reach 0.0.0.0, and everybody would get in"),
        (["--web", "--keys", "{keys}"], "Browsers have no SSH keys"),
        (["--web-port", "8000"], "are for browsers: say --web as well"),
    ],
)
def test_a_web_door_that_cannot_be_is_told(
    more: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.umask", lambda _: 0)
    keys = tmp_path / "keys"
    keys.mkdir()
    arguments = [word.format(keys=keys) for word in more]
    assert cli.main(["serve", "--data", str(tmp_path), "--port", "0", *arguments]) == 2
    assert told in capsys.readouterr().err
