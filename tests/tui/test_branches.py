"""The Branches screen: the tree, two branches side by side, and a branch told again without one act."""

from drill import ADA, START, Drill, drill, line_of, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.branches.acts_screen import ActsScreen
from mfadrill.tui.branches.branches_screen import BranchesScreen, BranchList
from mfadrill.tui.branches.comparison_screen import ComparisonList, ComparisonScreen
from rehearsal import DAY


def two_pasts() -> Simulation:
    """On main Ada has 3 days; on branch 2, which parted on the second day, she has 20."""
    simulation = nordwind()
    simulation.act(RequireMfa((ADA,), 3))
    simulation.advance(5 * DAY)
    simulation.travel_to(START + DAY)
    simulation.act(RequireMfa((ADA,), 20))
    simulation.advance(4 * DAY)
    return simulation


def lines(d: Drill, kind: type[BranchList] | type[ComparisonList]) -> list[str]:
    found = d.app.screen.query_one(kind)
    return [line_of(found, index).rstrip() for index in range(found.line_count())]


async def test_the_tree_says_which_branch_is_which() -> None:
    async with drill(two_pasts(), (80, 24)) as d:
        await d.press("ctrl+g")
        assert isinstance(d.app.screen, BranchesScreen)
        main, second = lines(d, BranchList)
        assert main.startswith("☐   main")
        assert main.endswith("1 act")
        assert second.startswith("☐ ● └ branch 2")
        assert "from main, Tue 3 Mar 2026 09:00" in second
        assert second.endswith("2 acts")
        assert "with    Tue 3 Mar 2026 09:00  require MFA: ada.lovelace, 20 days" in d.said("#told-of")


async def test_a_branch_is_renamed_and_a_name_that_cannot_be_is_explained() -> None:
    async with drill(two_pasts()) as d:
        await d.press("ctrl+g", "r")
        await d.type("#value", "main")
        await d.press("enter")
        assert "There is a branch 'main' already" in d.said("#said")
        await d.type("#value", "[b]more days")
        await d.press("enter")
        assert "└ [b]more days" in lines(d, BranchList)[1]
        assert "branch: [b]more days" in d.main("#header-title").plain


async def test_deleting_asks_first_and_says_why_it_cannot() -> None:
    async with drill(two_pasts(), (80, 24)) as d:
        await d.press("ctrl+g", "d")
        assert "You are on 'branch 2'" in d.said("#said")
        await d.press("up", "enter", "ctrl+g", "down")
        await d.click("#delete")
        assert "1 act is on this branch only" in d.said("#touches")
        await d.press("enter")  # cancel has the focus
        assert list(d.simulation.branches) == ["main", "branch 2"]
        await d.press("d")
        await d.click("#do")
        assert list(d.simulation.branches) == ["main"]
        assert len(lines(d, BranchList)) == 1


async def test_two_branches_are_compared_with_the_names_behind_each_number() -> None:
    async with drill(two_pasts(), (80, 24)) as d:
        await d.press("ctrl+g", "c")
        assert "Mark one branch with space" in d.said("#said")
        await d.press("up", "space", "down", "c")
        assert isinstance(d.app.screen, ComparisonScreen)
        shown = lines(d, ComparisonList)
        found = d.app.screen.query_one(ComparisonList)
        assert "".join(text for text, _ in found.header(70)).split() == ["main", "branch", "2"]
        assert shown[2].split() == ["enrollment", "expired", "1", "0", "(1", "fewer)"]
        assert any(
            line.endswith("Tue 3 Mar 2026 09:00  require MFA: ada.lovelace, 20 days") for line in shown
        )
        locked_out = next(
            n for n, line in enumerate(shown) if "locked out at the next log-in, only on main: 1" in line
        )
        over_time = next(line.split() for line in shown if line.startswith("  Sat 7 Mar"))
        assert over_time == ["Sat", "7", "Mar", "1", "/", "0", "/", "1", "1", "/", "1", "/", "0"]
        found.move_to(locked_out)
        await d.press("enter")
        assert isinstance(d.app.screen, ResultSheet)
        assert [line.text for line in d.app.screen.lines] == [ADA]


async def test_the_comparison_can_be_of_the_instant_of_the_clock() -> None:
    async with drill(two_pasts()) as d:
        await d.do("time.start")
        await d.press("ctrl+g", "up", "c")
        await d.press("shift+tab", "right")
        assert d.said("#instant").startswith("At Mon 2 Mar 2026 09:00")
        assert "  Everybody stands alike on both." in lines(d, ComparisonList)


async def test_a_branch_is_told_again_without_an_act() -> None:
    simulation = nordwind()
    simulation.act(RequireMfa((ADA,), 7))
    async with drill(simulation) as d:
        await d.press("ctrl+g", "a")
        assert isinstance(d.app.screen, ActsScreen)
        await d.press("w")
        assert isinstance(d.app.screen, ResultSheet)
        assert d.simulation.timeline.name == "branch 2"
        assert not d.user(ADA).required
        assert any("applies as it did" in line.text for line in d.app.screen.lines)
        await d.press("enter")
        assert "without Mon 2 Mar 2026 09:00  require MFA: ada.lovelace, 7 days" in d.said("#told-of")


async def test_a_branch_is_told_again_with_other_days() -> None:
    async with drill(two_pasts()) as d:
        await d.do("app.acts")
        await d.press("e")
        await d.type("#value", "366")
        await d.press("enter")
        assert "from 1 to 365" in d.said("#said")
        await d.type("#value", "30")
        await d.press("enter")
        assert isinstance(d.app.screen, ResultSheet)
        assert d.simulation.timeline.acts[0].command == RequireMfa((ADA,), 30)
