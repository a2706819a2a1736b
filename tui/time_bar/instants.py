"""Instants as people type them into the time bar."""

from datetime import datetime, timedelta

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import local
from mfadrill.sim.instants import UnreadableTime, parse_instant, parse_span
from mfadrill.sim.simulation import FURTHEST, TOO_EARLY, TOO_FAR, CannotTravel

EXAMPLES = "2026-03-09, 2026-03-09 09:00, 9 Mar 2026, +36h, +8d, -2d"


def read_destination(text: str, now: datetime, start: datetime, zone: str) -> datetime:
    """The instant that a text means and that the clock can be set to.

    Raises UnreadableTime, and CannotTravel before the start or too far after it.
    """
    instant = read_instant(text, now, zone)
    if instant < start:
        raise CannotTravel(TOO_EARLY)
    if instant - start > FURTHEST:
        raise CannotTravel(TOO_FAR)
    return instant


def read_instant(text: str, now: datetime, zone: str) -> datetime:
    """The instant that a text means, in UTC: a date (at 00:00 without a time), or a span from now.

    Raises UnreadableTime, which says what to type instead, and CannotTravel where no calendar reaches.
    """
    text = text.strip()
    if not text:
        raise UnreadableTime(f"Type a date or a span, such as {EXAMPLES}.")
    if text[0] in "+-−":
        return _away(now, parse_span(text))
    try:
        return parse_instant(text, zone)
    except UnreadableTime:
        span = _span(text)
        return _without_year(text, now, zone) if span is None else _away(now, span)


def _span(text: str) -> timedelta | None:
    """`8d` is meant as `+8d`."""
    try:
        return parse_span(text)
    except UnreadableTime:
        return None


def _away(now: datetime, span: timedelta) -> datetime:
    try:
        return now + span
    except OverflowError:
        raise CannotTravel(TOO_EARLY if span < timedelta(0) else TOO_FAR) from None


def _without_year(text: str, now: datetime, zone: str) -> datetime:
    """`9 Mar 09:00` is in the year of the clock. Raises what the text itself deserves."""
    words = text.split()
    if len(words) in (2, 3) and words[0].isdigit() and words[1].isalpha():
        words.insert(2, str(local(now, zone).year))
        try:
            return parse_instant(" ".join(words), zone)
        except Refusal:
            pass
    return parse_instant(text, zone)
