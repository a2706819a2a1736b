"""How many colors a client has, and what is drawn in these.

Textual draws for every client in all colors: Rich remembers, for a style, the codes of the first terminal that it was
written for, and styles are shared by all applications of a process. So the codes are turned into those of the client
on the way out.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.palette import Palette
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

#: Terminals that have all colors, and whose name does not say so.
HAVE_ALL = ("alacritty", "contour", "foot", "ghostty", "kitty", "wezterm")

#: The least contrast of text, as WCAG reckons it, where there are 16 colors.
CONTRAST = 3.0

_SGR = re.compile(r"\x1b\[([0-9;]+)m")

_SIXTEEN: Palette = DEFAULT_TERMINAL_THEME.ansi_colors


def color_system(environment: Mapping[str, str]) -> ColorSystem:
    """The most colors that the terminal surely shows. SSH passes on its name, and little else."""
    terminal = environment.get("TERM", "").lower()
    if (
        environment.get("COLORTERM", "").lower() in ("truecolor", "24bit")
        or terminal.endswith(("-direct", "-truecolor"))
        or any(name in terminal for name in HAVE_ALL)
    ):
        return ColorSystem.TRUECOLOR
    return ColorSystem.EIGHT_BIT if "256color" in terminal else ColorSystem.STANDARD


def can_be_drawn_on(terminal: str) -> bool:
    """Whether it moves its cursor."""
    return terminal.lower() not in ("", "dumb", "unknown")


def in_colors_of(system: ColorSystem, drawn: str) -> str:
    """What was drawn in all colors, in those of the client."""
    if system is ColorSystem.TRUECOLOR:
        return drawn
    return _SGR.sub(lambda code: _reduced(code[1], system), drawn)


@lru_cache(8192)
def _reduced(codes: str, system: ColorSystem) -> str:
    kept: list[str] = []
    text: Color | None = None
    ground: Color | None = None
    for code, color in _parts(codes.split(";")):
        if color is None:
            kept.append(code)
        elif code == "38":
            text = color.downgrade(system)
        else:
            ground = color.downgrade(system)
    if system is ColorSystem.STANDARD and text is not None:
        text = _readable(text, ground)
    if text is not None:
        kept += text.get_ansi_codes()
    if ground is not None:
        kept += ground.get_ansi_codes(foreground=False)
    return f"\x1b[{';'.join(kept)}m"


def _parts(codes: list[str]) -> Iterator[tuple[str, Color | None]]:
    """Each code, and each color with the code that it begins with."""
    at = 0
    while at < len(codes):
        if codes[at] in ("38", "48") and codes[at + 1 : at + 2] == ["2"] and len(codes) >= at + 5:
            yield codes[at], Color.from_rgb(*map(int, codes[at + 2 : at + 5]))
            at += 5
        elif codes[at] in ("38", "48") and codes[at + 1 : at + 2] == ["5"] and len(codes) >= at + 3:
            yield codes[at], Color.from_triplet(Color.from_ansi(int(codes[at + 2])).get_truecolor())
            at += 3
        else:
            yield codes[at], None
            at += 1


def _readable(text: Color, ground: Color | None) -> Color:
    """The text in white or black, where its own color cannot be told from the ground."""
    on = _light(0 if ground is None else ground.number or 0)
    choices = [text.number or 0, 15, 0]
    return Color.from_ansi(
        choices[0]
        if _contrast(_light(choices[0]), on) >= CONTRAST
        else max(choices[1:], key=lambda number: _contrast(_light(number), on))
    )


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _light(number: int) -> float:
    """The relative luminance of one of the 16 colors."""
    red, green, blue = (_linear(part / 255) for part in ColorTriplet(*_SIXTEEN[number]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
