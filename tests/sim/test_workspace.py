"""Workspaces: reopened they are what they were, nobody else has them meanwhile, and damage is told."""

import os
import pkgutil
import random
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mfadrill.core
from mfadrill.core.commands import Command
from mfadrill.core.refusals import Refusal
from mfadrill.core.requirement import RemoveRequirement
from mfadrill.core.together import Together
from mfadrill.core.world import World
from mfadrill.sim import codec, journal, snapshot, workspace
from mfadrill.sim.codec import decode_command, encode_command
from mfadrill.sim.journal import SNAPSHOT_EVERY
from mfadrill.sim.log import encode_log
from mfadrill.sim.scenario.load import load, shipped
from mfadrill.sim.scenario.replay import take
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.workspace import CannotOpen, CannotSave, Damaged, Workspace
from rehearsal import ADA, DAY, GRACE, PUSH, TOTP, nordwind, required
from stories import STORIES, Story, move


def as_left(simulation: Simulation) -> dict[str, object]:
    """Everything that a simulation is."""
    return {
        "cursor": (simulation.timeline.name, simulation.now, simulation.position),
        "from": (simulation.seed, simulation.start),
        "branches": [
            (
                name,
                branch.name,
                encode_log(branch.events),
                branch.acts,
                branch.until,
                branch.shared,
                branch.forked_at,
                getattr(branch.parent, "name", "") if branch.parent in simulation.branches.values() else "",
                simulation.is_of_undo(branch),
            )
            for name, branch in simulation.branches.items()
        ],
        "worlds": [
            [branch.world_at(position) for position in range(len(branch) + 1)]
            for branch in simulation.branches.values()
        ],
        "ahead": simulation.ahead(),
    }


def reopened(path: Path) -> Simulation:
    with closing(Workspace.open(path)) as again:
        assert not again.note()
        return again.simulation


def made_again(world: World) -> World:
    return snapshot.world_of([*snapshot.parts_of(world)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "drill.mfadrill"


def story_in(path: Path) -> Simulation:
    """A workspace with a few steps and two branches, and closed."""
    simulation = nordwind()
    with closing(Workspace.create(path, simulation, "A story")) as made:
        for step in (required(7), 3 * DAY, required(2, GRACE), 9 * DAY, "undo", required(5, GRACE), DAY):
            move(simulation, step)
            made.save()
    return simulation


# What comes back


@settings(max_examples=40, deadline=None)
@given(STORIES, STORIES, st.sampled_from([3, SNAPSHOT_EVERY]))
def test_what_is_reopened_is_what_was_left_and_goes_on_like_it(
    before: Story, after: Story, snapshot_every: int
) -> None:
    simulation = nordwind(max_login_attempts=2, lockout_minutes=30, factors=frozenset({TOTP, PUSH}))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "SNAPSHOT_EVERY", snapshot_every)
        path = Path(folder, "drill.mfadrill")
        made = Workspace.create(path, simulation)
        for what in before:
            _try(simulation, what)
            made.save()
        made.close()
        again = Workspace.open(path)
        assert as_left(again.simulation) == as_left(simulation)
        for what in after:
            assert _try(again.simulation, what) == _try(simulation, what)
            again.save()
        again.close()
        assert as_left(again.simulation) == as_left(simulation)
        assert as_left(reopened(path)) == as_left(simulation)


def _try(simulation: Simulation, what: Command | timedelta | str) -> str:
    try:
        move(simulation, what)
    except Refusal as refusal:
        return refusal.text
    return ""


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_story_comes_back(name: str, path: Path) -> None:
    scenario = load([name])[0]
    simulation = scenario.open()
    with closing(Workspace.create(path, simulation, scenario.title)) as made:
        for number, step in enumerate(scenario.steps, 1):
            take(step, number, simulation)
            made.save()
    assert as_left(reopened(path)) == as_left(simulation)
    assert made_again(simulation.timeline.head) == simulation.timeline.head


def test_branches_share_their_acts_again(path: Path) -> None:
    story_in(path)
    main, other = reopened(path).branches.values()
    assert main.acts[0] is other.acts[0]
    assert other.parent is main


def test_several_steps_can_be_written_at_once(path: Path) -> None:
    simulation = nordwind()
    with closing(Workspace.create(path, simulation)) as made:
        for step in (required(7), 3 * DAY, "undo", "undo", required(2), "undo"):
            _try(simulation, step)
            made.note()
        made.write()
    assert as_left(reopened(path)) == as_left(simulation)


def test_what_the_screen_showed_is_kept_beside(path: Path) -> None:
    story_in(path)
    with closing(Workspace.open(path)) as opened:
        opened.view = b"filters"
        opened.save()
    with closing(Workspace.open(path)) as opened:
        assert (opened.view, opened.title, opened.name) == (b"filters", "A story", "drill")


def test_every_command_can_be_read_again() -> None:
    for module in pkgutil.iter_modules(mfadrill.core.__path__):
        import_module(f"mfadrill.core.{module.name}")
    of_core = {kind for kind in codec._kinds(Command) if kind.__module__.startswith("mfadrill.core")}
    known = {module.__name__ for module in codec.COMMANDS_LIVE_IN}
    assert {kind for kind in of_core if kind.__module__ not in known} == {Together}


def test_commands_together_are_read_again_with_those_in_them() -> None:
    command = Together((required(3), Together((RemoveRequirement((ADA,)), required(2, GRACE)))))
    assert decode_command(encode_command(command)) == command


# Who has it


def test_nobody_else_can_have_it_meanwhile(path: Path) -> None:
    story_in(path)
    before = path.read_bytes()
    look = (
        f"from pathlib import Path; from mfadrill.sim.workspace import *; Workspace.open(Path({str(path)!r}))"
    )
    with closing(Workspace.open(path)) as held:
        other = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)
        assert f"CannotOpen: {path} is open in another mfadrill." in other.stderr
        held.simulation.act(required(1))
        held.save()
    assert path.read_bytes() != before
    assert as_left(reopened(path)) == as_left(held.simulation)
    assert [*path.parent.iterdir()] == [path]


def test_a_new_one_takes_no_place_of_another(path: Path) -> None:
    story_in(path)
    before = path.read_bytes()
    with pytest.raises(CannotOpen, match="exists already"):
        Workspace.create(path, nordwind())
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]


def test_a_newer_one_is_refused(path: Path) -> None:
    story_in(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(
        CannotOpen, match="by a newer mfadrill: it has version 7, and this one knows versions up to 1"
    ):
        Workspace.open(path)


def test_an_older_one_is_brought_up_to_date_or_left_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = story_in(path)
    before = path.read_bytes()

    def add_a_column(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE state ADD COLUMN note TEXT NOT NULL DEFAULT 'new'")

    def break_off(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE entry")
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace, "VERSION", 3)
    monkeypatch.setattr(workspace, "MIGRATIONS", {1: add_a_column, 2: break_off})
    with pytest.raises(KeyboardInterrupt):
        Workspace.open(path)
    assert path.read_bytes() == before
    monkeypatch.setattr(workspace, "MIGRATIONS", {1: add_a_column, 2: lambda _: None})
    assert as_left(reopened(path)) == as_left(simulation)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT note FROM state").fetchall() == [("new",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    monkeypatch.setattr(workspace, "MIGRATIONS", {})
    monkeypatch.setattr(workspace, "VERSION", 4)
    with pytest.raises(CannotOpen, match="version 3, which was never"):
        Workspace.open(path)


# What cannot be written


def test_a_full_disk_loses_nothing_that_can_be_written_later(path: Path) -> None:
    simulation = nordwind()
    with closing(Workspace.create(path, simulation)) as made:
        (pages,) = made._connection.execute("PRAGMA page_count").fetchone()
        made._connection.execute(f"PRAGMA max_page_count = {pages}")
        for days in range(1, 80):
            simulation.act(required(days))
            made.note()
        with pytest.raises(CannotSave, match=r"drill\.mfadrill cannot be written: the disk is full\."):
            made.write()
        made._connection.execute("PRAGMA max_page_count = 100000")
        simulation.act(required(3))
        made.save()
    assert as_left(reopened(path)) == as_left(simulation)


def test_what_can_only_be_read_is_told_and_goes_on(path: Path) -> None:
    with closing(Workspace.create(path, nordwind())) as made:
        made._connection.execute("PRAGMA query_only = ON")
        made.simulation.act(required(3))
        with pytest.raises(CannotSave, match="it can only be read"):
            made.save()
        made.simulation.advance(8 * DAY)
        assert made.note()


# Damage


def test_what_is_no_workspace_is_told(path: Path) -> None:
    with pytest.raises(CannotOpen, match="There is no workspace"):
        Workspace.open(path)
    path.write_bytes(b"")
    with pytest.raises(Damaged, match="is empty"):
        Workspace.open(path)
    path.write_bytes(b"Dear diary, today I required MFA of everybody. " * 99)
    with pytest.raises(Damaged, match="is no workspace, or so damaged"):
        Workspace.open(path)
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entry (number)")
    with pytest.raises(CannotOpen, match="no workspace of mfadrill"):
        Workspace.open(path)


@pytest.mark.parametrize("table", ["entry", "state"])
def test_a_missing_table_is_told(table: str, path: Path) -> None:
    simulation = story_in(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"DROP TABLE {table}")
    with pytest.raises(Damaged, match=f"no such table: {table}") as caught:
        Workspace.open(path)
    if table == "state":
        assert caught.value.rescued is not None
        assert as_left(caught.value.rescued) == as_left(simulation)
    else:
        assert caught.value.rescued is None


def test_what_is_before_a_damage_can_be_saved(path: Path, tmp_path: Path) -> None:
    story_in(path)
    text = path.read_bytes()
    assert text.count(b'"days":5') > 0
    path.write_bytes(text.replace(b'"days":5', b'"days":6'))
    damaged = path.read_bytes()
    with pytest.raises(
        Damaged, match=r"entry \d+ is not what was written.*can be saved: \d+ events on 2 b"
    ) as caught:
        Workspace.open(path)
    assert path.read_bytes() == damaged
    rescued = caught.value.rescued
    assert rescued is not None
    with closing(Workspace.create(tmp_path / "rescued.mfadrill", rescued, caught.value.title)):
        pass
    assert as_left(reopened(tmp_path / "rescued.mfadrill")) == as_left(rescued)
    other = nordwind()
    for step in (required(7), 3 * DAY, required(2, GRACE), 9 * DAY, "undo"):
        move(other, step)
    assert as_left(rescued) == as_left(other)


def test_a_lost_end_is_noticed(path: Path) -> None:
    story_in(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)")
    with pytest.raises(Damaged, match="its end is not where it should be") as caught:
        Workspace.open(path)
    assert caught.value.rescued is not None


@pytest.mark.parametrize("part", [0.5, 0.995])
def test_what_is_left_of_a_file_that_was_cut_short_can_be_saved(part: float, path: Path) -> None:
    story_in(path)
    with closing(Workspace.open(path)) as more:
        for _ in range(40):
            move(more.simulation, "undo")
            move(more.simulation, required(7))
            more.save()
        simulation = more.simulation
    os.truncate(path, int(path.stat().st_size * part))
    with pytest.raises(Damaged, match=r"its end is missing, .* bytes are there\. .*can be saved") as caught:
        Workspace.open(path)
    rescued = caught.value.rescued
    assert rescued is not None
    assert len(rescued.branches) > len(simulation.branches) * part / 4


@pytest.mark.parametrize("how", ["cut off", "bytes flipped"])
def test_whatever_the_damage_it_is_told_or_does_no_harm(how: str, path: Path) -> None:
    simulation = story_in(path)
    whole, logs = path.read_bytes(), {encode_log(branch.events) for branch in simulation.branches.values()}
    chance = random.Random(how)
    told = 0
    for _ in range(150):
        bytes_ = bytearray(whole)
        if how == "cut off":
            del bytes_[chance.randrange(len(bytes_)) :]
        else:
            for _ in range(chance.choice([1, 1, 20])):
                bytes_[chance.randrange(len(bytes_))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes_)
        try:
            found = reopened(path)
        except CannotOpen as error:
            told += 1
            rescued = error.rescued if isinstance(error, Damaged) else None
            for branch in () if rescued is None else rescued.branches.values():
                assert any(log.startswith(encode_log(branch.events)) for log in logs)
        else:
            assert {encode_log(branch.events) for branch in found.branches.values()} == logs
    assert told > 20


# Snapshots


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worlds are kept beside the journal every few events."""
    monkeypatch.setattr(journal, "SNAPSHOT_EVERY", 3)
    monkeypatch.setattr(snapshot, "PART", 2)


@given(STORIES)
def test_a_world_is_the_same_one_in_bytes_and_back(story: Story) -> None:
    simulation = nordwind()
    for what in story:
        _try(simulation, what)
    assert made_again(simulation.world) == simulation.world


@pytest.mark.usefixtures("often")
def test_what_a_snapshot_has_is_not_told_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = story_in(path)
    told: list[int] = []
    decode_events = journal.decode_events
    monkeypatch.setattr(journal, "decode_events", lambda raw: told.append(1) or decode_events(raw))
    found = reopened(path)
    assert found.timeline.head == simulation.timeline.head
    assert len(told) <= 1
    assert as_left(found) == as_left(simulation)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE snapshot SET body = x'00' WHERE number = 1",
        "UPDATE snapshot SET body = x'00' WHERE number = 0",
        "DELETE FROM snapshot WHERE number = 1",
        "DELETE FROM snapshot",
        "DROP TABLE snapshot",
    ],
)
def test_a_damaged_snapshot_is_passed_over(harm: str, path: Path) -> None:
    simulation = story_in(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("SELECT count(*) FROM snapshot").fetchone()[0] > 1
        connection.execute(harm)
    with closing(Workspace.open(path)) as opened:
        assert as_left(opened.simulation) == as_left(simulation)
        for days in (3, 4, 5):
            opened.simulation.act(required(days))
            opened.save()
    assert reopened(path).timeline.acts[-1].command == required(5)


@pytest.mark.usefixtures("often")
def test_a_snapshot_of_another_version_is_passed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = story_in(path)
    monkeypatch.setattr(workspace, "MADE_BY", "mfadrill of tomorrow")
    monkeypatch.setattr(workspace, "world_of", lambda _: pytest.fail("it was read"))
    assert as_left(reopened(path)) == as_left(simulation)
