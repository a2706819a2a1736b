from datetime import timedelta

import pytest

from drill import ADA, HAO, START, drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.simulation import FURTHEST, TOO_FAR
from mfadrill.tui.time_bar.digest_sheet import DigestSheet, digest_lines
from mfadrill.tui.time_bar.player import EVERY

DAY = timedelta(days=1)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_time_plays_at_a_speed_and_pauses_at_events(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mfadrill.tui.travelling.monotonic", lambda: 0.0)  # the wall clock stands still
    async with drill(nordwind(RequireMfa((ADA,), 3)), size) as d:
        assert not d.app._ticks._active.is_set()  # nothing waits while nothing plays
        await d.click("#clock", x=0)
        assert d.app._ticks._active.is_set()
        assert d.main("#clock").plain.startswith("▶ Mon 2 Mar 2026 09:00 1 min/s")
        d.app.play_on(EVERY)
        await d.settle()
        assert d.simulation.now == START + timedelta(seconds=30)
        await d.press("S", "end", "enter")
        d.app.player.choose("day")
        d.app.play_on(10)
        await d.settle()
        assert d.simulation.now == START + 2 * DAY  # the reminder
        assert not d.app.player.playing
        assert not d.app._ticks._active.is_set()
        assert d.told.startswith("2 days later: 1 mail sent")


async def test_playing_stops_where_the_clock_goes_no_further() -> None:
    async with drill() as d:
        d.simulation.travel_to(START + FURTHEST)
        d.app.player.begin(d.simulation)
        d.app.play_on(1)
        await d.settle()
        assert not d.app.player.playing
        assert d.told.startswith(TOO_FAR[:30])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_digest_opens_by_key_and_click_and_leads_to_an_instant(size: tuple[int, int]) -> None:
    async with drill(nordwind(RequireMfa((ADA, HAO), 2)), size) as d:
        await d.press("v")
        assert d.notices == ["The clock has not moved yet on this branch."]
        await d.press("w", "v")
        sheet = d.app.screen
        assert isinstance(sheet, DigestSheet)
        assert [line.text for line in sheet.lines][:2] == ["Tue 3 Mar 2026", "  2 mails sent"]
        assert "Ada Lovelace" in sheet.lines[2].text
        await d.press("enter")
        assert d.simulation.now == START + DAY
        await d.press("w")
        await d.click_text("#told", "7 days later")
        assert isinstance(d.app.screen, DigestSheet)


def test_the_digest_says_that_the_clocks_changed_and_a_period_did_not() -> None:
    simulation = nordwind(RequireMfa((ADA,), 30))
    digest = simulation.advance(30 * DAY)
    lines = [line.text for line in digest_lines(digest, simulation.world, simulation.zone)]
    assert lines[0].startswith("⇄ 29 Mar 03:00: the clocks go forward 1 h; a period lasts its days × 24 h")
    assert "    10:00  Ada Lovelace" in lines
