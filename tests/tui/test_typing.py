"""Keys and clicks that arrive in one packet land where they are meant to."""

from textual import events

from drill import ADA, Drill, drill
from mfadrill.tui.admin_portal.user_sheet.user_sheet import UserSheet


async def at_once(d: Drill, *keys: str) -> None:
    """Let all of these arrive before any of them is handled."""
    for key in keys:
        d.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await d.settle()
    while d.app.is_catching_up:
        await d.settle()


async def test_a_key_after_tab_goes_to_the_field_that_tab_goes_to() -> None:
    async with drill() as d:
        d.app.panes.admin.users.open_user(ADA)
        await d.settle()
        await at_once(d, "space", "tab", "1", "enter")
        assert isinstance(d.app.screen, UserSheet)
        assert d.user(ADA).period is not None
        assert d.user(ADA).period.days == 1  # type: ignore[union-attr]


async def test_many_keys_typed_at_once_arrive_in_their_order() -> None:
    async with drill() as d:
        await at_once(d, "slash", *"lovelace")
        assert d.app.panes.admin.users.filters.text == "lovelace"


async def test_a_key_whose_widget_is_gone_does_not_hold_up_the_next() -> None:
    async with drill() as d:
        await at_once(d, "N", "escape", "down")
        assert d.user_list.cursor == 1
        assert len(d.app.screen_stack) == 1
