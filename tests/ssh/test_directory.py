"""Who has which sandbox, over all workers."""

import pytest

from mfadrill.tui.serving.directory import TAKEN_OVER, Directory, Session
from mfadrill.tui.serving.guards import Limits, NotLetIn
from mfadrill.tui.serving.messages import Answer, Leave

FIRST, SECOND, THIRD = Session(0, 1), Session(1, 1), Session(0, 2)


class Said(list[tuple[int, Answer | Leave]]):
    """What the workers were told."""

    def latest(self) -> list[tuple[int, Answer | Leave]]:
        latest = list(self)
        self.clear()
        return latest


def directory(most: int = 10) -> tuple[Directory, Said]:
    said = Said()
    return Directory(Limits(sessions=most), lambda worker, message: said.append((worker, message))), said


def test_of_those_who_wait_for_a_sandbox_the_latest_gets_it() -> None:
    of_all, said = directory()
    of_all.claim(FIRST, "ada", "192.0.2.1")
    assert said.latest() == [(0, Answer(1))]
    of_all.claim(SECOND, "ada", "192.0.2.1")
    assert said.latest() == [(0, Leave(1, TAKEN_OVER))]
    of_all.claim(THIRD, "ada", "192.0.2.1")
    assert said.latest() == [(1, Answer(1, TAKEN_OVER)), (0, Leave(1, TAKEN_OVER))]
    of_all.release(SECOND)
    of_all.release(FIRST)
    assert said.latest() == [(0, Answer(2))]
    of_all.release(THIRD)
    assert (len(of_all), of_all.given) == (0, 2)


def test_who_waited_and_gave_up_gets_nothing() -> None:
    of_all, said = directory()
    of_all.claim(FIRST, "ada", "192.0.2.1")
    of_all.claim(SECOND, "ada", "192.0.2.1")
    of_all.release(SECOND)
    said.clear()
    of_all.release(FIRST)
    assert not said
    assert not len(of_all)


def test_the_sandboxes_of_a_dead_worker_go_to_those_in_others_who_wait() -> None:
    of_all, said = directory()
    for session, name in ((FIRST, "ada"), (THIRD, "bob"), (SECOND, "ada")):
        of_all.claim(session, name, "192.0.2.1")
    said.clear()
    of_all.release_all(0)
    assert said.latest() == [(1, Answer(1))]
    assert [of_all.of(worker) for worker in (0, 1)] == [0, 1]


def test_the_sandboxes_of_an_address_are_bounded() -> None:
    said = Said()
    of_all = Directory(Limits(connections_by_address=1), lambda *told: said.append(told))
    of_all.claim(FIRST, "ada", "192.0.2.1")
    with pytest.raises(NotLetIn, match="from your address"):
        of_all.claim(SECOND, "bob", "192.0.2.1")
    of_all.claim(SECOND, "bob", "192.0.2.2")
    of_all.release(FIRST)
    of_all.claim(THIRD, "cyd", "192.0.2.1")
    assert len(of_all) == 2


def test_where_there_is_no_room_one_can_still_take_over() -> None:
    of_all, said = directory(most=1)
    of_all.claim(FIRST, "ada", "192.0.2.1")
    with pytest.raises(NotLetIn, match="no room"):
        of_all.claim(SECOND, "bob", "192.0.2.1")
    of_all.claim(SECOND, "ada", "192.0.2.1")
    assert said[-1] == (0, Leave(1, TAKEN_OVER))
