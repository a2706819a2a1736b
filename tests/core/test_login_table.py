"""The log-in decision against a table that was written from domain.md §6-7 alone, over every combination.

Read the table beside domain.md: of the rows, the first that fits a case says what must happen.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product

import immutables
import pytest
from msgspec import Struct, structs

from mfadrill.core.factors import Factor
from mfadrill.core.login import login_decision
from mfadrill.core.organization import Organization, PortalDefault
from mfadrill.core.policies import (
    USER_PORTAL,
    Action,
    Application,
    Context,
    Effect,
    Policy,
    PolicyId,
    ResourceId,
)
from mfadrill.core.sessions import LoginDecision, LoginOutcome, Rule
from mfadrill.core.users import (
    Lockout,
    Period,
    PushDevice,
    SecurityKey,
    Totp,
    User,
    UserState,
    user_id,
)
from mfadrill.core.world import World

# Columns: the rule in domain.md | the user's state | who asks for what | TOTP: off, on, enrolled (and on) | period |
# usable factors that the user has set up | usable factors that could be set up | is Duo usable
# => outcome | factors of the challenge | what the modal offers, and whether it can be put off | last reason.
#
# usable: enabled and named by the policies (all, if they name none). had: usable and set up by the user.
# settable: usable and not Duo. missing: enabled, not Duo and not set up yet.
TABLE = """
2    | staged    | *             | *        | *       | *    | *    | *   => NOT_ACTIVATED  | -       | -              | STAGED
2    | suspended | *             | *        | *       | *    | *    | *   => NOT_ACTIVATED  | -       | -              | SUSPENDED
2    | locked    | *             | *        | *       | *    | *    | *   => ACCOUNT_LOCKED | -       | -              | ACCOUNT_LOCKED

3    | *         | policy denies | *        | *       | *    | *    | *   => DENIED         | -       | -              | POLICY_DENIES
3    | *         | policy allows | *        | *       | *    | *    | *   => LET_IN         | -       | -              | POLICY_ALLOWS
6end | *         | no policy SSO | *        | *       | *    | *    | *   => LET_IN         | -       | -              | APPLICATIONS_ALLOW
4    | *         | default deny  | *        | *       | *    | *    | *   => DENIED         | -       | -              | DEFAULT_DENIES
4    | *         | default allow | *        | *       | *    | *    | *   => LET_IN         | -       | -              | DEFAULT_ALLOWS
4    | *         | not required  | *        | *       | *    | *    | *   => LET_IN         | -       | -              | USER_NOT_REQUIRED

6    | *         | required      | enrolled | *       | *    | *    | *   => CHALLENGE      | had+Duo | -              | TOTP_ENROLLED
6    | *         | required      | on       | over    | *    | *    | *   => LOCKED_OUT     | -       | -              | PERIOD_OVER
6    | *         | required      | on       | running | none | *    | no  => SET_UP         | -       | missing, later | PERIOD_RUNNING
6    | *         | required      | on       | running | *    | *    | *   => CHALLENGE_THEN_SET_UP | had+Duo | missing, later | TOTP_OWED

5    | *         | *             | *        | *       | some | *    | *   => CHALLENGE      | had+Duo | -              | FACTOR_ENROLLED
5    | *         | *             | *        | *       | none | some | *   => SET_UP         | -       | settable, now  | MUST_SET_UP
5    | *         | *             | *        | *       | none | none | yes => CHALLENGE      | had+Duo | -              | DUO_NEEDS_NO_SET_UP
5    | *         | *             | *        | *       | none | none | no  => DENIED         | -       | -              | NO_USABLE_FACTOR
"""  # noqa: E501

TOTP, PUSH, WEBAUTHN, DUO = Factor
SELF_SET_UP = {TOTP, PUSH, WEBAUTHN}
Factors = frozenset[Factor]

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
SSO = ResourceId("wiki")


class Row(Struct):
    """One row: the cells a case must fit, and what must happen then."""

    rule: str
    cells: list[str]
    outcome: LoginOutcome
    challenge: str
    modal: str
    last: Rule

    def fits(self, cells: list[str]) -> bool:
        return all(wanted in ("*", cell) for wanted, cell in zip(self.cells, cells, strict=True))


def read_table() -> list[Row]:
    rows = []
    for line in TABLE.splitlines():
        if line.strip():
            left, right = line.split("=>")
            rule, *cells = (cell.strip() for cell in left.split("|"))
            outcome, challenge, modal, last = (cell.strip() for cell in right.split("|"))
            rows.append(Row(rule, cells, LoginOutcome(outcome), challenge, modal, Rule(last)))
    return rows


ROWS = read_table()

# What the policies say, in the words of the table, and the factors they leave usable (None: all).
Naming = tuple[str, Factors | None, list[Effect]]


def mfa(*named: Factor) -> Effect:
    return Effect(mfa_required=True, factors=frozenset(named))


ALLOW, DENY = Effect(), Effect(action=Action.DENY)

POLICIES: dict[str, Naming] = {
    "allow": ("policy allows", None, [ALLOW]),
    "deny": ("policy denies", None, [DENY]),
    "MFA": ("forced", None, [mfa()]),
    **{
        "MFA by " + "+".join(named): ("forced", frozenset(named), [mfa(*named)])
        for size in (1, 2, 3, 4)
        for named in combinations(Factor, size)
    },
    "deny, MFA": ("policy denies", None, [mfa(TOTP), DENY]),
    "deny, allow": ("policy denies", None, [ALLOW, DENY]),
    "MFA, allow": ("forced", None, [ALLOW, mfa()]),
    "MFA by TOTP, MFA": ("forced", frozenset({TOTP}), [mfa(), mfa(TOTP)]),
    "MFA by two sets": ("forced", frozenset({WEBAUTHN}), [mfa(TOTP, WEBAUTHN), mfa(WEBAUTHN, DUO)]),
    "MFA by disjoint sets": ("forced", frozenset(), [mfa(TOTP, PUSH), mfa(WEBAUTHN)]),
}

DEFAULTS = {
    PortalDefault.USER_SETTING: "user setting",
    PortalDefault.ALLOW: "default allow",
    PortalDefault.ALLOW_WITH_MFA: "forced",
    PortalDefault.DENY: "default deny",
}

# The user's state, whether MFA is required, and the period.
WEEK = timedelta(days=7)
RUNNING = Period(NOW - WEEK + timedelta(seconds=1), NOW + timedelta(seconds=1), 7)
OVER = Period(NOW - WEEK, NOW, 7)
LONG_OVER = Period(NOW - 5 * WEEK, NOW - 4 * WEEK, 7)
LOCKED = Lockout(NOW - timedelta(minutes=1), NOW + timedelta(seconds=1))

STATES: dict[str, tuple[str, bool, str, dict[str, object]]] = {
    "not required": ("active", False, "none", {}),
    "running period": ("active", True, "running", {"period": RUNNING}),
    "period ends now": ("active", True, "over", {"period": OVER}),
    "period long over": ("active", True, "over", {"period": LONG_OVER}),
    "required, no period": ("active", True, "none", {}),
    "lock-out ends now": (
        "active",
        True,
        "running",
        {"period": RUNNING, "lockout": Lockout(NOW - WEEK, NOW)},
    ),
    "staged": ("staged", False, "none", {"state": UserState.STAGED}),
    "pre-enrollment": ("staged", True, "none", {"state": UserState.STAGED, "days": 7}),
    "suspended": ("suspended", True, "running", {"state": UserState.SUSPENDED, "period": RUNNING}),
    "suspended, over": ("suspended", True, "over", {"state": UserState.SUSPENDED, "period": OVER}),
    "locked": ("locked", True, "running", {"period": RUNNING, "lockout": LOCKED}),
    "locked, over": ("locked", True, "over", {"period": OVER, "lockout": Lockout(NOW, None)}),
}


def subsets(factors: list[Factor]) -> Iterator[Factors]:
    return map(frozenset, chain.from_iterable(combinations(factors, n) for n in range(len(factors) + 1)))


def user_in(state: str, enrolled: Factors) -> User:
    _, required, _, fields = STATES[state]
    return structs.replace(
        User(id=user_id("ada"), username="ada", required=required),
        totp=Totp("A" * 32, NOW, "phone", 0) if TOTP in enrolled else None,
        push=PushDevice("phone", NOW) if PUSH in enrolled else None,
        security_keys=(SecurityKey("key", "key", NOW),) if WEBAUTHN in enrolled else (),
        **fields,
    )


USERS = {
    (state, enrolled): user_in(state, enrolled)
    for state, enrolled in product(STATES, subsets([TOTP, PUSH, WEBAUTHN]))
}


def world_with(
    enabled: Factors, default: PortalDefault, effects: list[Effect], resource: ResourceId
) -> World:
    policies = [
        Policy(id=PolicyId(f"p{i}"), name=f"p{i}", effect=effect, resources=frozenset({resource}))
        for i, effect in enumerate(effects)
    ]
    return World(
        organization=Organization(name="Acme", factors=enabled, portal_default=default),
        policies=immutables.Map({policy.id: policy for policy in policies}),
        applications=immutables.Map({SSO: Application(SSO, "Wiki")}),
    )


def row_for(state: str, demand: str, enabled: Factors, usable: Factors, enrolled: Factors) -> Row:
    """The row of the table for a case, which is first put into the table's words."""
    word, required, period, _ = STATES[state]
    if demand == "user setting":
        demand = "required" if required else "not required"
    cells = [
        word,
        demand,
        "off" if TOTP not in enabled else "enrolled" if TOTP in enrolled else "on",
        period,
        "some" if usable & enrolled else "none",
        "some" if usable & SELF_SET_UP else "none",
        "yes" if DUO in usable else "no",
    ]
    return next(row for row in ROWS if row.fits(cells))


def expected(row: Row, enabled: Factors, usable: Factors, enrolled: Factors) -> tuple[object, ...]:
    sets = {
        "-": set(),
        "had+Duo": (usable & enrolled) | (usable & {DUO}),
        "settable": usable & SELF_SET_UP,
        "missing": (enabled & SELF_SET_UP) - enrolled,
    }
    offered, _, skip = row.modal.partition(", ")
    modal = None if row.modal == "-" else (sorted(sets[offered], key=list(Factor).index), skip == "later")
    return row.outcome, sets[row.challenge], modal, row.last


def found(decision: LoginDecision) -> tuple[object, ...]:
    modal = decision.modal
    shown = None if modal is None else (list(modal.factors), modal.skippable)
    assert len(set(decision.challenge)) == len(decision.challenge)
    last = decision.reasons[-1].rule if decision.reasons else None
    return decision.outcome, set(decision.challenge), shown, last


def check_every_user(
    effects: list[Effect], default: PortalDefault, resource: ResourceId, demand: str, named: Factors | None
) -> set[int]:
    """Compare for all enabled and enrolled factors and all states of users; answers with the rows that were used."""
    used = set()
    for enabled in subsets(list(Factor)):
        world = world_with(enabled, default, effects, resource)
        usable = enabled if named is None else enabled & named
        for (state, enrolled), user in USERS.items():
            row = row_for(state, demand, enabled, usable, enrolled)
            used.add(ROWS.index(row))
            decision = login_decision(world, user, resource, Context(), NOW)
            assert found(decision) == expected(row, enabled, usable, enrolled), (
                f"{state}; enabled {sorted(enabled)}; enrolled {sorted(enrolled)}; policies {effects}; "
                f"{default.label}; {resource}: domain.md §6.{row.rule}"
            )
    return used


@pytest.mark.parametrize("resource", [USER_PORTAL, SSO])
@pytest.mark.parametrize("policies", POLICIES)
def test_log_in_under_policies_goes_by_the_table(policies: str, resource: ResourceId) -> None:
    demand, named, effects = POLICIES[policies]
    for default in PortalDefault:
        check_every_user(effects, default, resource, demand, named)


@pytest.mark.parametrize("default", PortalDefault)
def test_log_in_at_the_portal_without_a_policy_goes_by_the_default(default: PortalDefault) -> None:
    check_every_user([], default, USER_PORTAL, DEFAULTS[default], None)


@pytest.mark.parametrize("default", PortalDefault)
def test_log_in_at_an_application_without_a_policy_lets_in(default: PortalDefault) -> None:
    check_every_user([], default, SSO, "no policy SSO", None)


def test_every_row_of_the_table_is_reached() -> None:
    used = check_every_user([], PortalDefault.USER_SETTING, USER_PORTAL, "user setting", None)
    used |= check_every_user([], PortalDefault.ALLOW, USER_PORTAL, "default allow", None)
    used |= check_every_user([], PortalDefault.DENY, USER_PORTAL, "default deny", None)
    used |= check_every_user([], PortalDefault.DENY, SSO, "no policy SSO", None)
    for name in ("allow", "deny"):
        demand, named, effects = POLICIES[name]
        used |= check_every_user(effects, PortalDefault.ALLOW, USER_PORTAL, demand, named)
    assert used == set(range(len(ROWS)))
