import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfadrill.core.factors import Factor
from mfadrill.core.policies import (
    Action,
    All,
    Any,
    Condition,
    Context,
    CountryIn,
    DeviceManaged,
    Effect,
    IpIn,
    Not,
    OsIn,
    Policy,
    PolicyId,
    ResourceId,
    holds,
)
from mfadrill.core.users import GroupId
from mfadrill.tui.admin_portal.policies.policy_form_view import (
    Answer,
    ConditionValues,
    Device,
    PolicyValues,
    condition_of,
    condition_values,
    policy_of,
    values_of,
)

COUNTRIES = ("DE", "PL", "US")
SYSTEMS = ("windows", "macos", "chrome os")
NETWORKS = ("10.0.0.0/8", "192.0.2.1", "2001:db8::/32")
GROUPS = st.frozensets(st.sampled_from([GroupId("finance"), GroupId("sales")]))

PARTS = st.one_of(
    st.builds(DeviceManaged, st.booleans()),
    st.builds(IpIn, st.lists(st.sampled_from(NETWORKS), max_size=2).map(tuple)),
    st.builds(CountryIn, st.frozensets(st.sampled_from(COUNTRIES))),
    st.builds(OsIn, st.frozensets(st.sampled_from(SYSTEMS))),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Any, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
CONTEXTS = st.builds(
    Context,
    ip=st.sampled_from([None, "10.1.2.3", "192.0.2.1", "2001:db8::1"]),
    country=st.sampled_from([None, *COUNTRIES]),
    device_managed=st.sampled_from([None, True, False]),
    os=st.sampled_from([None, *SYSTEMS]),
)
EFFECTS = st.one_of(
    st.just(Effect()),
    st.builds(Effect, mfa_required=st.just(True), factors=st.frozensets(st.sampled_from(Factor))),
    st.builds(Effect, action=st.just(Action.DENY), message=st.sampled_from(["", "Not this week."])),
)
RESOURCES = st.sampled_from(
    [frozenset({ResourceId("user-portal")}), frozenset({ResourceId("wiki"), ResourceId("mail")})]
)
POLICIES = st.builds(
    Policy,
    id=st.just(PolicyId("p")),
    name=st.text(max_size=5),
    description=st.text(max_size=5),
    on=st.booleans(),
    all_users=st.just(True),
    excluded=GROUPS,
    resources=RESOURCES,
    conditions=st.none() | CONDITIONS,
    effect=EFFECTS,
) | st.builds(
    Policy,
    id=st.just(PolicyId("p")),
    name=st.just("P"),
    all_users=st.just(False),
    groups=GROUPS,
    conditions=st.none() | CONDITIONS,
    effect=EFFECTS,
)


@given(POLICIES)
def test_a_form_that_nobody_edits_means_the_policy_that_it_was_made_of(policy: Policy) -> None:
    assert policy_of(values_of(policy), policy) == policy


@given(CONDITIONS, CONTEXTS)
def test_a_condition_in_the_fields_holds_where_the_condition_holds(
    condition: Condition, context: Context
) -> None:
    values = condition_values(condition)
    if values is not None:
        again = condition_of(values)
        assert again is not None
        assert holds(again, context) is holds(condition, context)


@given(
    st.builds(
        ConditionValues,
        device=st.sampled_from(Device),
        ips=st.sampled_from(["", "10.0.0.0/8, 192.0.2.1"]),
        countries=st.sampled_from(["", "DE, PL"]),
        systems=st.sampled_from(["", "macos, windows"]),
    )
)
def test_the_fields_come_back_from_their_condition(values: ConditionValues) -> None:
    assert condition_values(condition_of(values)) == values


@pytest.mark.parametrize(
    "condition",
    [
        All((DeviceManaged(), Any((CountryIn(frozenset({"DE"})), OsIn(frozenset({"macos"})))))),
        Not(All((DeviceManaged(), CountryIn(frozenset({"DE"}))))),
        Not(Not(DeviceManaged())),
        Any((CountryIn(frozenset({"DE"})), CountryIn(frozenset({"PL"})))),
        All(()),
        IpIn(()),
        OsIn(frozenset({"a,b"})),
    ],
)
def test_a_condition_that_the_form_cannot_say_does_not_fit_and_is_kept(condition: Condition) -> None:
    policy = Policy(id=PolicyId("p"), name="P", conditions=condition)
    values = values_of(policy)
    assert values.conditions is None
    assert policy_of(values, policy).conditions == condition


def test_lists_are_read_with_commas_or_spaces_and_in_any_case() -> None:
    values = ConditionValues(ips="10.0.0.0/8 192.0.2.1", countries="de, pl,", systems="Windows, Chrome OS ")
    assert condition_of(values) == All(
        (
            IpIn(("10.0.0.0/8", "192.0.2.1")),
            CountryIn(frozenset({"DE", "PL"})),
            OsIn(frozenset({"windows", "chrome os"})),
        )
    )


def test_fields_that_do_not_count_are_left_out() -> None:
    values = PolicyValues(
        name="P",
        groups=frozenset({GroupId("finance")}),
        applications=frozenset({ResourceId("wiki")}),
        answer=Answer.ALLOW,
        factors=frozenset({Factor.TOTP}),
        message="No.",
    )
    assert policy_of(values, None) == Policy(id=PolicyId(""), name="P")
