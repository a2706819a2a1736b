"""Instants as people type them into the time bar."""

from datetime import datetime

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import local
from mfadrill.sim.instants import UnreadableTime, parse_instant, parse_span

EXAMPLES = "2026-03-09, 2026-03-09 09:00, 9 Mar 2026, +36h, +8d, -2d"


def read_instant(text: str, now: datetime, zone: str) -> datetime:
    """The instant that a text means, in UTC: a date (at 00:00 without a time), or a span from now.

    Raises UnreadableTime, which says what to type instead.
    """
    text = text.strip()
    if not text:
        raise UnreadableTime(f"Type a date or a span, such as {EXAMPLES}.")
    if text[0] in "+-−":
        return now + parse_span(text)
    try:
        return parse_instant(text, zone)
    except UnreadableTime:
        return _without_year(text, now, zone)


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
