from datetime import timedelta

import pytest

from drill import START, drill, nordwind
from mfadrill.core.organization import Organization
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.users import UserId, UserState
from mfadrill.tui.admin_portal.users.new_user_dialog import NewUserDialog
from mfadrill.tui.admin_portal.users.new_user_view import Form, creating

both_sizes = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
EVE = UserId("eve.holt")


@both_sizes
async def test_a_new_user_with_the_requirement_by_keyboard(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("users.new")
        await d.press(
            *"Eve.Holt",
            *["tab"] * 5,
            *"secret",
            "tab",
            "tab",
            "tab",
            "space",
            "tab",
            "backspace",
            *"14",
            "enter",
        )
        eve = d.user(EVE)
        assert eve.username == "Eve.Holt"
        assert eve.password == "secret"
        assert eve.period is not None
        assert eve.period.ends_at == START + timedelta(days=14)
        assert not isinstance(d.app.screen, NewUserDialog)
        assert d.user_list.user is not None
        assert d.user_list.user.id == EVE


@both_sizes
async def test_a_staged_new_user_waits_in_pre_enrollment_by_mouse(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("users.new")
        await d.type("#username", "eve.holt")
        d.app.screen.query_one("#state").value = UserState.STAGED  # type: ignore[attr-defined]
        await d.click("#required")
        assert "Pre-enrollment: 7 days, starting on activation." in d.said("#brings")
        d.app.screen.query_one("#do").scroll_visible(animate=False)
        await d.settle()
        await d.click("#do")
        assert d.user(EVE).state is UserState.STAGED
        assert d.user(EVE).period is None
        assert d.user(EVE).days == 7


async def test_what_is_refused_is_said_in_place_and_what_was_typed_stays() -> None:
    async with drill() as d:
        before = d.simulation.world
        await d.do("users.new")
        await d.type("#last_name", "Holt")
        await d.click("#required")
        for username, days, says, field in (
            ("ada.lovelace", "7", "taken", "username"),
            ("two words", "7", "no spaces", "username"),
            ("eve.holt", "0", "1 to 365", "days"),
            ("", "7", "1 to 100", "username"),
        ):
            await d.type("#username", username)
            await d.type("#days", days)
            await d.click("#do")
            assert says in d.said("#brings"), username
            assert d.app.focused is d.app.screen.query_one(f"#{field}"), username
            assert d.app.screen.query_one("#brings").has_class("problem"), username
            assert d.app.screen.query_one("#last_name").value == "Holt"  # type: ignore[attr-defined]
            assert d.simulation.world is before, username


def test_without_any_factor_mfa_cannot_be_required_of_a_new_user() -> None:
    simulation = nordwind(UpdateOrganization(factors=frozenset()))
    assert isinstance(simulation.world.organization, Organization)
    form = Form(username="eve.holt", required=True)
    text, problem = creating(form, simulation.world, simulation.now)
    assert problem
    assert "factor first" in text
