from drill import ADA, drill, nordwind
from mfadrill.core.factors import Factor
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import PolicyId
from mfadrill.core.requirement import RequireMfa
from mfadrill.tui.admin_portal.events_tab import EventsTab
from mfadrill.tui.admin_portal.policies_tab import PolicyList

FINANCE, SALES = PolicyId("finance-needs-mfa"), PolicyId("sales-stays-out")


async def test_a_policy_is_switched_by_key() -> None:
    async with drill() as d:
        await d.press("2")
        assert "○ OFF Finance needs MFA" in d.screen_text()
        await d.press("space")
        assert d.simulation.world.policies[FINANCE].on
        assert "● ON  Finance needs MFA" in d.screen_text()
        await d.press("down", "enter")
        assert not d.simulation.world.policies[SALES].on


async def test_a_policy_is_switched_by_mouse() -> None:
    async with drill() as d:
        await d.click_text("#admin-tabs", "Conditional Policies")
        await d.click("#policies-list", x=1, y=1)
        assert d.simulation.world.policies[FINANCE].on
        await d.click("#policies-list", x=20, y=2)
        assert d.simulation.world.policies[SALES].on, "a click beside the switch only moves the cursor"
        assert d.app.query_one(PolicyList).cursor == 1


async def test_the_details_of_a_policy_say_whom_it_meets_and_what_it_does() -> None:
    async with drill() as d:
        await d.press("2", "down")
        assert d.said("#policy-details").splitlines() == [
            "ON · users: Contractors · resources: User Portal",
            "Effect: Deny – “Not this week.”",
        ]


async def test_a_factor_is_switched_off_and_on() -> None:
    async with drill() as d:
        await d.press("3")
        await d.click("#factor-WEBAUTHN")
        assert d.simulation.world.organization.factors == {Factor.TOTP}
        await d.click("#factor-WEBAUTHN")
        assert d.simulation.world.organization.factors == {Factor.TOTP, Factor.WEBAUTHN}


async def test_webauthn_alone_is_refused_in_place() -> None:
    async with drill() as d:
        await d.press("3", "space")
        assert (
            d.said("#mfa-said") == "WebAuthn cannot be the only factor: TOTP or Duo must be enabled with it."
        )
        assert d.simulation.world.organization.factors == {Factor.TOTP, Factor.WEBAUTHN}
        assert d.app.screen.query_one("#factor-TOTP").value is True  # type: ignore[attr-defined]


async def test_the_portal_default_is_chosen() -> None:
    async with drill() as d:
        await d.press("3")
        d.app.screen.query_one("#portal-default").value = PortalDefault.DENY  # type: ignore[attr-defined]
        await d.settle()
        assert d.simulation.world.organization.portal_default is PortalDefault.DENY


async def test_events_are_listed_newest_first_up_to_the_clock() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 1))) as d:
        await d.press("d", "4")
        events = d.app.query_one(EventsTab)
        assert "user_mfa_exclusion_expired" in events.text_of(0)
        assert "ada.lovelace" in events.text_of(0)
        await d.press("H")
        assert "mail_sent" in events.text_of(0)
