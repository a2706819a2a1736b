from datetime import timedelta

import pytest

from drill import ADA, ALAN, GRACE, nordwind
from mfadrill.core.accounts import RecordEnrollment, SuspendUsers
from mfadrill.core.factors import Factor
from mfadrill.core.policies import Context
from mfadrill.core.refusals import DaysOutOfRange
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.settings import AddApplication
from mfadrill.core.together import Together
from mfadrill.core.users import GroupId, UserId
from mfadrill.tui.admin_portal.user_sheet.activity_view import activity
from mfadrill.tui.admin_portal.user_sheet.factors_view import factor_lines
from mfadrill.tui.admin_portal.user_sheet.log_in_view import meetings
from mfadrill.tui.admin_portal.user_sheet.user_sheet_view import (
    Edits,
    rebased,
    save_command,
    save_preview,
    user_sheet_view,
)


def test_saving_asks_for_what_was_changed_only() -> None:
    world = nordwind(RequireMfa((ADA,), 7)).world
    ada, grace = world.users[ADA], world.users[GRACE]
    assert save_command(ada, Edits(required=True, days="7")) is None
    assert save_command(ada, Edits(required=True, days="14")) == RequireMfa((ADA,), 14)
    assert save_command(ada, Edits(required=False, days="7")) == RemoveRequirement((ADA,))
    assert save_command(grace, Edits(required=False, days="7")) is None
    assert save_command(grace, Edits(required=True, days="7")) == RequireMfa((GRACE,), 7)


@pytest.mark.parametrize("days", ["seven", "0", "366", "7.5", ""])
def test_saving_refuses_days_that_are_none(days: str) -> None:
    with pytest.raises(DaysOutOfRange):
        save_command(nordwind().world.users[ADA], Edits(required=True, days=days))


def test_the_log_in_page_says_what_the_user_meets_at_each_resource() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7), AddApplication("Payroll"))
    world = simulation.world
    lines = meetings(world, world.users[ADA], Context(), simulation.now)
    assert lines[0] == "set up MFA – “Set Up Multi-Factor Authentication”"
    assert any("the enrollment period runs until" in line for line in lines)
    assert any(line.startswith("Payroll: ") for line in lines)
    simulation.advance(timedelta(days=7))
    world = simulation.world
    assert meetings(world, world.users[ADA], Context(), simulation.now)[0].startswith("locked out")
    view = user_sheet_view(world.users[ADA], world, simulation.now)
    assert view.alerts == ("locked out",)
    assert view.can_reset


def test_a_reset_is_part_of_what_is_saved() -> None:
    world = nordwind(RequireMfa((ADA,), 7)).world
    ada, grace = world.users[ADA], world.users[GRACE]
    assert save_command(ada, Edits(required=True, days="9", reset=True)) == ResetTotp((ADA,), 9)
    assert save_command(grace, Edits(required=True, days="9", reset=True)) == Together(
        (RequireMfa((GRACE,), 9), ResetTotp((GRACE,), 9))
    )
    assert save_command(grace, Edits(required=False, days="9", reset=True)) == ResetTotp((GRACE,), 9)


def test_groups_are_joined_and_left_with_the_rest() -> None:
    simulation = nordwind()
    zofia = simulation.world.users[UserId("zofia.kowalska")]
    edits = Edits(required=True, days="7", groups=frozenset({GroupId("contractors")}))
    command = save_command(zofia, edits)
    assert command is not None
    simulation.act(command)
    after = simulation.world.users[zofia.id]
    assert after.required
    assert after.groups == {"contractors"}


def test_every_factor_and_device_has_its_line() -> None:
    simulation = nordwind(
        RecordEnrollment(ADA, Factor.WEBAUTHN, "her key", "credential"),
        RecordEnrollment(ADA, Factor.PUSH, "her phone"),
    )
    world = simulation.world
    text = "\n".join(factor_lines(world.users[ADA], world, simulation.now))
    assert "her key, registered Mon 2 Mar 2026 09:00, signature counter 0" in text
    assert "her phone, paired Mon 2 Mar 2026 09:00 (off for the organization)" in text
    assert "Duo       off for the organization" in text
    grace = "\n".join(factor_lines(world.users[GRACE], world, simulation.now))
    assert "Enrolled since" in grace
    assert "1 scanned secret, its clock is right" in grace


def test_the_activity_is_what_touches_the_user_newest_first() -> None:
    simulation = nordwind(RequireMfa((ADA, GRACE), 7))
    found = activity(simulation.timeline.events, simulation.position, ADA)
    assert all(ADA in event.touches for event in found)
    assert type(found[0]).__name__ == "MailSent"
    assert type(found[-1]).__name__ == "UserCreated"


def test_the_sheet_says_what_the_days_will_mean() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    world, now = simulation.world, simulation.now
    notes = {user: user_sheet_view(world.users[user], world, now).days_note for user in (ADA, ALAN, GRACE)}
    assert notes == {
        ADA: "other days restart the period",
        ALAN: "the period starts on activation",
        GRACE: "TOTP is enrolled: no period",
    }


def test_a_staged_user_can_be_activated_and_others_suspended() -> None:
    simulation = nordwind()
    world, now = simulation.world, simulation.now
    assert user_sheet_view(world.users[ALAN], world, now).state_action == "activate"
    assert user_sheet_view(world.users[ADA], world, now).state_action == "suspend"


def test_who_is_suspended_is_offered_to_be_reactivated_and_who_is_staged_to_be_activated() -> None:
    world = nordwind(SuspendUsers((ADA,))).world
    now = nordwind().now
    offered = [user_sheet_view(world.users[user], world, now).state_action for user in (ADA, ALAN, GRACE)]
    assert offered == ["reactivate", "activate", "suspend"]


def test_the_sheet_warns_of_an_end_on_a_weekend() -> None:
    simulation = nordwind()
    world, now = simulation.world, simulation.now
    assert (
        "! Sat 7 Mar is a weekend"
        in save_preview(world.users[ADA], Edits(required=True, days="5"), world, now).says
    )
    assert "weekend" not in save_preview(world.users[ADA], Edits(required=True, days="7"), world, now).says


def test_edits_are_kept_field_by_field_when_something_else_is_saved() -> None:
    one, two, three = GroupId("one"), GroupId("two"), GroupId("three")
    before = Edits(required=False, days="7", groups=frozenset({one}))
    edits = Edits(required=True, days="7", groups=frozenset({two}))
    after = Edits(required=False, days="30", groups=frozenset({one, three}))
    assert rebased(edits, before, after) == Edits(required=True, days="30", groups=frozenset({two, three}))
    assert rebased(before, before, after) == after


def test_the_preview_names_the_groups_and_the_policies_that_use_them() -> None:
    simulation = nordwind()
    world = simulation.world
    finance, contractors = GroupId("finance"), GroupId("contractors")
    edits = Edits(required=False, days="7", groups=frozenset({finance, contractors}))
    assert save_preview(world.users[ADA], edits, world, simulation.now).says.splitlines() == [
        "Joins Contractors (policies: Sales stays out).",
        "Joins Finance.",
    ]
