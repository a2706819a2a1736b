"""What a client may be called, how large its window may be, and how much of everything there may be."""

import re
from collections import Counter, deque
from collections.abc import Callable
from time import monotonic

from msgspec import Struct

from mfadrill.core.refusals import Refusal

#: Cells of a window. What is outside is taken for the nearest that is inside.
WIDTHS, HEIGHTS = (20, 500), (10, 200)

#: A name is a folder, too: it begins with a letter or digit, and has no separators in it.
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class NotLetIn(Refusal):
    """A client that is turned away; the text says why."""

    def __init__(self, text: str, limit: str = "") -> None:
        """`limit` is the one that is reached, by its name in Limits."""
        super().__init__(text)
        self.limit = limit


class Limits(Struct, frozen=True, kw_only=True):
    """How much there may be at once, and for how long. Times are in seconds."""

    sessions: int = 100
    connections_by_address: int = 100
    #: Connections that have not logged in yet.
    at_the_door: int = 128
    log_in_time: float = 30
    attempts: int = 3
    #: Wrong passwords from an address, within a time.
    wrong_by_address: int = 60
    wrong_within: float = 600
    idle: float = 3600
    total: float = 12 * 3600


def sandbox_name(username: str) -> str:
    """The name of the sandbox; case does not count. Raises NotLetIn."""
    name = username.lower()
    if not NAME.fullmatch(name):
        raise NotLetIn(
            "A user name here has up to 32 plain letters, digits, dots, - and _, and begins with a letter or digit."
        )
    return name


def clamped(width: int, height: int) -> tuple[int, int]:
    """A size that can be drawn. A client that does not know its size says 0, and gets 80×24."""
    if not width or not height:
        return 80, 24
    return min(max(width, WIDTHS[0]), WIDTHS[1]), min(max(height, HEIGHTS[0]), HEIGHTS[1])


class Connections:
    """The connections that there are, by address, and how many of them have not logged in."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_address: Counter[str] = Counter()
        self.at_the_door = 0

    def come(self, address: str) -> None:
        """Count one more. Raises NotLetIn, and then it does not count."""
        if self._by_address[address] >= self._limits.connections_by_address:
            raise NotLetIn("There are too many connections from your address.", "connections_by_address")
        if self.at_the_door >= self._limits.at_the_door:
            raise NotLetIn("Too many are logging in at this moment; try again.", "at_the_door")
        self._by_address[address] += 1
        self.at_the_door += 1

    def logged_in(self) -> None:
        self.at_the_door -= 1

    def go(self, address: str, *, logged_in: bool) -> None:
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]
        if not logged_in:
            self.at_the_door -= 1


class WrongPasswords:
    """The wrong passwords of late, by address."""

    #: Addresses that are remembered; the oldest are forgotten first.
    MOST = 10_000

    def __init__(self, limits: Limits, now: Callable[[], float] = monotonic) -> None:
        self._limits, self._now = limits, now
        self._by_address: dict[str, deque[float]] = {}

    def add(self, address: str) -> None:
        self._by_address.setdefault(address, deque()).append(self._now())
        if len(self._by_address) > self.MOST:
            del self._by_address[next(iter(self._by_address))]

    def refuse_if_many(self, address: str) -> None:
        """Raises NotLetIn."""
        times = self._by_address.get(address)
        if times is None:
            return
        while times and times[0] < self._now() - self._limits.wrong_within:
            times.popleft()
        if not times:
            del self._by_address[address]
        elif len(times) >= self._limits.wrong_by_address:
            raise NotLetIn("Too many wrong passwords came from your address; try again later.")
