"""Reads a QR code off rendered cells, as the camera of a phone reads it off a terminal: zbar decodes the picture."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.color import Color
from rich.segment import Segment

#: Pixels that a module is wide and high; a cell is one module wide and two high.
SCALE = 4

#: The exit status of zbarimg that says so.
NO_CODE = 4

UPPER = {"▀", "█"}
LOWER = {"▄", "█"}


def gray(color: Color | None) -> int:
    """The brightness of a color; none is the dark of the terminal."""
    if color is None:
        return 0
    red, green, blue = color.get_truecolor()
    return (red * 299 + green * 587 + blue * 114) // 1000


def picture(lines: Iterable[Iterable[Segment]]) -> bytes:
    """The rendered cells as a PGM, each with the colors it was rendered in. Of letters, only the paper is seen."""
    rows: list[list[int]] = []
    for line in lines:
        upper: list[int] = []
        lower: list[int] = []
        for segment in line:
            assert segment.style is not None
            ink, paper = gray(segment.style.color), gray(segment.style.bgcolor)
            for character in segment.text:
                upper.append(ink if character in UPPER else paper)
                lower.append(ink if character in LOWER else paper)
        rows += [upper, lower]
    # Around the code is the dark of the terminal, so that the quiet zone is the code's own.
    width = max(len(row) for row in rows) + 8
    dark = [0] * width
    framed = [dark] * 4 + [([0] * 4 + row + dark)[:width] for row in rows] + [dark] * 4
    pixels = bytes(value for row in framed for _ in range(SCALE) for value in row for _ in range(SCALE))
    return b"P5 %d %d 255\n" % (width * SCALE, len(framed) * SCALE) + pixels


def decoded(image: bytes, folder: Path) -> str:
    """What the QR code in the picture says; empty if zbar finds none."""
    program = shutil.which("zbarimg")
    if program is None:
        pytest.fail("zbarimg is missing: install the package zbar-tools (apt-get install zbar-tools)")
    file = folder / "code.pgm"
    file.write_bytes(image)
    done = subprocess.run(
        [program, "--raw", "--quiet", str(file)], capture_output=True, text=True, timeout=30
    )
    assert done.returncode in (0, NO_CODE), done.stderr
    return done.stdout.removesuffix("\n")
