"""Each shipped scenario holds a rule: when the rule is broken, the scenario fails."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from mfadrill.core import (
    accounts,
    challenges,
    events,
    handling_keys,
    login,
    mailing,
    policies,
    requirement,
    status,
)
from mfadrill.core.factors import Factor
from mfadrill.core.policies import Policy, PolicyVerdict, Verdict
from mfadrill.core.sessions import Modal, Session
from mfadrill.core.totp import accepted_step
from mfadrill.core.users import Lockout, Period, User, UserState
from mfadrill.core.world import World
from mfadrill.sim import visit
from mfadrill.sim.scenario.load import load, shipped
from mfadrill.sim.scenario.problems import UnusableScenarios
from mfadrill.sim.scenario.replay import replay
from mfadrill.sim.simulation import Simulation

Break = Callable[[pytest.MonkeyPatch], None]


def instead(owner: object, name: str, new: Any) -> Break:
    return lambda patch: patch.setattr(owner, name, new)


def days_on_the_clocks_of_berlin(days: int, starts_at: datetime) -> Period:
    there = starts_at.astimezone(ZoneInfo("Europe/Berlin")) + timedelta(days=days)
    return Period(starts_at, there.astimezone(starts_at.tzinfo), days)


def only_this_step(secret: str, code: str, now: datetime) -> int | None:
    step = accepted_step(secret, code, now)
    return step if step == int(now.timestamp()) // 30 else None


def ten_minutes_off(secret: str, code: str, now: datetime) -> int | None:
    off = (accepted_step(secret, code, now + timedelta(seconds=30 * step)) for step in range(-20, 21, 2))
    return next((step for step in off if step is not None), None)


def any_code(secret: str, code: str, now: datetime) -> int | None:
    return int(now.timestamp()) // 30


def any_factor_answers(self: challenges.Answer, world: World, *_: object) -> tuple[Session, User]:
    session = world.browsers[self.browser]
    assert session.user is not None
    return session, world.users[session.user]


def never_used_before(secret: str, code: str, now: datetime) -> int | None:
    step = accepted_step(secret, code, now)
    return None if step is None else step + 10**9 + int(code)


def allow_beats_deny(among: Any, *of: Any, verdict: Any = policies.policy_verdict) -> PolicyVerdict:
    found = list(among)
    mild = verdict([policy for policy in found if policy.effect.action is not policies.Action.DENY], *of)
    return verdict(found, *of) if mild.verdict is Verdict.NO_POLICY else mild


def unknown_holds(condition: Any, context: Any, holds: Any = policies.holds) -> bool:
    return holds(condition, context) is not False


def with_period_even_if_staged(user: Any, *rest: Any, require: Any = requirement.require) -> Any:
    return require(structs.replace(user, state=UserState.ACTIVATED), *rest)


def with_period_even_if_enrolled(user: Any, *rest: Any, require: Any = requirement.require) -> Any:
    return require(structs.replace(user, totp=None), *rest)


def guarding_applications(world: Any, user: Any, _: Any, *rest: Any, default: Any = login._by_default) -> Any:
    return default(world, user, policies.USER_PORTAL, *rest)


def soft_even_if_forced(user: Any, usable: Any, reasons: Any, all_at_once: Any = login._all_at_once) -> Any:
    if user.period is not None and user.totp is None:
        return login.LoginDecision(outcome=login.LoginOutcome.LOCKED_OUT, at=user.period.ends_at)
    return all_at_once(user, usable, reasons)


def a_key_is_as_good_as_totp(world: Any, user: Any, now: Any, reasons: Any, soft: Any = login._soft) -> Any:
    if user.totp is None and (user.security_keys or user.push):
        return login._all_at_once(user, world.organization.factors, reasons)
    return soft(world, user, now, reasons)


def password_reset_resets_totp(self: Any, draft: Any, apply: Any = events.PasswordSet.apply) -> None:
    apply(self, draft)
    draft.change_user(self.user, totp=None)


def suspension_ends_the_period(self: Any, draft: Any, apply: Any = events.UserSuspended.apply) -> None:
    apply(self, draft)
    draft.change_user(self.user, period=None)


def only_the_first_mail(self: Any, draft: Any, apply: Any = events.MailSent.apply) -> None:
    if not draft.users[self.user].inbox:
        apply(self, draft)


def mailing_again_requires_again(self: Any, world: Any, now: Any) -> Any:
    return requirement.RequireMfa(self.users).decide(world, now)


def removal_deletes_totp(self: Any, draft: Any, apply: Any = events.RequirementRemoved.apply) -> None:
    apply(self, draft)
    draft.change_user(self.user, totp=None)


def shown_though_off(user: Any, organization: Any, now: Any, totp_status: Any = status.totp_status) -> Any:
    return totp_status(user, structs.replace(organization, factors=frozenset(Factor)), now)


def everywhere(name: str, new: Any) -> Break:
    """A function that modules of the core and of the scenarios have imported by its name."""

    def broken(patch: pytest.MonkeyPatch) -> None:
        for found, module in list(sys.modules.items()):
            if found.startswith(("mfadrill.core.", "mfadrill.sim.scenario.")) and hasattr(module, name):
                patch.setattr(module, name, new)

    return broken


def enrolled_unless(factor: Factor) -> Callable[..., bool]:
    return lambda asked, user, has=status.has_enrolled: asked is not factor and has(asked, user)


def nothing(*_: Any, **__: Any) -> list[Any]:
    return []


#: A rule that is broken, and the shipped scenarios that must fail then (others may, too).
BROKEN: dict[str, tuple[Break, set[str]]] = {
    "a period is over at its end": (
        instead(Period, "is_over", lambda *_: False),
        {
            *(
                "allow-bypasses-the-requirement",
                "expired-reset-enrolled",
                "first-rollout",
                "forced-against-soft",
            ),
            *("modal-webauthn-chosen-over-totp", "sso-not-guarded", "suspended-and-back"),
        },
    ),
    "a period is over exactly at its end": (
        instead(Period, "is_over", lambda self, now: now > self.ends_at),
        {"account-locked-is-not-expired", "expired-reset-enrolled"},
    ),
    "a day has 24 hours": (instead(Period, "of", days_on_the_clocks_of_berlin), {"deadline-across-dst"}),
    "a reminder comes": (
        instead(Period, "reminder_at", property(lambda _: None)),
        {"expired-reset-enrolled", "extension-midway", "first-rollout"},
    ),
    "a reminder comes 24 hours before the end": (
        instead(Period, "reminder_at", property(lambda self: self.ends_at - timedelta(hours=48))),
        {"extension-midway"},
    ),
    "requiring again mails again": (
        instead(events.MailSent, "apply", only_the_first_mail),
        {"extension-midway", "require-with-more-actions"},
    ),
    "days are from 1 to 365": (
        instead(requirement, "whole_days", lambda days: days if isinstance(days, int) else 7),
        {"require-on-user-account"},
    ),
    "a staged user gets no period": (
        everywhere("require", with_period_even_if_staged),
        {"require-with-more-actions", "staged-user-activated-later"},
    ),
    "the period of a staged user starts with the activation": (
        instead(accounts, "period_facts", nothing),
        {"staged-user-activated-later"},
    ),
    "who has enrolled gets no period": (
        everywhere("require", with_period_even_if_enrolled),
        {"already-enrolled", "require-with-more-actions"},
    ),
    "a suspension does not stop the period": (
        instead(events.UserSuspended, "apply", suspension_ends_the_period),
        {"suspended-and-back"},
    ),
    "what is enrolled stays without the requirement": (
        instead(events.RequirementRemoved, "apply", removal_deletes_totp),
        {"already-enrolled"},
    ),
    "MFA needs a factor": (everywhere("check_requirable", nothing), {"modal-duo-alone"}),
    "a factor that is off hides every status": (
        everywhere("totp_status", shown_though_off),
        {"factor-switched-off", "modal-duo-alone", "status-table"},
    ),
    "WebAuthn needs another factor": (
        everywhere("webauthn_stands_alone", lambda _: False),
        {"modal-duo-and-webauthn"},
    ),
    "Push can be enrolled": (
        everywhere("has_enrolled", enrolled_unless(Factor.PUSH)),
        {"factor-switched-off", "lost-phone"},
    ),
    "TOTP can be enrolled": (
        everywhere("has_enrolled", enrolled_unless(Factor.TOTP)),
        {"already-enrolled", "attacker-enrolls-first", "modal-totp-alone", "modal-totp-chosen-over-webauthn"},
    ),
    "Duo is not set up": (
        instead(login, "SELF_SET_UP", tuple(Factor)),
        {"modal-duo-alone", "modal-duo-and-webauthn"},
    ),
    "only a running period can be skipped": (
        instead(Modal, "skippable", property(lambda _: True)),
        {"forced-against-soft", "modal-duo-and-webauthn", "require-with-a-policy", "sso-not-guarded"},
    ),
    "a running period can be skipped": (
        instead(Modal, "skippable", property(lambda _: False)),
        {"first-rollout", "forced-against-soft", "modal-totp-alone", "modal-webauthn-chosen-over-totp"},
    ),
    "a period asks for TOTP and nothing else": (
        instead(login, "_soft", a_key_is_as_good_as_totp),
        {"modal-webauthn-chosen-over-totp"},
    ),
    "forced enrollment ignores an expired period": (
        instead(login, "_forced", soft_even_if_forced),
        {"forced-against-soft"},
    ),
    "the requirement guards only the User Portal": (
        instead(login, "_by_default", guarding_applications),
        {"sso-not-guarded"},
    ),
    "deny beats allow": (everywhere("policy_verdict", allow_beats_deny), {"deny-beats-allow"}),
    "excluded groups are not touched": (
        instead(Policy, "targets", lambda self, user: self.all_users or bool(user.groups & self.groups)),
        {"deny-beats-allow", "require-with-a-policy"},
    ),
    "unknown does not apply": (everywhere("holds", unknown_holds), {"allow-bypasses-the-requirement"}),
    "bad log-ins lock the account": (everywhere("lockout_facts", nothing), {"account-locked-is-not-expired"}),
    "a locked account cannot log in": (
        instead(Lockout, "holds", lambda *_: False),
        {"account-locked-is-not-expired"},
    ),
    "staged, suspended and locked users cannot log in": (
        instead(login, "_account_refusal", lambda *_: None),
        {"account-locked-is-not-expired", "staged-user-activated-later", "suspended-and-back"},
    ),
    "a wrong code is not accepted": (
        everywhere("accepted_step", any_code),
        {"attacker-enrolls-first", "modal-totp-alone", "phone-clock-off"},
    ),
    "one step early or late is accepted": (everywhere("accepted_step", only_this_step), {"phone-clock-off"}),
    "minutes early or late are not accepted": (
        everywhere("accepted_step", ten_minutes_off),
        {"phone-clock-off"},
    ),
    "a code is accepted once": (
        everywhere("accepted_step", never_used_before),
        {"modal-totp-alone", "the-users-way"},
    ),
    "a password reset is not an MFA reset": (
        instead(events.PasswordSet, "apply", password_reset_resets_totp),
        {"password-reset-is-not-an-mfa-reset"},
    ),
    "a reset deletes the secret": (
        instead(events.TotpDeleted, "apply", nothing),
        {"lost-phone", "password-reset-is-not-an-mfa-reset"},
    ),
    "unified MFA removes the push device, too": (
        instead(events.PushDeleted, "apply", nothing),
        {"lost-phone"},
    ),
    "a failed challenge does not let in": (
        instead(events.ChallengeFailed, "apply", nothing),
        {"modal-duo-alone", "modal-totp-alone", "modal-webauthn-chosen-over-totp", "push-fatigue"},
    ),
    "a security key's answer is verified": (
        instead(handling_keys, "verified_assertion", lambda assertion, *_: assertion.count),
        {"security-key-phished-and-copied"},
    ),
    "a lost phone answers no prompt": (everywhere("is_at_hand", lambda *_: True), {"lost-phone"}),
    "a factor that is off answers no challenge": (
        instead(challenges.Answer, "challenged", any_factor_answers),
        {"duo-switched-off-midway"},
    ),
    "only who can still act on it is mailed again": (
        instead(mailing, "_why_not", lambda *_: ""),
        {"mail-sent-again"},
    ),
    "mailing again leaves the period as it is": (
        instead(mailing.ResendMail, "decide", mailing_again_requires_again),
        {"mail-sent-again"},
    ),
    "most of a crowd enroll late": (
        instead(visit, "chance_to_enroll", lambda *_: 1.0),
        {"rollout-with-a-crowd"},
    ),
    "what is undone is not so": (instead(Simulation, "undo", nothing), {"go-back-and-try-otherwise"}),
}


def failing(names: list[str]) -> set[str]:
    """Those that do not pass; one that cannot even be founded does not either."""
    found: set[str] = set()
    for name in names:
        try:
            passed = replay(load([name])[0]).passed
        except UnusableScenarios:
            passed = False
        if not passed:
            found.add(name)
    return found


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_fails_its_scenarios(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, expected = BROKEN[rule]
    broken(monkeypatch)
    assert expected - failing(sorted(expected)) == set()


def test_unbroken_all_of_them_pass() -> None:
    assert failing(list(shipped())) == set()


def test_every_shipped_scenario_holds_a_rule() -> None:
    held = set[str]().union(*(names for _, names in BROKEN.values()))
    assert set(shipped()) - held == set()
