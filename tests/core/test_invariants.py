"""What holds for any user, policy, context and instant, and in any story (design.md §2)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import permutations

import immutables
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import structs

from core_story import DUO, PASSWORD, PUSH, SECRET, START, TOTP, WEBAUTHN, Story
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
from mfadrill.core.challenges import (
    AnswerDuo,
    AnswerPush,
    AnswerSecurityKey,
    AnswerTotp,
    SendPush,
)
from mfadrill.core.commands import Command
from mfadrill.core.conditional_access import CreatePolicy, DeletePolicy, SwitchPolicy, UpdatePolicy
from mfadrill.core.events import Event, MailSent
from mfadrill.core.evolve import evolve
from mfadrill.core.factors import SELF_SET_UP, Factor, FactorStatus
from mfadrill.core.handling_phones import ScanQrCode, SetPhoneClock
from mfadrill.core.login import login_decision
from mfadrill.core.mailing import ResendMail
from mfadrill.core.occurrences import occurrences, occurrences_of_user, still_due
from mfadrill.core.organization import Organization, Plan, PortalDefault, webauthn_stands_alone
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
from mfadrill.core.portal import (
    LeaveBrowser,
    LogIn,
    Stage,
    step_of,
)
from mfadrill.core.refusals import CannotSkip, Refusal
from mfadrill.core.requirement import RemoveRequirement, RequireMfa, ResetTotp
from mfadrill.core.sessions import LoginDecision, LoginOutcome, Rule
from mfadrill.core.setting_up import (
    ConfirmTotp,
    PairPush,
    RegisterSecurityKey,
    SkipEnrollment,
    StartTotpEnrollment,
)
from mfadrill.core.settings import (
    AddApplication,
    CreateGroup,
    DeleteGroup,
    RenameGroup,
    UpdateOrganization,
)
from mfadrill.core.status import (
    alerts,
    factor_status,
    is_mfa_active,
    overall_status,
    totp_detail,
    totp_status,
)
from mfadrill.core.users import (
    GroupId,
    Lockout,
    Period,
    PushDevice,
    SecurityKey,
    Totp,
    User,
    UserId,
    UserState,
)
from mfadrill.core.what_if import Transition, what_if
from mfadrill.core.words import headline, sentence, status_in_full
from mfadrill.core.world import World

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
quick = settings(max_examples=60, deadline=None, database=None, suppress_health_check=SLOW_IS_FINE)

WIKI = ResourceId("wiki")
RESOURCES = (USER_PORTAL, WIKI)
GROUPS = (GroupId("sales"), GroupId("it"))
IDS = (UserId("ada"), UserId("grace"), UserId("linus"))

# Any thing

instants = st.integers(-40, 40).map(lambda hours: START + timedelta(hours=6 * hours)) | st.integers(
    0, 4 * 10**9
).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
factor_sets = st.frozensets(st.sampled_from(Factor))
group_sets = st.frozensets(st.sampled_from(GROUPS))

contexts = st.builds(
    Context,
    ip=st.none() | st.sampled_from(["10.0.0.1", "192.168.1.1", "::1", "nonsense", ""]),
    country=st.none() | st.sampled_from(["DE", "de", "FR", ""]),
    device_managed=st.none() | st.booleans(),
    os=st.none() | st.sampled_from(["Linux", "linux", "windows"]),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    st.builds(DeviceManaged, st.booleans())
    | st.builds(IpIn, st.sampled_from([("10.0.0.0/8",), ("::/0",), ("192.168.1.1", "10.0.0.1")]))
    | st.builds(CountryIn, st.frozensets(st.sampled_from(["DE", "FR"]), min_size=1))
    | st.builds(OsIn, st.frozensets(st.sampled_from(["linux", "windows"]), min_size=1)),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
effects = st.one_of(
    st.just(Effect()),
    st.just(Effect(action=Action.DENY)),
    st.builds(Effect, mfa_required=st.just(True), factors=factor_sets),
)


@st.composite
def some_policies(draw: st.DrawFn) -> list[Policy]:
    return [
        Policy(
            id=PolicyId(f"p{number}"),
            name=f"p{number}",
            on=draw(st.sampled_from([True, True, False])),
            all_users=draw(st.booleans()),
            groups=draw(group_sets),
            excluded=draw(group_sets),
            resources=draw(st.frozensets(st.sampled_from(RESOURCES), min_size=1)),
            conditions=draw(st.none() | conditions),
            effect=draw(effects),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


users = st.builds(
    User,
    id=st.just(UserId("ada")),
    username=st.just("ada"),
    state=st.sampled_from([UserState.ACTIVATED, UserState.ACTIVATED, UserState.STAGED, UserState.SUSPENDED]),
    groups=group_sets,
    password=st.none() | st.just("x"),
    activation_at=st.none() | instants,
    required=st.booleans(),
    days=st.none() | st.integers(1, 365),
    period=st.none() | st.builds(Period.of, st.integers(1, 365), instants),
    totp=st.none() | st.builds(Totp, st.just(SECRET), instants, st.just("phone"), st.integers(0, 10**9)),
    push=st.none() | st.builds(PushDevice, st.just("phone"), instants),
    security_keys=st.just(()) | st.builds(lambda at: (SecurityKey("key", "key", at),), instants),
    lockout=st.none() | st.builds(Lockout, instants, st.none() | instants),
)
organizations = st.builds(
    Organization, name=st.just("Acme"), factors=factor_sets, portal_default=st.sampled_from(PortalDefault)
)


@st.composite
def log_ins(draw: st.DrawFn) -> tuple[World, User, ResourceId, Context, datetime]:
    """What a log-in decision is asked about."""
    user = draw(users)
    world = World(
        organization=draw(organizations),
        users=immutables.Map({user.id: user}),
        policies=immutables.Map({policy.id: policy for policy in draw(some_policies())}),
    )
    return world, user, draw(st.sampled_from(RESOURCES)), draw(contexts), draw(instants)


# Total functions


@quick
@given(log_ins())
def test_every_log_in_has_a_decision_that_can_be_told(
    asked: tuple[World, User, ResourceId, Context, datetime],
) -> None:
    decision = login_decision(*asked)
    assert decision.reasons
    for reason in decision.reasons:
        assert sentence(reason, "Europe/Berlin")
    assert headline(decision, "Europe/Berlin")


@quick
@given(users, organizations, instants)
def test_every_user_has_every_status(user: User, organization: Organization, now: datetime) -> None:
    for factor in Factor:
        assert factor_status(factor, user, organization, now) in FactorStatus
    overall = overall_status(user, organization, now)
    assert is_mfa_active(user, organization, now) is (overall is FactorStatus.ENROLLED)
    assert status_in_full(totp_detail(user, organization, now), now, "Europe/Berlin")
    assert len(set(alerts(user, organization, now))) == len(alerts(user, organization, now))
    assert occurrences_of_user(user, organization) is not None


@quick
@given(log_ins())
def test_a_decision_has_just_what_its_outcome_needs(
    asked: tuple[World, User, ResourceId, Context, datetime],
) -> None:
    decision, enabled = login_decision(*asked), asked[0].organization.factors
    asks = decision.outcome in (LoginOutcome.CHALLENGE, LoginOutcome.CHALLENGE_THEN_SET_UP)
    offers = decision.outcome in (LoginOutcome.SET_UP, LoginOutcome.CHALLENGE_THEN_SET_UP)
    assert bool(decision.challenge) is asks
    assert (decision.modal is not None) is offers
    assert set(decision.challenge) <= enabled
    if decision.modal is not None:
        assert decision.modal.factors
        assert set(decision.modal.factors) <= enabled & set(SELF_SET_UP)


# Who is locked out


@quick
@given(log_ins(), st.integers(1, 365), st.floats(0, 1, exclude_max=True))
def test_nobody_in_a_running_period_is_locked_out(
    asked: tuple[World, User, ResourceId, Context, datetime], days: int, passed: float
) -> None:
    world, user, resource, context, now = asked
    running = Period.of(days, now - passed * timedelta(days=days))
    user = structs.replace(user, period=running)
    assert login_decision(world, user, resource, context, now).outcome is not LoginOutcome.LOCKED_OUT


@quick
@given(log_ins(), instants)
def test_nobody_who_has_totp_is_locked_out(
    asked: tuple[World, User, ResourceId, Context, datetime], since: datetime
) -> None:
    world, user, resource, context, now = asked
    user = structs.replace(user, totp=Totp(SECRET, since, "phone", 0))
    assert login_decision(world, user, resource, context, now).outcome is not LoginOutcome.LOCKED_OUT


@quick
@given(log_ins())
def test_only_who_is_expired_is_locked_out(asked: tuple[World, User, ResourceId, Context, datetime]) -> None:
    world, user, resource, _, now = asked
    if login_decision(*asked).outcome is LoginOutcome.LOCKED_OUT:
        assert totp_status(user, world.organization, now) is FactorStatus.ENROLLMENT_EXPIRED
        assert resource == USER_PORTAL
        assert world.organization.portal_default is PortalDefault.USER_SETTING


def cannot_be_skipped(decision: LoginDecision) -> bool:
    rules = {reason.rule for reason in decision.reasons}
    return bool(rules & {Rule.POLICY_REQUIRES_MFA, Rule.DEFAULT_REQUIRES_MFA})


@quick
@given(log_ins())
def test_a_forced_modal_is_never_skippable(
    asked: tuple[World, User, ResourceId, Context, datetime],
) -> None:
    world, user, resource, context, now = asked
    fields = {"state": UserState.ACTIVATED, "lockout": None, "totp": None, "push": None, "security_keys": ()}
    user = structs.replace(user, **fields)
    mfa = Policy(
        id=PolicyId("mfa"), name="mfa", resources=frozenset({resource}), effect=Effect(mfa_required=True)
    )
    for policies in (world.policies, immutables.Map({mfa.id: mfa})):
        decision = login_decision(structs.replace(world, policies=policies), user, resource, context, now)
        check_modal(decision)


def check_modal(decision: LoginDecision) -> None:
    if decision.modal is not None and cannot_be_skipped(decision):
        assert not decision.modal.skippable
    if decision.modal is not None and decision.modal.skippable:
        assert TOTP in decision.modal.factors


@quick
@given(users, organizations, st.integers(1, 365), instants, st.sampled_from([RequireMfa, ResetTotp]))
def test_staged_and_suspended_users_never_get_mail(
    user: User, organization: Organization, days: int, now: datetime, command: type[RequireMfa | ResetTotp]
) -> None:
    for state in (UserState.STAGED, UserState.SUSPENDED):
        found = structs.replace(user, state=state)
        world = World(organization=organization, users=immutables.Map({found.id: found}))
        try:
            facts = command((found.id,), days).decide(world, now).events
        except Refusal:
            continue
        assert not any(isinstance(fact, MailSent) for fact in facts)


# Policies


@quick
@given(
    st.lists(users, max_size=6),
    organizations,
    some_policies(),
    some_policies(),
    st.sampled_from(RESOURCES),
    contexts,
    instants,
)
def test_it_is_what_login_decision_says_of_everybody(
    people: list[User],
    organization: Organization,
    old: list[Policy],
    new: list[Policy],
    resource: ResourceId,
    context: Context,
    now: datetime,
) -> None:
    everybody = [structs.replace(user, id=UserId(f"u{n}")) for n, user in enumerate(people)]
    before, after = (
        World(
            organization=organization,
            users=immutables.Map({user.id: user for user in everybody}),
            policies=immutables.Map({policy.id: policy for policy in policies}),
        )
        for policies in (old, new)
    )
    found = what_if(before, after, now, resource, context)
    told = {id_: transition for transition, ids in found.touched.items() for id_ in ids}
    for user in everybody:
        was, is_now = (
            login_decision(world, user, resource, context, now).outcome for world in (before, after)
        )
        if user.id in told:
            assert told[user.id] == Transition(was, is_now)
        else:
            assert was is is_now
    assert found.done
    assert len(told) + found.untouched == len(everybody)


@quick
@given(some_policies(), users, st.sampled_from(RESOURCES), contexts)
def test_no_user_in_an_excluded_group_is_touched_by_that_policy(
    policies: list[Policy], user: User, resource: ResourceId, context: Context
) -> None:
    touching = [policy for policy in policies if not user.groups & policy.excluded]
    assert policy_verdict(policies, user, resource, context) == policy_verdict(
        touching, user, resource, context
    )


@quick
@given(log_ins(), st.integers(0, 4))
def test_deny_always_wins(asked: tuple[World, User, ResourceId, Context, datetime], where: int) -> None:
    world, user, resource, context, now = asked
    user = structs.replace(user, state=UserState.ACTIVATED, lockout=None)
    deny = Policy(
        id=PolicyId("deny"), name="deny", resources=frozenset({resource}), effect=Effect(action=Action.DENY)
    )
    policies = list(world.policies.values())
    policies.insert(where, deny)
    assert policy_verdict(policies, user, resource, context).verdict is Verdict.DENY
    denying = structs.replace(world, policies=world.policies.set(deny.id, deny))
    assert login_decision(denying, user, resource, context, now).outcome is LoginOutcome.DENIED


@quick
@given(some_policies(), users, st.sampled_from(RESOURCES), contexts)
def test_the_order_of_policies_does_not_change_the_verdict(
    policies: list[Policy], user: User, resource: ResourceId, context: Context
) -> None:
    verdicts = [policy_verdict(order, user, resource, context) for order in permutations(policies)]
    assert all(verdict == verdicts[0] for verdict in verdicts)


@quick
@given(some_policies(), users, st.sampled_from(RESOURCES), contexts)
def test_only_policies_that_are_known_to_apply_decide(
    policies: list[Policy], user: User, resource: ResourceId, context: Context
) -> None:
    verdict = policy_verdict(policies, user, resource, context)
    for policy in policies:
        applies = policy.applies(user, resource, context)
        assert (policy in verdict.undecided) is (applies is None)
        assert policy not in verdict.deciding or applies is True


@quick
@given(conditions, conditions, contexts)
def test_conditions_obey_de_morgan(one: Condition, other: Condition, context: Context) -> None:
    assert holds(Not(All((one, other))), context) is holds(AnyOf((Not(one), Not(other))), context)
    assert holds(Not(AnyOf((one, other))), context) is holds(All((Not(one), Not(other))), context)
    assert holds(Not(Not(one)), context) is holds(one, context)


@quick
@given(conditions, contexts, contexts)
def test_what_is_known_of_a_condition_stays_so_when_more_is_known(
    condition: Condition, known: Context, more: Context
) -> None:
    if known.ip in ("nonsense", ""):
        known = structs.replace(known, ip=None)
    filled = Context(
        **{
            field: getattr(known, field) if getattr(known, field) is not None else getattr(more, field)
            for field in Context.__struct_fields__
        }
    )
    assert holds(condition, known) in (None, holds(condition, filled))


# Any story

user_ids = st.sampled_from(IDS)
some_ids = st.lists(user_ids, min_size=1, max_size=3).map(tuple)
browsers = st.sampled_from(["a", "b"])
days = st.integers(1, 10) | st.sampled_from([0, 366, 365])
policy_ids = st.sampled_from([PolicyId(f"p{number}") for number in range(3)])
drafts = st.builds(
    lambda number, policy, where: structs.replace(
        policy,
        id=PolicyId(f"p{number}"),
        name=f"p{number}",
        all_users=not policy.groups,
        resources=frozenset({where}),
    ),
    st.integers(0, 2),
    some_policies().filter(bool).map(lambda found: found[0]),
    st.sampled_from(RESOURCES),
)

requirement_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(RequireMfa, some_ids, days),
    st.builds(RemoveRequirement, some_ids),
    st.builds(ResetTotp, some_ids, days),
)
account_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(ActivateUsers, some_ids, st.none() | st.sampled_from(UserState)),
    st.builds(ResendMail, some_ids),
    st.builds(SuspendUsers, some_ids),
    st.builds(UnlockUsers, some_ids),
    st.builds(ScheduleActivation, some_ids, instants),
    st.builds(SetPassword, user_ids, st.just(PASSWORD)),
    st.builds(AddToGroup, st.sampled_from(GROUPS), some_ids),
    st.builds(RemoveFromGroup, st.sampled_from(GROUPS), some_ids),
    st.builds(RecordEnrollment, user_ids, st.sampled_from(Factor), st.just("old"), st.just(SECRET)),
)
settings_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(UpdateOrganization, factors=factor_sets),
    st.builds(UpdateOrganization, factors=st.just(frozenset(Factor))),
    st.builds(
        UpdateOrganization,
        portal_default=st.sampled_from(PortalDefault) | st.just(PortalDefault.USER_SETTING),
        unified_mfa=st.booleans(),
        max_login_attempts=st.integers(0, 5),
        lockout_minutes=st.none() | st.integers(0, 100),
        plan=st.sampled_from(Plan),
    ),
)
policy_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(CreatePolicy, drafts),
    st.builds(CreatePolicy, drafts),
    st.builds(UpdatePolicy, drafts),
    st.builds(SwitchPolicy, policy_ids, st.booleans()),
    st.builds(DeletePolicy, policy_ids),
    st.builds(CreateGroup, st.sampled_from(["Sales", "IT", "sales"])),
    st.builds(DeleteGroup, st.sampled_from(GROUPS)),
    st.builds(RenameGroup, st.sampled_from(GROUPS), st.sampled_from(["Sales", "IT", "Other"])),
    st.builds(
        lambda **new: CreateUsers((NewUser(**new),)),
        username=st.sampled_from(["ada", "linus", "ken"]),
        require_days=st.none() | days,
    ),
)
user_commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(SendPush, browsers),
    st.builds(AnswerPush, browsers, st.booleans()),
    st.builds(AnswerSecurityKey, browsers, st.just("key"), st.integers(0, 50)),
    st.builds(AnswerDuo, browsers, st.booleans()),
    st.builds(StartTotpEnrollment, browsers, st.just(SECRET)),
    st.builds(ConfirmTotp, browsers, st.just("123456")),
    st.builds(RegisterSecurityKey, browsers, st.just("key")),
    st.builds(PairPush, browsers),
    st.builds(SkipEnrollment, browsers),
    st.builds(LeaveBrowser, browsers),
    st.builds(ScanQrCode, browsers),
    st.builds(SetPhoneClock, user_ids, st.integers(-90_000, 90_000)),
)


class AnyStory(RuleBasedStateMachine):
    """Any commands at any instants: nothing but a refusal may be raised, and the invariants hold after each."""

    @initialize(
        factors=st.sampled_from([{TOTP}, {TOTP, WEBAUTHN}, {DUO, WEBAUTHN}, set(Factor), set(Factor)]),
        enrolled=st.lists(st.tuples(user_ids, st.sampled_from(SELF_SET_UP)), unique=True, max_size=4),
        required=st.dictionaries(user_ids, st.integers(1, 8)),
        default=st.sampled_from([PortalDefault.USER_SETTING, PortalDefault.ALLOW_WITH_MFA]),
    )
    def begin(
        self,
        factors: set[Factor],
        enrolled: list[tuple[UserId, Factor]],
        required: dict[UserId, int],
        default: PortalDefault,
    ) -> None:
        self.story = Story().organization(
            factors=frozenset(factors), plan=Plan.PREMIUM, portal_default=default
        )
        for name in ("Sales", "IT"):
            self.story.do(CreateGroup(name))
        self.story.do(AddApplication("Wiki"))
        self.story.create("ada").create("grace", groups=frozenset(GROUPS)).create(
            "linus", state=UserState.STAGED
        )
        for user, factor in enrolled:
            self.story.enrolled(factor, user=user)
        for user, days in required.items():
            self.story.require(days, user)

    def attempt(self, command: Command) -> None:
        """Give the command; a refusal changes nothing, facts in one batch do what they do one by one."""
        before = self.story.world
        try:
            facts = self.story.do(command).events
        except Refusal:
            assert self.story.world is before
        else:
            self.check_facts(before, facts)

    def check_facts(self, before: World, facts: Iterable[Event]) -> None:
        after = before
        for fact in facts:
            after = evolve(after, [fact])
            if isinstance(fact, MailSent):
                assert after.users[fact.user].state is UserState.ACTIVATED
        assert after == self.story.world
        for user in before.users.values():
            assert user.state is UserState.STAGED or after.users[user.id].state is not UserState.STAGED

    @rule(command=requirement_commands)
    def require(self, command: Command) -> None:
        self.attempt(command)

    @rule(command=account_commands)
    def change_accounts(self, command: Command) -> None:
        self.attempt(command)

    @rule(command=settings_commands)
    def change_settings(self, command: Command) -> None:
        self.attempt(command)

    @rule(command=policy_commands)
    def change_policies(self, command: Command) -> None:
        self.attempt(command)

    @rule(command=user_commands)
    def use(self, command: Command) -> None:
        self.attempt(command)

    @rule(browser=browsers, user=user_ids, resource=st.sampled_from(RESOURCES), where=contexts)
    def log_in(self, browser: str, user: UserId, resource: ResourceId, where: Context) -> None:
        self.attempt(LogIn(browser, user, PASSWORD, resource, where))

    @rule(browser=browsers, user=user_ids)
    def mistype_the_password(self, browser: str, user: UserId) -> None:
        self.attempt(LogIn(browser, user, "wrong"))

    @rule(browser=browsers, steps=st.integers(-2, 2))
    def type_code(self, browser: str, steps: int) -> None:
        self.attempt(AnswerTotp(browser, self.story.code(steps)))

    @rule(user=user_ids, browser=browsers, choices=st.lists(st.integers(0, 4), min_size=1, max_size=4))
    def log_in_and_go_on(self, user: UserId, browser: str, choices: list[int]) -> None:
        self.attempt(LogIn(browser, user, PASSWORD))
        for choice in choices:
            self.go_on(browser, choice)

    @rule(browser=browsers, choice=st.integers(0, 4))
    def go_on(self, browser: str, choice: int) -> None:
        """Do what the log-in asks for: answer with a factor, set one up, or put it off."""
        session = self.story.world.browsers.get(browser)
        if session is None or session.user is None:
            return
        step = step_of(self.story.world, session, self.story.now)
        if step.decision is None or step.stage not in (Stage.CHALLENGE, Stage.SET_UP):
            return
        if step.stage is Stage.CHALLENGE:
            asked = step.decision.challenge
            keys = self.story.world.users[session.user].security_keys
            answers: dict[Factor, list[Command]] = {
                TOTP: [AnswerTotp(browser, self.story.code())],
                PUSH: [SendPush(browser), AnswerPush(browser, choice < 4)],
                WEBAUTHN: [AnswerSecurityKey(browser, key.credential, key.sign_count + 1) for key in keys],
                DUO: [AnswerDuo(browser, choice < 4)],
            }
            for command in answers[asked[choice % len(asked)]]:
                self.attempt(command)
        elif step.decision.modal is not None:
            offered = step.decision.modal.factors
            set_ups: dict[Factor | None, list[Command]] = {
                TOTP: [
                    StartTotpEnrollment(browser, SECRET),
                    ScanQrCode(browser),
                    ConfirmTotp(browser, self.story.code()),
                ],
                PUSH: [PairPush(browser)],
                WEBAUTHN: [RegisterSecurityKey(browser, "key")],
                None: [SkipEnrollment(browser)],
            }
            for command in set_ups[offered[choice] if choice < len(offered) else None]:
                self.attempt(command)

    @rule(minutes=st.sampled_from([0.25, 1, 30, 60 * 12, 60 * 24, 60 * 24 * 7]))
    def wait(self, minutes: float) -> None:
        before, told = self.story.world, len(self.story.events)
        self.story.passes(minutes=minutes)
        self.check_facts(before, self.story.events[told:])

    @invariant()
    def what_is_forced_cannot_be_skipped(self) -> None:
        if hasattr(self, "story"):
            for browser, session in self.story.world.browsers.items():
                step = step_of(self.story.world, session, self.story.now)
                if (
                    step.stage is Stage.SET_UP
                    and step.decision is not None
                    and cannot_be_skipped(step.decision)
                ):
                    assert isinstance(self.story.refusal(SkipEnrollment(browser)), CannotSkip)

    @invariant()
    def webauthn_is_never_enabled_alone(self) -> None:
        if hasattr(self, "story"):
            assert not webauthn_stands_alone(self.story.world.organization.factors)

    @invariant()
    def users_are_consistent(self) -> None:
        if hasattr(self, "story"):
            for user in self.story.world.users.values():
                assert user.period is None or (user.required and user.totp is None)
                assert user.period is None or user.state is not UserState.STAGED
                assert user.activation_at is None or user.state is UserState.STAGED
                assert user.groups <= set(self.story.world.groups)
                assert user.required or user.days is None

    @invariant()
    def every_user_meets_something_at_every_resource(self) -> None:
        if hasattr(self, "story"):
            world, now = self.story.world, self.story.now
            for user in world.users.values():
                for resource in RESOURCES:
                    decision = login_decision(world, user, resource, Context(), now)
                    running = user.period is not None and not user.period.is_over(now)
                    if running or user.totp is not None:
                        assert decision.outcome is not LoginOutcome.LOCKED_OUT

    @invariant()
    def what_lies_ahead_is_due(self) -> None:
        if hasattr(self, "story"):
            for occurrence in occurrences(self.story.world, self.story.now):
                assert occurrence.at > self.story.now
                assert still_due(self.story.world, occurrence)

    @invariant()
    def only_activated_users_are_inside(self) -> None:
        if hasattr(self, "story"):
            for session in self.story.world.browsers.values():
                if session.inside:
                    assert session.user is not None
                    assert self.story.world.users[session.user].state is UserState.ACTIVATED

    def teardown(self) -> None:
        """The same facts make the same world again."""
        if hasattr(self, "story"):
            story = self.story
            assert evolve(World(), story.events) == story.world
            assert reduce(lambda world, event: evolve(world, [event]), story.events, World()) == story.world


TestAnyStory = AnyStory.TestCase
TestAnyStory.settings = settings(
    max_examples=130,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=SLOW_IS_FINE,
)
