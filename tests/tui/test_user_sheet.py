from datetime import timedelta

import pytest

from drill import ADA, ALAN, GRACE, START, Drill, drill, nordwind
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.policies import Action, CountryIn, Effect, Not, Policy, PolicyId
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.users import UserId
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.bulk.bulk_dialog import BulkDialog
from mfadrill.tui.admin_portal.user_sheet.groups_page import GroupsPage
from mfadrill.tui.admin_portal.user_sheet.page_line import PAGES
from mfadrill.tui.user_portal.pane import UserPortal

#: Where the name of each page begins on the row of pages.
PAGE = {
    page: sum(len(name) + 2 for name in list(PAGES.values())[:number]) + 1
    for number, page in enumerate(PAGES)
}
both_sizes = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)


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
        await d.click("#pages", x=PAGE["log-in"])
        assert d.said("#meets").startswith("set up MFA")


async def test_days_that_are_none_are_refused_in_place_and_nothing_changes() -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        before = d.simulation.world
        d.app.screen.query_one("#required").value = True  # type: ignore[attr-defined]
        for days in ("seven", "0", "366", "7.5"):
            await d.type("#days", "7")
            assert not d.app.screen.query_one("#days-said").has_class("problem")
            await d.type("#days", days)
            await d.click("#save")
            assert "Days must be a whole number from 1 to 365" in d.said("#days-said"), days
            assert d.app.screen.query_one("#days-said").has_class("problem"), days
            assert d.app.focused is d.app.screen.query_one("#days"), days
            assert d.simulation.world is before, days


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
    [("#state", ADA, "suspend"), ("#state", ALAN, "activate")],
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


def expired() -> Simulation:
    simulation = nordwind(RequireMfa((ADA,), 7))
    simulation.advance(timedelta(days=8))
    return simulation


@both_sizes
async def test_totp_mfa_expired_then_reset_then_save_user_by_mouse(size: tuple[int, int]) -> None:
    async with drill(expired(), size) as d:
        await open_sheet(d, ADA)
        assert d.said("#totp").startswith("TOTP MFA: Expired since Mon 9 Mar 2026 09:00")
        await d.click("#reset")
        d.app.screen.query_one("#days-said").scroll_visible(animate=False)
        await d.type("#days", "3")
        assert "The period ends Fri 13 Mar 2026 09:00" in d.said("#days-said")
        assert d.user(ADA).period == expired().world.users[ADA].period
        d.app.screen.query_one("#save").scroll_visible(animate=False)
        await d.settle()
        await d.click("#save")
        assert d.said("#said") == "Saved: TOTP reset, period started."
        assert "3 days left" in d.said("#totp")
        assert not d.app.screen.query_one("#reset").value  # type: ignore[attr-defined]


@both_sizes
async def test_totp_mfa_expired_then_reset_then_save_user_by_keyboard(size: tuple[int, int]) -> None:
    async with drill(expired(), size) as d:
        await d.press("enter", "tab", "space", "tab", "backspace", "3", "enter")
        assert d.said("#said") == "Saved: TOTP reset, period started."
        assert "3 days left" in d.said("#totp")


@both_sizes
async def test_every_page_is_reached_by_keyboard_and_by_mouse(size: tuple[int, int]) -> None:
    async with drill(expired(), size) as d:
        await open_sheet(d, ADA)
        for page in list(PAGES)[1:]:
            await d.press("right_square_bracket")
            assert d.app.screen.page == page  # type: ignore[attr-defined]
        for page in PAGES:
            await d.click("#pages", x=PAGE[page])
            assert d.app.screen.page == page  # type: ignore[attr-defined]
        assert "Why is Ada Lovelace kept out?" in d.screen_text()
        assert "Latest admin action that would have prevented it: until Mon 9 Mar 2026 09:00" in d.said(
            "#prevented"
        )


async def test_groups_are_joined_on_their_page_and_saved_with_the_rest() -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        await d.press("right_square_bracket", "tab")
        await d.click("#groups", x=3)
        await d.click("#save")
        assert d.user(ADA).groups == {"contractors"}
        assert not d.app.screen.query_one("#unsaved").display


async def test_an_event_of_the_activity_sets_the_clock_to_its_instant() -> None:
    async with drill(expired()) as d:
        await open_sheet(d, ADA)
        d.app.screen.action_page("activity")  # type: ignore[attr-defined]
        await d.settle()
        d.app.screen.query_one("#activity-list").focus()
        await d.press("enter")
        assert d.simulation.now == START + timedelta(days=7)


async def test_what_is_typed_outlives_a_change_of_the_world_below_the_sheet() -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        await d.click("#required")
        await d.type("#days", "30")
        d.app.travel(timedelta(hours=1))
        await d.settle()
        assert d.app.screen.query_one("#days").value == "30"  # type: ignore[attr-defined]
        assert d.app.screen.query_one("#required").value is True  # type: ignore[attr-defined]
        assert d.app.screen.query_one("#unsaved").display


async def test_the_log_in_page_asks_for_another_context() -> None:
    german = Policy(
        id=PolicyId(""),
        name="Only from Germany",
        conditions=Not(CountryIn(frozenset({"DE"}))),
        effect=Effect(action=Action.DENY),
    )
    async with drill(nordwind(CreatePolicy(german))) as d:
        await open_sheet(d, GRACE)
        d.app.screen.action_page("log-in")  # type: ignore[attr-defined]
        await d.settle()
        assert "its conditions need what is unknown (country)" in d.said("#meets")
        await d.type("#from-country", "fr")
        assert d.said("#meets").startswith("denied")
        await d.type("#from-country", "de")
        assert d.said("#meets").startswith("let in")


async def test_what_is_not_edited_follows_the_world_below_the_sheet() -> None:
    simulation = nordwind()
    simulation.advance(timedelta(days=1))
    simulation.act(RequireMfa((ADA,), 30))
    async with drill(simulation) as d:
        await open_sheet(d, ADA)
        d.app.screen.action_page("groups")  # type: ignore[attr-defined]
        await d.settle()
        await d.click("#groups", x=3)
        d.app.travel(-timedelta(hours=1))
        await d.settle()
        assert not d.app.screen.query_one("#required").value  # type: ignore[attr-defined]
        assert d.app.screen.query_one("#days").value == "7"  # type: ignore[attr-defined]
        assert d.app.screen.query_one(GroupsPage).ticked == {"contractors"}
        assert d.said("#days-said").splitlines() == ["Joins Contractors (policies: Sales stays out)."]
        await d.click("#save")
        assert d.user(ADA).groups == {"contractors"}
        assert not d.user(ADA).required


async def test_a_reset_that_no_longer_applies_stays_in_sight_and_can_be_taken_back() -> None:
    simulation = nordwind()
    simulation.advance(timedelta(days=1))
    simulation.act(RequireMfa((ADA,), 7))
    async with drill(simulation) as d:
        await open_sheet(d, ADA)
        await d.click("#reset")
        d.app.travel(-timedelta(hours=1))
        await d.settle()
        assert "nothing to reset" in d.said("#days-said")
        assert d.app.screen.query_one("#reset").display
        await d.click("#reset")
        assert not d.app.screen.query_one("#unsaved").display
        assert not d.app.screen.query_one("#reset").display


async def test_a_refused_save_changes_nothing_and_keeps_everything_that_was_set() -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        d.simulation.act(UpdateOrganization(factors=frozenset()))  # nobody told the sheet
        before = d.simulation.world
        await d.click("#required")
        await d.type("#days", "21")
        await d.click("#save")
        assert "configure an MFA factor first" in d.said("#said")
        assert d.simulation.world is before
        assert d.app.screen.query_one("#days").value == "21"  # type: ignore[attr-defined]
        assert d.app.screen.query_one("#required").value is True  # type: ignore[attr-defined]
        assert d.app.screen.query_one("#unsaved").display


async def test_what_is_unsaved_is_in_sight_on_every_page_and_on_no_page_when_nothing_is() -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        await d.press("right_square_bracket", "right_square_bracket")
        assert not d.app.screen.query_one("#save-row").display
        await d.press("left_square_bracket", "left_square_bracket")
        await d.click("#required")
        for page in list(PAGES)[1:]:
            await d.press("right_square_bracket")
            assert d.app.screen.page == page  # type: ignore[attr-defined]
            assert "unsaved" in d.screen_text()


async def test_the_pages_stay_where_they_are_when_another_is_turned_to() -> None:
    async with drill(expired(), (120, 40)) as d:
        await open_sheet(d, ADA)
        places = set()
        for _ in PAGES:
            await d.press("right_square_bracket")
            places.add(d.app.screen.query_one("#pages").region.y)
        assert len(places) == 1


async def test_an_activity_says_where_the_clock_went() -> None:
    async with drill(expired()) as d:
        await open_sheet(d, ADA)
        d.app.screen.action_page("activity")  # type: ignore[attr-defined]
        await d.settle()
        await d.click("#activity-list", y=1, times=2)
        assert d.simulation.now == START + timedelta(days=6)
        assert d.said("#activity-said").startswith("The clock is set to Sun 8 Mar 2026 09:00")


async def test_a_save_of_several_things_is_one_act_that_one_undo_takes_back() -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        await d.click("#required")
        d.app.screen.action_page("groups")  # type: ignore[attr-defined]
        await d.settle()
        await d.click("#groups", x=3)
        await d.click("#save")
        assert d.user(ADA).required
        assert d.user(ADA).groups
        await d.press("escape", "u")
        assert not d.user(ADA).required
        assert not d.user(ADA).groups
        assert "Undone: require MFA, add to group" in d.told


async def test_an_address_that_is_none_is_said_in_place_of_the_outcome() -> None:
    async with drill() as d:
        await open_sheet(d, ADA)
        d.app.screen.action_page("log-in")  # type: ignore[attr-defined]
        await d.settle()
        assert "What happens if Ada Lovelace logs in now?" in d.screen_text()
        await d.type("#from-ip", "10.0.0")
        assert d.said("#meets") == "'10.0.0' is not an IP address."
        await d.type("#from-ip", "10.0.0.1")
        assert d.said("#meets").startswith("let in")
