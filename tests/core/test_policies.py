"""Conditional access policies: targets, conditions, effects, and how several combine (domain.md §7)."""

from itertools import permutations
from typing import Any

import pytest
from msgspec import structs

from core_story import ADA, DUO, PASSWORD, PUSH, TOTP, WEBAUTHN, Story
from mfadrill.core.accounts import AddToGroup, RemoveFromGroup
from mfadrill.core.conditional_access import CreatePolicy, DeletePolicy, SwitchPolicy, UpdatePolicy
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Plan, PortalDefault
from mfadrill.core.policies import (
    USER_PORTAL,
    Action,
    All,
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
    Verdict,
    holds,
    policy_verdict,
)
from mfadrill.core.policies import Any as AnyOf
from mfadrill.core.portal import Stage
from mfadrill.core.refusals import DuplicateName, UnknownThing, UnusableValue
from mfadrill.core.sessions import LoginOutcome, Rule
from mfadrill.core.settings import AddApplication, CreateGroup, UpdateOrganization
from mfadrill.core.users import GroupId, User, user_id

SALES, ITS = GroupId("sales"), GroupId("it")
WIKI = ResourceId("wiki")
ALLOW = Effect()
MFA = Effect(mfa_required=True)
DENY = Effect(action=Action.DENY)
NOWHERE = Context()


def mfa(*factors: Factor) -> Effect:
    return Effect(mfa_required=True, factors=frozenset(factors))


@pytest.fixture
def office(story: Story) -> Story:
    """Groups Sales and IT, the application Wiki, the premium plan; Ada is in Sales."""
    story.do(UpdateOrganization(plan=Plan.PREMIUM))
    for name in ("Sales", "IT"):
        story.do(CreateGroup(name))
    story.do(AddApplication("Wiki"))
    story.do(AddToGroup(SALES, (ADA,)))
    return story


def draft(**fields: Any) -> Policy:
    return Policy(**{"id": PolicyId("x"), "name": "policy", **fields})


def verdict(story: Story, resource: ResourceId = USER_PORTAL, context: Context = NOWHERE) -> Verdict:
    return policy_verdict(story.world.policies.values(), story.ada, resource, context).verdict


# Saving


def test_a_policy_name_is_unique_whatever_its_case(office: Story) -> None:
    office.policy(ALLOW, "Sales in")
    assert isinstance(office.refusal(CreatePolicy(draft(name="sales IN"))), DuplicateName)


def test_a_policy_may_keep_its_name_when_updated(office: Story) -> None:
    office.policy(ALLOW, "first").policy(DENY, "second")
    first = office.world.policies[PolicyId("first")]
    office.do(UpdatePolicy(structs.replace(first, description="why")))
    assert office.world.policies[PolicyId("first")].description == "why"
    taken = structs.replace(first, name="Second")
    assert isinstance(office.refusal(UpdatePolicy(taken)), DuplicateName)


MEANINGLESS: dict[str, dict[str, Any]] = {
    "no name": {"name": " "},
    "nobody": {"all_users": False},
    "all users and groups": {"groups": frozenset({SALES})},
    "no resource": {"resources": frozenset()},
    "portal and application": {"resources": frozenset({USER_PORTAL, WIKI})},
    "deny with MFA": {"effect": Effect(action=Action.DENY, mfa_required=True)},
    "deny with factors": {"effect": Effect(action=Action.DENY, factors=frozenset({TOTP}))},
    "factors without MFA": {"effect": Effect(factors=frozenset({TOTP}))},
    "allow with a message": {"effect": Effect(message="no")},
    "no addresses": {"conditions": IpIn(())},
    "bad network": {"conditions": IpIn(("10.0.0.0/33",))},
    "no address": {"conditions": IpIn(("office",))},
    "no countries": {"conditions": CountryIn(frozenset())},
    "country by name": {"conditions": CountryIn(frozenset({"Germany"}))},
    "lower-case country": {"conditions": CountryIn(frozenset({"de"}))},
    "no systems": {"conditions": OsIn(frozenset())},
    "upper-case system": {"conditions": OsIn(frozenset({"Linux"}))},
    "empty all": {"conditions": All(())},
    "empty any": {"conditions": AnyOf(())},
    "bad part": {"conditions": Not(All((DeviceManaged(), IpIn(("x",)))))},
}


@pytest.mark.parametrize("fields", MEANINGLESS.values(), ids=MEANINGLESS)
def test_a_policy_without_meaning_is_refused(office: Story, fields: dict[str, Any]) -> None:
    refused = office.refusal(CreatePolicy(draft(**fields)))
    assert isinstance(refused, UnusableValue)


@pytest.mark.parametrize(
    "fields",
    [
        {"all_users": False, "groups": frozenset({GroupId("nobody")})},
        {"excluded": frozenset({GroupId("nobody")})},
        {"resources": frozenset({ResourceId("nothing")})},
    ],
)
def test_a_policy_on_something_unknown_is_refused(office: Story, fields: dict[str, Any]) -> None:
    assert isinstance(office.refusal(CreatePolicy(draft(**fields))), UnknownThing)


def test_a_policy_names_several_applications_or_the_portal_not_both(office: Story) -> None:
    office.do(AddApplication("Chat"))
    office.policy(ALLOW, resources=frozenset({WIKI, ResourceId("chat")}))
    assert len(office.world.policies) == 1


def test_an_unknown_policy_can_be_neither_changed_nor_switched_nor_deleted(office: Story) -> None:
    for command in (
        UpdatePolicy(draft()),
        SwitchPolicy(PolicyId("x"), True),
        DeletePolicy(PolicyId("x")),
    ):
        assert isinstance(office.refusal(command), UnknownThing)


def test_a_deleted_policy_applies_no_more(office: Story) -> None:
    office.policy(DENY).do(DeletePolicy(PolicyId("policy")))
    assert verdict(office) is Verdict.NO_POLICY


def test_what_does_not_change_a_policy_is_no_event(office: Story) -> None:
    office.policy(DENY)
    policy = office.world.policies[PolicyId("policy")]
    assert office.do(UpdatePolicy(policy)).events == []
    assert office.do(SwitchPolicy(policy.id, True)).events == []


# Applying


def test_a_policy_that_is_off_does_not_apply(office: Story) -> None:
    office.policy(DENY).do(SwitchPolicy(PolicyId("policy"), False))
    assert verdict(office) is Verdict.NO_POLICY
    office.do(SwitchPolicy(PolicyId("policy"), True))
    assert verdict(office) is Verdict.DENY


def test_a_policy_for_all_users_applies_to_everybody(office: Story) -> None:
    office.policy(DENY)
    stranger = User(id=user_id("stranger"), username="stranger")
    assert office.world.policies[PolicyId("policy")].applies(stranger, USER_PORTAL, NOWHERE) is True


def test_a_policy_for_a_group_applies_to_its_members_only(office: Story) -> None:
    office.policy(DENY, all_users=False, groups=frozenset({SALES, ITS}))
    assert verdict(office) is Verdict.DENY
    office.do(RemoveFromGroup(SALES, (ADA,)))
    assert verdict(office) is Verdict.NO_POLICY


def test_an_excluded_group_wins_over_all_users(office: Story) -> None:
    office.policy(DENY, excluded=frozenset({SALES}))
    assert verdict(office) is Verdict.NO_POLICY


def test_an_excluded_group_wins_over_a_selected_group(office: Story) -> None:
    office.do(AddToGroup(ITS, (ADA,)))
    office.policy(DENY, all_users=False, groups=frozenset({SALES}), excluded=frozenset({ITS}))
    assert verdict(office) is Verdict.NO_POLICY


def test_a_policy_for_an_application_does_not_guard_the_portal(office: Story) -> None:
    office.policy(DENY, resources=frozenset({WIKI}))
    assert verdict(office) is Verdict.NO_POLICY
    assert verdict(office, WIKI) is Verdict.DENY


def test_a_policy_for_the_portal_does_not_guard_an_application(office: Story) -> None:
    office.policy(DENY)
    assert verdict(office, WIKI) is Verdict.NO_POLICY


def test_a_condition_that_does_not_hold_keeps_the_policy_from_applying(office: Story) -> None:
    office.policy(DENY, conditions=DeviceManaged())
    assert verdict(office, context=Context(device_managed=True)) is Verdict.DENY
    assert verdict(office, context=Context(device_managed=False)) is Verdict.NO_POLICY


def test_an_unknown_fact_keeps_the_policy_from_applying_and_that_is_told(office: Story) -> None:
    office.policy(DENY, "managed only", conditions=DeviceManaged())
    office.log_in()
    assert office.session().inside
    office.require(7).log_in()
    assert office.rules()[0] is Rule.POLICY_LEFT_OPEN
    assert office.decision().reasons[0].names == ("managed only",)


def test_an_unknown_fact_keeps_even_a_negated_condition_from_applying(office: Story) -> None:
    office.policy(DENY, conditions=Not(DeviceManaged()))
    assert verdict(office) is Verdict.NO_POLICY


# Conditions

HERE = Context(ip="10.1.2.3", country="de", device_managed=True, os="Linux")
UNKNOWN = IpIn(("10.0.0.0/8",)), NOWHERE
TRUE, FALSE, OPEN = DeviceManaged(), DeviceManaged(False), CountryIn(frozenset({"DE"}))
MANAGED = Context(device_managed=True)  # TRUE is true here, FALSE false, and OPEN unknown


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (DeviceManaged(), True),
        (DeviceManaged(False), False),
        (IpIn(("10.0.0.0/8",)), True),
        (IpIn(("10.1.2.3",)), True),
        (IpIn(("10.1.2.4/24",)), True),
        (IpIn(("192.168.0.0/16", "10.1.0.0/16")), True),
        (IpIn(("192.168.0.0/16",)), False),
        (IpIn(("::/0",)), False),
        (CountryIn(frozenset({"DE", "AT"})), True),
        (CountryIn(frozenset({"AT"})), False),
        (OsIn(frozenset({"linux"})), True),
        (OsIn(frozenset({"windows"})), False),
    ],
)
def test_a_condition_compares_with_what_is_known(condition: Condition, answer: bool) -> None:
    assert holds(condition, HERE) is answer


@pytest.mark.parametrize(
    "condition",
    [
        DeviceManaged(),
        DeviceManaged(False),
        IpIn(("::/0",)),
        CountryIn(frozenset({"DE"})),
        OsIn(frozenset({"x"})),
    ],
)
def test_a_condition_on_an_unknown_fact_is_unknown(condition: Condition) -> None:
    assert holds(condition, NOWHERE) is None


@pytest.mark.parametrize("address", ["", "nonsense", "10.1.2", "10.1.2.3/8", "999.1.1.1"])
def test_an_address_that_is_none_is_an_unknown_fact(address: str) -> None:
    assert holds(IpIn(("0.0.0.0/0",)), Context(ip=address)) is None


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (All((TRUE, TRUE)), True),
        (All((TRUE, OPEN)), None),
        (All((OPEN, FALSE)), False),
        (AnyOf((FALSE, FALSE)), False),
        (AnyOf((FALSE, OPEN)), None),
        (AnyOf((OPEN, TRUE)), True),
        (Not(TRUE), False),
        (Not(FALSE), True),
        (Not(OPEN), None),
        (Not(All((OPEN, FALSE))), True),
        (AnyOf((Not(OPEN), OPEN)), None),
    ],
)
def test_all_any_and_not_leave_open_what_an_unknown_fact_could_decide(
    condition: Condition, answer: bool | None
) -> None:
    assert holds(condition, MANAGED) is answer


# Combining


@pytest.mark.parametrize(
    ("effects", "wins"),
    [
        ([], Verdict.NO_POLICY),
        ([ALLOW], Verdict.ALLOW),
        ([MFA], Verdict.ALLOW_WITH_MFA),
        ([DENY], Verdict.DENY),
        ([ALLOW, MFA], Verdict.ALLOW_WITH_MFA),
        ([MFA, DENY], Verdict.DENY),
        ([ALLOW, DENY], Verdict.DENY),
        ([ALLOW, MFA, DENY], Verdict.DENY),
    ],
)
def test_deny_beats_mfa_beats_allow_in_any_order(effects: list[Effect], wins: Verdict) -> None:
    policies = [draft(id=str(i), name=str(i), effect=effect) for i, effect in enumerate(effects)]
    for order in permutations(policies):
        assert policy_verdict(order, User(id=ADA, username="ada"), USER_PORTAL, NOWHERE).verdict is wins


@pytest.mark.parametrize(
    ("effects", "factors"),
    [
        ([MFA], None),
        ([mfa(TOTP)], {TOTP}),
        ([MFA, mfa(TOTP, PUSH)], {TOTP, PUSH}),
        ([mfa(TOTP, WEBAUTHN), mfa(WEBAUTHN, DUO)], {WEBAUTHN}),
        ([mfa(TOTP), mfa(WEBAUTHN)], set()),
        ([ALLOW, mfa(TOTP)], {TOTP}),
    ],
)
def test_only_factors_that_every_demanding_policy_accepts_are_usable(
    effects: list[Effect], factors: set[Factor] | None
) -> None:
    policies = [draft(id=str(i), name=str(i), effect=effect) for i, effect in enumerate(effects)]
    assert policy_verdict(policies, User(id=ADA, username="ada"), USER_PORTAL, NOWHERE).factors == factors


def test_policies_that_share_no_factor_let_nobody_in_and_say_so(office: Story) -> None:
    office.factors(TOTP, WEBAUTHN).enrolled(TOTP, WEBAUTHN)
    office.policy(mfa(TOTP), "by code").policy(mfa(WEBAUTHN), "by key").log_in()
    assert office.decision().outcome is LoginOutcome.DENIED
    assert office.rules() == [Rule.POLICY_REQUIRES_MFA, Rule.NO_USABLE_FACTOR]


def test_the_reasons_name_the_deciding_policies(office: Story) -> None:
    office.policy(MFA, "zeta").policy(MFA, "alpha").policy(ALLOW, "open").log_in()
    (first, _) = office.decision().reasons
    assert (first.rule, first.names) == (Rule.POLICY_REQUIRES_MFA, ("alpha", "zeta"))


def test_a_deny_policy_shows_its_message(office: Story) -> None:
    office.policy(DENY, "a").policy(Effect(action=Action.DENY, message="Use the office."), "b").log_in()
    assert office.decision().message == "Use the office."


# Against the requirement and the default


@pytest.mark.parametrize("default", PortalDefault)
def test_a_policy_overrides_the_portal_default(office: Story, default: PortalDefault) -> None:
    office.do(UpdateOrganization(portal_default=default))
    assert office.policy(ALLOW).log_in().stage is Stage.IN


def test_a_policy_that_allows_bypasses_the_requirement(office: Story) -> None:
    office.require(1).policy(ALLOW).passes(days=2)
    assert office.log_in().stage is Stage.IN


def test_a_deny_made_before_the_allow_policies_locks_everybody_out(office: Story) -> None:
    office.policy(DENY, "deny").policy(ALLOW, "allow sales", all_users=False, groups=frozenset({SALES}))
    office.log_in()
    assert office.decision().outcome is LoginOutcome.DENIED
    assert office.rules() == [Rule.POLICY_DENIES]


def test_a_policy_forces_enrollment_of_who_was_never_required(office: Story) -> None:
    office.policy(MFA).log_in()
    assert office.stage() is Stage.SET_UP
    assert not office.modal().skippable


def test_a_policy_lets_an_expired_user_enroll(office: Story) -> None:
    office.require(1).policy(MFA).passes(days=2)
    assert office.log_in(password=PASSWORD).stage is Stage.SET_UP
    assert office.rules() == [Rule.POLICY_REQUIRES_MFA, Rule.FORCED_IGNORES_PERIOD, Rule.MUST_SET_UP]
    assert office.enroll_totp().stage is Stage.IN


def test_a_policy_guards_an_application(office: Story) -> None:
    office.policy(MFA, resources=frozenset({WIKI}))
    assert office.log_in(resource=WIKI).stage is Stage.SET_UP


def test_labels_of_effects_say_what_they_do() -> None:
    assert [effect.label for effect in (ALLOW, DENY, MFA, mfa(DUO, TOTP))] == [
        "Allow",
        "Deny",
        "Allow, require MFA",
        "Allow, require MFA (TOTP, Duo)",
    ]
