"""Users: creating them, their states, groups, locks and what they had enrolled before (domain.md §3)."""

from datetime import timedelta

import pytest

from core_story import ADA, DUO, PASSWORD, PUSH, SECRET, START, TOTP, WEBAUTHN, Story, command_name
from mfadrill.core.accounts import (
    ActivateUsers,
    AddToGroup,
    CreateUsers,
    NewUser,
    RecordEnrollment,
    RemoveFromGroup,
    ScheduleActivation,
    SetPassword,
    SuspendUsers,
    UnlockUsers,
)
from mfadrill.core.commands import Command, OutcomeKind
from mfadrill.core.factors import Factor, FactorStatus
from mfadrill.core.portal import LogIn, Stage
from mfadrill.core.refusals import DuplicateName, UnknownThing, UnusableValue, WrongState
from mfadrill.core.sessions import LoginOutcome, Rule
from mfadrill.core.settings import CreateGroup, UpdateOrganization
from mfadrill.core.status import Alert, alerts
from mfadrill.core.users import GroupId, Period, UserId, UserState

SALES, ITS = GroupId("sales"), GroupId("it")


# Creating


def test_a_new_user_is_activated_and_not_required(story: Story) -> None:
    assert story.ada.state is UserState.ACTIVATED
    assert not story.ada.required
    assert story.ada.created_at == START


def test_a_username_is_taken_whatever_its_case(story: Story) -> None:
    assert isinstance(story.refusal(CreateUsers((NewUser(username="ADA"),))), DuplicateName)


def test_a_username_cannot_come_twice_in_one_import(empty: Story) -> None:
    twice = (NewUser(username="ada"), NewUser(username="Ada"))
    assert isinstance(empty.refusal(CreateUsers(twice)), DuplicateName)


@pytest.mark.parametrize("name", ["", "  ", "a b", "a\tb", "a\nb", "a\x00b", "x" * 101])
def test_an_unusable_username_is_refused(empty: Story, name: str) -> None:
    assert isinstance(empty.refusal(CreateUsers((NewUser(username=name),))), UnusableValue)


def test_usernames_of_other_scripts_are_usable(empty: Story) -> None:
    empty.create("søren").create("Ελένη").create("美咲")
    assert empty.world.user("ΕΛΈΝΗ").username == "Ελένη"


def test_a_user_may_not_be_created_suspended(empty: Story) -> None:
    new = NewUser(username="ada", state=UserState.SUSPENDED)
    assert isinstance(empty.refusal(CreateUsers((new,))), WrongState)


def test_a_user_may_not_be_created_into_an_unknown_group(empty: Story) -> None:
    new = NewUser(username="ada", groups=frozenset({SALES}))
    assert isinstance(empty.refusal(CreateUsers((new,))), UnknownThing)


def test_users_are_created_all_or_none(empty: Story) -> None:
    both = (NewUser(username="ada"), NewUser(username="b c"))
    empty.refusal(CreateUsers(both))
    assert len(empty.world.users) == 0


def test_an_empty_password_cannot_be_set(story: Story) -> None:
    assert isinstance(story.refusal(SetPassword(ADA, "")), UnusableValue)


def test_a_user_created_with_an_empty_password_is_pending(empty: Story) -> None:
    empty.create(password="")
    assert alerts(empty.ada, empty.world.organization, START) == (Alert.PASSWORD_PENDING,)
    assert empty.log_in(password="").stage is Stage.REFUSED


# States


def test_a_staged_user_can_be_activated(empty: Story) -> None:
    empty.staged().do(ActivateUsers((ADA,)))
    assert empty.ada.state is UserState.ACTIVATED


def test_an_activated_user_can_be_suspended_and_activated_again(story: Story) -> None:
    story.do(SuspendUsers((ADA,)))
    assert story.ada.state is UserState.SUSPENDED
    story.do(ActivateUsers((ADA,)))
    assert story.ada.state is UserState.ACTIVATED


def test_who_is_activated_cannot_be_activated(story: Story) -> None:
    assert isinstance(story.refusal(ActivateUsers((ADA,))), WrongState)


def test_a_staged_user_cannot_be_suspended(empty: Story) -> None:
    empty.staged()
    assert isinstance(empty.refusal(SuspendUsers((ADA,))), WrongState)


def test_a_suspended_user_cannot_be_suspended(story: Story) -> None:
    story.do(SuspendUsers((ADA,)))
    assert isinstance(story.refusal(SuspendUsers((ADA,))), WrongState)


def test_activating_staged_users_only_refuses_the_suspended_and_says_what_would_do_it(story: Story) -> None:
    story.do(SuspendUsers((ADA,)))
    refused = story.refusal(ActivateUsers((ADA,), of=UserState.STAGED))
    assert isinstance(refused, WrongState)
    assert refused.text == "ada is suspended; only staged users are activated. Reactivate it."
    story.do(ActivateUsers((ADA,), of=UserState.SUSPENDED))
    assert story.ada.state is UserState.ACTIVATED


def test_reactivating_suspended_users_only_refuses_the_staged(empty: Story) -> None:
    refused = empty.staged().refusal(ActivateUsers((ADA,), of=UserState.SUSPENDED))
    assert refused.text == "ada is staged; only suspended users are reactivated. Activate it."
    empty.do(ActivateUsers((ADA,), of=UserState.STAGED))
    assert empty.ada.state is UserState.ACTIVATED


@pytest.mark.parametrize("of", [None, UserState.STAGED, UserState.SUSPENDED])
def test_who_is_activated_is_refused_whoever_was_meant(story: Story, of: UserState | None) -> None:
    assert "activated already" in story.refusal(ActivateUsers((ADA,), of=of)).text


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_a_staged_user_cannot_log_in_whatever_the_password(empty: Story, password: str) -> None:
    empty.staged()
    assert empty.log_in(password=password).stage is Stage.REFUSED


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_a_suspended_user_cannot_log_in_whatever_the_password(story: Story, password: str) -> None:
    story.do(SuspendUsers((ADA,)))
    assert story.log_in(password=password).stage is Stage.REFUSED


def test_staged_and_suspended_are_refused_with_their_own_reason(empty: Story) -> None:
    empty.staged().log_in()
    assert (empty.decision().outcome, empty.rules()) == (LoginOutcome.NOT_ACTIVATED, [Rule.STAGED])
    empty.do(ActivateUsers((ADA,)))
    empty.do(SuspendUsers((ADA,)))
    empty.log_in()
    assert (empty.decision().outcome, empty.rules()) == (LoginOutcome.NOT_ACTIVATED, [Rule.SUSPENDED])


def test_a_suspended_users_running_period_keeps_its_absolute_end(story: Story) -> None:
    story.require(7).passes(days=2)
    story.do(SuspendUsers((ADA,)))
    story.passes(days=2)
    story.do(ActivateUsers((ADA,)))
    assert story.ada.period == Period.of(7, START)


def test_a_suspended_user_can_come_back_already_expired(story: Story) -> None:
    story.require(7).do(SuspendUsers((ADA,)))
    story.passes(days=8)
    story.do(ActivateUsers((ADA,)))
    assert story.status is FactorStatus.ENROLLMENT_EXPIRED
    story.log_in()
    assert story.decision().outcome is LoginOutcome.LOCKED_OUT


def test_a_user_who_comes_back_from_suspension_is_not_mailed_again(story: Story) -> None:
    story.require(7).do(SuspendUsers((ADA,)))
    story.do(ActivateUsers((ADA,)))
    assert len(story.mails) == 1


def test_a_suspension_ends_the_session_inside_the_portal(story: Story) -> None:
    story.log_in()
    story.do(SuspendUsers((ADA,)))
    assert "b" not in story.world.browsers


def test_a_suspension_leaves_the_sessions_of_others(story: Story) -> None:
    story.create("grace").do(LogIn("other", "grace", PASSWORD))
    story.do(SuspendUsers((ADA,)))
    assert story.session("other").inside


# Scheduled activation


def test_a_scheduled_activation_happens_at_its_instant_and_starts_the_period(empty: Story) -> None:
    empty.staged(require_days=7).do(ScheduleActivation((ADA,), START + timedelta(days=3)))
    empty.passes(days=5)
    assert empty.ada.state is UserState.ACTIVATED
    assert empty.ada.period == Period.of(7, START + timedelta(days=3))
    assert [mail.sent_at for mail in empty.mails] == [START + timedelta(days=3)]


def test_a_scheduled_activation_in_the_past_is_refused(empty: Story) -> None:
    empty.staged()
    assert isinstance(empty.refusal(ScheduleActivation((ADA,), START)), UnusableValue)


def test_only_staged_users_wait_for_an_activation(story: Story) -> None:
    later = START + timedelta(days=1)
    assert isinstance(story.refusal(ScheduleActivation((ADA,), later)), WrongState)


def test_who_is_activated_early_is_not_activated_again(empty: Story) -> None:
    empty.staged(require_days=7).do(ScheduleActivation((ADA,), START + timedelta(days=3)))
    empty.do(ActivateUsers((ADA,)))
    empty.passes(days=4)
    assert empty.names().count("user_activated") == 1
    assert empty.ada.period == Period.of(7, START)


def test_a_scheduled_activation_can_be_moved(empty: Story) -> None:
    empty.staged().do(ScheduleActivation((ADA,), START + timedelta(days=3)))
    empty.do(ScheduleActivation((ADA,), START + timedelta(days=5)))
    empty.passes(days=4)
    assert empty.ada.state is UserState.STAGED
    empty.passes(days=1)
    assert empty.ada.state is UserState.ACTIVATED


# Locks


def locked(story: Story) -> Story:
    for _ in range(story.world.organization.max_login_attempts):
        story.log_in(password="wrong")
    assert story.ada.is_locked(story.now)
    return story


def test_an_admin_unlocks_an_account(story: Story) -> None:
    locked(story).do(UnlockUsers((ADA,)))
    assert not story.ada.is_locked(story.now)
    assert story.log_in().stage is Stage.IN


def test_unlocking_resets_the_bad_attempts(story: Story) -> None:
    locked(story).do(UnlockUsers((ADA,)))
    story.log_in(password="wrong")
    assert story.ada.bad_attempts == 1
    assert not story.ada.is_locked(story.now)


def test_who_is_not_locked_cannot_be_unlocked(story: Story) -> None:
    assert isinstance(story.refusal(UnlockUsers((ADA,))), WrongState)


def test_unlocking_does_not_help_who_is_locked_out_by_an_expired_period(story: Story) -> None:
    story.require(1).passes(days=1)
    assert isinstance(story.refusal(UnlockUsers((ADA,))), WrongState)


def test_an_account_that_is_locked_is_not_an_expired_one(story: Story) -> None:
    locked(story.require(7))
    assert story.status is FactorStatus.IN_ENROLLMENT
    assert alerts(story.ada, story.world.organization, story.now) == (Alert.ACCOUNT_LOCKED,)


def test_a_lock_without_a_time_holds_until_an_admin_unlocks(story: Story) -> None:
    story.do(UpdateOrganization(lockout_minutes=None))
    locked(story).passes(days=1000)
    assert story.ada.is_locked(story.now)


# Groups


def test_users_may_be_in_many_groups(story: Story) -> None:
    for name in ("Sales", "IT"):
        story.do(CreateGroup(name))
    story.do(AddToGroup(SALES, (ADA,)))
    story.do(AddToGroup(ITS, (ADA,)))
    assert story.ada.groups == {SALES, ITS}
    assert [user.id for user in story.world.members(SALES)] == [ADA]


def test_leaving_a_group_leaves_the_others(story: Story) -> None:
    for name in ("Sales", "IT"):
        story.do(CreateGroup(name))
    story.do(AddToGroup(SALES, (ADA,)))
    story.do(AddToGroup(ITS, (ADA,)))
    story.do(RemoveFromGroup(SALES, (ADA,)))
    assert story.ada.groups == {ITS}


def test_joining_twice_and_leaving_twice_changes_nothing(story: Story) -> None:
    story.do(CreateGroup("Sales"))
    assert story.do(RemoveFromGroup(SALES, (ADA,))).outcomes[0].kind is OutcomeKind.UNCHANGED
    story.do(AddToGroup(SALES, (ADA,)))
    decided = story.do(AddToGroup(SALES, (ADA,)))
    assert (decided.events, decided.outcomes[0].kind) == ([], OutcomeKind.UNCHANGED)


@pytest.mark.parametrize(
    "command", [AddToGroup(SALES, (ADA,)), RemoveFromGroup(SALES, (ADA,))], ids=command_name
)
def test_an_unknown_group_is_refused(story: Story, command: Command) -> None:
    assert isinstance(story.refusal(command), UnknownThing)


def test_an_unknown_user_is_refused_by_every_command_on_users(story: Story) -> None:
    story.do(CreateGroup("Sales"))
    nobody = (UserId("nobody"),)
    for command in (
        ActivateUsers(nobody),
        SuspendUsers(nobody),
        UnlockUsers(nobody),
        AddToGroup(SALES, nobody),
        RemoveFromGroup(SALES, nobody),
        ScheduleActivation(nobody, START + timedelta(days=1)),
        SetPassword(nobody[0], "x"),
        RecordEnrollment(nobody[0], TOTP, "phone", SECRET),
    ):
        assert isinstance(story.refusal(command), UnknownThing)


# What was enrolled before the story


@pytest.mark.parametrize("factor", [TOTP, PUSH, WEBAUTHN])
def test_a_factor_can_be_recorded_once(story: Story, factor: Factor) -> None:
    story.enrolled(factor)
    assert isinstance(story.refusal(RecordEnrollment(ADA, factor, "new", "key")), WrongState)


def test_duo_is_never_enrolled(story: Story) -> None:
    assert isinstance(story.refusal(RecordEnrollment(ADA, DUO, "phone")), UnusableValue)


def test_a_recorded_totp_is_on_the_phone_and_works_at_once(story: Story) -> None:
    story.enrolled(TOTP)
    assert [entry.secret for entry in story.world.phones[ADA].entries] == [SECRET]
    assert story.ada.totp is not None
    assert story.ada.totp.last_step < START.timestamp() // 30


def test_a_recorded_totp_ends_a_running_period(story: Story) -> None:
    story.require(7).enrolled(TOTP)
    assert story.ada.period is None
    assert story.passes(days=8) == []


# Alerts


def test_alerts_name_all_that_is_wrong_with_a_user(story: Story) -> None:
    def found() -> tuple[Alert, ...]:
        return alerts(story.ada, story.world.organization, story.now)

    assert found() == ()
    locked(story.require(1))
    assert found() == (Alert.ACCOUNT_LOCKED,)
    story.passes(days=1)
    assert found() == (Alert.LOCKED_OUT,)
    story.do(SuspendUsers((ADA,)))
    assert found() == (Alert.LOCKED_OUT, Alert.SUSPENDED)


def test_a_user_without_a_password_is_pending(empty: Story) -> None:
    empty.staged(password=None)
    assert alerts(empty.ada, empty.world.organization, START) == (Alert.PASSWORD_PENDING, Alert.STAGED)
    empty.do(SetPassword(ADA, PASSWORD))
    assert alerts(empty.ada, empty.world.organization, START) == (Alert.STAGED,)
