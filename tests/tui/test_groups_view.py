from drill import ADA, GRACE, nordwind
from mfadrill.core.accounts import AddToGroup
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.policies import Effect, Policy, PolicyId
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateGroup
from mfadrill.core.users import GroupId, UserId
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.bulk.group_options import Uses
from mfadrill.tui.admin_portal.groups.group_table import row_pieces
from mfadrill.tui.admin_portal.groups.groups_view import (
    GroupRow,
    deletion,
    group_in_full,
    group_rows,
)
from mfadrill.tui.cells import cell_len, joined

FINANCE = GroupId("finance")
ZOFIA = UserId("zofia.kowalska")


def rows(simulation: Simulation) -> dict[str, GroupRow]:
    return {row.name: row for row in group_rows(simulation.world, simulation.now)}


def test_members_are_counted_by_how_far_they_are() -> None:
    simulation = nordwind(AddToGroup(FINANCE, (ADA, GRACE)), RequireMfa((ZOFIA,), 1))
    simulation.travel_to(simulation.now.replace(day=4))
    simulation.act(RequireMfa((ADA,), 7))
    finance = rows(simulation)["Finance"]
    assert (finance.members, finance.required, finance.enrolled) == (4, 2, 1)
    assert (finance.in_enrollment, finance.expired) == (1, 1)


def test_a_group_without_members_is_listed_too() -> None:
    assert rows(nordwind())["Contractors"].members == 0


def test_groups_are_in_the_order_of_their_names_whatever_the_case() -> None:
    simulation = nordwind(CreateGroup("alpha"), CreateGroup("Zeta"))
    assert list(rows(simulation)) == ["alpha", "Contractors", "Finance", "Zeta"]


def test_a_policy_that_excludes_a_group_is_told_from_one_that_targets_it() -> None:
    excluding = Policy(
        id=PolicyId(""), name="All but them", excluded=frozenset({FINANCE}), effect=Effect(mfa_required=True)
    )
    finance = rows(nordwind(CreatePolicy(excluding)))["Finance"]
    assert finance.uses.in_words() == "Targeted by Finance needs MFA. Excluded from All but them."
    assert finance.policies == "Finance needs MFA, not All but them"


def test_the_details_name_some_members_and_count_the_others() -> None:
    simulation = nordwind()
    everybody = tuple(simulation.world.users)
    simulation.act(AddToGroup(FINANCE, everybody))
    details = group_in_full(rows(simulation)["Finance"], 200)
    assert details.startswith("Finance: 8 members (ada.lovelace, alan.turing, ")
    assert "and 2 more)" in details


def test_deleting_says_how_many_are_taken_out_or_why_it_is_refused() -> None:
    simulation = nordwind(CreateGroup("Freight"), AddToGroup(GroupId("freight"), (ADA, GRACE)))
    found = rows(simulation)
    world, now = simulation.world, simulation.now
    assert deletion(found["Freight"], world, now)[0].startswith("Its 2 members are taken out of it")
    said, refused = deletion(found["Finance"], world, now)
    assert refused
    assert said == (
        "The group 'Finance' is used by these policies: Finance needs MFA. Take it out of them first."
    )


def test_a_row_has_its_columns_at_every_width() -> None:
    row = GroupRow(GroupId("x"), "浩" * 40, 100_000, 100_000, 50_000, 49_000, 1_000, uses=Uses(("P" * 90,)))
    for width in (58, 76, 79, 100, 158):
        assert cell_len(joined(row_pieces(row, width))) <= width
        assert "100,000  100,000   50,000  49,000   1,000" in joined(row_pieces(row, width))
