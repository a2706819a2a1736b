"""Pictures of the screen at three sizes. Look at a changed one before accepting it."""

from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from drill import ADA, ALAN, GRACE, HAO, drill, nordwind
from mfadrill.core.requirement import RequireMfa
from mfadrill.sim.simulation import Simulation

SIZES = [(80, 24), (120, 40), (200, 50)]
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def rolled_out() -> Simulation:
    """Every status is there: Hao's period is over, Ada's runs, Alan waits, Grace has enrolled."""
    simulation = nordwind()
    simulation.act(RequireMfa((HAO,), 1))
    simulation.advance(timedelta(days=2))
    simulation.act(RequireMfa((ADA, ALAN, GRACE), 7))
    return simulation


async def picture_after(
    picture: SnapshotAssertion, size: tuple[int, int], *keys: str, actions: tuple[str, ...] = ()
) -> None:
    async with drill(rolled_out(), size) as d:
        for action in actions:
            await d.do(action)
        await d.press(*keys)
        assert d.app.export_screenshot() == picture


@sizes
async def test_users(picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    await picture_after(picture, size, "space", "down", "space")


@sizes
async def test_more_actions(picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    await picture_after(picture, size, actions=("users.all", "users.more"))


@sizes
async def test_requiring(picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    await picture_after(picture, size, actions=("users.all", "users.require"))


@sizes
async def test_a_user(picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    await picture_after(picture, size, "enter")


@sizes
async def test_policies(picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    await picture_after(picture, size, actions=("admin.policies",))


@sizes
async def test_the_past(picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    await picture_after(picture, size, actions=("time.next", "time.next", "time.back-week"))


async def test_result(picture: SnapshotAssertion) -> None:
    await picture_after(picture, (120, 40), "enter", actions=("users.all", "users.require"))


async def test_mfa_and_light_colors(picture: SnapshotAssertion) -> None:
    await picture_after(picture, (120, 40), actions=("admin.mfa", "app.theme"))


async def test_help(picture: SnapshotAssertion) -> None:
    await picture_after(picture, (120, 40), actions=("app.help",))


@sizes
async def test_groups(picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    await picture_after(picture, size, actions=("admin.groups",))


@sizes
async def test_overview(picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    await picture_after(picture, size, actions=("admin.overview",))


async def test_events(picture: SnapshotAssertion) -> None:
    await picture_after(picture, (120, 40), actions=("admin.events",))
