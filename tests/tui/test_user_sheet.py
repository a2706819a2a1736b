import pytest

from drill import ADA, ALAN, GRACE, Drill, drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.users import UserId
from mfadrill.tui.admin_portal.bulk.bulk_dialog import BulkDialog
from mfadrill.tui.user_portal.pane import UserPortal


async def open_sheet(d: Drill, user: UserId) -> None:
    d.users.open_user(user)
    await d.settle()


async def test_mfa_is_required_on_the_user_account() -> None:
    async with drill() as d:
        await d.press("enter", "space")
        await d.type("#days", "30")
        await d.click("#save")
        assert d.said("#said") == "Saved: period started."
        assert d.user(ADA).days == 30
        assert "30 days left" in d.said("#totp")
        assert d.said("#meets").startswith("set up MFA")


@pytest.mark.parametrize("days", ["seven", "0", "366", "7.5"])
async def test_days_that_are_none_are_refused_in_place_and_nothing_changes(days: str) -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        before = d.simulation.world
        d.app.screen.query_one("#required").value = True  # type: ignore[attr-defined]
        await d.type("#days", days)
        await d.click("#save")
        assert "Days must be a whole number from 1 to 365" in d.said("#days-said")
        assert d.app.screen.query_one("#days-said").has_class("problem")
        assert d.app.focused is d.app.screen.query_one("#days")
        assert d.simulation.world is before


async def test_the_sheet_says_when_the_period_would_end_and_that_it_is_unsaved() -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        assert not d.app.screen.query_one("#unsaved").display
        await d.click("#required")
        assert d.app.screen.query_one("#unsaved").display
        assert d.said("#days-said") == "The period ends Mon 9 Mar 2026 09:00 Europe/Berlin."
        await d.type("#days", "30")
        assert d.said("#days-said").splitlines() == [
            "The period ends Wed 1 Apr 2026 10:00 Europe/Berlin.",
            "Not at 09:00: the clocks change on Sun 29 Mar, and a day is 24 hours.",
        ]
        await d.click("#save")
        assert not d.app.screen.query_one("#unsaved").display
        assert d.said("#days-said") == ""


async def test_the_requirement_is_removed_by_unticking() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await open_sheet(d, ADA)
        await d.click("#required")
        await d.click("#save")
        assert d.said("#said") == "Saved: requirement removed."
        assert not d.user(ADA).required


async def test_discarding_puts_back_what_is_saved() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await open_sheet(d, ADA)
        await d.click("#required")
        await d.type("#days", "99")
        await d.click("#discard")
        assert d.app.screen.query_one("#required").value is True  # type: ignore[attr-defined]
        assert d.app.screen.query_one("#days").value == "7"  # type: ignore[attr-defined]
        await d.click("#save")
        assert d.said("#said") == "Nothing was changed, so nothing is saved."


async def test_a_staged_user_waits_in_pre_enrollment() -> None:
    async with drill() as d:
        await open_sheet(d, ALAN)
        assert "the period starts on activation" in d.said("#days-note")
        await d.click("#required")
        await d.click("#save")
        assert d.said("#said") == "Saved: pre-enrollment."


@pytest.mark.parametrize(
    ("button", "user", "title"),
    [("#reset", GRACE, "reset"), ("#state", ADA, "suspend"), ("#state", ALAN, "activate")],
)
async def test_the_sheet_leads_to_the_other_actions_for_its_user(
    button: str, user: UserId, title: str
) -> None:
    async with drill() as d:
        await open_sheet(d, user)
        await d.click(button)
        assert isinstance(d.app.screen, BulkDialog)
        assert d.app.screen.action.id == title
        assert d.app.screen.users == (user,)


async def test_the_sheet_opens_the_log_in_of_its_user() -> None:
    async with drill() as d:
        await open_sheet(d, GRACE)
        await d.click("#log-in")
        assert len(d.app.screen_stack) == 1
        assert "grace.hopper" in d.screen_text().split("│")[1] or "grace.hopper" in d.screen_text()
        assert d.app.query_one(UserPortal).has_focus_within
