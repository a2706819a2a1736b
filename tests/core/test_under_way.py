"""What ends a log-in that is under way, and what is left of it."""

from datetime import timedelta

import pytest

from core_story import ADA, DUO, PASSWORD, PUSH, SECRET, TOTP, WEBAUTHN, Story
from mfadrill.core.accounts import ActivateUsers, CreateUsers, NewUser, SuspendUsers
from mfadrill.core.challenges import SendPush
from mfadrill.core.conditional_access import CreatePolicy
from mfadrill.core.events import ChallengeFailed, LoginSucceeded
from mfadrill.core.organization import Organization
from mfadrill.core.policies import Action, Effect, Policy, PolicyId
from mfadrill.core.portal import LeaveBrowser, LogIn
from mfadrill.core.refusals import UnusableValue
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.setting_up import PairPush, RegisterSecurityKey, StartTotpEnrollment
from mfadrill.core.settings import CreateOrganization, UpdateOrganization
from mfadrill.sim.simulation import Simulation


def simulation(*factors: str, **person: object) -> Simulation:
    organization = Organization(name="Nordwind", factors=frozenset(factors))  # type: ignore[arg-type]
    ada = NewUser(username="ada", password=PASSWORD, **person)  # type: ignore[arg-type]
    return Simulation(Story().now, 1, [CreateOrganization(organization), CreateUsers((ada,))])


def test_a_log_in_that_an_admin_sets_free_is_in_and_said_to_be() -> None:
    sim = simulation(TOTP, require_days=7)
    sim.act(LogIn("b", "ada", PASSWORD))
    receipt = sim.act(RemoveRequirement((ADA,)))
    assert isinstance(receipt.events[-1], LoginSucceeded)
    assert sim.world.browsers["b"].inside
    sim.act(RequireMfa((ADA,)))
    assert sim.world.browsers["b"].inside


def test_who_was_set_free_is_logged_out_by_a_suspension() -> None:
    sim = simulation(TOTP, require_days=7)
    sim.act(LogIn("b", "ada", PASSWORD))
    sim.act(RemoveRequirement((ADA,)))
    sim.act(SuspendUsers((ADA,)))
    assert "b" not in sim.world.browsers


def test_a_preview_says_the_same_as_the_act() -> None:
    sim = simulation(TOTP, require_days=7)
    sim.act(LogIn("b", "ada", PASSWORD))
    assert sim.preview(RemoveRequirement((ADA,))).events == sim.act(RemoveRequirement((ADA,))).events


def test_another_factor_set_up_instead_takes_the_qr_code_away() -> None:
    sim = simulation(TOTP, WEBAUTHN, require_days=7)
    sim.act(LogIn("b", "ada", PASSWORD))
    sim.act(StartTotpEnrollment("b", SECRET))
    sim.act(RegisterSecurityKey("b", "key"))
    assert sim.world.browsers["b"].inside
    assert sim.world.browsers["b"].pending_secret is None


@pytest.mark.parametrize("meanwhile", ["a suspension", "a policy that denies", "push switched off"])
def test_a_push_prompt_that_nobody_waits_for_any_more_is_no_bad_attempt(meanwhile: str) -> None:
    sim = simulation(PUSH, DUO, TOTP, require_days=7)
    sim.act(CreatePolicy(Policy(id=PolicyId(""), name="MFA", effect=Effect(mfa_required=True))))
    sim.act(LogIn("b", "ada", PASSWORD))

    sim.act(PairPush("b"))
    sim.act(LeaveBrowser("b"))
    sim.act(LogIn("b", "ada", PASSWORD))
    sim.act(SendPush("b"))
    deny = Policy(id=PolicyId(""), name="Closed", effect=Effect(action=Action.DENY))
    sim.act(
        {
            "a suspension": SuspendUsers((ADA,)),
            "a policy that denies": CreatePolicy(deny),
            "push switched off": UpdateOrganization(factors=frozenset({TOTP, DUO})),
        }[meanwhile]
    )
    sim.advance(timedelta(minutes=5))
    assert not any(isinstance(event, ChallengeFailed) for event in sim.timeline.events)
    assert sim.world.users[ADA].bad_attempts == 0


def test_of_several_users_each_has_an_outcome_though_all_are_refused() -> None:
    people = tuple(NewUser(username=name, password=PASSWORD) for name in ("ada", "alan"))
    sim = Simulation(Story().now, 1, [CreateOrganization(Organization(name="N")), CreateUsers(people)])
    ids = tuple(sim.world.users)
    receipt = sim.act(ResetTotp(ids))
    assert receipt.events == []
    assert [outcome.kind for outcome in receipt.outcomes] == ["refused", "refused"]
    receipt = sim.act(ActivateUsers(ids))
    assert all("activated already" in outcome.why for outcome in receipt.outcomes)


@pytest.mark.parametrize(
    "setting", [{"lockout_minutes": 10**9}, {"push_timeout_seconds": 10**9}, {"push_timeout_seconds": 0}]
)
def test_settings_that_no_calendar_holds_are_refused(setting: dict[str, int]) -> None:
    sim = simulation(TOTP)
    with pytest.raises(UnusableValue):
        sim.act(UpdateOrganization(**setting))  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["username", "first_name", "last_name", "email", "department"])
def test_a_name_cannot_steer_a_terminal(field: str) -> None:
    sim = simulation(TOTP)
    new = NewUser(**{"username": "alan", field: "al\x1b]0;pwned\x07"})  # type: ignore[arg-type]
    with pytest.raises(UnusableValue):
        sim.act(CreateUsers((new,)))
