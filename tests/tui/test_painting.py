"""What saves painting changes nothing of what is on screen."""

import pytest
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip

from drill import drill

PARTS = {
    "a row of the list": [Region(0, 6, 60, 1)],
    "across both panes": [Region(40, 4, 50, 20)],
    "a row and the news": [Region(0, 8, 60, 1), Region(1, 37, 100, 1)],
    "everything": [Region(0, 0, 120, 40)],
}


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
async def test_a_part_is_painted_as_it_is_in_the_whole(parts: list[Region]) -> None:
    async with drill(size=(120, 40)) as d:
        compositor = d.app.screen._compositor
        whole = compositor.render_strips()
        compositor._dirty_regions = set(parts)
        painted = compositor.render_partial_update()
        assert painted is not None
        assert {y for y, _, _ in painted.spans} == {y for part in parts for y in part.line_range}
        for y, left, right in painted.spans:
            ends = painted.chop_ends[y]
            inside = [
                (x, end, strip)
                for end, (x, strip) in zip(ends, painted.chops[y].items(), strict=True)
                if x < right and end > left
            ]
            strips = [strip for _, _, strip in inside if strip is not None]
            assert len(strips) == len(inside)
            there = whole[y].crop(inside[0][0], inside[-1][1])
            assert Strip.join(strips).simplify() == there.simplify()


async def test_every_widget_starts_with_the_styles_that_the_style_sheet_gives_it() -> None:
    async with drill(size=(120, 40)) as d:
        widgets = [*d.app.screen.walk_children(with_self=True)]
        before = [dict(widget.styles.base.get_rules()) for widget in widgets]
        d.app.screen.update_node_styles(animate=False)
        assert [dict(widget.styles.base.get_rules()) for widget in widgets] == before


async def test_applications_that_share_what_was_parsed_have_their_own_theme() -> None:
    async def background(light: bool) -> Color:
        async with drill() as d:
            if light:
                await d.do("app.theme")
            await d.do("app.help")
            return d.app.screen.query_one("#box").styles.background

    dark, light = await background(False), await background(True)
    assert (dark, light) == (Color.parse("#1c1c1c"), Color.parse("#ffffff"))
    assert await background(False) == dark


async def test_a_text_longer_than_its_field_shows_where_it_is_typed() -> None:
    async with drill() as d:
        await d.press("slash", *"a search that is much longer than the field", *"!?")
        assert "field!?" in d.screen_text().splitlines()[2]
        await d.press("home")
        assert "a search that" in d.screen_text().splitlines()[2]


async def test_the_row_of_tabs_is_lit_while_the_focus_is_in_the_admin_portal() -> None:
    async with drill(size=(120, 40)) as d:
        tabs, lit = d.main("#admin-tabs"), Color.parse("#303030")
        assert tabs.styles.background == lit
        await d.press("ctrl+o")
        assert tabs.styles.background != lit
        await d.press("ctrl+o")
        assert tabs.styles.background == lit
