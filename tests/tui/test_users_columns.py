import threading
from datetime import timedelta

import pytest

from drill import ADA, ALAN, GRACE, HAO, START, Drill, drill, nordwind
from mfadrill.core.accounts import RecordEnrollment
from mfadrill.core.factors import Factor
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.users import UserId
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.users import users_tab
from mfadrill.tui.admin_portal.users.columns import ALL, Column, places
from mfadrill.tui.admin_portal.users.columns_dialog import ColumnsDialog
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.admin_portal.users.order import Sorting
from mfadrill.tui.admin_portal.users.past import Past
from mfadrill.tui.admin_portal.users.status_details import status_details
from mfadrill.tui.admin_portal.users.users_view import Lists, UsersView
from mfadrill.tui.directory import Directory
from mfadrill.tui.menu import Menu


def rolled_out() -> Simulation:
    """Required of Ada (runs), staged Alan and enrolled Grace; Hao's period is over."""
    simulation = nordwind()
    simulation.act(RequireMfa((HAO,), 1))
    simulation.advance(timedelta(days=2))
    simulation.act(RequireMfa((ADA, ALAN, GRACE), 7))
    return simulation


def view(
    simulation: Simulation, sorting: Sorting, factor: Factor | None = Factor.TOTP, **filters
) -> UsersView:
    lists = Lists(Directory(simulation.world.users))
    return lists.view(simulation.world, simulation.now, Filters(**filters), sorting, factor)


@pytest.mark.parametrize(
    ("column", "first"),
    [
        (Column.USER, [ADA, ALAN]),
        (Column.STATE, [ALAN, ADA]),
        (Column.DEPARTMENT, [ADA, ALAN, "katherine.j", "zofia.kowalska", GRACE]),
        (Column.GROUPS, ["katherine.j", "zofia.kowalska", ADA]),
        (Column.ALERTS, [HAO, ALAN, ADA]),
        (Column.MFA, [HAO, ADA, ALAN, "katherine.j"]),
        (Column.REQUIRED, [ADA, ALAN, GRACE, HAO, "katherine.j"]),
    ],
)
def test_every_column_orders_the_list_and_backward_too(column: Column, first: list[UserId]) -> None:
    simulation = rolled_out()
    forward = [user.id for user in view(simulation, Sorting(column)).users]
    assert forward[: len(first)] == first
    backward = [user.id for user in view(simulation, Sorting(column, True)).users]
    assert backward == forward[::-1]


def test_the_mfa_column_orders_by_status_and_then_by_the_end_of_the_period() -> None:
    simulation = nordwind(RequireMfa((ADA,), 9), RequireMfa((HAO,), 3))
    assert [user.id for user in view(simulation, Sorting(Column.MFA)).users][:2] == [HAO, ADA]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("filters", [{}, {"required": True}, {"text": "a"}], ids=str)
def test_the_place_of_a_user_is_found_in_any_order(column: Column, backward: bool, filters: dict) -> None:
    simulation = rolled_out()
    found = view(simulation, Sorting(column, backward), **filters)
    assert [found.index_of(user.id) for user in found.users] == [(n, True) for n in range(len(found.users))]
    everybody = view(simulation, Sorting(column, backward)).users
    for missing in set(everybody) - set(found.users):
        index, there = found.index_of(missing.id)
        assert not there
        before = [user for user in everybody[: everybody.index(missing)] if user in found.users]
        assert index == len(before)


@pytest.mark.parametrize("width", [30, 58, 79, 99, 160])
def test_what_does_not_fit_is_left_out_from_the_least_important_on(width: int) -> None:
    there = [place.column for place in places(width)]
    order = [Column.MFA, Column.STATE, Column.REQUIRED, Column.DEPARTMENT, Column.ALERTS, Column.GROUPS]
    kept = [column for column in order if column in there]
    assert kept == order[: len(kept)]
    assert places(width)[-1].x + places(width)[-1].width == width or width < 40
    hidden = [place.column for place in places(width, ALL - {Column.MFA})]
    assert Column.MFA not in hidden
    assert len(hidden) >= len(there) - 1


def details(simulation: Simulation, user: UserId, factor: Factor | None = Factor.TOTP) -> str:
    past = Past(simulation.timeline)
    past.read()
    position = simulation.position
    return status_details(
        factor,
        simulation.world.users[user],
        simulation.world.organization,
        simulation.now,
        lambda user, *kinds: past.latest(user, position, *kinds),
    )


def test_details_say_what_ended_a_requirement_an_enrollment_and_a_period() -> None:
    simulation = rolled_out()
    assert details(simulation, HAO).endswith("required Mon 2 Mar for 1 day")
    simulation.act(RemoveRequirement((HAO,)))
    assert "requirement removed Wed 4 Mar 2026 09:00" in details(simulation, HAO)
    simulation.act(ResetTotp((GRACE,), 7))
    assert "TOTP reset Wed 4 Mar 2026 09:00" in details(simulation, GRACE)


def test_details_do_not_know_what_comes_after_the_clock() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    simulation.advance(timedelta(days=1))
    simulation.act(RemoveRequirement((ADA,)))
    assert "removed" in details(simulation, ADA)
    simulation.travel_to(START)
    assert "removed" not in details(simulation, ADA)


async def test_details_are_those_of_the_branch_even_if_another_one_is_read_to_its_end_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with drill(nordwind(RequireMfa((ADA,), 7))) as d:
        go_on, ended, read = threading.Event(), threading.Event(), Past.read

        def held(past: Past) -> None:
            if past.timeline.name == "main":
                assert go_on.wait(10)
            read(past)
            if past.timeline.name == "main":
                ended.set()

        monkeypatch.setattr(Past, "read", held)
        monkeypatch.setattr(users_tab, "A_BLINK", 0)
        simulation = d.simulation
        simulation.act(RemoveRequirement((HAO, ADA)))
        d.app.changed()
        await d.pilot.pause()
        simulation.undo()
        simulation.act(RemoveRequirement((ADA,)))
        d.app.changed()
        await d.settle()
        go_on.set()
        assert ended.wait(10)
        d.app.changed()
        assert simulation.timeline.name != "main"
        assert "requirement removed" in d.said("#details")


def test_details_are_those_of_the_factor() -> None:
    simulation = nordwind(RecordEnrollment(ADA, Factor.WEBAUTHN, "blue key", ""))
    assert details(simulation, ADA, Factor.WEBAUTHN).startswith("WebAuthn: blue key since Mon 2 Mar 2026")
    assert details(simulation, GRACE, Factor.WEBAUTHN) == "WebAuthn: not enrolled"
    assert "off for the organization" in details(simulation, ADA, Factor.PUSH)
    assert details(simulation, ADA, None).startswith("WebAuthn: blue key")
    assert details(simulation, HAO, None).startswith("TOTP: Not enrolled")


async def click_heading(d: Drill, text: str) -> None:
    x = d.user_list.render_line(0).text.index(text)
    await d.click("#users-list", x=x, y=0)


async def test_a_heading_sorts_and_again_the_other_way_and_the_cursor_stays_on_its_user() -> None:
    async with drill(rolled_out(), (120, 40)) as d:
        d.user_list.put_on(GRACE)
        await click_heading(d, "State")
        assert d.shown[0] == ALAN
        assert "State ▲" in d.screen_text()
        await click_heading(d, "State")
        assert d.shown[-1] == ALAN
        assert "State ▼" in d.screen_text()
        assert d.user_list.user is not None
        assert d.user_list.user.id == GRACE


async def test_a_key_sorts_by_any_column() -> None:
    async with drill(rolled_out(), (120, 40)) as d:
        await d.press("s", *["down"] * 5, "enter")
        assert d.shown[:2] == [HAO, ADA]
        await d.press("s", "enter")
        assert d.shown[-1] == HAO


async def test_the_factor_of_the_mfa_column_is_switched_by_click_and_key() -> None:
    async with drill(nordwind(RecordEnrollment(ADA, Factor.WEBAUTHN, "blue key", "")), (120, 40)) as d:
        await click_heading(d, "TOTP ▾")
        assert isinstance(d.app.screen, Menu)
        await d.press("down", "down", "enter")
        assert "MFA: WebAuthn ▾" in d.screen_text()
        assert "✓ enrolled" in d.line(0)
        assert "blue key" in d.said("#details")
        await d.press("t", "down", "enter")
        assert "MFA: overall ▾" in d.screen_text()
        await d.press("t", "home", "down", "enter")
        assert "Push is off" in d.line(0)


async def test_columns_are_hidden_and_shown_and_the_dialog_says_what_has_no_room() -> None:
    async with drill(size=(120, 40)) as d:
        await d.press("C")
        assert isinstance(d.app.screen, ColumnsDialog)
        assert "No room now for: Department, Groups, Alerts." in d.said("#room")
        await d.press("space", "tab", "tab", "tab", "tab", "space")
        await d.click("#do")
        heading = d.user_list.render_line(0).text
        assert "State" not in heading
        assert "MFA" not in heading
        assert "Department" in heading
        await d.press("C")
        await d.click("#all")
        assert "MFA: TOTP" in d.user_list.render_line(0).text


async def test_a_range_is_selected_by_keys_and_gives_up_what_it_leaves_again() -> None:
    async with drill() as d:
        await d.press("space", "down", "down")
        await d.press("shift+down", "shift+down")
        assert d.user_list.selected == {ADA, GRACE, HAO, "katherine.j"}
        await d.press("K", "K", "K")
        assert d.user_list.selected == {ADA, ALAN, GRACE}
        assert d.user_list.cursor == 1


async def test_a_range_is_selected_by_a_click_with_shift() -> None:
    async with drill() as d:
        await d.click("#users-list", x=10, y=2)
        await d.pilot.click("#users-list", offset=(10, 4), shift=True)
        await d.settle()
        assert d.user_list.selected == {ALAN, GRACE, HAO}


def test_who_types_on_finds_the_same_as_who_typed_all_at_once() -> None:
    users = nordwind().world.users
    directory = Directory(users)
    for text in ("a", "ad", "ada", "ada e", "ada en", "ad", "gr", "ra pe", "ra per", "r pe", "", "井"):
        assert directory.search(text) == Directory(users).search(text)
