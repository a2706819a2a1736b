"""How many colors a client has. SSH passes on the name of its terminal, and little else."""

from collections.abc import Mapping
from typing import Literal

ColorSystem = Literal["standard", "256", "truecolor"]

#: Terminals that have all colors, and whose name does not say so.
HAVE_ALL = ("alacritty", "contour", "foot", "ghostty", "kitty", "wezterm")


def color_system(environment: Mapping[str, str]) -> ColorSystem:
    """The most colors that the terminal surely shows."""
    terminal = environment.get("TERM", "").lower()
    if (
        environment.get("COLORTERM", "").lower() in ("truecolor", "24bit")
        or terminal.endswith(("-direct", "-truecolor"))
        or any(name in terminal for name in HAVE_ALL)
    ):
        return "truecolor"
    return "256" if "256color" in terminal else "standard"


def can_be_drawn_on(terminal: str) -> bool:
    """Whether it moves its cursor."""
    return terminal.lower() not in ("", "dumb", "unknown")
