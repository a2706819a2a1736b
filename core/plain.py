"""Plain text: what a terminal shows as it is. Names, titles and messages are such text, wherever they come from."""

from unicodedata import category

#: They join or part letters in some scripts, and steer nothing.
JOINERS = "\u200c\u200d"


def _is_plain(character: str) -> bool:
    """Neither a control character, nor one that turns the writing around, nor a line or paragraph separator."""
    kind = category(character)
    return (kind[0] != "C" and kind not in ("Zl", "Zp")) or character in JOINERS


def is_plain(text: str) -> bool:
    return text.isprintable() or all(_is_plain(character) for character in text)


def plain(text: str, keep: str = "") -> str:
    """The text with a replacement character for each that is not plain, but for those to keep."""
    if text.isprintable():
        return text
    return "".join(c if c in keep or _is_plain(c) else "\ufffd" for c in text)
