import pytest

from drill import drill, nordwind
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.organization import Plan
from mfadrill.core.policies import DeviceManaged, Policy, PolicyId

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


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("attempts", "many", "'many' is not a whole number"),
        ("attempts", "0", "at least 1"),
        ("minutes", "-5", "'-5' is not a whole number"),
        ("push", "3601", "from 1 second to an hour"),
    ],
)
async def test_a_number_that_is_refused_says_why_and_stays_typed(field: str, typed: str, says: str) -> None:
    async with drill() as d:
        before = d.simulation.world
        await d.do("admin.mfa")
        d.main(f"#number-{field}").focus()
        d.main(f"#number-{field}").value = typed
        await d.press("enter")
        assert says in d.said("#number-said")
        assert d.main(f"#number-{field}").value == typed
        assert d.simulation.world is before


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
