from drill import ADA, START, drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.tui.actions.registry import ACTIONS
from mfadrill.tui.admin_portal.pane import AdminPortal
from mfadrill.tui.admin_portal.user_sheet.user_sheet import UserSheet
from mfadrill.tui.header import HeaderView, header_links
from mfadrill.tui.help_screen import HelpScreen
from mfadrill.tui.messages import OpenLogIn, Perform
from mfadrill.tui.palette import DrillCommands
from mfadrill.tui.too_small import TooSmall
from mfadrill.tui.user_portal.pane import UserPortal


def test_the_header_keeps_the_branch_when_it_is_narrow() -> None:
    view = HeaderView(
        "A very long title of a scenario", "An organization with a very long name", 48, "branch 2"
    )
    for width in (50, 60, 80, 160):
        text = "".join(link.text for link in header_links(view, width))
        assert len(text) <= width
        assert text.endswith("branch: branch 2") or width == 160
    assert "scenario" in text


async def test_both_panes_are_side_by_side_from_120_columns_on() -> None:
    async with drill(size=(120, 40)) as d:
        assert d.app.query_one(AdminPortal).display
        assert d.app.query_one(UserPortal).display
        assert d.main("#header-switch").plain == ""
        await d.press("ctrl+o")
        assert d.app.query_one(UserPortal).has_focus_within
        await d.press("ctrl+o")
        assert d.app.query_one(AdminPortal).has_focus_within


async def test_below_120_columns_a_key_or_click_switches_the_pane() -> None:
    async with drill(size=(119, 40)) as d:
        admin, user = d.app.query_one(AdminPortal), d.app.query_one(UserPortal)
        assert (admin.display, user.display) == (True, False)
        await d.press("ctrl+o")
        assert (admin.display, user.display) == (False, True)
        assert user.has_focus_within
        await d.click_text("#header-switch", "Admin")
        assert (admin.display, user.display) == (True, False)
        await d.click_text("#header-switch", "User")
        assert (admin.display, user.display) == (False, True)


async def test_the_panes_follow_the_size_of_the_terminal() -> None:
    async with drill(size=(120, 40)) as d:
        await d.pilot.resize_terminal(100, 30)
        await d.settle()
        assert not d.app.query_one(UserPortal).display
        assert d.main("#key-line").plain.endswith("other pane ")
        assert len(d.main("#key-line").plain) <= 100
        await d.pilot.resize_terminal(140, 30)
        await d.settle()
        assert d.app.query_one(UserPortal).display


async def test_a_terminal_that_is_too_small_is_told_so() -> None:
    async with drill(size=(79, 23)) as d:
        assert isinstance(d.app.screen, TooSmall)
        assert "needs 80×24" in d.screen_text()
        assert "has 79×23" in d.screen_text()
        await d.pilot.resize_terminal(60, 10)
        await d.settle()
        assert "has 60×10" in d.screen_text()
        await d.pilot.resize_terminal(80, 24)
        await d.settle()
        assert len(d.app.screen_stack) == 1
        await d.press("down")
        assert d.user_list.cursor == 1


async def test_the_help_lists_every_action_and_why_it_cannot_be_used() -> None:
    async with drill(size=(160, 240)) as d:
        await d.press("question_mark")
        assert isinstance(d.app.screen, HelpScreen)
        text = " ".join(d.screen_text().split())
        for action in ACTIONS:
            assert action.label in text
        assert "Not now: No user is selected." in text
        await d.press("escape")
        assert len(d.app.screen_stack) == 1


async def test_the_palette_offers_actions_users_and_branches() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await d.press("w", "0")
        await d.do("users.remove")
        await d.click("#do")
        await d.press("enter")
        provider = DrillCommands(d.app.screen)
        found = [str(hit.prompt) async for hit in provider.discover()]
        assert "Branch: switch to main" in found
        assert "Time: Next event  [n]" in found
        users = [hit async for hit in provider.search("hopper")]
        assert str(users[0].prompt) == "User: open grace.hopper (Grace Hopper)"
        await users[0].command()
        await d.settle()
        assert isinstance(d.app.screen, UserSheet)


async def test_the_palette_says_why_something_cannot_be_done() -> None:
    async with drill() as d:
        hits = [hit async for hit in DrillCommands(d.app.screen).discover()]
        undo = next(hit for hit in hits if "Undo" in str(hit.prompt))
        assert undo.help == "Not now: There is nothing to undo."
        assert hits.index(undo) > len(hits) // 2


async def test_the_palette_opens_by_its_key_and_runs() -> None:
    async with drill() as d:
        await d.press("ctrl+p", *"forward a day")
        await d.settle()
        await d.press("enter")
        await d.settle()
        assert (d.simulation.now - START).days == 1


async def test_a_refusal_that_nobody_waits_for_is_a_notification() -> None:
    async with drill(nordwind(factors=frozenset())) as d:
        d.users.post_message(Perform(RequireMfa((ADA,), 7)))
        await d.settle()
        assert d.notices == ["MFA cannot be required: configure an MFA factor first."]


async def test_acting_in_one_pane_shows_in_the_other() -> None:
    async with drill() as d:
        await d.press("l")
        await d.settle()
        d.users.post_message(Perform(RequireMfa((ADA,), 7)))
        await d.settle()
        assert d.app.query_one(UserPortal)._world is d.simulation.world


async def test_a_log_in_link_brings_the_user_portal_on_screen() -> None:
    async with drill(size=(80, 24)) as d:
        d.users.post_message(OpenLogIn("grace.hopper"))
        await d.settle()
        assert d.app.query_one(UserPortal).display
        assert "grace.hopper" in d.screen_text()


async def test_the_colors_can_be_light() -> None:
    async with drill() as d:
        await d.press("ctrl+t")
        assert d.app.theme == "mfadrill-light"
        await d.press("ctrl+t")
        assert d.app.theme == "mfadrill-dark"


async def test_the_help_begins_with_what_has_the_focus_and_its_keys() -> None:
    async with drill(size=(100, 30)) as d:
        await d.press("6", "question_mark")
        text = d.screen_text()
        assert "Events: everything that happened" in text
        assert text.index("Events: everything") < text.index("Only problems")
        await d.press("escape", "ctrl+o", "f1")
        assert "User Portal: the log-in" in d.screen_text()
