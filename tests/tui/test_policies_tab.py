"""The Conditional Policies tab: its words, switching, deleting, and the way to the editor."""

from datetime import timedelta

import pytest

from drill import ADA, START, Drill, drill, nordwind
from mfadrill.core.accounts import AddToGroup, CreateUsers, NewUser
from mfadrill.core.conditional_access import CreatePolicy, DeletePolicy, SwitchPolicy
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import Action, DeviceManaged, Effect, Policy, PolicyId, ResourceId
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import AddApplication, UpdateOrganization
from mfadrill.core.users import GroupId
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.policies.change_dialog import ChangeDialog
from mfadrill.tui.admin_portal.policies.policies_tab import PolicyList
from mfadrill.tui.admin_portal.policies.policies_view import grouped, targeted
from mfadrill.tui.admin_portal.policies.policy_change import PolicyChange, effects_in_words
from mfadrill.tui.admin_portal.policies.policy_editor import PolicyEditor
from mfadrill.tui.aside import MANY

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])
FINANCE, SALES = PolicyId("finance-needs-mfa"), PolicyId("sales-stays-out")
CONTRACTORS = GroupId("contractors")
DENY = Effect(action=Action.DENY)


def with_a_contractor(*more) -> Simulation:
    """Ada is in Contractors, whom a policy denies."""
    return nordwind(AddToGroup(CONTRACTORS, (ADA,)), *more)


def is_on(d: Drill, policy: PolicyId) -> bool:
    return d.simulation.world.policies[policy].on


def asks(d: Drill) -> bool:
    return isinstance(d.app.screen, ChangeDialog)


@SIZES
async def test_the_tab_says_where_it_is_and_that_order_does_not_matter(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("admin.policies")
        assert "SECURITY MANAGEMENT › Conditional Policies" in d.screen_text()
        assert d.said("#policies-order") == (
            "Order does not matter: deny beats allow + MFA, which beats allow; all beat the portal default."
        )
        assert "Order does not matter: deny beats" in d.screen_text()
        assert "portal default." in d.screen_text()


# Switching


@SIZES
async def test_a_policy_is_switched_by_key(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("admin.policies")
        assert "○ OFF Finance needs MFA" in d.screen_text()
        await d.press("space")
        assert is_on(d, FINANCE)
        assert "● ON  Finance needs MFA" in d.screen_text()
        assert "switch off" in d.main("#policy-buttons").plain
        await d.press("down", "space")
        assert not is_on(d, SALES)


@SIZES
async def test_a_policy_is_switched_by_mouse(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("admin.policies")
        await d.click("#policies-list", x=1, y=1)
        assert is_on(d, FINANCE)
        await d.click("#policies-list", x=20, y=2)
        assert is_on(d, SALES), "a click beside the switch only moves the cursor"
        assert d.app.query_one(PolicyList).cursor == 1
        await d.click_text("#policy-buttons", "switch off")
        assert not is_on(d, SALES)


@SIZES
async def test_switching_asks_first_if_somebody_would_be_denied(size: tuple[int, int]) -> None:
    async with drill(with_a_contractor(SwitchPolicy(SALES, False)), size=size) as d:
        await d.do("admin.policies")
        await d.press("down", "space")
        assert asks(d)
        assert not is_on(d, SALES)
        assert "Switch ON Sales stays out?" in d.screen_text()
        assert d.said("#effects").splitlines() == [
            "1 of 8 users would meet something else at the next log-in:",
            "      1  let in → denied",
        ]
        await d.press("enter")
        assert not asks(d), "cancel has the focus"
        assert not is_on(d, SALES)
        await d.press("space", "shift+tab", "enter")
        assert not asks(d)
        assert is_on(d, SALES)


async def test_the_question_is_answered_by_mouse() -> None:
    async with drill(with_a_contractor(SwitchPolicy(SALES, False)), size=(80, 24)) as d:
        await d.do("admin.policies")
        await d.click("#policies-list", x=1, y=2)
        await d.click("#cancel")
        assert not is_on(d, SALES)
        await d.click("#policies-list", x=1, y=2)
        await d.click("#do")
        assert is_on(d, SALES)


async def test_letting_somebody_in_again_is_not_asked_about() -> None:
    async with drill(with_a_contractor()) as d:
        await d.do("admin.policies")
        await d.press("down", "space")
        assert not asks(d)
        assert not is_on(d, SALES)


async def test_a_denial_under_conditions_is_asked_about_too() -> None:
    abroad = Policy(id=PolicyId(""), name="Abroad", on=False, conditions=DeviceManaged(False), effect=DENY)
    async with drill(nordwind(CreatePolicy(abroad))) as d:
        await d.do("admin.policies")
        await d.press("space")
        assert asks(d)
        assert "7 of 8 users" in d.said("#effects")
        assert "where the conditions of the policy hold" in d.said("#effects").replace("\n", " ")


async def test_switching_off_what_kept_the_expired_from_being_locked_out_asks() -> None:
    forced = Policy(id=PolicyId(""), name="All need MFA", effect=Effect(mfa_required=True))
    simulation = nordwind(CreatePolicy(forced), RequireMfa((ADA,), 1))
    simulation.travel_to(START + timedelta(days=2))
    async with drill(simulation) as d:
        await d.do("admin.policies")
        await d.press("space")
        assert asks(d)
        assert "1  set up MFA → locked out" in d.said("#effects")


async def test_among_many_users_it_is_counted_aside() -> None:
    many = CreateUsers(
        tuple(NewUser(username=f"user{n}", groups=frozenset({CONTRACTORS})) for n in range(MANY))
    )
    async with drill(nordwind(many, SwitchPolicy(SALES, False)), size=(80, 24)) as d:
        await d.do("admin.policies")
        await d.press("down")
        assert "targets 2,000 of 2,008 users now" in d.said("#policy-details")
        await d.press("space")
        assert asks(d)
        assert "2,000  let in → denied" in d.said("#effects")
        await d.click("#do")
        assert is_on(d, SALES)
        await d.press("space")
        assert not is_on(d, SALES)


# Deleting


@SIZES
async def test_a_policy_is_deleted_by_key_after_its_effects_are_told(size: tuple[int, int]) -> None:
    async with drill(with_a_contractor(), size=size) as d:
        await d.do("admin.policies")
        await d.press("down", "delete")
        assert asks(d)
        assert "Delete the policy Sales stays out?" in d.screen_text()
        assert "1  denied → let in" in d.screen_text()
        await d.press("escape")
        assert SALES in d.simulation.world.policies
        await d.press("delete", "shift+tab", "enter")
        assert SALES not in d.simulation.world.policies
        assert "Sales stays out" not in d.screen_text()
        await d.do("time.undo")
        assert SALES in d.simulation.world.policies


@SIZES
async def test_a_policy_is_deleted_by_mouse(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("admin.policies")
        await d.click_text("#policy-buttons", "delete")
        assert "Nobody's next log-in would change. The policy is OFF." in d.screen_text()
        await d.click("#cancel")
        assert FINANCE in d.simulation.world.policies
        await d.click_text("#policy-buttons", "delete")
        await d.click("#do")
        assert FINANCE not in d.simulation.world.policies


async def test_the_numbers_follow_the_world_and_a_policy_that_is_gone_is_not_asked_about() -> None:
    async with drill(with_a_contractor()) as d:
        await d.do("admin.policies")
        await d.press("down", "delete")
        d.simulation.act(UpdateOrganization(portal_default=PortalDefault.DENY))
        d.app.changed()
        await d.settle()
        assert d.said("#effects") == "Nobody's next log-in would change."
        d.simulation.act(DeletePolicy(SALES))
        d.app.changed()
        await d.settle()
        assert not asks(d)


async def test_without_policies_only_a_new_one_is_offered() -> None:
    async with drill(nordwind(DeletePolicy(FINANCE), DeletePolicy(SALES)), size=(80, 24)) as d:
        await d.do("admin.policies")
        assert d.main("#policy-buttons").plain.strip() == "+ new"
        await d.press("delete")
        assert d.notices == ["There is no conditional access policy: create one."]
        await d.press("plus")
        assert isinstance(d.app.screen, PolicyEditor)


def test_the_effects_are_told_for_each_application_where_they_differ() -> None:
    wiki, mail, shop = (ResourceId(name) for name in ("wiki", "mail", "shop"))
    closed = Policy(id=PolicyId(""), name="Closed", effect=DENY, resources=frozenset({wiki, mail, shop}))
    also = Policy(id=PolicyId(""), name="Wiki too", effect=DENY, resources=frozenset({wiki}))
    made = (AddApplication("Wiki"), AddApplication("Mail"), AddApplication("Shop"))
    world = nordwind(*made, CreatePolicy(closed), CreatePolicy(also)).world
    change = PolicyChange(world.policy_named("Closed"))
    effects = change.effects(world, START)
    assert (effects.changed, effects.shut_out) == (7, 0)
    assert effects_in_words(change, effects, world).splitlines() == [
        "7 of 8 users would meet something else at the next log-in:",
        "at Mail, and where the same policies apply",
        "      7  denied → let in",
    ]


# Editing


@SIZES
async def test_the_editor_is_opened_by_keyboard(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("admin.policies")
        await d.press("down", "enter")
        assert isinstance(d.app.screen, PolicyEditor)
        assert d.app.screen.policy is d.simulation.world.policies[SALES]
        await d.press("escape", "plus")
        assert isinstance(d.app.screen, PolicyEditor)
        assert d.app.screen.policy is None


@SIZES
async def test_the_editor_is_opened_by_mouse(size: tuple[int, int]) -> None:
    async with drill(size=size) as d:
        await d.do("admin.policies")
        await d.click("#policies-list", x=20, y=2, times=2)
        assert isinstance(d.app.screen, PolicyEditor)
        assert d.app.screen.policy is d.simulation.world.policies[SALES]
        await d.press("escape")
        await d.click_text("#policy-buttons", "edit")
        assert isinstance(d.app.screen, PolicyEditor)
        await d.press("escape")
        await d.click_text("#policy-buttons", "+ new")
        assert isinstance(d.app.screen, PolicyEditor)
        assert d.app.screen.policy is None


# The details


async def test_the_details_of_a_policy_say_whom_it_meets_and_what_it_does() -> None:
    async with drill(with_a_contractor()) as d:
        await d.do("admin.policies")
        await d.press("down")
        assert d.said("#policy-details").splitlines() == [
            "ON · targets 1 of 8 users now: Contractors · resources: User Portal",
            "Effect: Deny – “Not this week.”",
        ]


async def test_the_number_of_those_targeted_follows_the_users() -> None:
    async with drill(size=(80, 24)) as d:
        await d.do("admin.policies")
        await d.press("down")
        assert "targets 0 of 8 users now" in d.said("#policy-details")
        d.simulation.act(AddToGroup(CONTRACTORS, (ADA,)))
        d.app.changed()
        await d.settle()
        assert "targets 1 of 8 users now" in d.said("#policy-details")


async def test_the_cursor_stays_on_its_policy_when_another_comes_before_it() -> None:
    async with drill() as d:
        await d.do("admin.policies")
        await d.press("down")
        d.simulation.act(CreatePolicy(Policy(id=PolicyId(""), name="A first one", on=False)))
        d.app.changed()
        await d.settle()
        assert d.app.query_one(PolicyList).cursor == 2
        assert "Contractors" in d.said("#policy-details")


@pytest.mark.parametrize(
    ("policy", "number"),
    [
        (Policy(id=PolicyId(""), name="p"), 8),
        (Policy(id=PolicyId(""), name="p", excluded=frozenset({GroupId("finance")})), 6),
        (Policy(id=PolicyId(""), name="p", all_users=False, groups=frozenset({GroupId("finance")})), 2),
        (Policy(id=PolicyId(""), name="p", all_users=False, groups=frozenset({CONTRACTORS})), 1),
        (Policy(id=PolicyId(""), name="p", all_users=False), 0),
    ],
)
def test_as_many_are_counted_as_the_policy_targets(policy: Policy, number: int) -> None:
    world = with_a_contractor().world
    assert targeted(policy, grouped(world)) == number
    assert sum(policy.targets(user) for user in world.users.values()) == number
