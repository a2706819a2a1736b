"""Spans and instants as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mfadrill.sim.instants import UNIT_WORDS, UNITS, UnreadableTime, parse_instant, parse_span

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("8 days", timedelta(days=8)),
        ("1 day", timedelta(days=1)),
        ("36h", timedelta(hours=36)),
        ("36 H", timedelta(hours=36)),
        ("1 day 12 h", timedelta(days=1, hours=12)),
        ("1 day, 12 hours and 5 minutes", timedelta(days=1, hours=12, minutes=5)),
        ("2w", timedelta(weeks=2)),
        ("90 s", timedelta(seconds=90)),
        ("  20 min ", timedelta(minutes=20)),
        ("-2 days", timedelta(days=-2)),
        ("−2 days", timedelta(days=-2)),
        ("- 1 day 1 h", timedelta(days=-1, hours=-1)),
        ("+4 min", timedelta(minutes=4)),
        ("0 s", timedelta(0)),
        ("999999 weeks", timedelta(weeks=999_999)),
    ],
)
def test_a_span_is_read(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "8",
        "days",
        "8 dayz",
        "1.5 h",
        "1 h -2 min",
        "5 5 d",
        "1e3 s",
        "1 day x",
        "8 months",
        "1000000 d",
        "999999 weeks " * 200,
    ],
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime, match="span of time"):
        parse_span(text)


@given(
    st.lists(st.tuples(st.integers(0, 9999), st.sampled_from(sorted(UNITS))), min_size=1, max_size=4),
    st.sampled_from([" ", ", ", " and "]),
    st.data(),
)
def test_a_written_span_is_read_again(
    parts: list[tuple[int, str]], between: str, data: st.DataObject
) -> None:
    words = [data.draw(st.sampled_from(UNIT_WORDS[unit].split())) for _, unit in parts]
    text = between.join(f"{number} {word}" for (number, _), word in zip(parts, words, strict=True))
    assert parse_span(text) == sum((number * UNITS[unit] for number, unit in parts), timedelta(0))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-09 09:00",
        "2026-3-9 9:00",
        "2026-03-09T09:00",
        "2026-03-09 09:00:00",
        "2026-03-09T09:00+01:00",
        "2026-03-09 09:00 +0100",
        "2026-03-09 09:00 UTC+01:00",
        "2026-03-09T08:00Z",
        "2026-03-09 08:00 UTC",
        "2026-03-09 04:00 America/New_York",
        "9 Mar 2026 09:00",
        "Mon 9 Mar 2026 09:00",
        "Monday, 9 March 2026, 09:00",
        "9 MAR 2026 09:00 Europe/Berlin",
        "  2026-03-09   09:00  ",
    ],
)
def test_an_instant_is_read(text: str) -> None:
    assert parse_instant(text, BERLIN) == datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def test_without_a_time_it_is_midnight() -> None:
    assert parse_instant("2026-03-09", BERLIN) == datetime(2026, 3, 8, 23, 0, tzinfo=UTC)


def test_its_own_zone_goes_before_the_organizations() -> None:
    assert parse_instant("2026-03-09 09:00 UTC", BERLIN) == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def test_an_instant_without_any_zone_is_refused_with_two_ways_to_write_it() -> None:
    with pytest.raises(
        UnreadableTime, match=r"'2026-03-09 09:00 Europe/Berlin' or '2026-03-09T09:00\+01:00'"
    ):
        parse_instant("9 Mar 2026 09:00", None)


def test_an_instant_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(UnreadableTime, match="does not exist in Europe/Berlin"):
        parse_instant("2026-03-29 02:30", BERLIN)


def test_an_instant_that_the_clocks_show_twice_is_the_first_of_them() -> None:
    assert parse_instant("2026-10-25 02:30", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026",
        "09:00",
        "2026-13-01",
        "2026-02-30",
        "2026-03-09 25:00",
        "2026-03-09 09",
        "9 Foo 2026",
        "9.3.2026",
        "2026-03-09 09:00 Mars/Base",
        "2026-03-09 09:00 Europe",
        "2026-03-09 09:00 ../../etc/passwd",
        "2026-03-09 09:00 +99:99",
        "2026-03-09 09:00 +24:00",
        "2026-03-09 09:00 \x00",
        "0000-01-01",
        "٢٠٢٦-03-09",
        "0001-01-01 00:00 Asia/Tokyo",
        "9999-12-31 23:59 -01:00",
        "1960-01-01",
        "3000-01-01",
        "2026-03-09 09:00 " + "x" * 5000,
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime):
        parse_instant(text, BERLIN)


@given(
    st.datetimes(datetime(1971, 1, 2), datetime(2999, 12, 30)),  # noqa: DTZ001  (the zone follows)
    st.sampled_from(["UTC", BERLIN, "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "+05:30"]),
    st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d %b %Y %H:%M:%S", "%A, %d %B %Y, %H:%M:%S"]
    ),
)
def test_a_written_instant_is_read_again(instant: datetime, zone: str, pattern: str) -> None:
    whole = instant.replace(tzinfo=UTC, microsecond=0)
    if zone == "+05:30":
        there = whole + timedelta(hours=5, minutes=30)
    else:
        from mfadrill.core.words import local

        there = local(whole, zone)
        assume(not there.fold)  # what is shown twice is taken for the first
    assert parse_instant(f"{there.strftime(pattern)} {zone}", None) == whole


@given(st.text(max_size=40) | st.from_regex(r"[-+0-9a-zA-Z:/ ]{1,30}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (
        parse_span,
        lambda text: parse_instant(text, BERLIN),
        lambda text: parse_instant(text, None),
    ):
        try:
            read(text)
        except UnreadableTime:
            continue
