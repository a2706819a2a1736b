from datetime import datetime, timedelta

import pytest
from msgspec import structs
from rich.cells import cell_len

from drill import ADA, ALAN, GRACE, HAO, PEOPLE, START, nordwind
from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.users import UserId, UserState
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.status_text import status_in_short
from mfadrill.tui.admin_portal.users.columns import Column, places
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.admin_portal.users.order import Sorting
from mfadrill.tui.admin_portal.users.user_list import header_pieces, row_pieces
from mfadrill.tui.admin_portal.users.users_view import Lists, UsersView, selection_in_words
from mfadrill.tui.cells import joined
from mfadrill.tui.directory import Directory


def view(
    simulation: Simulation,
    filters: Filters = Filters(),  # noqa: B008  (frozen)
    sorting: Sorting = Sorting(),  # noqa: B008  (frozen)
    factor: Factor | None = Factor.TOTP,
) -> UsersView:
    world = simulation.world
    return Lists(Directory(world.users)).view(world, simulation.now, filters, sorting, factor)


def ids(simulation: Simulation, **filters: object) -> list[UserId]:
    return [user.id for user in view(simulation, Filters(**filters)).users]  # type: ignore[arg-type]


def rolled_out() -> Simulation:
    """Required of Ada (runs), staged Alan and enrolled Grace; Hao's period is over."""
    simulation = nordwind()
    simulation.act(RequireMfa((HAO,), 1))
    simulation.advance(timedelta(days=2))
    simulation.act(RequireMfa((ADA, ALAN, GRACE), 7))
    return simulation


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"text": "ada"}, [ADA]),
        ({"text": "KOWAL zof"}, ["zofia.kowalska"]),
        ({"text": "井上"}, [HAO]),
        ({"text": "φιλιώ"}, ["philippa.maneta"]),
        ({"text": "hopper@nordwind"}, [GRACE]),
        ({"text": "nobody"}, []),
        ({"state": UserState.STAGED}, [ALAN]),
        ({"required": True}, [ADA, ALAN, GRACE, HAO]),
        ({"required": True, "active": False}, [ADA, ALAN, HAO]),
        ({"active": True}, [GRACE]),
        ({"status": FactorStatus.IN_ENROLLMENT}, [ADA]),
        ({"status": FactorStatus.ENROLLMENT_EXPIRED}, [HAO]),
        ({"status": FactorStatus.PRE_ENROLLMENT}, [ALAN]),
        ({"status": FactorStatus.IN_ENROLLMENT, "text": "grace"}, []),
    ],
    ids=str,
)
def test_filters_narrow_the_list_together(filters: dict, expected: list[str]) -> None:
    assert ids(rolled_out(), **filters) == expected


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (ADA, "◔ 7 days left"),
        (ALAN, "… pre-enrollment 7d"),
        (GRACE, "✓ enrolled"),
        (HAO, "✗ expired 3 Mar"),
        (UserId("radia.perlman"), "· not enrolled"),
    ],
)
def test_the_status_column_says_how_long_and_since_when(user: UserId, expected: str) -> None:
    simulation = rolled_out()
    found = status_in_short(simulation.world.users[user], simulation.world.organization, simulation.now)
    assert found == expected


def test_a_factor_that_is_off_hides_the_status() -> None:
    simulation = nordwind(factors=frozenset({Factor.DUO}))
    world = simulation.world
    assert status_in_short(world.users[GRACE], world.organization, START) == "– TOTP is off"


@pytest.mark.parametrize("width", [50, 57, 79, 118])
def test_columns_align_whatever_the_script_of_the_names(width: int) -> None:
    found = view(nordwind())
    lines = [joined(row_pieces(found.row(n), width, selected=False)) for n in range(len(PEOPLE))]
    lines.append(joined(header_pieces(width, Sorting(), Factor.TOTP)))
    assert {cell_len(line) for line in lines} == {width}
    state_at = next(place.x for place in places(width) if place.column is Column.STATE)
    for line in lines[:-1]:
        cells = "".join(c if cell_len(c) == 1 else c + "_" for c in line)
        assert cells[state_at:].startswith(("Activated", "Staged")), line


def test_the_cursor_can_be_put_back_where_its_user_would_be() -> None:
    found = view(nordwind())
    assert found.index_of(GRACE) == (2, True)
    assert found.index_of(UserId("b")) == (2, False)


def test_an_empty_list_says_what_would_fill_it() -> None:
    assert "search for less" in view(nordwind(), Filters(text="nobody")).empty
    assert "clear a filter" in view(nordwind(), Filters(state=UserState.SUSPENDED)).empty
    assert "mfadrill tui --scenario" in view(Simulation(START)).empty


def test_one_user_is_no_users() -> None:
    found = structs.replace(view(nordwind(), Filters(text="nobody")), total=1)
    assert found.empty.startswith("The only user does not")


def test_a_selection_counts_what_the_filters_hide() -> None:
    found = view(nordwind(), Filters(text="ada"))
    assert found.hidden({ADA, GRACE, HAO}) == 2
    assert selection_in_words(3, 2) == "3 selected (2 hidden)"
    assert selection_in_words(1, 0) == "1 selected"


def test_a_directory_keeps_its_order_when_users_change() -> None:
    simulation = nordwind()
    before = Directory(simulation.world.users)
    simulation.act(SuspendUsers((ADA,)))
    after = Directory(simulation.world.users, before)
    assert [user.id for user in after.users] == [user.id for user in before.users]
    assert after.users[0].state is UserState.SUSPENDED


def test_an_expiry_in_another_year_says_the_year() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    world = simulation.world
    later = datetime(2027, 1, 5, tzinfo=START.tzinfo)
    assert status_in_short(world.users[ADA], world.organization, later) == "✗ expired 9 Mar 2026"
