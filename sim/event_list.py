"""The events of a branch: a list that is only added to, and whose beginning branches have in common."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import overload

from mfadrill.core.events import Event

#: A stretch is sealed once it has so many events: a fork copies no more than that of the log it comes from.
SEALED_AT = 4096


class _Stretch:
    """Events in a row. They may be made when somebody asks for them first; then it is told how many there will be, and
    maybe when the first one happens."""

    __slots__ = ("_at", "_count", "_events", "_make")

    def __init__(
        self,
        events: list[Event] | None,
        count: int = 0,
        make: Callable[[], list[Event]] = list[Event],
        at: datetime | None = None,
    ) -> None:
        self._events = events
        self._count, self._make, self._at = count, make, at

    def __len__(self) -> int:
        return self._count if self._events is None else len(self._events)

    @property
    def events(self) -> list[Event]:
        if self._events is None:
            made = self._make()
            # Another thread may have been quicker: an event is the same one for everybody.
            self._events = made if self._events is None else self._events
            self._make = list[Event]
        return self._events

    @property
    def at(self) -> datetime:
        """When the first event happens."""
        return self.events[0].at if self._at is None else self._at


class Part(Sequence[Event]):
    """A part of a list of events, which is looked at where it is."""

    __slots__ = ("_begin", "_end", "_whole")

    def __init__(self, whole: "EventList", begin: int, end: int) -> None:
        self._whole, self._begin, self._end = whole, begin, end

    def __len__(self) -> int:
        return self._end - self._begin

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        places = range(self._begin, self._end)[index]
        if isinstance(places, int):
            return self._whole[places]
        if places.step == 1:
            return self._whole[places.start : places.stop]
        return [self._whole[place] for place in places]

    def __iter__(self) -> Iterator[Event]:
        return iter(self._whole[self._begin : self._end])


class EventList(Sequence[Event]):
    """A fork costs next to nothing, however long the list is; what is sliced out of it is a list of its own.

    One thread may add events while others read those that were there before.
    """

    __slots__ = ("_begins", "_stretches")

    def __init__(self) -> None:
        # Only the last stretch grows; all others are sealed, and may belong to several branches.
        self._stretches = [_Stretch([])]
        self._begins = [0]

    def __len__(self) -> int:
        last = len(self._begins) - 1
        return self._begins[last] + len(self._stretches[last])

    def extend(self, events: Sequence[Event]) -> None:
        """Add events to the end."""
        last = self._stretches[-1].events
        last += events
        if len(last) >= SEALED_AT:
            self._go_on_with(_Stretch([]), len(self))

    def extend_later(self, count: int, make: Callable[[], list[Event]], at: datetime | None = None) -> None:
        """Add so many events to the end, which are made when somebody asks for one of them.

        `at` is when the first one happens, if that is known.
        """
        begin, stretch = len(self), _Stretch(None, count, make, at)
        if self._begins[-1] == begin:
            self._stretches[-1] = stretch  # in place of an empty one
        else:
            self._go_on_with(stretch, begin)
        self._go_on_with(_Stretch([]), begin + count)

    def _go_on_with(self, stretch: _Stretch, begin: int) -> None:
        self._stretches.append(stretch)
        self._begins.append(begin)  # from now on it is found

    def position_at(self, instant: datetime) -> int:
        """How many events have happened at the instant, those exactly at it included."""
        known = len(self._begins)
        if not self._stretches[known - 1]:
            known -= 1
        number = bisect_right(self._stretches, instant, hi=known, key=_begins_at) - 1
        if number < 0:
            return 0
        return self._begins[number] + bisect_right(self._stretches[number].events, instant, key=_happens_at)

    def fork(self, position: int) -> "EventList":
        """The first so many events, as a list that goes its own way."""
        found = EventList()
        last = bisect_right(self._begins, position) - 1
        found._stretches = [*self._stretches[:last], _Stretch(self[self._begins[last] : position])]
        found._begins = self._begins[: last + 1]
        return found

    def part(self, begin: int, end: int) -> Part:
        """The events at these places, without copying them."""
        return Part(self, begin, end)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        if isinstance(index, slice):
            return self._slice(*index.indices(len(self)))
        if index < 0:
            index += len(self)
            if index < 0:
                raise IndexError("there is no such event")
        number = bisect_right(self._begins, index) - 1
        return self._stretches[number].events[index - self._begins[number]]

    def _slice(self, begin: int, end: int, step: int) -> list[Event]:
        if step != 1:
            return [self[index] for index in range(begin, end, step)]
        found: list[Event] = []
        for number in range(bisect_right(self._begins, begin) - 1, len(self._begins)):
            first = self._begins[number]
            if first >= end:
                break
            found += self._stretches[number].events[max(0, begin - first) : end - first]
        return found

    def __iter__(self) -> Iterator[Event]:
        return chain.from_iterable(stretch.events for stretch in self._stretches)


def _begins_at(stretch: _Stretch) -> datetime:
    return stretch.at


def _happens_at(event: Event) -> datetime:
    return event.at
