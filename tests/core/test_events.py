"""Events: the vendor's names, what they touch, their JSON, and how they change a world (domain.md §8)."""

from datetime import timedelta
from functools import reduce
from typing import Any, Union

import msgspec
import pytest
from msgspec import structs

from core_story import ADA, OTHER_SECRET, PUSH, SECRET, START, TOTP, WEBAUTHN, Story
from mfadrill.core import events
from mfadrill.core.accounts import (
    ActivateUsers,
    AddToGroup,
    RemoveFromGroup,
    ScheduleActivation,
    SetPassword,
    SuspendUsers,
    UnlockUsers,
)
from mfadrill.core.behaviour import Behaviour
from mfadrill.core.challenges import AnswerTotp, SendPush
from mfadrill.core.conditional_access import DeletePolicy, SwitchPolicy
from mfadrill.core.crowd import SetBehaviour
from mfadrill.core.events import Event
from mfadrill.core.evolve import evolve
from mfadrill.core.handling_keys import (
    BeginKeyCeremony,
    CopySecurityKey,
    GiveSecurityKey,
    PlugSecurityKey,
    TouchSecurityKey,
)
from mfadrill.core.handling_phones import LosePhone, ReplacePhone, ScanQrCode, SetPhoneClock
from mfadrill.core.organization import Plan
from mfadrill.core.policies import (
    Action,
    All,
    CountryIn,
    DeviceManaged,
    Effect,
    IpIn,
    Not,
    OsIn,
    PolicyId,
)
from mfadrill.core.policies import Any as AnyOf
from mfadrill.core.portal import LeaveBrowser
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import PairPush, SkipEnrollment
from mfadrill.core.settings import AddApplication, CreateGroup, DeleteGroup, RenameGroup, UpdateOrganization
from mfadrill.core.users import GroupId, UserId
from mfadrill.core.world import World

SALES = GroupId("sales")
EVERY_KIND = [
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, Event) and "name" in vars(kind)
]


def from_json(text: bytes) -> list[Event]:
    any_event: Any = Union[tuple(EVERY_KIND)]  # noqa: UP007
    return msgspec.json.decode(text, type=list[any_event])


CHALLENGE = "cmVoZWFyc2Fs" * 3


def long_story() -> Story:
    """A story in which every kind of event happens."""
    story = Story().organization(plan=Plan.PREMIUM, lockout_minutes=10)
    story.factors(TOTP, PUSH, WEBAUTHN).do(UpdateOrganization(unified_mfa=True))
    story.do(CreateGroup("Sales"))
    story.do(AddApplication("Wiki"))
    story.do(SetBehaviour(Behaviour(holidays=(START.date(),))))
    story.staged(require_days=7).do(AddToGroup(SALES, (ADA,)))
    story.create("grace", password=None).do(SetPassword(UserId("grace"), "x"))
    where = All((IpIn(("10.0.0.0/8",)), AnyOf((CountryIn(frozenset({"DE"})), Not(OsIn(frozenset({"x"})))))))
    story.policy(
        Effect(action=Action.DENY, message="No."), "deny", conditions=All((DeviceManaged(False), where))
    )
    story.do(SwitchPolicy(PolicyId("deny"), False))
    story.do(DeletePolicy(PolicyId("deny")))

    story.do(ScheduleActivation((ADA,), START + timedelta(days=1)))
    story.passes(days=7)  # activated after one day, reminded after seven
    story.log_in()
    story.do(SkipEnrollment("b"))
    story.do(LeaveBrowser("b"))
    story.passes(days=1)  # expired
    story.log_in()
    story.do(ResetTotp((ADA,), 2))
    story.log_in(ip="10.1.2.3", country="DE", device_managed=True, os="linux")
    story.show_qr_code().do(SetPhoneClock(ADA, 10))
    story.do(ScanQrCode("b"))
    story.enroll_totp()
    story.do(PairPush("b"))
    story.do(GiveSecurityKey(ADA, "key", "ab" * 32))
    story.do(PlugSecurityKey("key", False))
    story.do(PlugSecurityKey("key", True))
    story.do(BeginKeyCeremony("b", CHALLENGE))
    story.do(TouchSecurityKey("b", "key"))
    story.do(CopySecurityKey("key"))
    story.do(LosePhone(ADA))
    story.do(ReplacePhone(ADA))
    story.log_in()
    story.do(SendPush("b"))
    story.passes(minutes=2)
    story.do(AnswerTotp("b", "000"))
    story.do(BeginKeyCeremony("b", CHALLENGE))
    story.do(TouchSecurityKey("b", "key"))
    for _ in range(5):
        story.log_in("other", password="wrong")
    story.do(UnlockUsers((ADA,)))
    for _ in range(5):
        story.log_in("other", password="wrong")
    story.passes(minutes=10)
    story.do(ResetTotp((ADA,), 2))
    story.do(RemoveRequirement((ADA,)))
    story.do(SuspendUsers((ADA,)))
    story.do(ActivateUsers((ADA,)))
    story.do(RemoveFromGroup(SALES, (ADA,)))
    story.do(AddToGroup(SALES, (ADA,)))
    story.do(RenameGroup(SALES, "Vertrieb"))
    story.do(DeleteGroup(SALES))
    return story


@pytest.fixture(scope="module")
def told() -> Story:
    return long_story()


def test_the_long_story_has_every_kind_of_event(told: Story) -> None:
    assert {type(event) for event in told.events} == set(EVERY_KIND)


def test_every_event_survives_json(told: Story) -> None:
    again = from_json(msgspec.json.encode(told.events))
    assert again == told.events


def test_what_came_back_from_json_makes_the_same_world(told: Story) -> None:
    again = from_json(msgspec.json.encode(told.events))
    assert evolve(World(), again) == told.world


def test_the_events_in_one_batch_or_one_by_one_make_the_same_world(told: Story) -> None:
    one_by_one = reduce(lambda world, event: evolve(world, [event]), told.events, World())
    assert evolve(World(), told.events) == one_by_one == told.world


def test_a_new_world_leaves_the_old_one_as_it_was(told: Story) -> None:
    world, worlds = World(), [World()]
    for event in told.events:
        world = evolve(world, [event])
        worlds.append(world)
    assert worlds == [evolve(World(), told.events[:n]) for n in range(len(told.events) + 1)]


def test_events_are_in_the_order_of_their_instants(told: Story) -> None:
    instants = [event.at for event in told.events]
    assert instants == sorted(instants)


def test_every_event_has_an_actor(told: Story) -> None:
    assert {event.actor for event in told.events} == {"admin", "system", "ada", "the attacker"}


def test_every_event_says_whom_it_touches(told: Story) -> None:
    without = {type(event).__name__ for event in told.events if not event.touches}
    assert without == {"OrganizationCreated", "OrganizationUpdated", "BehaviourSet"}


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_every_event_has_a_name_and_instants_with_a_zone(kind: type[Event], told: Story) -> None:
    assert kind.name.replace("_", "").islower()
    for event in told.events:
        if type(event) is kind:
            assert event.at.utcoffset() == timedelta(0)


# The vendor's names


def names_of(story: Story, command: Any) -> list[str]:
    return [event.name for event in story.do(command).events]


def test_creating_a_user_has_the_vendors_name(empty: Story) -> None:
    empty.create()
    assert empty.names()[-1] == "user_create"


def test_requiring_has_the_vendors_name(story: Story) -> None:
    assert set(names_of(story, RequireMfa((ADA,), 7))) == {"user_update", "mail_sent"}


def test_totp_enrollment_has_the_vendors_names(story: Story) -> None:
    story.require().log_in()
    before = len(story.events)
    story.enroll_totp()
    assert story.names()[before:] == ["totp_start_enrollment", "totp_finish_enrollment", "user_login_attempt"]


def test_a_reset_has_the_vendors_name(story: Story) -> None:
    story.enrolled(TOTP)
    assert names_of(story, ResetTotp((ADA,))) == ["totp_delete_enrollment"]


def test_the_end_of_a_period_has_the_vendors_name(story: Story) -> None:
    story.require(1).passes(days=1)
    assert story.names()[-1] == "user_mfa_exclusion_expired"


def test_log_ins_have_the_vendors_name(story: Story) -> None:
    story.log_in(password="wrong")
    assert story.names()[-1] == "user_login_attempt"
    story.log_in()
    assert story.names()[-1] == "user_login_attempt"
    story.do(SuspendUsers((ADA,)))
    story.log_in()
    assert story.names()[-1] == "user_login_attempt"


def test_locks_have_the_vendors_names(story: Story) -> None:
    for _ in range(5):
        story.log_in(password="wrong")
    assert story.names()[-1] == "user_lockout"
    assert names_of(story, UnlockUsers((ADA,))) == ["user_unlocked"]


def test_states_have_the_vendors_names(story: Story) -> None:
    assert names_of(story, SuspendUsers((ADA,))) == ["user_suspended"]
    assert names_of(story, ActivateUsers((ADA,))) == ["user_activated"]


def test_policies_have_the_vendors_names(story: Story) -> None:
    story.policy(Effect())
    assert story.names()[-1] == "authnpolicy_create"
    assert names_of(story, SwitchPolicy(PolicyId("policy"), False)) == ["authpolicy_update"]
    assert names_of(story, DeletePolicy(PolicyId("policy"))) == ["authnpolicy_delete"]


def test_settings_have_the_vendors_name(story: Story) -> None:
    assert names_of(story, UpdateOrganization(unified_mfa=True)) == ["admin_update"]


def test_the_actor_is_who_did_it(story: Story) -> None:
    assert {event.actor for event in story.events} == {"admin"}
    story.require(1).log_in()
    assert story.events[-1].actor == ADA
    story.passes(days=1)
    assert story.events[-1].actor == "system"


def test_a_secret_of_another_browser_is_not_touched(story: Story) -> None:
    story.require().log_in()
    story.log_in("other")
    story.show_qr_code("b", SECRET).show_qr_code("other", OTHER_SECRET)
    assert [story.session(name).pending_secret for name in ("b", "other")] == [SECRET, OTHER_SECRET]


def test_events_cannot_be_changed(told: Story) -> None:
    with pytest.raises(AttributeError):
        told.events[0].actor = "someone"  # type: ignore[misc]
    assert structs.replace(told.events[0], actor="someone").actor == "someone"
