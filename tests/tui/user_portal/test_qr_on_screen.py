"""The QR code on the screen is read by a real reader: zbar decodes the rendered cells."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from pyotp.totp import TOTP
from textual.strip import Strip

from mfadrill.tui.user_portal.qr_code import QrCode
from mfadrill.tui.user_portal.view import Place
from user_portal_harness import Person, at_portal, nordwind

#: Pixels that a module is wide and high; a cell is one module wide and two high.
SCALE = 4

UPPER = {" ": False, "▀": True, "▄": False, "█": True}
LOWER = {" ": False, "▀": False, "▄": True, "█": True}


def gray(color: object) -> int:
    """The brightness of a color that was given as RGB."""
    red, green, blue = color.triplet  # type: ignore[attr-defined]
    return (red * 299 + green * 587 + blue * 114) // 1000


def picture(strips: list[Strip]) -> bytes:
    """The rendered cells as a PGM, each with the colors it was rendered in."""
    rows: list[list[int]] = []
    for strip in strips:
        upper: list[int] = []
        lower: list[int] = []
        for segment in strip:
            assert segment.style is not None
            ink, paper = gray(segment.style.color), gray(segment.style.bgcolor)
            for character in segment.text:
                upper.append(ink if UPPER[character] else paper)
                lower.append(ink if LOWER[character] else paper)
        rows += [upper, lower]
    # Around the code is the dark of the terminal, so that the quiet zone is the code's own.
    dark = [0] * (len(rows[0]) + 8)
    framed = [dark] * 4 + [[0] * 4 + row + [0] * 4 for row in rows] + [dark] * 4
    pixels = bytes(value for row in framed for _ in range(SCALE) for value in row for _ in range(SCALE))
    return b"P5 %d %d 255\n" % (len(dark) * SCALE, len(framed) * SCALE) + pixels


def decoded(image: bytes, folder: Path) -> str:
    program = shutil.which("zbarimg")
    if program is None:
        pytest.fail("zbarimg is missing: install the package zbar-tools (apt-get install zbar-tools)")
    file = folder / "code.pgm"
    file.write_bytes(image)
    done = subprocess.run(
        [program, "--raw", "--quiet", str(file)], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, f"zbarimg read nothing: {done.stderr}"
    return done.stdout.removesuffix("\n")


def on_screen(person: Person) -> list[Strip]:
    """The cells of the QR code as the screen shows them; all of them must be there."""
    widget = person.screen.query_one(QrCode)
    region = widget.region
    assert person.app.screen.size.region.contains_region(region)
    rows = person.app.screen._compositor.render_strips()[region.y : region.bottom]
    return [row.crop(region.x, region.right) for row in rows]


@pytest.mark.parametrize("size", [(80, 19), (80, 24), (58, 36), (120, 40)])
async def test_a_reader_takes_the_uri_off_the_screen_and_its_code_is_accepted(
    size: tuple[int, int], tmp_path: Path
) -> None:
    simulation = nordwind(days=7)
    async with at_portal(simulation, size) as person:
        await person.log_in()
        await person.click("continue")
        assert person.app.pane.view is not None
        uri = decoded(picture(on_screen(person)), tmp_path)
        assert uri == person.app.pane.view.uri
        app = pyotp.parse_uri(uri)
        assert isinstance(app, TOTP)
        simulation.advance(timedelta(minutes=3))
        person.app.redraw()
        await person.type("code", app.at(simulation.now))
        await person.click("verify")
        assert person.place == Place.DONE
