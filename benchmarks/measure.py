"""Timing in one process: ours and a peer in turn, so that a machine that slows down slows both."""

import gc
import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple


class Timing(NamedTuple):
    """Medians in seconds."""

    ours: float
    peer: float

    @property
    def ratio(self) -> float:
        """How many times the peer's time ours takes."""
        return self.ours / self.peer


def seconds(call: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def pair(ours: Callable[[], object], peer: Callable[[], object], runs: int = 5) -> Timing:
    """Medians over several runs of each, after one that does not count."""
    ours()
    peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(runs)]
    return Timing(median(pair[0] for pair in pairs), median(pair[1] for pair in pairs))


def line(what: str, value: str, goal: str, peer: str = "") -> None:
    print(f"{what:<52} {value:>18}   goal {goal:<22} {peer}")
