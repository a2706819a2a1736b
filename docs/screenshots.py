"""Take the screenshots of the documentation, from the application itself and shipped scenarios.

The one in a browser is taken in Chromium, as the end-to-end tests drive it. Run: python docs/screenshots.py
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from mfadrill.sim.scenario.load import load
from mfadrill.sim.scenario.replay import play_to
from mfadrill.tui.app import DrillApp

FOLDER = Path(__file__).parent / "screenshots"
SIZE = (120, 36)

#: A picture: the scenario, after how many of its steps it opens, and the keys that lead to what it shows.
PICTURES: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "require": ("first-rollout", 0, ("space", "down", "down", "space", "down", "space", "r")),
    "locked-out": ("first-rollout", 6, (*["down"] * 4, "l", "enter")),
    "set-up": ("first-rollout", 8, (*["down"] * 4, "l", "enter", "enter")),
}


async def take(name: str) -> None:
    """Open, press, and save what is on the screen."""
    scenario_name, steps, keys = PICTURES[name]
    scenario = load([scenario_name])[0]
    app = DrillApp(play_to(scenario, steps), title=scenario.title)
    async with app.run_test(size=SIZE) as pilot:
        await _press(pilot, keys)
        FOLDER.mkdir(exist_ok=True)
        app.save_screenshot(f"{name}.svg", str(FOLDER))
        print(f"took {name}.svg")


async def _press(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    await pilot.pause()
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def take_in_browser(data: Path) -> None:
    """The expired user at her log-in, on a page of the web door."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from e2e.browser import browsing
    from web_server import web_serving

    async with web_serving(data) as serving, browsing(data, (1110, 640)) as page:
        await page.command("Page.navigate", url=f"http://127.0.0.1:{serving.port}/")
        await page.sees("Your name is your sandbox")
        await page.fill("name", "ada\r")
        for key, seen in (
            ("r", "1 period starts"),
            ("\r", "period started"),
            ("\r", "7 days left"),
            ("w", "✗ expired"),
            ("l", "Username  ada.lovelace"),
            ("\r", "Why"),
        ):
            await page.sees("ada.lovelace")
            await page.type(key)
            await page.sees(seen)
        await page.picture(FOLDER / "browser.png")
    print("took browser.png")


def main() -> None:
    for name in PICTURES:
        asyncio.run(take(name))
    with TemporaryDirectory() as data:
        asyncio.run(take_in_browser(Path(data)))


if __name__ == "__main__":
    main()
