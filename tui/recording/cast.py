"""Terminal recordings in the format asciicast v3: https://docs.asciinema.org/manual/asciicast/v3

A line of JSON for the header, and one for each event: the seconds since the event before, its code, its text.
"""

import json

from mfadrill.core.plain import plain
from mfadrill.tui.picture import Picture

#: No cursor, no wrapping at the last column, an empty screen.
BEGIN = "\x1b[?25l\x1b[?7l\x1b[2J"
#: The cursor and the wrapping again.
END = "\x1b[?7h\x1b[?25h"


class Cast:
    """A recording that grows by pictures. Nothing in it depends on when or where it is made."""

    def __init__(self, width: int, height: int, title: str) -> None:
        term = {"cols": width, "rows": height, "type": "xterm-256color"}
        self._lines = [_json({"version": 3, "term": term, "title": plain(title)})]
        self._shown: Picture | None = None
        self._waited = 0.0

    def wait(self, seconds: float) -> None:
        """Let what is on the screen be there for so long."""
        self._waited += seconds

    def mark(self, label: str) -> None:
        """A chapter begins."""
        self._add("m", plain(label))

    def show(self, picture: Picture) -> None:
        """Show this; what is there already is not sent again."""
        painted = picture.painted(self._shown)
        begin = "" if self._shown is not None else BEGIN
        self._shown = picture
        if begin or painted:
            self._add("o", begin + painted)

    def end(self, status: int) -> str:
        """The recording as text, with the exit status of the program at its end."""
        self._add("o", END)
        self._add("x", str(status))
        return "".join(f"{line}\n" for line in self._lines)

    def _add(self, code: str, data: str) -> None:
        self._lines.append(_json([round(self._waited, 3), code, data]))
        self._waited = 0.0


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
