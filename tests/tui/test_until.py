import pytest

from drill import ADA, HAO, START, drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.tui import app
from mfadrill.tui.time_bar.until_dialog import UntilDialog


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_time_goes_on_until_someone_is_locked_out(size: tuple[int, int]) -> None:
    async with drill(nordwind(RequireMfa((ADA,), 3), RequireMfa((HAO,), 7)), size) as d:
        await d.click_text("#controls", "until")
        await d.press("enter")
        assert (d.simulation.now - START).days == 3
        assert d.told.startswith("someone is locked out; 3 days later:")


async def test_a_number_that_is_none_is_refused_and_a_long_run_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "INSTANTS", 1)  # every run is a long one
    async with drill(nordwind(RequireMfa((ADA,), 3))) as d:
        await d.press("U", "down", "down", "enter")
        await d.type("#what", "9")
        await d.press("enter")
        assert isinstance(d.app.screen, UntilDialog)
        assert d.said("#problem") == "Type a number from 1 to 8, which is everybody."
        await d.type("#what", "2")
        await d.press("enter")
        assert len(d.app.screen_stack) == 1
        assert d.told.startswith("stopped: nothing more happens by itself; 3 days later:")
