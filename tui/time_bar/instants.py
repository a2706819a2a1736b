"""Instants as people type them into the time bar."""

import re
from datetime import date, datetime, timedelta

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import local
from mfadrill.sim.instants import UnreadableTime, parse_instant, parse_span
from mfadrill.sim.simulation import FURTHEST, TOO_EARLY, TOO_FAR, CannotTravel

EXAMPLES = "9 Mar, 2026-03-09 09:00, Monday, next Monday 9:00, tomorrow, 17:30, +36h, -2d"

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_IN_WORDS = re.compile(r"(?:(next)\s+)?([a-z]{3,9})(?:,?\s+(?:at\s+)?(\d\d?):(\d\d))?", re.ASCII)
_TIME = re.compile(r"(?:at\s+)?(\d\d?):(\d\d)", re.ASCII)


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
    """The instant that a text means, in UTC: a date, a day in words, a time of day, or a span from now.

    Without a time of its own it has that of now: who looks at Monday means the working day, not its first midnight.

    Raises UnreadableTime, which says what to type instead, and CannotTravel where no calendar reaches.
    """
    text = text.strip()
    if not text:
        raise UnreadableTime(f"Type a date or a span, such as {EXAMPLES}.")
    if text[0] in "+-−":
        return _away(now, parse_span(text))
    here = local(now, zone)
    if in_words := _in_words(text.casefold(), here):
        return parse_instant(in_words, zone, here.time())
    try:
        return parse_instant(text, zone, here.time())
    except UnreadableTime:
        span = _span(text)
        return _without_year(text, now, zone) if span is None else _away(now, span)


def _in_words(text: str, here: datetime) -> str:
    """The date, and the time if there is one, that `next Monday 9:00`, `tomorrow` or `17:30` mean; else empty.

    A weekday or a time alone is the next one to come; `next` is never today.
    """
    if found := _TIME.fullmatch(text):
        hour, minute = int(found[1]), int(found[2])
        return _written(
            here.date() + timedelta(days=(hour, minute) <= (here.hour, here.minute)), hour, minute
        )
    found = _IN_WORDS.fullmatch(text)
    if not found:
        return ""
    word, clock = found[2], (int(found[3]), int(found[4])) if found[3] else (None, None)
    day = here.date()
    if word in _NEAR and not found[1]:
        return _written(day + timedelta(days=_NEAR[word]), *clock)
    weekday = next((n for n, name in enumerate(_DAYS) if name.startswith(word)), None)
    if weekday is None:
        return ""
    away = (weekday - day.weekday()) % 7
    if away == 0 and (found[1] or clock[0] is None or clock <= (here.hour, here.minute)):
        away = 7
    return _written(day + timedelta(days=away), *clock)


def _written(day: date, hour: int | None, minute: int | None) -> str:
    return f"{day:%Y-%m-%d}" + ("" if hour is None else f" {hour:02}:{minute:02}")


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
    if len(words) > 2 and words[0].rstrip(",").casefold().isalpha():
        words = words[1:]  # the day of the week
    if len(words) in (2, 3) and words[0].isdigit() and words[1].isalpha():
        words.insert(2, str(local(now, zone).year))
        try:
            return parse_instant(" ".join(words), zone, local(now, zone).time())
        except Refusal:
            pass
    return parse_instant(text, zone)
