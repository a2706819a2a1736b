"""Text in terminal cells: names may be in any script, and a wide character takes two of them."""

from rich.cells import cell_len, set_cell_size

from mfadrill.core.plain import plain

#: What a piece of text means, which the widget turns into a color.
Tone = str

#: A piece of a line: the text and its tone ("" for plain).
Piece = tuple[str, Tone]


def fit(text: str, width: int) -> str:
    """The text in exactly this many cells, with an ellipsis where it was cut."""
    if width <= 0:
        return ""
    text = plain(text)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def fit_pieces(pieces: list[Piece], width: int) -> list[Piece]:
    """The pieces in exactly this many cells altogether."""
    found: list[Piece] = []
    left = width
    for text, tone in pieces:
        if left <= 0:
            break
        clean = plain(text)
        if cell_len(clean) > left:
            clean = fit(clean, left)
        found.append((clean, tone))
        left -= cell_len(clean)
    if left > 0:
        found.append((" " * left, ""))
    return found


def joined(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)
