from datetime import timedelta

import pytest

from drill import ADA, START, nordwind
from mfadrill.core.accounts import AddToGroup, SuspendUsers
from mfadrill.core.commands import OutcomeKind
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RequireMfa, ResetTotp
from mfadrill.core.together import Together
from mfadrill.core.users import GroupId


def test_each_command_is_decided_in_the_world_that_the_ones_before_it_leave() -> None:
    simulation = nordwind()
    receipt = simulation.act(Together((RequireMfa((ADA,), 7), ResetTotp((ADA,), 3))))
    assert [outcome.kind for outcome in receipt.outcomes] == [
        OutcomeKind.PERIOD_STARTED,
        OutcomeKind.TOTP_RESET_PERIOD_STARTED,
    ]
    period = simulation.world.users[ADA].period
    assert period is not None
    assert period.ends_at == START + timedelta(days=3)


def test_one_refusal_leaves_everything_as_it_was_and_one_undo_takes_all_back() -> None:
    simulation = nordwind()
    before = simulation.world
    with pytest.raises(Refusal):
        simulation.act(Together((RequireMfa((ADA,), 7), AddToGroup(GroupId("nobody"), (ADA,)))))
    assert simulation.world is before
    simulation.act(Together((RequireMfa((ADA,), 7), SuspendUsers((ADA,)))))
    simulation.undo()
    assert simulation.world.users[ADA] == before.users[ADA]
