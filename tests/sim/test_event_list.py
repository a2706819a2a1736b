"""The events of a branch behave like a list, however they came into it."""

from itertools import count
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfadrill.core.events import Event
from mfadrill.sim import event_list
from mfadrill.sim.event_list import EventList

#: What is done: so many are added, later or at once, or a fork at that part of the length goes on.
STORIES = st.lists(st.tuples(st.sampled_from(["add", "add later", "fork"]), st.integers(0, 9)), max_size=12)


@given(STORIES, st.integers(-40, 40), st.integers(-40, 40), st.sampled_from([None, 1, 2, -1]))
def test_it_is_like_a_list(story: list[tuple[str, int]], low: int, high: int, step: int | None) -> None:
    numbers = count()
    found, plain = EventList(), list[Event]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_list, "SEALED_AT", 4)
        for what, size in story:
            added = [cast(Event, next(numbers)) for _ in range(size)]
            if what == "add":
                found.extend(added)
            elif what == "add later":
                found.extend_later(size, lambda added=added: added)
            else:
                before, whole = found, list(plain)
                position = len(plain) * size // 9
                found, plain = found.fork(position), plain[:position]
                found.extend(added)
                assert list(before) == whole
            plain += added
    assert len(found) == len(plain)
    assert list(found) == plain
    assert found[low:high:step] == plain[low:high:step]
    begin, end = sorted((abs(low) % (len(plain) + 1), abs(high) % (len(plain) + 1)))
    part, cut = found.part(begin, end), plain[begin:end]
    assert [*part] == cut
    assert [part[place] for place in range(len(part))] == cut
    assert part[low:high:step] == cut[low:high:step]
    if -len(plain) <= low < len(plain):
        assert found[low] == plain[low]
    else:
        with pytest.raises(IndexError):
            found[low]


def test_a_fork_shares_what_is_sealed() -> None:
    made: list[str] = []

    def make() -> list[Event]:
        made.append("once")
        return [cast(Event, object()) for _ in range(5)]

    one = EventList()
    one.extend_later(5, make)
    other = one.fork(5)
    assert made == []
    assert one[3] is other[3]
    assert made == ["once"]
