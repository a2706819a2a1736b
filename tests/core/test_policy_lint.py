"""The warnings before a policy is saved."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from core_story import ADA, DUO, PUSH, START, TOTP, WEBAUTHN, Story
from mfadrill.core.accounts import AddToGroup
from mfadrill.core.factors import Factor
from mfadrill.core.login import login_decision
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import (
    USER_PORTAL,
    Action,
    All,
    Context,
    CountryIn,
    DeviceManaged,
    Effect,
    IpIn,
    Policy,
    PolicyId,
    ResourceId,
)
from mfadrill.core.policy_lint import Severity, policy_warnings, unlike_resources
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.settings import AddApplication, CreateGroup, UpdateOrganization
from mfadrill.core.users import GroupId, UserId
from mfadrill.core.what_if import world_with
from mfadrill.core.world import World

ALLOW = Effect()
MFA = Effect(mfa_required=True)
DENY = Effect(action=Action.DENY)
SALES, BREAK_GLASS, ADMINS = GroupId("sales"), GroupId("break-glass"), GroupId("admins")
WIKI, MAIL = ResourceId("wiki"), ResourceId("mail")
GRACE = UserId("grace")


def mfa(*factors: Factor) -> Effect:
    return Effect(mfa_required=True, factors=frozenset(factors))


def policy(effect: Effect = MFA, **fields: Any) -> Policy:
    return Policy(id=PolicyId(""), name="new", effect=effect, **fields)


def for_sales(effect: Effect = MFA, **fields: Any) -> Policy:
    return policy(effect, all_users=False, groups=frozenset({SALES}), **fields)


def sentences(story: Story, judged: Policy) -> list[str]:
    return [warning.sentence for warning in policy_warnings(judged, story.world, story.now)]


@pytest.fixture
def office(story: Story) -> Story:
    """Ada is in Sales; Grace is in Break glass; nobody is in Admins."""
    for name in ("Sales", "Break glass", "Admins"):
        story.do(CreateGroup(name))
    story.create("grace", groups=frozenset({BREAK_GLASS}))
    story.do(AddToGroup(SALES, (ADA,)))
    return story


NOBODY = "It targets nobody: "
EVERYBODY = "Everybody would be denied"
NO_ACCESS = "It targets all users and excludes nobody who can log in: there is no emergency access."
OFF = "The policy is OFF"
BYPASS = "Allow without MFA bypasses the requirement of "


@pytest.mark.parametrize(
    ("judged", "beginnings"),
    [
        pytest.param(for_sales(MFA), [], id="MFA of a group"),
        pytest.param(for_sales(DENY), [], id="deny a group"),
        pytest.param(for_sales(ALLOW), [], id="allow a group of whom nothing is required"),
        pytest.param(policy(MFA, excluded=frozenset({BREAK_GLASS})), [], id="MFA of all but a group"),
        pytest.param(policy(ALLOW), [], id="allow all"),
        pytest.param(policy(DENY), [EVERYBODY, NO_ACCESS], id="deny all"),
        pytest.param(policy(MFA), [NO_ACCESS], id="MFA of all"),
        pytest.param(
            policy(DENY, excluded=frozenset({ADMINS})), [EVERYBODY, NO_ACCESS], id="an empty group excluded"
        ),
        pytest.param(policy(DENY, excluded=frozenset({BREAK_GLASS})), [], id="deny all but a group"),
        pytest.param(
            policy(DENY, conditions=DeviceManaged(False)),
            [EVERYBODY + " where its conditions hold: all 2 users", NO_ACCESS],
            id="deny all somewhere",
        ),
        pytest.param(
            policy(all_users=False, groups=frozenset({ADMINS})),
            [NOBODY + "Admins has no members."],
            id="an empty group",
        ),
        pytest.param(
            for_sales(excluded=frozenset({SALES})),
            [NOBODY + "all members of Sales are in an excluded group (Sales)."],
            id="all excluded",
        ),
        pytest.param(
            policy(excluded=frozenset({SALES, BREAK_GLASS})),
            [NOBODY + "everybody is in an excluded group (Break glass, Sales)."],
            id="everybody excluded",
        ),
        pytest.param(policy(all_users=False), [NOBODY + "choose all users, or"], id="nobody chosen"),
        pytest.param(
            for_sales(mfa(TOTP, PUSH)), ["It names Push, which is off for the organization"], id="factor off"
        ),
        pytest.param(
            for_sales(mfa(PUSH, DUO)),
            ["Nobody can meet it", "1 user would be denied.", "It names Push, Duo, which are off"],
            id="no way to enroll",
        ),
        pytest.param(
            for_sales(on=False), [OFF + ": it has no effect on anybody until it is switched ON."], id="OFF"
        ),
        pytest.param(
            policy(DENY, on=False), [EVERYBODY, NO_ACCESS, OFF], id="OFF, and denies all if it were ON"
        ),
    ],
)
def test_a_policy_is_warned_about(office: Story, judged: Policy, beginnings: list[str]) -> None:
    found = sentences(office, judged)
    assert len(found) == len(beginnings), found
    for sentence, beginning in zip(found, beginnings, strict=True):
        assert sentence.startswith(beginning)


def test_webauthn_alone_leaves_no_other_way_in(office: Story) -> None:
    office.factors(TOTP, WEBAUTHN)
    assert sentences(office, for_sales(mfa(WEBAUTHN)))[0].startswith("WebAuthn is the only factor")
    assert not sentences(office, for_sales(mfa(WEBAUTHN, TOTP)))


def test_duo_needs_no_enrollment(office: Story) -> None:
    office.factors(TOTP, DUO)
    assert not sentences(office, for_sales(mfa(DUO)))


def test_allow_without_mfa_says_how_many_requirements_it_bypasses(office: Story) -> None:
    office.require().require(user=GRACE)
    assert sentences(office, for_sales(ALLOW)) == [BYPASS + "1 of 2 users of whom MFA is required."]
    assert sentences(office, policy(ALLOW)) == [BYPASS + "2 of 2 users of whom MFA is required."]
    portal_only = for_sales(ALLOW, resources=frozenset({WIKI}))
    assert not sentences(office, portal_only), "the requirement guards the User Portal only"


def test_what_another_policy_demands_anyway_is_not_bypassed(office: Story) -> None:
    office.require().policy(MFA, name="Everybody")
    assert not sentences(office, for_sales(ALLOW))


def test_allow_without_mfa_overrides_a_portal_default_that_asks_for_it(office: Story) -> None:
    office.do(UpdateOrganization(portal_default=PortalDefault.ALLOW_WITH_MFA))
    office.require()
    assert sentences(office, policy(ALLOW)) == [
        BYPASS + "1 of 1 user of whom MFA is required.",
        "Allow without MFA overrides the portal default, which asks MFA of 1 user more.",
    ]


@pytest.mark.parametrize("name", ["Admins", "ADMINISTRATORS", "administrators"])
def test_an_admin_who_would_be_denied_is_told(story: Story, name: str) -> None:
    story.do(CreateGroup(name))
    story.create("root", groups=frozenset({GroupId(name.casefold())}))
    found = policy_warnings(policy(DENY), story.world, story.now)
    assert f"1 admin (in {name}) would be denied: do not lock yourself out." in [w.sentence for w in found]
    spared = policy(DENY, excluded=frozenset({GroupId(name.casefold())}))
    assert not policy_warnings(spared, story.world, story.now)


def test_policies_without_a_common_factor_deny(office: Story) -> None:
    office.factors(TOTP, PUSH).policy(mfa(PUSH), name="Push only", all_users=False, groups=frozenset({SALES}))
    found = sentences(office, policy(mfa(TOTP), excluded=frozenset({BREAK_GLASS})))
    assert found == ["1 user would be denied. It and other policies have no factor in common."]


def test_a_saved_policy_is_warned_about_as_before_it_was_saved(office: Story) -> None:
    before = sentences(office, policy(DENY))
    office.policy(DENY, name="new")
    assert sentences(office, office.world.policy_named("new")) == before


def test_who_cannot_log_in_anyway_counts_for_nobody(office: Story) -> None:
    office.staged(username="alan")
    assert sentences(office, policy(DENY))[0].startswith(EVERYBODY + ": all 2 users")


def test_the_gravest_comes_first(office: Story) -> None:
    found = policy_warnings(policy(mfa(PUSH), on=False), office.world, office.now)
    ranks = [[*Severity].index(warning.severity) for warning in found]
    assert ranks == sorted(ranks)
    assert {warning.severity for warning in found} == set(Severity)


def test_resources_that_the_same_policies_guard_are_looked_at_once(office: Story) -> None:
    for name in ("Wiki", "Mail", "Shop"):
        office.do(AddApplication(name))
    both = policy(resources=frozenset({WIKI, MAIL}))
    assert unlike_resources(both, office.world) == (MAIL,)
    office.policy(DENY, name="Wiki is closed", resources=frozenset({WIKI}))
    assert unlike_resources(both, office.world) == (MAIL, WIKI)
    assert unlike_resources(policy(), office.world) == (USER_PORTAL,)


GROUPS = st.frozensets(st.sampled_from([SALES, BREAK_GLASS, ADMINS, GroupId("gone"), GroupId("")]))
POLICIES = st.builds(
    Policy,
    id=st.sampled_from([PolicyId(""), PolicyId("old"), PolicyId("gone")]),
    name=st.text(max_size=3),
    on=st.booleans(),
    all_users=st.booleans(),
    groups=GROUPS,
    excluded=GROUPS,
    resources=st.frozensets(st.sampled_from([USER_PORTAL, WIKI, ResourceId("gone")])),
    conditions=st.sampled_from(
        [None, DeviceManaged(), IpIn(("no address",)), CountryIn(frozenset()), All(())]
    ),
    effect=st.builds(
        Effect,
        action=st.sampled_from(Action),
        mfa_required=st.booleans(),
        factors=st.frozensets(st.sampled_from(Factor)),
        message=st.text(max_size=3),
    ),
)


def _some_office(factors: frozenset[Factor], default: PortalDefault) -> World:
    story = Story().organization(factors=factors, portal_default=default).create()
    for name in ("Sales", "Break glass", "Admins"):
        story.do(CreateGroup(name))
    story.create("grace", groups=frozenset({ADMINS, SALES})).staged(username="alan").enrolled(WEBAUTHN)
    if factors:
        story.require()
    story.policy(mfa(TOTP), name="old")
    return story.world


WORLDS = [
    World(),
    _some_office(frozenset(), PortalDefault.USER_SETTING),
    _some_office(frozenset({TOTP}), PortalDefault.DENY),
    _some_office(frozenset({TOTP, WEBAUTHN, DUO}), PortalDefault.ALLOW_WITH_MFA),
]


@given(POLICIES, st.sampled_from(WORLDS))
def test_no_policy_is_too_odd_to_be_warned_about(judged: Policy, world: World) -> None:
    for warning in policy_warnings(judged, world, START):
        assert warning.sentence.endswith(".")


@given(POLICIES, st.sampled_from(WORLDS))
def test_everybody_is_said_to_be_denied_only_if_nobody_gets_in(judged: Policy, world: World) -> None:
    sound = structs.replace(
        judged,
        id=PolicyId(""),
        name="new",
        on=True,
        all_users=True,
        groups=frozenset(),
        excluded=frozenset(group for group in judged.excluded if group in world.groups),
        resources=frozenset({USER_PORTAL}),
        conditions=None,
        effect=DENY if judged.effect.action is Action.DENY else mfa(*judged.effect.factors),
    )
    if any(w.sentence.startswith(EVERYBODY) for w in policy_warnings(sound, world, START)):
        after = world_with(sound, world)
        decisions = [
            login_decision(after, user, USER_PORTAL, Context(), START) for user in after.users.values()
        ]
        assert {d.outcome for d in decisions} - {LoginOutcome.NOT_ACTIVATED} == {LoginOutcome.DENIED}
