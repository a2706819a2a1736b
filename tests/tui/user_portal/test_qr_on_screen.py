"""The QR code on the screen is read by a real reader: zbar decodes the rendered cells."""

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from pyotp.totp import TOTP
from textual.strip import Strip

from mfadrill.tui.user_portal.qr_code import QrCode
from mfadrill.tui.user_portal.view import Place
from qr_reader import decoded, picture
from user_portal_harness import Person, at_portal, nordwind


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
