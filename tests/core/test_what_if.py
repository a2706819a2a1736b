import immutables
import pytest
from msgspec import structs

from core_story import START, TOTP, Story
from mfadrill.core.organization import PortalDefault
from mfadrill.core.policies import Action, Effect, Policy, PolicyId
from mfadrill.core.refusals import DuplicateName, UnusableValue
from mfadrill.core.sessions import LoginOutcome
from mfadrill.core.settings import CreateGroup
from mfadrill.core.users import GroupId, User, UserId
from mfadrill.core.what_if import CHUNK, what_if, what_if_in_steps, world_with, world_without
from mfadrill.core.world import World

MFA = Effect(mfa_required=True)
DENY = Effect(action=Action.DENY)


def policy(effect: Effect, **fields: object) -> Policy:
    return Policy(id=PolicyId(""), name="new", effect=effect, **fields)  # type: ignore[arg-type]


def labels(story: Story, new: Policy) -> dict[str, list[str]]:
    found = what_if(story.world, world_with(new, story.world), story.now)
    return {transition.label: list(ids) for transition, ids in found.touched.items()}


@pytest.mark.parametrize(
    ("effect", "prepare", "label"),
    [
        (MFA, lambda s: s.enrolled(TOTP), "let in → challenge"),
        (MFA, lambda s: s, "let in → has to enroll"),
        (DENY, lambda s: s, "let in → denied"),
        (DENY, lambda s: s.enrolled(TOTP).require(), "challenge → denied"),
        (MFA, lambda s: (s.require(1), s.passes(days=2)), "locked out → may enroll"),
        (MFA, lambda s: s.enrolled(TOTP).require(), "unchanged: challenge"),
        (Effect(), lambda s: (s.require(1), s.passes(days=2)), "locked out → let in"),
    ],
)
def test_a_policy_changes_the_next_log_in(story: Story, effect: Effect, prepare, label: str) -> None:
    prepare(story)
    assert labels(story, policy(effect)) == {label: ["ada"]}


def test_whom_the_policy_does_not_target_is_untouched(story: Story) -> None:
    story.do(CreateGroup("Sales"))
    story.create("grace", groups=frozenset({GroupId("sales")}))
    new = policy(MFA, all_users=False, groups=frozenset({GroupId("sales")}))
    found = what_if(story.world, world_with(new, story.world), story.now)
    assert [list(ids) for ids in found.touched.values()] == [["grace"]]
    assert (found.untouched, found.changed) == (1, 1)
    assert found.becoming(LoginOutcome.SET_UP) == 1


def test_an_unsaved_policy_meets_the_refusals_of_saving_it(story: Story) -> None:
    story.policy(MFA, name="Old")
    with pytest.raises(DuplicateName):
        world_with(structs.replace(policy(MFA), name="old"), story.world)
    with pytest.raises(UnusableValue, match="targets nobody"):
        world_with(policy(MFA, all_users=False), story.world)
    old = story.world.policy_named("Old")
    changed = world_with(structs.replace(old, effect=DENY), story.world)
    assert changed.policies[old.id].effect == DENY
    assert len(changed.policies) == 1
    assert not world_without(old.id, story.world).policies


def test_it_tells_how_far_it_is_and_can_be_left() -> None:
    everybody = {UserId(f"u{n}"): User(id=UserId(f"u{n}"), username=f"u{n}") for n in range(2 * CHUNK + 1)}
    before = World(users=immutables.Map(everybody))
    steps = what_if_in_steps(before, world_with(policy(DENY), before), START)
    first = next(steps)
    assert (first.looked_at, first.done) == (CHUNK, False)
    later = list(steps)
    assert [step.looked_at for step in later] == [2 * CHUNK, 2 * CHUNK + 1]
    assert first.changed == CHUNK, "what was told stays as it was"
    assert later[-1].done


def test_other_settings_touch_everybody(story: Story) -> None:
    denying = structs.replace(story.world.organization, portal_default=PortalDefault.DENY)
    found = what_if(story.world, structs.replace(story.world, organization=denying), story.now)
    assert {transition.label: list(ids) for transition, ids in found.touched.items()} == {
        "let in → denied": ["ada"]
    }
