"""The organization, its factors, groups and applications (domain.md §2)."""

from itertools import combinations
from typing import Any

import pytest

from core_story import ADA, DUO, PUSH, SECRET, TOTP, WEBAUTHN, Story
from mfadrill.core.accounts import AddToGroup
from mfadrill.core.events import OrganizationUpdated
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, Plan, PortalDefault
from mfadrill.core.policies import Action, DeviceManaged, Effect
from mfadrill.core.portal import Stage
from mfadrill.core.refusals import (
    DuplicateName,
    InUse,
    PremiumPlanNeeded,
    UnknownThing,
    UnusableValue,
    WebauthnAlone,
)
from mfadrill.core.requirement import RemoveRequirement, RequireMfa
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.settings import (
    AddApplication,
    CreateGroup,
    CreateOrganization,
    DeleteGroup,
    RenameGroup,
    UpdateOrganization,
    slug,
)
from mfadrill.core.users import GroupId
from mfadrill.core.world import Group

SALES = GroupId("sales")


EVERY_SET = [frozenset(found) for n in range(5) for found in combinations(Factor, n)]


# Factors


@pytest.mark.parametrize("factors", EVERY_SET, ids=lambda found: "+".join(sorted(found)) or "none")
def test_any_set_of_factors_may_be_enabled_but_webauthn_without_totp_or_duo(
    empty: Story, factors: frozenset[Factor]
) -> None:
    command = UpdateOrganization(factors=factors)
    if factors in (frozenset({WEBAUTHN}), frozenset({WEBAUTHN, PUSH})):
        assert isinstance(empty.refusal(command), WebauthnAlone)
    else:
        empty.do(command)
        assert empty.world.organization.factors == factors


@pytest.mark.parametrize("other", [TOTP, DUO])
def test_a_factor_that_webauthn_needs_cannot_be_switched_off_and_the_reason_is_said(
    empty: Story, other: Factor
) -> None:
    empty.factors(WEBAUTHN, other)
    refused = empty.refusal(UpdateOrganization(factors=frozenset({WEBAUTHN})))
    assert isinstance(refused, WebauthnAlone)
    assert "TOTP or Duo" in refused.text


def test_push_does_not_make_up_for_what_webauthn_needs(empty: Story) -> None:
    empty.factors(WEBAUTHN, PUSH, TOTP)
    assert isinstance(empty.refusal(UpdateOrganization(factors=frozenset({WEBAUTHN, PUSH}))), WebauthnAlone)


def test_push_counts_as_a_factor_at_the_log_in(story: Story) -> None:
    story.factors(TOTP, PUSH).enrolled(PUSH).policy(Effect(mfa_required=True)).log_in()
    assert story.decision().challenge == (PUSH,)


def test_an_organization_cannot_be_founded_with_webauthn_alone() -> None:
    founded = Organization(name="Acme", factors=frozenset({WEBAUTHN}))
    assert isinstance(Story().refusal(CreateOrganization(founded)), WebauthnAlone)


def test_all_factors_may_be_switched_off_while_mfa_is_required_and_then_nobody_gets_past(
    story: Story,
) -> None:
    story.require(7).factors()
    story.log_in()
    assert story.decision().outcome is LoginOutcome.DENIED


def test_a_factor_switched_off_and_on_again_finds_its_enrollments(story: Story) -> None:
    story.factors(TOTP, DUO).enrolled(TOTP)
    story.factors(DUO)
    story.factors(TOTP, DUO)
    assert story.ada.totp is not None
    assert story.ada.totp.secret == SECRET


def test_without_a_factor_a_requirement_can_still_be_removed(story: Story) -> None:
    story.require(7).factors().do(RemoveRequirement((ADA,)))
    assert not story.ada.required


# Portal default


def test_the_portal_default_is_based_on_user_setting_at_first(empty: Story) -> None:
    assert empty.world.organization.portal_default is PortalDefault.USER_SETTING


def test_applications_allow_whatever_the_portal_default(story: Story) -> None:
    story.do(AddApplication("Wiki"))
    story.require(1).do(UpdateOrganization(portal_default=PortalDefault.DENY))
    (wiki,) = story.world.applications
    assert story.log_in(resource=wiki).stage is Stage.IN


# Plan


def test_conditions_cannot_be_saved_on_another_plan_and_the_reason_is_said(empty: Story) -> None:
    with pytest.raises(PremiumPlanNeeded, match="premium plan"):
        empty.policy(Effect(), conditions=DeviceManaged())


def test_conditions_can_be_saved_on_the_premium_plan(empty: Story) -> None:
    empty.do(UpdateOrganization(plan=Plan.PREMIUM))
    empty.policy(Effect(), conditions=DeviceManaged())
    assert len(empty.world.policies) == 1


def test_the_premium_plan_cannot_go_while_policies_have_conditions(empty: Story) -> None:
    empty.do(UpdateOrganization(plan=Plan.PREMIUM))
    empty.policy(Effect(), "managed only", conditions=DeviceManaged())
    refused = empty.refusal(UpdateOrganization(plan=Plan.STANDARD))
    assert isinstance(refused, InUse)
    assert "managed only" in refused.text


def test_the_premium_plan_can_go_when_no_policy_has_conditions(empty: Story) -> None:
    empty.do(UpdateOrganization(plan=Plan.PREMIUM))
    empty.policy(Effect()).do(UpdateOrganization(plan=Plan.STANDARD))
    assert empty.world.organization.plan is Plan.STANDARD


# The other settings


@pytest.mark.parametrize(
    "settings",
    [
        {"max_login_attempts": 0},
        {"lockout_minutes": 0},
        {"push_timeout_seconds": 0},
    ],
    ids=str,
)
def test_settings_without_meaning_are_refused(empty: Story, settings: dict[str, Any]) -> None:
    assert isinstance(empty.refusal(UpdateOrganization(**settings)), UnusableValue)


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "Europe", "\x00", "europe berlin"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    assert isinstance(
        Story().refusal(CreateOrganization(Organization(name="Acme", zone=zone))), UnusableValue
    )


def test_an_organization_needs_a_name() -> None:
    assert isinstance(Story().refusal(CreateOrganization(Organization(name=" "))), UnusableValue)


def test_there_is_one_organization(empty: Story) -> None:
    assert isinstance(empty.refusal(CreateOrganization(Organization(name="Other"))), DuplicateName)


def test_settings_not_given_stay(empty: Story) -> None:
    empty.do(UpdateOrganization(unified_mfa=True))
    empty.do(UpdateOrganization(max_login_attempts=3))
    assert empty.world.organization.unified_mfa
    assert empty.world.organization.max_login_attempts == 3
    assert empty.world.organization.name == "Acme"


def test_a_setting_that_is_so_already_is_no_change(empty: Story) -> None:
    assert empty.do(UpdateOrganization(factors=frozenset({TOTP}))).events == []


def test_a_change_of_settings_is_told_in_words(empty: Story) -> None:
    command = UpdateOrganization(
        factors=frozenset({DUO}), portal_default=PortalDefault.DENY, lockout_minutes=None
    )
    (event,) = empty.do(command).events
    assert isinstance(event, OrganizationUpdated)
    assert event.change == "Duo on, TOTP off, portal default: Deny, lockout minutes: None"


# Groups


def test_a_group_name_is_unique_whatever_its_case(empty: Story) -> None:
    empty.do(CreateGroup("Sales"))
    assert isinstance(empty.refusal(CreateGroup(" SALES ")), DuplicateName)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb"])
def test_an_unusable_group_name_is_refused(empty: Story, name: str) -> None:
    assert isinstance(empty.refusal(CreateGroup(name)), UnusableValue)


def test_a_group_keeps_its_id_and_members_when_renamed(story: Story) -> None:
    story.do(CreateGroup("Sales"))
    story.do(AddToGroup(SALES, (ADA,)))
    story.do(RenameGroup(SALES, "Vertrieb"))
    assert story.world.groups[SALES] == Group(SALES, "Vertrieb")
    assert story.ada.groups == {SALES}


def test_a_group_may_change_the_case_of_its_name_but_not_take_anothers(empty: Story) -> None:
    empty.do(CreateGroup("Sales"))
    empty.do(CreateGroup("IT"))
    empty.do(RenameGroup(SALES, "SALES"))
    assert isinstance(empty.refusal(RenameGroup(SALES, "it")), DuplicateName)


@pytest.mark.parametrize("field", ["groups", "excluded"])
def test_a_group_that_a_policy_uses_cannot_be_deleted_and_the_policies_are_named(
    empty: Story, field: str
) -> None:
    empty.do(CreateGroup("Sales"))
    fields: dict[str, Any] = {field: frozenset({SALES}), "all_users": field == "excluded", "on": False}
    empty.policy(Effect(action=Action.DENY), "no sales", **fields)
    refused = empty.refusal(DeleteGroup(SALES))
    assert isinstance(refused, InUse)
    assert "no sales" in refused.text


def test_a_deleted_group_has_no_members(story: Story) -> None:
    story.do(CreateGroup("Sales"))
    story.do(AddToGroup(SALES, (ADA,)))
    story.do(DeleteGroup(SALES))
    assert SALES not in story.world.groups
    assert story.ada.groups == frozenset()


def test_an_unknown_group_is_refused(empty: Story) -> None:
    assert isinstance(empty.refusal(DeleteGroup(SALES)), UnknownThing)
    assert isinstance(empty.refusal(RenameGroup(SALES, "x")), UnknownThing)


# Applications


def test_an_application_name_is_unique_and_not_the_portals(empty: Story) -> None:
    empty.do(AddApplication("Wiki"))
    assert isinstance(empty.refusal(AddApplication("wiki")), DuplicateName)
    assert isinstance(empty.refusal(AddApplication("user portal")), DuplicateName)


def test_an_application_never_gets_the_portals_id(empty: Story) -> None:
    empty.do(AddApplication("User-Portal"))
    assert "user-portal" not in empty.world.applications


def test_ids_made_of_names_differ() -> None:
    assert slug("R & D!", {}) == "r-d"
    assert slug("R D", {"r-d", "r-d-2"}) == "r-d-3"
    assert slug("!!!", {}) == "x"


def test_requiring_needs_just_any_factor(story: Story) -> None:
    story.factors(DUO).do(RequireMfa((ADA,), 7))
    assert story.ada.required
