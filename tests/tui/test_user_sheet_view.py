from datetime import timedelta

import pytest

from drill import ADA, ALAN, GRACE, nordwind
from mfadrill.core.accounts import SuspendUsers
from mfadrill.core.refusals import DaysOutOfRange
from mfadrill.core.requirement import RemoveRequirement, RequireMfa
from mfadrill.tui.admin_portal.user_sheet.user_sheet_view import save_command, save_preview, user_sheet_view


def test_saving_asks_for_what_was_changed_only() -> None:
    world = nordwind(RequireMfa((ADA,), 7)).world
    ada, grace = world.users[ADA], world.users[GRACE]
    assert save_command(ada, True, "7") is None
    assert save_command(ada, True, "14") == RequireMfa((ADA,), 14)
    assert save_command(ada, False, "7") == RemoveRequirement((ADA,))
    assert save_command(grace, False, "7") is None
    assert save_command(grace, True, "7") == RequireMfa((GRACE,), 7)


@pytest.mark.parametrize("days", ["seven", "0", "366", "7.5", ""])
def test_saving_refuses_days_that_are_none(days: str) -> None:
    with pytest.raises(DaysOutOfRange):
        save_command(nordwind().world.users[ADA], True, days)


def test_the_sheet_says_what_the_user_meets_now() -> None:
    simulation = nordwind(RequireMfa((ADA,), 7))
    view = user_sheet_view(simulation.world.users[ADA], simulation.world, simulation.now)
    assert view.meets == "set up MFA – “Set Up Multi-Factor Authentication”"
    assert view.reasons[-1].startswith("TOTP is not enrolled; the enrollment period runs until")
    simulation.advance(timedelta(days=7))
    view = user_sheet_view(simulation.world.users[ADA], simulation.world, simulation.now)
    assert view.meets.startswith("locked out")
    assert view.alerts == ("locked out",)


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
    assert "! Sat 7 Mar is a weekend" in save_preview(world.users[ADA], True, "5", world, now)[1]
    assert "weekend" not in save_preview(world.users[ADA], True, "7", world, now)[1]
