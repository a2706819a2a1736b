import pytest
from textual.widgets import Input

from drill import drill
from mfadrill.tui.actions.admin import TABS
from mfadrill.tui.jump_screen import JumpScreen, spots
from mfadrill.tui.menu import Menu
from mfadrill.tui.time_bar.bar import TimeBar
from mfadrill.tui.user_portal.pane import UserPortal

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_letter_leads_to_each_part_of_the_screen(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.press("semicolon")
        assert isinstance(d.app.screen, JumpScreen)
        await d.press("s")
        assert isinstance(d.app.focused, Input)
        assert d.app.focused.id == "search"
        await d.do("app.jump")
        await d.press("l")
        assert d.app.focused is d.user_list
        await d.press("semicolon", "f")
        assert d.app.focused is d.main("Chips")
        await d.press("semicolon", "e")
        assert d.app.panes.admin.tab == "events"
        await d.press("semicolon")
        await d.press("u")
        assert d.app.panes.admin.tab == "users"
        await d.press("semicolon", "o" if size[0] == 120 else "h")
        assert d.app.panes.portal.has_focus_within


@pytest.mark.parametrize("size", SIZES)
async def test_a_line_of_buttons_opens_as_a_menu(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        before = d.simulation.now
        await d.press("semicolon", "t")
        assert isinstance(d.app.screen, Menu)
        await d.press("down", "down", "down", "down", "enter")
        assert (d.simulation.now - before).total_seconds() == 24 * 3600
        await d.press("semicolon", "b")
        await d.press("enter")
        assert isinstance(d.app.screen, Menu)
        assert "more actions" in d.screen_text()


@pytest.mark.parametrize("size", SIZES)
async def test_any_other_key_leaves_and_a_click_on_a_letter_jumps(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        for key in ("escape", "tab", "7", "semicolon", "down"):
            await d.press("semicolon", key)
            assert len(d.app.screen_stack) == 1, key
            assert d.app.focused is d.user_list
            assert d.app.panes.admin.tab == "users"
        await d.press("semicolon")
        await d.click("#jump-m")
        assert d.app.panes.admin.tab == "mfa"


@pytest.mark.parametrize("size", SIZES)
async def test_every_letter_is_there_once(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        for tab in TABS:
            await d.do(f"admin.{tab}")
            letters = [spot.letter for spot in spots(d.app.screen)]
            assert len(letters) == len(set(letters))
            assert "l" in letters, tab


async def test_every_tab_and_the_portal_and_the_time_bar_have_help() -> None:
    async with drill() as d:
        screen = d.app.screen
        for tab in TABS:
            await d.do(f"admin.{tab}")
        tabs = [screen.query_one(f"#{tab}") for tab in TABS]
        for widget in (*tabs, screen.query_one(UserPortal), screen.query_one(TimeBar)):
            assert widget.HELP, widget  # type: ignore[attr-defined]


async def test_a_dialog_explains_itself_and_keeps_what_was_typed() -> None:
    async with drill(size=(80, 24)) as d:
        await d.do("users.import")
        await d.press("a", "f1")
        assert "Import users from a CSV file" in d.screen_text()
        await d.press("escape")
        assert d.app.screen.query_one("#path", Input).value == "a"
