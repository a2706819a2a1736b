"""Writing a scenario as YAML that reads like one written by hand: short things in a line, long ones below."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from mfadrill.core.refusals import Refusal
from mfadrill.core.words import local
from mfadrill.sim.instants import parse_instant

#: The longest line, where a value can be put below its key instead.
WIDTH = 110


class Bare(str):
    """Text that needs no quotes, such as a span of time or an instant."""


_PLAIN = re.compile(r"[^\W\d_](?:[\w @./()'-]*[\w@./()'])?")

#: Words that some readers of YAML, or scenarios themselves, take for something else than text.
_TAKEN = frozenset(["none", "null", "true", "false", "yes", "no", "on", "off", "y", "n"])


def scalar(value: Any) -> str:
    """A value as it stands in the file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Bare):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.casefold() not in _TAKEN:
        return text
    # YAML takes no other characters than printable ones as they are, and JSON's escapes only for the first 65,536.
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in quoted)


def flow(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, dict):
        table = cast(dict[str, Any], value)
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in table.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(one) for one in cast(list[Any], value)) + "]"
    return scalar(value)


def entry(key: str, value: Any, indent: int) -> Iterator[str]:
    """The lines of a key and its value; the first one comes without its indentation."""
    if value == {}:
        yield f"{scalar(key)}:"
        return
    line = f"{scalar(key)}: {flow(value)}"
    if indent + len(line) <= WIDTH or not isinstance(value, dict | list):
        yield line
        return
    yield f"{scalar(key)}:"
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        for name, one in cast(dict[str, Any], value).items():
            first, *rest = entry(name, one, indent + 2)
            yield inner + first
            yield from rest
        return
    values = cast(list[Any], value)
    if any(isinstance(one, dict | list) for one in values):
        for one in values:
            first, *rest = _below(one, indent + 4)
            yield f"{inner}- {first}"
            yield from rest
        return
    yield from _filled([flow(one) for one in values], inner)


def _filled(values: Sequence[str], inner: str) -> Iterator[str]:
    """A list in one pair of brackets, as many of its values in a line as there is room for."""
    line = inner + "["
    for number, value in enumerate(values, 1):
        piece = value + ("]" if number == len(values) else ",")
        if len(line) + len(piece) > WIDTH and line.strip(" ["):
            yield line.rstrip()
            line = inner + " "
        line += piece + " "
    yield line.rstrip()


def _below(value: Any, indent: int) -> Iterator[str]:
    """The lines of one of several things in a list; the first one comes without its indentation."""
    if indent + len(flow(value)) <= WIDTH or not isinstance(value, dict):
        yield flow(value)
        return
    lead = ""
    for key, one in cast(dict[str, Any], value).items():
        first, *rest = entry(key, one, indent)
        yield lead + first
        yield from rest
        lead = " " * indent


def item(parts: Mapping[str, Any], remark: str = "") -> Iterator[str]:
    """The lines of one step; a remark is a comment at the end of the first one."""
    lead = "  - "
    for key, value in parts.items():
        first, *rest = entry(key, value, 4)
        yield f"{lead}{first}  # {remark}" if remark else lead + first
        yield from rest
        lead, remark = "    ", ""


def comment(text: str, indent: int) -> Iterator[str]:
    """A line that is there for readers."""
    yield f"{' ' * indent}# {text}"


def span_text(span: timedelta) -> str:
    """A span of whole seconds as the file has it: `8 days`, `1 h 30 min`."""
    seconds = int(span.total_seconds())
    if seconds and not seconds % 86_400:
        days = seconds // 86_400
        return f"{days} day{'s' if days > 1 else ''}"
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def instant_text(at: datetime, zone: str) -> str:
    """An instant as the file has it: in the organization's zone, or in UTC where a clock shows that time twice."""
    there = local(at, zone)
    form = "%Y-%m-%d %H:%M" + (":%S" if there.second or there.microsecond else "")
    text = there.strftime(form) + (f".{there.microsecond:06}" if there.microsecond else "")
    try:
        if parse_instant(text, zone) == at:
            return text
    except Refusal:
        pass
    return at.strftime("%Y-%m-%dT%H:%M:%S") + (f".{at.microsecond:06}" if at.microsecond else "") + "Z"
