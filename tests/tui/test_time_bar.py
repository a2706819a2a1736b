from datetime import timedelta

import pytest

from drill import ADA, HAO, START, drill, nordwind
from mfadrill.core.behaviour import PRESETS
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.factors import FactorStatus
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.status import totp_status
from mfadrill.sim.simulation import TOO_EARLY, TOO_FAR
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.time_bar.bar import CONTROLS
from mfadrill.tui.time_bar.date_dialog import DateDialog
from mfadrill.tui.time_bar.past_question import PastQuestion

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def test_keys_move_the_clock_by_hours_days_and_weeks() -> None:
    async with drill() as d:
        await d.press("h", "d", "w")
        assert d.simulation.now == START + HOUR + 8 * DAY
        await d.press("H", "D", "W")
        assert d.simulation.now == START
        assert d.said("#clock") == "‖ Mon 2 Mar 2026 09:00"


async def test_a_step_back_stops_at_the_start_and_then_says_why() -> None:
    async with drill() as d:
        await d.press("d", "W")
        assert d.simulation.now == START
        await d.press("D")
        assert d.notices == ["The clock stands at the start; there is nothing before it."]


async def test_the_next_event_is_said_before_going_there() -> None:
    async with drill(nordwind(RequireMfa((ADA, HAO), 7))) as d:
        assert "next: Sun 8 Mar 09:00, 2 reminders" in d.told
        await d.press("n")
        assert d.simulation.now == START + 6 * DAY
        assert d.told.startswith("6 days later: 2 mails sent")
        await d.press("n")
        assert "2 periods ended" in d.told
        assert "✗ expired 9 Mar" in d.line(0)
        await d.press("n")
        assert d.notices == ["Nothing will happen by itself: no period runs and nothing is scheduled."]


async def test_the_crowd_is_switched_on_and_off_and_the_bar_says_so() -> None:
    async with drill(nordwind(RequireMfa((ADA, HAO), 7))) as d:
        assert not d.app.query_one("#crowd").display
        await d.app.action_do("time.crowd")
        await d.press("home", "enter")
        assert d.simulation.world.behaviour == PRESETS["eager"]
        assert d.said("#crowd").strip() == "crowd: eager"
        await d.press("w")
        assert "log-ins" in d.told
        await d.press("u")
        assert d.simulation.world.behaviour is None
        assert not d.app.query_one("#crowd").display


async def test_the_clock_goes_to_a_date() -> None:
    async with drill() as d:
        await d.press("g")
        await d.type("#date", "9 Mar 2026 09:00")
        assert d.said("#meant") == "Mon 9 Mar 2026 09:00, 7 days ahead"
        await d.press("enter")
        assert d.simulation.now == START + 7 * DAY


async def test_a_bad_date_is_explained_and_nothing_moves() -> None:
    async with drill() as d:
        await d.do("time.date")
        await d.type("#date", "soon")
        assert d.said("#meant") == ""
        await d.click("#go")
        assert isinstance(d.app.screen, DateDialog)
        assert "'soon' is not a date" in d.said("#meant")
        assert d.simulation.now == START


async def test_a_date_before_the_start_is_refused_in_the_simulations_words() -> None:
    async with drill() as d:
        await d.do("time.date")
        await d.type("#date", "2025-01-01")
        await d.click("#go")
        assert isinstance(d.app.screen, DateDialog)
        assert d.said("#meant").startswith("The simulation starts later than that")
        assert d.app.screen.query_one("#date").value == "2025-01-01"  # type: ignore[attr-defined]
        assert d.simulation.now == START


async def test_a_date_that_is_out_of_reach_is_refused_in_place() -> None:
    async with drill() as d:
        await d.press("g")
        for text, words in (("+999999w", TOO_FAR), ("-999999d", TOO_EARLY), ("2036-06-01", TOO_FAR)):
            await d.type("#date", text)
            assert d.said("#meant") == words, text
            await d.press("enter")
            assert isinstance(d.app.screen, DateDialog), text
            assert d.said("#meant") == words, text
            assert d.simulation.now == START, text


async def test_back_to_the_start_marks_the_past() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await d.press("w")
        assert not d.main("#past").display
        await d.press("0")
        assert d.simulation.now == START
        assert d.main("#past").display
        assert "acting here starts a new branch" in d.told


async def test_acting_in_the_past_tells_of_the_new_branch() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await d.press("w", "0", "r", "enter")
        assert isinstance(d.app.screen, ResultSheet)
        assert d.app.screen.note.endswith("so it happened on a new branch: branch 2.")
        await d.press("enter")
        assert "acted in the past: now on the new branch 2" in d.told
        assert "branch: branch 2" in d.main("#header-title").plain
        assert not d.main("#past").display


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_first_act_in_the_past_asks_once(size: tuple[int, int]) -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7)), size) as d:
        d.app.asks_in_the_past = True
        await d.press("w", "0", "r", "enter")
        assert isinstance(d.app.screen, PastQuestion)
        await d.press("escape")
        assert [*d.simulation.branches] == ["main"]
        await d.press("enter", "enter")
        assert isinstance(d.app.screen, ResultSheet)
        assert [*d.simulation.branches] == ["main", "branch 2"]
        await d.press("enter", "w", "0", "r", "enter")
        assert isinstance(d.app.screen, ResultSheet)


async def test_branches_are_switched() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        await d.press("w", "0")
        await d.do("users.remove")
        await d.click("#do")
        await d.press("enter", "ctrl+g", "up", "enter")
        assert d.simulation.timeline.name == "main"
        assert d.told.startswith("now on main")
        assert d.user(ADA).required


async def test_undo_steps_back_before_the_latest_act() -> None:
    async with drill() as d:
        await d.press("u")
        assert d.notices == ["There is nothing to undo."]
        await d.press("r", "enter", "enter", "d", "u")
        assert not d.user(ADA).required
        assert d.simulation.now == START
        assert d.told.startswith(
            "Undone: require MFA (Mon 2 Mar 2026 09:00); on branch 2 now, main has it still"
        )


async def test_undoing_more_and_more_names_the_branch_that_has_it_still() -> None:
    async with drill() as d:
        await d.press("r", "enter", "enter", "down", "down", "r", "enter", "enter", "u", "u")
        assert "main has it still" in d.told
        assert d.simulation.timeline.name in d.told
        assert not d.user(ADA).required


async def test_every_control_works_by_mouse() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        labels = {id_: long for id_, long, _ in CONTROLS}
        expected = START
        for id_, change in (
            ("time.forward-week", 7 * DAY),
            ("time.forward-day", DAY),
            ("time.forward-hour", HOUR),
            ("time.back-hour", -HOUR),
            ("time.back-day", -DAY),
            ("time.back-week", -7 * DAY),
            ("time.next", 6 * DAY),
            ("time.start", -6 * DAY),
        ):
            await d.click_text("#controls", labels[id_])
            expected += change
            assert d.simulation.now == expected, id_
        await d.click_text("#controls", labels["time.date"])
        assert isinstance(d.app.screen, DateDialog)


async def test_a_click_on_the_strip_goes_there() -> None:
    async with drill() as d:
        strip = d.main("#strip")
        await d.click("#strip", x=strip.size.width // 2)
        assert START + 6 * DAY < d.simulation.now < START + 8 * DAY


async def test_the_panes_show_the_world_of_the_clock() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 1))) as d:
        await d.press("d")
        world = d.simulation.world
        assert (
            totp_status(world.users[ADA], world.organization, d.simulation.now)
            is FactorStatus.ENROLLMENT_EXPIRED
        )
        assert "✗ expired 3 Mar" in d.line(0)
        await d.press("H")
        assert "◔ 1 day left" in d.line(0)


async def test_keys_pressed_while_the_crowd_comes_add_up() -> None:
    async with drill(nordwind(SetBehaviour(PRESETS["typical"]))) as d:
        for _ in range(3):
            d.app.action_travel_hours(24)
        await d.settle()
        assert d.simulation.now == START + timedelta(days=3)
        d.app.action_travel_hours(-240)
        await d.settle()
        assert d.simulation.now == START
