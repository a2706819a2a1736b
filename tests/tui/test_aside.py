import gc

from mfadrill.tui.aside import uncollected


def test_what_is_made_at_large_is_searched_for_garbage_neither_then_nor_later() -> None:
    before = gc.get_freeze_count()
    try:
        with uncollected():
            assert not gc.isenabled()
            made = [[number] for number in range(1000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() >= before + len(made)
    finally:
        gc.unfreeze()
