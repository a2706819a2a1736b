"""The sheet with everything that happened on the last journey of the clock, by day and kind, with names."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from mfadrill.core.events import Event
from mfadrill.core.words import count, day, local, when
from mfadrill.core.world import World
from mfadrill.sim.simulation import Digest
from mfadrill.tui.cells import Piece
from mfadrill.tui.dialog import Box, Dialog, RowButton, Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.time_bar.event_words import EVENT_WORDS, weightiest_first
from mfadrill.tui.time_bar.tooltip import name_of, names_in_words
from mfadrill.tui.time_bar.window import STILL_24_HOURS, change_in_words, clock_changes


class DigestLine(Struct, frozen=True):
    """A line of the sheet, and the instant it leads to."""

    text: str
    tone: str = ""
    at: datetime | None = None


def digest_lines(digest: Digest, world: World, zone: str) -> list[DigestLine]:
    """Days, under each the kinds of events with their number, and under each of those the instants with names."""
    first, last = sorted((digest.since, digest.until))
    lines = [
        DigestLine(f"⇄ {change_in_words(at, by, zone)}; {STILL_24_HOURS}", "warn", at)
        for at, by in clock_changes(first, last, zone)
    ]

    def day_of(event: Event) -> date:
        return local(event.at, zone).date()

    for _, of_day in groupby(digest.events, key=day_of):
        kinds: dict[str, list[Event]] = {}
        for event in of_day:
            kinds.setdefault(type(event).__name__, []).append(event)
        at = next(iter(kinds.values()))[0].at
        lines.append(DigestLine(f"{day(at, zone)} {local(at, zone).year}", "accent", at))
        for kind, _ in weightiest_first({kind: len(events) for kind, events in kinds.items()}):
            events = kinds[kind]
            lines.append(DigestLine(f"  {count(len(events), *EVENT_WORDS[kind])}", "strong", events[0].at))
            lines += [
                DigestLine(f"    {local(at, zone):%H:%M}  {_names(list(same), world)}", "", at)
                for at, same in groupby(events, key=lambda event: event.at)
            ]
    return lines


def _names(events: Sequence[Event], world: World) -> str:
    ids = list(dict.fromkeys(one for event in events for one in event.touches[:1]))
    return names_in_words((name_of(world, one) for one in ids[:3]), len(ids)) or "the organization"


class DigestList(LineList):
    DEFAULT_CSS = "DigestList { height: auto; max-height: 16; margin: 1 0 0 0; }"

    def __init__(self, lines: Sequence[DigestLine]) -> None:
        super().__init__(id="lines")
        self.lines = lines

    def line_count(self) -> int:
        return len(self.lines)

    def line(self, index: int, width: int) -> list[Piece]:
        found = self.lines[index]
        return [(found.text, found.tone)]

    def describe(self, index: int) -> str | None:
        return f"{self.lines[index].text.strip()} – enter goes there"

    def empty(self) -> str:
        return "Nothing happened."

    def on_mount(self) -> None:
        self.styles.height = min(16, max(2, len(self.lines)))
        self.lines_changed()


class DigestSheet(Dialog[datetime]):
    """Answers with the instant to go to."""

    HELP = "What the last journey of the clock brought, or what lies ahead again after going back."
    KEYS = (("↑↓", "scroll"), ("enter", "goes to the instant"), ("esc", "closes"))

    def __init__(self, digest: Digest, lines: Sequence[DigestLine], zone: str) -> None:
        super().__init__()
        self.digest, self.lines, self.zone = digest, lines, zone

    def compose(self) -> ComposeResult:
        digest = self.digest
        with Box("What happened" if digest.until >= digest.since else "What is ahead again"):
            yield Words(f"{when(digest.since, self.zone)} to {when(digest.until, self.zone)}", id="span")
            yield DigestList(self.lines)
            with Horizontal(classes="buttons"):
                yield RowButton("go there", id="go", primary=True)
                yield RowButton("close", id="close")

    def on_mount(self) -> None:
        self.query_one("#lines").focus()

    @on(DigestList.Opened)
    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        cursor = self.query_one(DigestList).cursor
        self.dismiss(self.lines[cursor].at if self.lines else None)

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.dismiss(None)
