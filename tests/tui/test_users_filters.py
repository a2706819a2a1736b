from pathlib import Path

import pytest

from drill import ADA, ALAN, GRACE, HAO, Drill, drill, nordwind
from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.status import Alert
from mfadrill.core.users import GroupId, UserState
from mfadrill.tui.admin_portal.users.chips import placed
from mfadrill.tui.admin_portal.users.days_dialog import DaysDialog
from mfadrill.tui.admin_portal.users.filter_chips import FIELDS, Chip, chips
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.admin_portal.users.save_dialog import SaveDialog
from mfadrill.tui.admin_portal.users.saved_filters import SavedFilters, UnusableFileError
from mfadrill.tui.app import DrillApp
from mfadrill.tui.menu import Menu

EVERY = Filters(
    text="a",
    state=UserState.STAGED,
    group=GroupId("finance"),
    department="Sales",
    required=True,
    active=False,
    status=FactorStatus.ENROLLED,
    factor=None,
    ends_within=7,
    alert=Alert.STAGED,
)


async def choose(d: Drill, field: str, *keys: str) -> None:
    """Add a filter by keys alone."""
    await d.press("f", *["down"] * list(FIELDS).index(field), "enter")
    assert isinstance(d.app.screen, Menu)
    await d.press(*keys)


async def test_every_filter_is_added_by_keys_and_shown_as_a_chip() -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7), RequireMfa((HAO,), 2)), (120, 40)) as d:
        for field, keys, expected in (
            ("state", ["enter"], [ALAN]),
            ("group", ["down", "enter"], ["katherine.j", "zofia.kowalska"]),
            ("department", ["enter"], [ADA, ALAN]),
            ("required", ["enter"], [ADA, HAO]),
            ("active", ["enter"], [GRACE]),
            ("status", ["down", "down", "down", "enter"], [ADA, HAO]),
            ("ends_within", ["down", "enter"], [HAO]),
            ("alert", ["end", "enter"], [ALAN]),
        ):
            await choose(d, field, *keys)
            assert d.shown == expected, field
            assert len(d.main("#chips").chips) == 1, field
            d.main("#chips").focus()
            await d.press("right", "delete")
            assert len(d.shown) == 8, field


async def test_a_chip_is_removed_by_a_click_on_its_sign_and_changed_by_a_click_on_its_text() -> None:
    async with drill(size=(120, 40)) as d:
        d.users.set_filters(Filters(state=UserState.STAGED, department="Engineering"))
        await d.settle()
        state = placed(d.main("#chips").chips, d.main("#chips").size.width)[1]
        await d.click("#chips", x=state.x + 2)
        assert isinstance(d.app.screen, Menu)
        await d.press("down", "enter")
        assert d.shown == [ADA]
        state = placed(d.main("#chips").chips, d.main("#chips").size.width)[1]
        await d.click("#chips", x=state.x + state.width - 2)
        assert d.users.filters == Filters(department="Engineering")


async def test_every_filter_at_once_fits_a_narrow_pane() -> None:
    async with drill(size=(120, 40)) as d:
        d.users.set_filters(EVERY)
        await d.settle()
        rows = [line.partition("│")[0] for line in d.screen_text().splitlines()]
        for chip in chips(EVERY, d.simulation.world):
            assert any(f" {chip.text} ×" in row for row in rows), chip.text


def test_chips_never_overlap_or_leave_their_row() -> None:
    many = [Chip(str(n), "x" * n) for n in range(1, 70, 7)]
    for width in (20, 59, 80):
        last = (-1, 0)
        for chip in placed(many, width):
            assert chip.x + chip.width <= width
            assert (chip.y, chip.x) > (last[0], last[1] - 1)
            last = chip.y, chip.x + chip.width


async def test_inactive_says_that_it_mixes_two_kinds_of_users() -> None:
    async with drill(size=(120, 40)) as d:
        await choose(d, "active", "down", "enter")
        assert "Mixes users in a period and expired ones" in d.screen_text()
        await d.press("c")
        assert "Mixes" not in d.screen_text()


async def test_the_status_of_another_factor_can_be_asked_for() -> None:
    async with drill(size=(120, 40)) as d:
        await choose(d, "status", *["down"] * 7, "enter")
        await d.press("down", "enter")
        assert d.users.filters == Filters(status=FactorStatus.NOT_ENROLLED, factor=Factor.WEBAUTHN)
        assert "WebAuthn status: Not enrolled ×" in d.screen_text()


async def test_days_that_are_none_are_refused_in_place() -> None:
    async with drill() as d:
        await choose(d, "ends_within", "end", "enter")
        for typed in ("", "soon", "-1", "366", "٣"):
            await d.type("#days", typed)
            await d.press("enter")
            assert isinstance(d.app.screen, DaysDialog), typed
            assert "Days must be a whole number" in d.said("#problem"), typed
            await d.type("#days", "3")
            assert "Days must" not in d.said("#problem"), typed
        await d.press("enter")
        assert d.users.filters.ends_within == 3


async def test_filters_are_saved_applied_and_deleted() -> None:
    async with drill() as d:
        d.users.set_filters(Filters(state=UserState.STAGED))
        await d.settle()
        await d.press("F", "enter")
        assert isinstance(d.app.screen, SaveDialog)
        await d.press("enter")
        assert "A name" in d.said("#problem")
        await d.press(*"late", "enter")
        await d.press("c")
        assert len(d.shown) == 8
        await d.press("F")
        assert d.app.screen.items[0].remark == "State: Staged"  # type: ignore[attr-defined]
        await d.press("enter")
        assert d.shown == [ALAN]
        await d.press("F", "end", "enter", "enter")
        await d.press("c", "F")
        assert d.notices[-1].startswith("No filters are saved yet")


def test_saved_filters_are_there_in_another_session(tmp_path: Path) -> None:
    path = tmp_path / "new" / "filters.json"
    SavedFilters(path).save("all", EVERY)
    SavedFilters(path).save("none", Filters())
    assert SavedFilters(path).all() == {"all": EVERY, "none": Filters()}
    SavedFilters(path).delete("all")
    assert SavedFilters(path).all() == {"none": Filters()}
    assert [file.name for file in path.parent.iterdir()] == ["filters.json"]


@pytest.mark.parametrize("damage", ["", "{", '{"x": {"state": "GONE"}}', "[1]", "\xff"])
async def test_a_damaged_file_is_reported_in_words_and_left_alone(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "filters.json"
    path.write_bytes(damage.encode("latin-1"))
    with pytest.raises(UnusableFileError):
        SavedFilters(path).save("x", Filters())
    assert path.read_bytes() == damage.encode("latin-1")
    app = DrillApp(nordwind(), saved_filters=path)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.action_do("users.saved")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert any("damaged and were left alone" in notice.message for notice in app._notifications)


async def test_a_filter_for_what_is_not_here_matches_nobody_and_says_so() -> None:
    async with drill() as d:
        d.users.set_filters(Filters(group=GroupId("pilots"), department="Legal"))
        await d.settle()
        assert d.shown == []
        assert "There is no group pilots here." in d.screen_text()
        assert "Nobody is in a department Legal here." in d.screen_text()


async def test_what_the_filters_let_through_follows_the_world() -> None:
    async with drill() as d:
        d.users.set_filters(Filters(state=UserState.SUSPENDED))
        await d.settle()
        assert d.shown == []
        d.simulation.act(SuspendUsers((ADA,)))
        d.app.changed()
        await d.settle()
        assert d.shown == [ADA]
