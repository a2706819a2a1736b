"""What a client types, as messages for the application: keys, pastes and the mouse."""

from codecs import getincrementaldecoder
from collections.abc import Iterator

from textual._xterm_parser import XTermParser
from textual.message import Message

PASTE, PASTED = "\x1b[200~", "\x1b[201~"

#: The characters of a paste that are passed on. No field takes so many; the rest would only lie in memory.
LONGEST_PASTE = 20_000


class Intake:
    """Decodes and parses. Nothing that a client sends makes it fail, or keep more than a paste."""

    def __init__(self) -> None:
        # What is no UTF-8 becomes a character that no field takes for a command.
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._parser = XTermParser()
        #: The latest characters, in which the mark of a paste may have begun.
        self._tail = ""
        #: How many characters of the paste were passed on; None outside of one.
        self._pasted: int | None = None
        #: Whether it was too long, and the rest of it is left out.
        self._dropping = False

    def feed(self, data: bytes) -> Iterator[Message]:
        text = self._without_excess(self._decoder.decode(data))
        if text:  # an empty text would be the end
            try:
                yield from self._parser.feed(text)
            except (ValueError, OverflowError, StopIteration, RuntimeError):
                # A key that there is none of, as of a character beyond Unicode, ends Textual's parser.
                self._parser, self._tail = XTermParser(), ""
                self._pasted, self._dropping = None, False

    def tick(self) -> Iterator[Message]:
        """Escape alone, once nothing has followed it for a while."""
        yield from self._parser.tick()

    def end(self) -> None:
        """Let go: Textual remembers parsers for good, and this one would remember everything that it was used by."""
        if not self._parser.is_eof:
            for _ in self._parser.feed(""):
                pass

    def _without_excess(self, text: str) -> str:
        """The text without what is too much of a paste."""
        kept: list[str] = []
        while text:
            mark = PASTE if self._pasted is None else PASTED
            at = (self._tail + text).find(mark)
            end = len(text) if at < 0 else at + len(mark) - len(self._tail)
            piece, text = text[:end], text[end:]
            kept.append(piece if self._pasted is None else self._pasted_part(piece, ended=at >= 0))
            if at >= 0:
                self._pasted, self._tail = (0, "") if self._pasted is None else (None, "")
            else:
                self._tail = (self._tail + piece)[1 - len(mark) :]
        return "".join(kept)

    def _pasted_part(self, piece: str, *, ended: bool) -> str:
        assert self._pasted is not None
        before, self._pasted = self._pasted, self._pasted + len(piece)
        # A mark that has begun goes through: the parser would take the half of one for keys.
        half = len(PASTED) if "\x1b" in self._tail else 0
        if not self._dropping and self._pasted <= LONGEST_PASTE + half:
            return piece
        part = "" if self._dropping else piece[: max(0, LONGEST_PASTE - before)]
        if "\x1b" in part[-len(PASTED) :]:
            part = part[: part.rfind("\x1b")]
        self._dropping = not ended
        return part + PASTED if ended else part
