from datetime import timedelta

import pytest

from drill import ADA, PASSWORD, drill, line_of, nordwind
from mfadrill.core.factors import Factor
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import PolicyId
from mfadrill.core.portal import LogIn
from mfadrill.core.requirement import RequireMfa
from mfadrill.tui.admin_portal.events.events_tab import EventList
from mfadrill.tui.admin_portal.events.events_view import EventLog
from mfadrill.tui.admin_portal.policies.policies_tab import PolicyList
from mfadrill.tui.admin_portal.policies.policies_view import PolicyRow
from mfadrill.tui.cells import cell_len, joined

FINANCE, SALES = PolicyId("finance-needs-mfa"), PolicyId("sales-stays-out")


async def test_a_factor_is_switched_off_and_on() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        await d.click("#factor-WEBAUTHN")
        assert d.simulation.world.organization.factors == {Factor.TOTP}
        await d.click("#factor-WEBAUTHN")
        assert d.simulation.world.organization.factors == {Factor.TOTP, Factor.WEBAUTHN}


async def test_webauthn_alone_is_refused_in_place() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        await d.press("space")
        assert (
            d.said("#mfa-said") == "WebAuthn cannot be the only factor: TOTP or Duo must be enabled with it."
        )
        assert d.simulation.world.organization.factors == {Factor.TOTP, Factor.WEBAUTHN}
        assert d.app.screen.query_one("#factor-TOTP").value is True  # type: ignore[attr-defined]


async def test_the_portal_default_is_chosen() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        d.app.screen.query_one("#portal-default").value = PortalDefault.DENY  # type: ignore[attr-defined]
        await d.settle()
        assert d.simulation.world.organization.portal_default is PortalDefault.USER_SETTING, "it asks first"
        assert d.said("#touches").startswith("7 users would be denied")
        await d.click("#do")
        assert d.simulation.world.organization.portal_default is PortalDefault.DENY


async def test_events_are_listed_newest_first_up_to_the_clock() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 1))) as d:
        await d.press("d")
        await d.do("admin.events")
        events = d.app.query_one(EventList)
        assert line_of(events, 0).split() == [
            *("3", "Mar", "09:00", "system"),
            *("enrollment", "period", "expired", "ada.lovelace"),
        ]
        assert d.said("#event-details").splitlines() == [
            "Tue 3 Mar 2026 09:00 · user_mfa_exclusion_expired",
            "by system · ada.lovelace: enrollment period expired",
        ]
        await d.press("H")
        assert "mail: MFA now enabled" in line_of(events, 0)
        await d.press("down")
        assert "enrollment period starts, ends Tue 3 Mar 2026 09:00" in d.said("#event-details")


def test_an_event_keeps_what_matters_in_58_cells() -> None:
    simulation = nordwind(RequireMfa((ADA,), 1))
    simulation.advance(timedelta(days=1))
    simulation.act(LogIn("browser", "ada.lovelace", PASSWORD))
    lines = EventList()
    lines.event_log = EventLog(simulation.timeline.events, simulation.position, "Europe/Berlin")
    for index, (what, whom) in enumerate(
        (("log-in refused: locked", "ada.lovelace"), ("password accepted", "ada.lovelace"))
    ):
        line = joined(lines.line(index, 58))
        assert cell_len(line) == 58
        assert what in line
        assert whom in line
    assert lines.line(0, 58)[2][1] == "bad"


async def test_up_and_down_move_between_the_factors() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        await d.press("down", "down")
        assert d.app.focused is d.main("#factor-WEBAUTHN")
        await d.press("up", "up", "up")
        assert d.app.focused is d.main("#factor-TOTP")


@pytest.mark.parametrize("width", [58, 100])
def test_the_names_of_policies_are_cut_last(width: int) -> None:
    policies = PolicyList()
    name = "Finance needs MFA on the road"
    policies.rows = (
        PolicyRow(FINANCE, name, False, "Finance, Contractors", "User Portal", "", "Deny – “Not now.”", ""),
    )
    line = joined(policies.line(0, width))
    assert cell_len(line) == width
    assert line.startswith(f"○ OFF {name} ")
    assert "Deny" in line
