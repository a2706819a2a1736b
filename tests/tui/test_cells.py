from rich.cells import cell_len
from textual.app import App, ComposeResult

from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.cells import fit, fit_pieces, joined
from mfadrill.tui.dialog import Box, Words


def test_a_text_is_fitted_by_cells_not_by_characters() -> None:
    for name in ("Ada", "浩 井上", "Φιλιώ Μανέτα", "a very long name indeed", "井上井上井上井上"):
        for width in (1, 2, 5, 8, 9, 20):
            assert cell_len(fit(name, width)) == width


def test_what_is_cut_ends_with_an_ellipsis() -> None:
    assert fit("zofia.kowalska", 8) == "zofia.k…"
    assert fit("井上井上井上", 6) == "井上… "
    assert fit("abc", 3) == "abc"


def test_a_name_cannot_move_the_cursor() -> None:
    assert fit("a\x1b[31m\nb", 12) == "a�[31m�b    "


def test_pieces_fill_the_line_exactly() -> None:
    assert joined(fit_pieces([("abc", ""), ("井上", "muted")], 6)) == "abc井…"
    assert joined(fit_pieces([("abc", "")], 6)) == "abc   "


async def test_nothing_that_is_drawn_steers_the_terminal() -> None:
    class Naughty(App[None]):
        def compose(self) -> ComposeResult:
            yield Words("a\x1b[31mb\nc")
            yield ActionLine(id="line")
            with Box("t\x1b]0;x\x07"):
                yield Words("d")

    async with Naughty().run_test() as pilot:
        app = pilot.app
        app.query_one(ActionLine).show_links([Link("e\x1bf")])
        app.query_one(Words).say("g\x9bh\ni")
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        drawn = "".join(segment.text for strip in strips for segment in strip)
        assert drawn.isprintable()
        assert "g�h" in drawn
        assert "e�f" in drawn
