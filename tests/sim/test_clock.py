"""The clock stands still unless it is moved."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mfadrill.sim.clock import SimClock
from rehearsal import DAY, START


def test_a_start_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="zone"):
        SimClock(datetime(2026, 3, 2, 9))  # noqa: DTZ001  (it is what must not be)


def test_any_zone_is_taken_and_utc_is_shown() -> None:
    clock = SimClock(START.astimezone(timezone(timedelta(hours=1))))
    assert clock.now == START
    assert clock.now.tzinfo is UTC
    clock.move_to((START + DAY).astimezone(timezone(timedelta(hours=-8))))
    assert clock.now.tzinfo is UTC


def test_watchers_are_told_each_new_instant() -> None:
    clock, seen, also_seen = SimClock(START), list[datetime](), list[datetime]()
    clock.watch(seen.append)
    clock.move_to(START + DAY)
    clock.watch(also_seen.append)
    clock.move_to(START)
    assert seen == [START + DAY, START]
    assert also_seen == [START]
