import gc
import os


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors: what drives a screen waits for half of its time."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never in what is there before the first test: it took a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
