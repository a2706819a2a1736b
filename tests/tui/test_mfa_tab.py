from datetime import timedelta

import pytest

from drill import ADA, ALAN, GRACE, HAO, Drill, drill, nordwind
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Plan, PortalDefault
from mfadrill.core.policies import DeviceManaged, Policy, PolicyId
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import UpdateOrganization
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.mfa.harm import Harm, harm
from mfadrill.tui.confirm_dialog import ConfirmDialog

both_sizes = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)


@both_sizes
async def test_unified_mfa_is_switched_by_mouse(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("admin.mfa")
        d.main("#unified").scroll_visible(animate=False, immediate=True)
        await d.settle()
        await d.click("#unified")
        assert d.simulation.world.organization.unified_mfa


@both_sizes
@pytest.mark.parametrize(
    ("field", "typed", "setting", "value"),
    [
        ("attempts", "3", "max_login_attempts", 3),
        ("minutes", "45", "lockout_minutes", 45),
        ("minutes", "", "lockout_minutes", None),
        ("push", "90", "push_timeout_seconds", 90),
    ],
)
async def test_numbers_are_saved_on_enter(
    size: tuple[int, int], field: str, typed: str, setting: str, value: int | None
) -> None:
    async with drill(size=size) as d:
        await d.do("admin.mfa")
        number = d.main(f"#number-{field}")
        number.focus()
        number.value = typed
        await d.press("enter")
        assert getattr(d.simulation.world.organization, setting) == value


async def test_a_number_is_saved_when_the_focus_leaves_it() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        d.main("#number-attempts").focus()
        d.main("#number-attempts").value = "8"
        await d.press("tab")
        assert d.simulation.world.organization.max_login_attempts == 8


async def test_a_number_that_is_refused_says_why_and_stays_typed() -> None:
    async with drill() as d:
        before = d.simulation.world
        await d.do("admin.mfa")
        for field, typed, says in (
            ("attempts", "many", "'many' is not a whole number"),
            ("attempts", "0", "at least 1"),
            ("minutes", "-5", "'-5' is not a whole number"),
            ("push", "3601", "from 1 second to an hour"),
        ):
            d.main(f"#number-{field}").focus()
            d.main(f"#number-{field}").value = typed
            await d.press("enter")
            assert says in d.said("#number-said"), typed
            assert d.main(f"#number-{field}").value == typed
            assert d.simulation.world is before, typed


async def test_the_plan_is_chosen_and_stays_premium_while_a_policy_has_conditions() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        d.main("#plan").value = Plan.STANDARD
        await d.settle()
        assert d.simulation.world.organization.plan is Plan.STANDARD
    managed = Policy(id=PolicyId(""), name="Managed only", conditions=DeviceManaged())
    async with drill(nordwind(CreatePolicy(managed))) as d:
        await d.do("admin.mfa")
        d.main("#plan").value = Plan.STANDARD
        await d.settle()
        assert "Managed only" in d.said("#mfa-said")
        assert d.main("#plan").value is Plan.PREMIUM


async def test_a_refused_number_is_kept_while_other_settings_change() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        d.main("#number-attempts").focus()
        d.main("#number-attempts").value = "many"
        await d.press("tab", "tab")
        assert "'many' is not a whole number" in d.said("#number-said")
        d.main("#unified").focus()
        await d.press("space")
        assert d.simulation.world.organization.unified_mfa
        assert d.main("#number-attempts").value == "many"
        assert "'many' is not a whole number" in d.said("#number-said")


async def test_undoing_a_number_shows_the_old_one_again() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        d.main("#number-push").focus()
        d.main("#number-push").value = "090"
        await d.press("enter")
        assert d.main("#number-push").value == "90"
        d.main("#unified").focus()
        await d.do("time.undo")
        assert d.main("#number-push").value == "60"


# What hurts


def hurting() -> Simulation:
    """Grace has enrolled in TOTP, the periods of Ada (running) and Hao (over), Alan is staged and waits."""
    simulation = nordwind(factors=frozenset({Factor.TOTP, Factor.PUSH}))
    simulation.act(RequireMfa((HAO,), 1))
    simulation.advance(timedelta(days=2))
    simulation.act(RequireMfa((ADA, ALAN, GRACE), 7))
    return simulation


def test_totp_off_takes_statuses_and_leaves_the_enrolled_to_set_up_another_factor() -> None:
    simulation = hurting()
    off = UpdateOrganization(factors=frozenset({Factor.PUSH}))
    found = harm(off, simulation.world, simulation.now)
    assert found.lines() == [
        "4 users lose their TOTP status: 1 enrolled, 1 in enrollment, 1 expired, 1 pre-enrollment.",
        "2 users would have to set up another factor.",
    ]


def test_no_factor_left_denies_those_who_need_one() -> None:
    simulation = hurting()
    found = harm(UpdateOrganization(factors=frozenset()), simulation.world, simulation.now)
    assert "3 users would be denied at the User Portal." in found.lines()


def test_deny_by_default_turns_away_everybody_who_is_let_in_now_or_asked() -> None:
    simulation = hurting()
    found = harm(UpdateOrganization(portal_default=PortalDefault.DENY), simulation.world, simulation.now)
    assert found == Harm(denied=7), "all but Alan, who is staged"


def test_what_hurts_nobody_says_nothing() -> None:
    simulation = hurting()
    assert not harm(
        UpdateOrganization(factors=frozenset({Factor.TOTP})), simulation.world, simulation.now
    ).any
    assert not Harm().any


def title(d: Drill) -> str:
    return str(d.app.screen.query_one("#box").border_title)


@both_sizes
async def test_a_factor_that_is_used_asks_before_it_is_switched_off_by_keyboard(
    size: tuple[int, int],
) -> None:
    async with drill(hurting(), size) as d:
        await d.do("admin.mfa")
        assert "4 users lose their TOTP status" in d.said("#mfa-touches")
        await d.press("space")
        assert title(d) == "Switch off TOTP?"
        assert "1 enrolled, 1 in enrollment, 1 expired, 1 pre-enrollment" in d.said("#touches")
        await d.press("enter")
        assert Factor.TOTP in d.simulation.world.organization.factors, "cancel has the focus"
        assert d.main("#factor-TOTP").value
        await d.press("space", "shift+tab", "enter")
        assert d.simulation.world.organization.factors == {Factor.PUSH}
        assert not d.main("#factor-TOTP").value
        assert d.said("#mfa-touches") == ""


@both_sizes
async def test_a_factor_that_is_used_asks_before_it_is_switched_off_by_mouse(size: tuple[int, int]) -> None:
    async with drill(hurting(), size) as d:
        await d.do("admin.mfa")
        await d.click("#factor-TOTP")
        await d.click("#cancel")
        assert Factor.TOTP in d.simulation.world.organization.factors
        await d.click("#factor-TOTP")
        await d.click("#do")
        assert d.simulation.world.organization.factors == {Factor.PUSH}


async def test_a_factor_that_nobody_uses_is_switched_off_at_once() -> None:
    async with drill(hurting()) as d:
        await d.do("admin.mfa")
        await d.click("#factor-PUSH")
        assert d.simulation.world.organization.factors == {Factor.TOTP}


async def test_leaving_the_question_leaves_the_portal_default_as_it_was() -> None:
    async with drill(hurting()) as d:
        await d.do("admin.mfa")
        d.main("#portal-default").focus()
        await d.settle()
        assert "7 users would be denied" in d.said("#mfa-touches")
        d.main("#portal-default").value = PortalDefault.DENY
        await d.settle()
        assert "7 users would be denied" in d.said("#touches")
        await d.press("escape")
        assert d.simulation.world.organization.portal_default is PortalDefault.USER_SETTING
        assert d.main("#portal-default").value is PortalDefault.USER_SETTING


async def test_a_large_organization_is_counted_in_a_thread_before_it_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mfadrill.tui.admin_portal.mfa.mfa_tab.MANY", 3)
    async with drill(hurting()) as d:
        await d.do("admin.mfa")
        await d.click("#factor-TOTP")
        assert isinstance(d.app.screen, ConfirmDialog)
        await d.click("#do")
        assert d.simulation.world.organization.factors == {Factor.PUSH}


async def test_two_factors_are_switched_in_quick_succession() -> None:
    async with drill() as d:
        await d.do("admin.mfa")
        factors = d.simulation.world.organization.factors
        d.simulation.act(UpdateOrganization(factors=factors | {Factor.PUSH}))
        d.main("#factor-DUO").value = True  # what this asks for is still on its way when Push is shown
        d.app.changed()
        await d.settle()
        assert d.simulation.world.organization.factors == factors | {Factor.PUSH, Factor.DUO}
        assert d.main("#factor-PUSH").value
        assert d.main("#factor-DUO").value
